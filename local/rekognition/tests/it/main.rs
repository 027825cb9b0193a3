//! The operations from outside: a request in, an answer out, real nets in between.
//!
//! Weights and photos come from the npm package `@vladmandic/face-api`; `cargo xtask test` fetches them. Without them
//! these tests fail.
#![expect(
    clippy::unwrap_used,
    reason = "a failed assumption should end the test"
)]

mod collections;
mod durability;
mod images;
mod refusals;
mod search;
mod service;
mod stored;
