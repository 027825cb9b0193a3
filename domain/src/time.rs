//! Points in time as the rows and the protocol write them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Milliseconds of a day.
const DAY: u64 = 86_400_000;

/// A point in time in whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The point `millis` milliseconds after the epoch.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> u64 {
        self.0
    }

    /// Whole seconds since the epoch, as `DynamoDB`'s TTL and the challenge parameters want them.
    pub const fn secs(self) -> u64 {
        self.0 / 1000
    }

    /// When the day of this point began, in UTC: all that is kept of when somebody signed in.
    #[must_use]
    pub const fn day(self) -> Self {
        Self(self.0 - self.0 % DAY)
    }

    /// The point `duration` later, at most the end of representable time.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis_of(duration)))
    }

    /// The time from `earlier` to this point; zero if `earlier` is in fact later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl From<SystemTime> for Timestamp {
    /// Points before the epoch become the epoch.
    fn from(time: SystemTime) -> Self {
        Self(millis_of(
            time.duration_since(UNIX_EPOCH).unwrap_or_default(),
        ))
    }
}

fn millis_of(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_never_run_below_zero() {
        let (early, late) = (Timestamp::from_millis(1_000), Timestamp::from_millis(3_500));
        assert_eq!(late.since(early), Duration::from_millis(2_500));
        assert_eq!(early.since(late), Duration::ZERO);
    }

    #[test]
    fn a_day_begins_at_midnight() {
        let noon = Timestamp::from_millis(3 * DAY + DAY / 2);
        assert_eq!(noon.day(), Timestamp::from_millis(3 * DAY));
        assert_eq!(noon.day().day(), noon.day());
    }

    #[test]
    fn seconds_are_cut_off() {
        assert_eq!(Timestamp::from_millis(1_999).secs(), 1);
        assert_eq!(
            Timestamp::from(UNIX_EPOCH + Duration::from_millis(1_999)),
            Timestamp::from_millis(1_999)
        );
    }
}
