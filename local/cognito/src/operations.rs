//! Operations outside of the authentication flow.

mod account;
mod admin;
mod attributes;
mod confirm;
mod password;
mod post;
mod recovery;
mod sign_up;
