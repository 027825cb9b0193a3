//! Pauses, drain and parallel attempts.

use super::*;

const POLICY: LockoutPolicy = LockoutPolicy {
    failures: 5,
    first: Duration::from_secs(30),
    longest: Duration::from_mins(15),
    off: Some(OffPolicy {
        failures: 50,
        within: Duration::from_hours(30 * 24),
    }),
};

/// Without the limit over weeks.
const SHORT: LockoutPolicy = LockoutPolicy {
    off: None,
    ..POLICY
};

fn at(secs: u64) -> Timestamp {
    Timestamp::from_millis(1_000_000_000 + secs * 1000)
}

fn id(byte: u8) -> ChallengeId {
    ChallengeId::from_random([byte; 16])
}

fn failed(failures: u32, last: u64) -> Attempts {
    Attempts {
        failures,
        last_failure: at(last),
        ..Attempts::default()
    }
}

#[test]
fn pauses_double_up_to_the_longest() {
    let want = [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900];
    for (failures, secs) in (0..).zip(want) {
        assert_eq!(
            POLICY.pause(failures),
            Duration::from_secs(secs),
            "{failures} failures"
        );
    }
    assert_eq!(POLICY.pause(u32::MAX), POLICY.longest);
}

#[test]
fn a_pause_ends_by_time_alone() {
    for (name, attempts, now, want) in [
        ("never failed", Attempts::default(), at(0), Allowance::Free),
        ("four failures", failed(4, 0), at(0), Allowance::Free),
        (
            "five failures",
            failed(5, 0),
            at(29),
            Allowance::PausedUntil(at(30)),
        ),
        (
            "five failures, half a minute later",
            failed(5, 0),
            at(30),
            Allowance::Free,
        ),
        (
            "ten failures",
            failed(10, 0),
            at(899),
            Allowance::PausedUntil(at(900)),
        ),
    ] {
        assert_eq!(attempts.allowance(&POLICY, None, now), want, "{name}");
    }
}

#[test]
fn one_failure_drains_in_the_longest_pause() {
    for (secs, want) in [
        (0, 6),
        (899, 6),
        (900, 5),
        (1800, 4),
        (5400, 0),
        (54_000, 0),
    ] {
        assert_eq!(
            failed(6, 0).failures_at(&SHORT, at(secs)),
            want,
            "after {secs} s"
        );
    }
    let again = failed(6, 0).settle(&SHORT, &id(1), Counted::Failure, at(1000));
    assert_eq!((again.failures, again.last_failure), (6, at(1000)));
}

#[test]
fn a_stranger_who_never_stops_gets_one_attempt_per_longest_pause() {
    let (mut attempts, mut now, mut tried) = (Attempts::default(), at(0), 0);
    while now < at(24 * 3600) {
        match attempts.reserve(&SHORT, &id(1), now.plus(Duration::from_secs(5)), now) {
            Ok(reserved) => {
                attempts = reserved.settle(&SHORT, &id(1), Counted::Failure, now);
                tried += 1;
            }
            Err(until) => now = until,
        }
    }
    // Five at once, then after pauses of 30, 60, 120, 240 and 480 s, then every 900 s.
    assert_eq!(tried, 5 + 5 + (24 * 3600 - 930) / 900);
}

#[test]
fn parallel_attempts_cannot_pass_the_limit() {
    let until = at(5);
    let mut attempts = failed(2, 0);
    for byte in 1..=3 {
        attempts = attempts.reserve(&POLICY, &id(byte), until, at(0)).unwrap();
    }
    assert_eq!(
        attempts.reserve(&POLICY, &id(4), until, at(0)),
        Err(until),
        "2 failures and 3 running"
    );
    assert!(
        attempts.reserve(&POLICY, &id(3), until, at(0)).is_ok(),
        "a repeated call of one that runs"
    );
    assert!(
        attempts.reserve(&POLICY, &id(4), at(10), at(5)).is_ok(),
        "the leases are over"
    );
    let after_pause = failed(7, 0)
        .reserve(&POLICY, &id(1), at(130), at(120))
        .unwrap();
    assert_eq!(
        after_pause.reserve(&POLICY, &id(2), at(130), at(121)),
        Err(at(130)),
        "one at a time after a pause"
    );
}

#[test]
fn settling_frees_the_reservation_and_counts_only_failures() {
    let reserved = failed(4, 0).reserve(&SHORT, &id(1), at(5), at(0)).unwrap();
    assert_eq!(reserved.pause(&SHORT, at(1)), Allowance::Free);
    assert_eq!(
        reserved.settle(&SHORT, &id(1), Counted::Nothing, at(1)),
        failed(4, 0)
    );
    assert_eq!(
        reserved.settle(&SHORT, &id(1), Counted::Failure, at(1)),
        failed(5, 1)
    );
}

#[test]
fn a_row_is_forgotten_once_it_says_nothing() {
    assert_eq!(failed(2, 0).forgotten_at(&POLICY), at(1800));
    let running = failed(0, 0).reserve(&POLICY, &id(1), at(5), at(0)).unwrap();
    assert_eq!(running.forgotten_at(&POLICY), at(5));
}

#[test]
fn a_run_that_died_is_told_by_its_lease() {
    let reserved = failed(0, 0).reserve(&POLICY, &id(1), at(5), at(0)).unwrap();
    assert_eq!(reserved.abandoned(at(4)).count(), 0);
    assert_eq!(reserved.abandoned(at(5)).collect::<Vec<_>>(), [&id(1)]);
}

/// Guesses as fast as the pauses allow, from `start` on for `time`; the row and how many were judged.
fn guess(mut attempts: Attempts, start: Timestamp, time: Duration) -> (Attempts, u32) {
    let (mut now, mut judged) = (start, 0);
    while now < start.plus(time) {
        match attempts.reserve(&POLICY, &id(1), now.plus(Duration::from_secs(5)), now) {
            Ok(reserved) => {
                attempts = reserved.settle(&POLICY, &id(1), Counted::Failure, now);
                judged += 1;
            }
            Err(until) => now = until,
        }
    }
    (attempts, judged)
}

const DAY: Duration = Duration::from_hours(24);

#[test]
fn fifty_failures_in_thirty_days_turn_the_plain_way_off() {
    let (attempts, judged) = guess(Attempts::default(), at(0), DAY * 29);
    assert_eq!(judged, 50);
    assert_eq!(
        attempts.pause(&POLICY, at(0).plus(DAY * 29)),
        Allowance::PausedUntil(at(0).plus(DAY * 30)),
        "until the first of them is thirty days old"
    );
    let (_, later) = guess(attempts, at(0).plus(DAY * 29), DAY * 30);
    assert!(later <= 50, "{later} in the thirty days after");
}

#[test]
fn the_way_by_mail_is_never_off() {
    let policy = POLICY.of(Bucket::Mailbox);
    assert_eq!(POLICY.of(Bucket::Plain), POLICY);
    let mut attempts = Attempts::default();
    for number in 0..200 {
        let now = at(number * 900);
        attempts = attempts.settle(&policy, &id(1), Counted::Failure, now);
    }
    assert!(attempts.past.is_empty());
    assert_eq!(
        attempts.pause(&policy, at(200 * 900)),
        Allowance::Free,
        "pauses of a quarter of an hour at most"
    );
}

#[test]
fn a_pass_by_mail_lifts_the_limit_over_weeks_and_nothing_else() {
    let (off, _) = guess(Attempts::default(), at(0), DAY * 2);
    let now = at(0).plus(DAY * 2);
    let on = off.pardoned(&POLICY, now).unwrap();
    assert_eq!(on.pause(&POLICY, now), Allowance::Free);
    assert_eq!(
        (on.failures, on.last_failure),
        (off.failures, off.last_failure),
        "pauses are not forgiven"
    );
    assert_eq!(on.pardoned(&POLICY, now), None);
    let (nearly, _) = guess(Attempts::default(), at(0), Duration::from_hours(5));
    assert!(1 < nearly.past.len());
    assert_eq!(
        nearly.pardoned(&POLICY, at(0).plus(DAY)),
        None,
        "what is not off shows nothing of a success"
    );
    assert_eq!(off.pardoned(&SHORT, now), None);
}

#[test]
fn parallel_attempts_cannot_pass_the_limit_over_weeks() {
    let past: Vec<Timestamp> = (0..48).map(at).collect();
    let mut attempts = Attempts {
        past,
        ..Attempts::default()
    };
    let (now, until) = (at(100_000), at(100_005));
    for byte in 1..=2 {
        attempts = attempts.reserve(&POLICY, &id(byte), until, now).unwrap();
    }
    assert_eq!(
        attempts.reserve(&POLICY, &id(3), until, now),
        Err(until),
        "48 failures and 2 running"
    );
    assert!(
        attempts
            .reserve(&POLICY, &id(3), at(100_010), until)
            .is_ok()
    );
}

#[test]
fn a_row_outlives_the_failures_that_it_remembers() {
    let failed = Attempts::default().settle(&POLICY, &id(1), Counted::Failure, at(0));
    assert_eq!(failed.forgotten_at(&POLICY), at(0).plus(DAY * 30));
    assert_eq!(failed.past, [at(0)]);
}
