//! Adapters over the AWS SDK. They report what AWS said, as types; what it means is decided in `face-login-domain`.

pub mod attempts;
pub mod challenges;
pub mod enrolments;
pub mod faces;
pub mod failure;
pub mod http;
pub mod judging;
pub mod last_gate;
pub mod mail;
pub mod photos;
pub mod settings;
pub mod sign_ups;
pub mod site_files;
pub mod store;
#[cfg(any(test, feature = "stub"))]
pub mod stub;
pub mod sweep;
mod tickets;
pub mod users;
