//! Pauses, drain and parallel attempts.

use super::*;

const POLICY: LockoutPolicy = LockoutPolicy {
    failures: 5,
    first: Duration::from_secs(30),
    longest: Duration::from_mins(15),
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
            failed(6, 0).failures_at(&POLICY, at(secs)),
            want,
            "after {secs} s"
        );
    }
    let again = failed(6, 0).settle(&POLICY, &id(1), Counted::Failure, at(1000));
    assert_eq!((again.failures, again.last_failure), (6, at(1000)));
}

#[test]
fn a_stranger_who_never_stops_gets_one_attempt_per_longest_pause() {
    let (mut attempts, mut now, mut tried) = (Attempts::default(), at(0), 0);
    while now < at(24 * 3600) {
        match attempts.reserve(&POLICY, &id(1), now.plus(Duration::from_secs(5)), now) {
            Ok(reserved) => {
                attempts = reserved.settle(&POLICY, &id(1), Counted::Failure, now);
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
    let reserved = failed(4, 0).reserve(&POLICY, &id(1), at(5), at(0)).unwrap();
    assert_eq!(reserved.pause(&POLICY, at(1)), Allowance::Free);
    assert_eq!(
        reserved.settle(&POLICY, &id(1), Counted::Nothing, at(1)),
        failed(4, 0)
    );
    assert_eq!(
        reserved.settle(&POLICY, &id(1), Counted::Failure, at(1)),
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
