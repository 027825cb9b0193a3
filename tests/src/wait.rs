//! Bounded waiting on a condition: the suite never sleeps to be in step with something.

use std::time::Duration;

/// How often a condition is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Waits until `look` finds something; panics with `what` when it does not within `within`.
pub async fn until<T>(what: &str, within: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            pause(LOOK_EVERY).await;
        }
    };
    match tokio::time::timeout(within, looking).await {
        Ok(found) => found,
        Err(too_long) => panic!("{too_long} ({within:?}): {what}"),
    }
}

/// Lets `duration` pass: where the server asked for it (`retryAfterMs`), or where the passing of time is what the
/// test is about.
#[expect(
    clippy::disallowed_methods,
    reason = "a pause that the server asked for, or the step of a bounded wait"
)]
pub async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}
