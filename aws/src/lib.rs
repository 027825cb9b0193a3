//! Adapters over the AWS SDK. They report what AWS said, as types; what it means is decided in `face-login-domain`.

pub mod faces;
pub mod failure;
pub mod http;
pub mod photos;
pub mod settings;
#[cfg(any(test, feature = "stub"))]
pub mod stub;
