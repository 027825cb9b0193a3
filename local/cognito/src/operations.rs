//! Operations outside of the authentication flow.

mod account;
mod admin;
mod attributes;
mod confirm;
mod filter;
mod list_users;
mod password;
mod post;
mod recovery;
mod sign_up;
