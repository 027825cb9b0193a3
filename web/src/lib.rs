//! The sign-in page of Face Login: e-mail and selfie, nothing else to remember.
//!
//! What happens on the page is decided in [`steps`], a pure state machine that `cargo test` covers without a browser. The modules for `wasm32` only carry
//! out its plans (`run`, `cognito`, `browser`) and show its state (`views`).

pub mod account;
pub mod base64;
pub mod camera_problem;
pub mod challenge;
pub mod consent;
pub mod entered;
pub mod failure;
pub mod finder;
pub mod hex;
pub mod moment;
pub mod pending;
pub mod reason;
pub mod returning;
pub mod secret;
pub mod session;
pub mod settings;
pub mod srp;
pub mod steps;
pub mod token;
pub mod words;

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
mod cognito;
#[cfg(target_arch = "wasm32")]
pub mod element;
#[cfg(target_arch = "wasm32")]
mod run;
#[cfg(target_arch = "wasm32")]
mod views;

#[cfg(target_arch = "wasm32")]
pub use views::mount;
