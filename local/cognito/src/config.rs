//! Pool and client as the template describes them.
//!
//! Every property is honoured, or known to have no effect on what is served here, or refused by name.

mod client;
mod described;
mod lambda_config;
mod pool;
mod properties;
mod schema;
#[cfg(test)]
mod tests;

pub(crate) use client::{AuthFlow, Rotation, UserExistence};
pub use client::{ClientConfig, HasSecret};
pub(crate) use lambda_config::TokenEvent;
pub use pool::PoolConfig;
pub(crate) use pool::{Case, EmailUpdate, PasswordPolicy, Recovery, RequiredCharacters, SignUp};
pub use properties::{ConfigError, Problem};
pub(crate) use schema::STANDARD_ATTRIBUTES;
