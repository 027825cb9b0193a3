//! What a function's process has at its edge: the environment, the clock, its logs, its figures and its traces. Everything further in is given these as arguments.

use std::time::SystemTime;

pub mod figures;
mod logs;
mod traces;

/// Begins logging, and tells the figures in the name of this function.
pub fn start() {
    figures::of_function(variable("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default());
    logs::start(variable);
}

/// A variable of the environment; `None` if it is not set or no text.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place of the functions that reads the environment"
)]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The time, as the machine has it.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place of the functions that reads the clock"
)]
pub fn now() -> SystemTime {
    SystemTime::now()
}
