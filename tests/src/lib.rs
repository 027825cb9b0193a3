//! Black-box acceptance suite of Face Login for Amazon Cognito.
//!
//! The library holds the suite's own clients: everything it knows about the running stack comes from the ready
//! file, and it shares no code with the product, so that a mistake in a shape can't hide on both sides.
//! The tests in `tests/*.rs` are named by what they show.
#![expect(
    clippy::missing_panics_doc,
    reason = "a panic is how a test fails; its message says what was expected"
)]

pub mod admin;
pub mod app;
pub mod attack;
pub mod browser;
pub mod challenge;
pub mod claim;
pub mod clients;
pub mod clock;
pub mod cognito;
pub mod coverage;
pub mod element;
pub mod faces;
pub mod http;
pub mod invent;
pub mod jwt;
pub mod launch;
pub mod leavings;
pub mod local;
pub mod matrix;
pub mod mjpeg;
pub mod observe;
pub mod odd_photos;
pub mod page;
pub mod places;
pub mod ready;
pub mod scene;
pub mod secrets;
pub mod sigv4;
pub mod soak;
pub mod sockets;
pub mod srp;
pub mod stack;
pub mod template;
pub mod upload;
pub mod visitor;
pub mod visitors;
pub mod wait;
