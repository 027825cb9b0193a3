//! Guidance while the camera runs: what a person sees wrong or right, frame by frame, smoothed so that it does not flicker.
//!
//! Runs in a worker of the page, so that the page stays fluid. Only the small detector looks: it finds one near face, which is what a sign-in is about.

pub mod coach;
pub mod frame;
pub mod luma;
pub mod stance;

#[cfg(target_arch = "wasm32")]
mod worker;

#[cfg(target_arch = "wasm32")]
pub use worker::start;
