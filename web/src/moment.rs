//! Points in time, and the one text form of them that Cognito's SRP asks for.

use std::time::Duration;

const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS_FROM_MARCH: [&str; 12] = [
    "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb",
];

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// From milliseconds since the epoch.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// From whole seconds since the epoch, as JWTs and challenges give them.
    pub const fn from_seconds(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> u64 {
        self.0
    }

    /// This moment moved into the future.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        Self(
            self.0
                .saturating_add(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        )
    }

    /// This moment moved into the past.
    #[must_use]
    pub fn before(self, lead: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(u64::try_from(lead.as_millis()).unwrap_or(u64::MAX)),
        )
    }

    /// How long from `now` until this moment; zero if it has passed.
    pub fn from_now(self, now: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(now.0))
    }

    /// `EEE MMM d HH:mm:ss UTC yyyy` in English, day not zero padded: part of what `PASSWORD_CLAIM_SIGNATURE` signs.
    pub fn srp_timestamp(self) -> String {
        let seconds = self.0 / 1000;
        let days = seconds / 86_400;
        let (year, from_march, day) = civil_date(days);
        let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        let weekday = WEEKDAYS[(days % 7) as usize];
        let month = MONTHS_FROM_MARCH[(from_march % 12) as usize];
        format!("{weekday} {month} {day} {hour:02}:{minute:02}:{second:02} UTC {year}")
    }
}

/// Year, months since March and day of the month, for a number of days since 1970-01-01.
/// Counts in 400-year eras that start on 1 March, so that the leap day is an era's, century's and year's last.
fn civil_date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let year = era * 400 + year_of_era + u64::from(from_march >= 10);
    (year, from_march, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_what_cognito_reads() {
        for (seconds, want) in [
            (0, "Thu Jan 1 00:00:00 UTC 1970"),
            (951_782_399, "Mon Feb 28 23:59:59 UTC 2000"),
            (951_782_400, "Tue Feb 29 00:00:00 UTC 2000"),
            (951_868_800, "Wed Mar 1 00:00:00 UTC 2000"),
            (1_793_500_205, "Sun Nov 1 02:30:05 UTC 2026"),
            (4_107_542_400, "Mon Mar 1 00:00:00 UTC 2100"),
        ] {
            assert_eq!(Moment::from_seconds(seconds).srp_timestamp(), want);
        }
    }

    #[test]
    fn a_moment_that_has_passed_is_no_time_away() {
        let now = Moment::from_seconds(100);
        assert_eq!(Moment::from_seconds(90).from_now(now), Duration::ZERO);
        assert_eq!(
            Moment::from_seconds(101).from_now(now),
            Duration::from_secs(1)
        );
        assert_eq!(now.before(Duration::from_mins(1)), Moment::from_seconds(40));
    }
}
