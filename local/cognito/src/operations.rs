//! Operations outside of the authentication flow.

mod account;
mod admin;
mod attributes;
mod clients;
mod confirm;
mod filter;
mod list_users;
mod own_attributes;
mod password;
mod pool;
mod post;
mod recovery;
mod sign_up;
mod verify_attribute;
