//! Whole flows against the service in this process, with scripted triggers and a clock that the tests set.

mod admin;
mod clients;
mod confirm;
mod custom_auth;
mod event_fixtures;
mod existence;
mod flows;
mod list_users;
mod operator;
mod operator_changes;
mod own_account;
mod own_address;
mod own_attributes;
mod password;
mod recovery;
mod restart;
mod rotation;
mod sessions;
mod sign_in_triggers;
mod sign_up;
mod srp_client;
mod stage;
mod temporary;
mod tokens;
mod triggers;
mod wire;
