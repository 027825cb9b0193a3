//! The Cognito triggers. Each takes the event as it is on the wire, turns it into domain types, asks `face-login-domain`,
//! and writes its answer in one place. Whatever is not understood ends the sign-in.

pub mod define;
pub mod event;
pub mod refusal;

#[cfg(feature = "aws")]
pub mod create;
#[cfg(feature = "aws")]
pub mod edge;
#[cfg(feature = "aws")]
pub mod post_confirmation;
#[cfg(feature = "aws")]
pub mod pre_sign_up;
#[cfg(feature = "aws")]
pub mod pre_token;
#[cfg(feature = "aws")]
pub mod verify;
