//! Amazon Cognito user pools for the local stack: one pool with its clients.
//!
//! The service answers the JSON protocol of `cognito-idp` as the real one does, errors and refusals included. What it
//! doesn't serve it refuses by name: operations, parameters, properties of the template. It never logs e-mail
//! addresses, codes, passwords, sessions or tokens.
//!
//! Left out on purpose: MFA, devices, groups, phone numbers, one-time passwords and passkeys, other identity providers.

mod auth;
mod clients;
mod config;
mod keys;
mod moment;
mod names;
mod operations;
mod randomness;
mod refusal;
mod service;
mod settings;
mod srp;
mod store;
#[cfg(test)]
mod tests;
mod tokens;
mod triggers;
mod wire;

pub use clients::TemplateClient;
pub use config::{ClientConfig, ConfigError, HasSecret, PoolConfig, Problem};
pub use keys::KeyError;
pub use service::{Cognito, OpenError};
pub use settings::{
    Clock, Invoke, Mail, MailPurpose, SendMail, Settings, TriggerError, TriggerInvocation,
};
pub use store::StoreError;
