//! Pool and client as the template describes them.
//!
//! Every property is honoured, or known to have no effect on what is served here, or refused by name.

mod client;
mod described;
mod pool;
mod properties;
#[cfg(test)]
mod tests;

pub(crate) use client::{AuthFlow, Rotation, UserExistence};
pub use client::{ClientConfig, HasSecret};
pub use pool::PoolConfig;
pub(crate) use pool::{
    Case, EmailUpdate, PasswordPolicy, Recovery, RequiredCharacters, STANDARD_ATTRIBUTES, SignUp,
    TokenEvent,
};
pub use properties::{ConfigError, Problem};
