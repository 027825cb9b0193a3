//! Operations outside of the authentication flow.

mod account;
mod admin;
mod attributes;
mod confirm;
mod filter;
mod list_users;
mod own_attributes;
mod password;
mod post;
mod recovery;
mod sign_up;
mod verify_attribute;
