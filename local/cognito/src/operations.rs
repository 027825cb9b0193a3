//! Operations outside of the authentication flow.

mod account;
mod admin;
mod admin_attributes;
mod admin_create;
mod admin_password;
pub(crate) mod attributes;
mod clients;
mod confirm;
mod filter;
mod list_users;
mod own_attributes;
pub(crate) mod password;
mod pool;
mod post;
mod recovery;
mod sign_up;
mod verify_attribute;

pub(crate) use post::NAME_PLACEHOLDER;
