//! How often a mail address may be used to sign up, whoever does it and whether it has an account or not: each sign-up sends it a mail.

use std::time::Duration;

use crate::time::Timestamp;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Sign-ups of one address, each at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignUpLimit {
    /// In any hour.
    pub per_hour: usize,
    /// In any 24 hours.
    pub per_day: usize,
}

/// When an address was used to sign up in the last 24 hours, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignUps(pub Vec<Timestamp>);

impl SignUps {
    /// With one more at `now`; `None` if that is too many. A refused one does not count, so that nobody can keep an address out for ever.
    pub fn with_one_more(&self, limit: SignUpLimit, now: Timestamp) -> Option<Self> {
        let since = |time: Duration| self.0.iter().filter(move |at| now < at.plus(time));
        let allowed = since(HOUR).count() < limit.per_hour && since(DAY).count() < limit.per_day;
        allowed.then(|| Self(since(DAY).copied().chain([now]).collect()))
    }

    /// From when on the row says nothing any more.
    pub fn forgotten_at(&self) -> Option<Timestamp> {
        Some(self.0.last()?.plus(DAY))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: SignUpLimit = SignUpLimit {
        per_hour: 3,
        per_day: 10,
    };

    fn at(minutes: u64) -> Timestamp {
        Timestamp::from_millis(1_000_000 + minutes * 60_000)
    }

    /// How many of these minutes bring a sign-up.
    fn admitted(minutes: impl IntoIterator<Item = u64>) -> Vec<u64> {
        let (mut row, mut admitted) = (SignUps::default(), Vec::new());
        for minute in minutes {
            if let Some(next) = row.with_one_more(LIMIT, at(minute)) {
                row = next;
                admitted.push(minute);
            }
        }
        admitted
    }

    #[test]
    fn three_in_any_hour() {
        assert_eq!(
            admitted([0, 10, 20, 30, 59, 60, 61, 70]),
            [0, 10, 20, 60, 70]
        );
    }

    #[test]
    fn ten_in_any_day() {
        let all = admitted((0..48).map(|half_hour| half_hour * 30));
        assert_eq!(all.len(), 10, "{all:?}");
        assert_eq!(
            admitted((0..10).map(|hour| hour * 60).chain([1439, 1440])).last(),
            Some(&1440),
            "the first is a day old"
        );
    }

    #[test]
    fn old_ones_are_forgotten() {
        let row = SignUps(vec![at(0), at(5)]);
        assert_eq!(row.forgotten_at(), Some(at(5 + 24 * 60)));
        assert_eq!(
            row.with_one_more(LIMIT, at(24 * 60)),
            Some(SignUps(vec![at(5), at(24 * 60)]))
        );
    }
}
