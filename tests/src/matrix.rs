//! Every AWS call of a journey meets every fault, one at a time, and what is left afterwards is looked at.
//!
//! Which calls there are is not written down: a journey without faults is watched first, and each call that a function made
//! becomes a row. A new call of the product thus has its faults in the next run.

#![expect(
    clippy::print_stdout,
    reason = "a test that meets hundreds of faults tells how many, and which one broke something, when it does"
)]

mod album;
mod beginning;
mod cell;
mod drive;
mod journey;
mod look;
mod run;
mod scene;
mod summary;

pub use beginning::run_beginnings;
pub use cell::Kind;
pub use journey::Journey;
pub use run::run;
pub use summary::Summary;
