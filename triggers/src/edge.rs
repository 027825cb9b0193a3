//! The edge of the process: clock, randomness, settings that several triggers share, and how a binary ends that cannot start.

use std::{process::ExitCode, sync::Arc, time::Duration};

use face_login_aws::{
    http::Patience,
    settings::{BadConfiguration, Settings},
};
use face_login_domain::{
    attempts::{LockoutPolicy, OffPolicy},
    time::Timestamp,
};
use face_login_process::{start, variable};

/// Time and randomness of one function.
#[derive(Clone)]
pub struct Edge {
    /// The time.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// 128 bits that nobody can guess.
    pub random: Arc<dyn Fn() -> [u8; 16] + Send + Sync>,
}

impl Edge {
    /// The system's.
    pub fn system() -> Self {
        Self {
            now: Arc::new(|| face_login_process::now().into()),
            random: Arc::new(system_random),
        }
    }
}

fn system_random() -> [u8; 16] {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).expect("the operating system gives random bytes");
    bits
}

/// Reads a function's configuration, or says everything that is wrong with it.
///
/// # Errors
/// A failing exit code; the log has the message.
pub fn configured<T>(
    read: impl FnOnce(fn(&str) -> Option<String>) -> Result<T, BadConfiguration>,
) -> Result<T, ExitCode> {
    start();
    read(variable).map_err(|mistakes| {
        tracing::error!("{mistakes}");
        ExitCode::FAILURE
    })
}

/// The exit code of a function whose event loop ended.
pub fn ended(outcome: Result<(), lambda_runtime::Error>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("the event loop ended: {error}");
            ExitCode::FAILURE
        }
    }
}

/// How long the triggers wait for one call of a store: Cognito gives a trigger five seconds in all.
pub const STORE_PATIENCE: Patience = Patience {
    attempt: Duration::from_millis(1200),
    attempts: 2,
    backoff: Duration::from_millis(50),
    overall: Duration::from_millis(2600),
};

/// Whole seconds, at least one.
pub(crate) fn seconds(text: &str) -> Option<Duration> {
    text.parse()
        .ok()
        .filter(|secs| 0 < *secs)
        .map(Duration::from_secs)
}

/// The lockout policy.
pub(crate) fn lockout<F: Fn(&str) -> Option<String>>(
    settings: &mut Settings<F>,
) -> Option<LockoutPolicy> {
    let failures = settings.required("LOCKOUT_FAILURES", |text| {
        text.parse().ok().filter(|count| 0 < *count)
    });
    let first = settings.required("LOCKOUT_FIRST_SECONDS", seconds);
    let longest = settings.required("LOCKOUT_LONGEST_SECONDS", seconds);
    let off = settings.required("LOCKOUT_OFF_FAILURES", |text| {
        text.parse().ok().filter(|count| (1..=100).contains(count))
    });
    let within = settings.required("LOCKOUT_OFF_SECONDS", seconds);
    Some(LockoutPolicy {
        off: Some(OffPolicy {
            failures: off?,
            within: within?,
        }),
        failures: failures?,
        first: first?,
        longest: longest?,
    })
}
