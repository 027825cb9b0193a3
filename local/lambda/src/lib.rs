//! Lambda on this machine: a Runtime API server that starts the real binaries and hands them invocations.
//!
//! As on AWS: one process per invocation at a time, kept warm for the next; an environment of the template's variables and Lambda's own, nothing
//! inherited; a deadline in the header; killed at the function's timeout; a process that ends takes its invocation with it and a new one is
//! started for the next.
//!
//! **When the stack dies**, also by `kill -9`, its processes end by themselves: a Rust runtime client treats the loss of its connection to
//! `…/invocation/next` (or of the answer to a response) as an error, leaves its loop, and `main` returns. `tests/orphans.rs` holds
//! `lambda_runtime` to that. A process that is busy ends when its handler is done and the answer can't be handed in. What would outlive the
//! stack is a handler that never returns; asking the kernel for a signal at the parent's death takes unsafe code and exists on Linux only.
//!
//! Not here: who may invoke what, retries, and the queue (the stack's business).

mod environment;
mod lambdas;
mod process;
mod runtime_api;

use std::{
    path::PathBuf,
    process::ExitStatus,
    sync::Arc,
    time::{Duration, SystemTime},
};

pub use lambdas::Lambdas;

/// Tells the time; the binaries pass the system's clock.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// Credentials and endpoints for a new process, by logical id of the function and number of the process. Asked at each start.
pub type EnvFor = Arc<dyn Fn(&str, u64) -> Vec<(String, String)> + Send + Sync>;

/// A function as the template describes it.
#[derive(Clone, Debug)]
pub struct FunctionConfig {
    /// Logical id in the template; also names the log file.
    pub logical_id: String,
    /// `arn:aws:lambda:<region>:<account>:function:<name>`
    pub arn: String,
    /// The program that is started.
    pub binary: PathBuf,
    /// The template's variables.
    pub environment: Vec<(String, String)>,
    /// Longest time for one invocation, start of the process not counted.
    pub timeout: Duration,
    /// Told to the process; not enforced.
    pub memory_mb: u32,
}

/// Why an invocation has no result.
#[derive(Debug, thiserror::Error)]
pub enum InvokeError {
    /// The function took longer than its timeout; its process was killed.
    #[error("{function} timed out after {after:?}")]
    TimedOut {
        /// Logical id.
        function: String,
        /// The function's timeout.
        after: Duration,
    },
    /// The process ended before it answered.
    #[error("{function} ended in the middle of an invocation ({})", describe(*.status))]
    Crashed {
        /// Logical id.
        function: String,
        /// How it ended, where the system could tell.
        status: Option<ExitStatus>,
    },
    /// The handler answered with an error.
    #[error("{error_type}: {message}")]
    FunctionError {
        /// Type as the handler names it.
        error_type: String,
        /// The handler's own words.
        message: String,
    },
    /// The process could not be started, or ended or failed before it asked for its first invocation.
    #[error("{function} did not start: {message}")]
    Start {
        /// Logical id.
        function: String,
        /// The process's own last words, or the system's.
        message: String,
    },
    /// The handler's answer is no JSON.
    #[error("{function} answered something that is no JSON")]
    InvalidOutput {
        /// Logical id.
        function: String,
    },
    /// No such function.
    #[error("there is no function {function}")]
    Unknown {
        /// The name that was asked for.
        function: String,
    },
    /// The stack is ending.
    #[error("no more invocations: the stack is shutting down")]
    ShuttingDown,
}

fn describe(status: Option<ExitStatus>) -> String {
    status.map_or_else(|| "status unknown".to_owned(), |status| status.to_string())
}
