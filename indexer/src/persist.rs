//! Tries outages out: throttling is ordinary when many people enrol, and waiting here is cheaper than a redelivery.

use std::time::{Duration, SystemTime};

use crate::{IndexError, Surroundings};

/// Longest wait before the second try; doubles with each further one.
const FIRST: Duration = Duration::from_millis(200);
/// Longest wait of all.
const LONGEST: Duration = Duration::from_secs(5);

/// Repeats `call` while it fails by an outage and `until` is not reached. All other failures are the caller's at once.
pub(crate) async fn persist<T, E, C, F>(
    around: &Surroundings,
    until: SystemTime,
    call: C,
) -> Result<T, IndexError>
where
    E: Into<IndexError>,
    C: Fn() -> F,
    F: Future<Output = Result<T, E>>,
{
    let mut tried = 0;
    loop {
        let error = match call().await {
            Ok(done) => return Ok(done),
            Err(error) => error.into(),
        };
        let wait = backoff(tried, (around.chance)());
        if !error.is_outage() || until < (around.now)() + wait {
            return Err(error);
        }
        (around.pause)(wait).await;
        tried += 1;
    }
}

/// "Full jitter": evenly spread from nothing to a limit that doubles, so that throttled callers don't return together.
fn backoff(tried: u32, chance: f64) -> Duration {
    FIRST
        .saturating_mul(2_u32.saturating_pow(tried))
        .min(LONGEST)
        .mul_f64(chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        for (tried, chance, want) in [
            (0, 1.0, 200),
            (1, 1.0, 400),
            (1, 0.5, 200),
            (4, 1.0, 3200),
            (5, 1.0, 5000),
            (200, 1.0, 5000),
            (9, 0.0, 0),
        ] {
            assert_eq!(
                backoff(tried, chance),
                Duration::from_millis(want),
                "try {tried}, chance {chance}"
            );
        }
    }
}
