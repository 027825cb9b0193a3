//! The soak: many people enrol and sign in, some at a time, while the stack and its functions are killed again and again.
//! Afterwards everything has to be as if nothing had happened. See `docs/endurance.md`.

pub mod audit;
pub mod books;
pub mod crowd;
pub mod disturbance;
mod final_look;
pub mod measure;
pub mod plan;
pub mod random;
pub mod report;
pub mod resident;
mod run;
mod trouble;
pub mod vitals;

pub use run::run;
