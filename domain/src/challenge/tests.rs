//! Every status against every step, and every standing.

use super::*;
use crate::{enrolment::ConsentVersion, keyed_hash::Pepper};

const NOW: Timestamp = Timestamp::from_millis(1_000_000);

fn later(millis: u64) -> Timestamp {
    Timestamp::from_millis(NOW.millis() + millis)
}

fn run(byte: u8) -> RunId {
    RunId::from_random([byte; 16])
}

fn etag(text: &str) -> Etag {
    Etag::parse(text).unwrap()
}

fn record(status: Status) -> ChallengeRecord {
    let id = ChallengeId::from_random([1; 16]);
    ChallengeRecord {
        kind: Kind::Enrol,
        state: State::Upload,
        status,
        subject: Sub::made_up([1; 16]),
        bucket: Bucket::Plain,
        name: Pepper::new("0123456789abcdef0123456789abcdef")
            .unwrap()
            .name("a"),
        key: ObjectKey::of_challenge(Kind::Enrol, &id),
        id,
        issued_at: Timestamp::from_millis(0),
        expires_at: later(60_000),
        wrong: 0,
        chain: Some(Chain {
            enrolment: EnrolmentId::from_random([2; 16]),
            aim: Aim::First(TicketId::from_random([3; 16])),
        }),
        consent: Some(Consent {
            version: ConsentVersion::parse("2026-11").unwrap(),
            at: Timestamp::from_millis(0),
        }),
        indexing: None,
    }
}

#[test]
fn a_status_changes_only_as_the_table_says() {
    let judging = |byte, until| Status::Judging {
        owner: run(byte),
        lease_until: until,
    };
    let judged = |ruling| Status::Judged { ruling, at: NOW };
    let take = Step::Take {
        owner: run(9),
        lease_until: later(5_000),
    };
    let rule = Step::Rule {
        owner: run(1),
        ruling: Ruling::Passed,
    };
    let steps = [
        Step::Pin(etag("a")),
        take,
        rule,
        Step::Close(Reason::PhotoMissing),
        Step::Settle {
            etag: etag("a"),
            ruling: Ruling::Indexed,
        },
    ];
    let missing = || Some(judged(Ruling::Refused(Reason::PhotoMissing)));
    let taken = || Some(judging(9, later(5_000)));
    for (name, status, want) in [
        (
            "issued",
            Status::Issued,
            [
                Some(Status::Uploaded(etag("a"))),
                taken(),
                None,
                missing(),
                Some(judged(Ruling::Indexed)),
            ],
        ),
        (
            "uploaded",
            Status::Uploaded(etag("a")),
            [None, None, None, None, Some(judged(Ruling::Indexed))],
        ),
        (
            "uploaded, another photo",
            Status::Uploaded(etag("b")),
            [None, None, None, None, None],
        ),
        (
            "judging, lease live",
            judging(1, later(1)),
            [None, None, Some(judged(Ruling::Passed)), None, None],
        ),
        (
            "judging, lease over",
            judging(1, NOW),
            [None, taken(), None, None, None],
        ),
        (
            "judging, not ours",
            judging(2, later(1)),
            [None, None, None, None, None],
        ),
        (
            "judged",
            judged(Ruling::Refused(Reason::NoFace)),
            [None, None, None, None, None],
        ),
    ] {
        for (step, want) in steps.iter().zip(want) {
            assert_eq!(status.after(step, NOW), want, "{name}: {step:?}");
        }
    }
}

#[test]
fn an_answer_meets_what_the_table_says() {
    let passed = Standing::Repeat(Ruling::Passed);
    let judged = |at| Status::Judged {
        ruling: Ruling::Passed,
        at,
    };
    let judging = |until| Status::Judging {
        owner: run(1),
        lease_until: until,
    };
    let pinned = || Status::Uploaded(etag("a"));
    let over = later(60_000);
    for (name, kind, status, now, want) in [
        ("issued", Kind::Selfie, Status::Issued, NOW, Standing::Open),
        (
            "expired",
            Kind::Selfie,
            Status::Issued,
            over,
            Standing::Expired,
        ),
        (
            "live lease",
            Kind::Selfie,
            judging(later(1)),
            NOW,
            Standing::Wait,
        ),
        (
            "live lease, expired",
            Kind::Selfie,
            judging(later(60_001)),
            over,
            Standing::Wait,
        ),
        (
            "dead lease",
            Kind::Selfie,
            judging(NOW),
            NOW,
            Standing::Open,
        ),
        (
            "dead lease, expired",
            Kind::Selfie,
            judging(over),
            over,
            Standing::Expired,
        ),
        (
            "ruled just now",
            Kind::Selfie,
            judged(NOW),
            later(30_000),
            passed.clone(),
        ),
        (
            "ruled long ago",
            Kind::Selfie,
            judged(NOW),
            later(30_001),
            Standing::Expired,
        ),
        (
            "with the indexer",
            Kind::Enrol,
            pinned(),
            NOW,
            Standing::Wait,
        ),
        (
            "with the indexer, expired",
            Kind::Enrol,
            pinned(),
            over,
            Standing::Wait,
        ),
        (
            "document ruled long ago",
            Kind::Enrol,
            judged(NOW),
            later(30_001),
            passed,
        ),
    ] {
        let record = ChallengeRecord {
            kind,
            ..record(status)
        };
        assert_eq!(record.standing(now), want, "{name}");
    }
}

#[test]
fn the_indexer_touches_only_what_was_invited() {
    let now = NOW;
    let check = |name: &str, record: &ChallengeRecord, want: bool| {
        assert_eq!(record.invitation(&etag("a"), now).is_some(), want, "{name}");
    };
    check("issued", &record(Status::Issued), true);
    check("pinned", &record(Status::Uploaded(etag("a"))), true);
    check(
        "another photo pinned",
        &record(Status::Uploaded(etag("b"))),
        false,
    );
    check(
        "settled",
        &record(Status::Judged {
            ruling: Ruling::Indexed,
            at: NOW,
        }),
        false,
    );
    check(
        "expired",
        &ChallengeRecord {
            expires_at: NOW,
            ..record(Status::Issued)
        },
        false,
    );
    check(
        "no consent",
        &ChallengeRecord {
            consent: None,
            ..record(Status::Issued)
        },
        false,
    );
    check(
        "no ticket",
        &ChallengeRecord {
            chain: None,
            ..record(Status::Issued)
        },
        false,
    );
    check(
        "a selfie",
        &ChallengeRecord {
            kind: Kind::Selfie,
            ..record(Status::Issued)
        },
        false,
    );
    check(
        "waiting for consent",
        &ChallengeRecord {
            state: State::Consent,
            ..record(Status::Issued)
        },
        false,
    );
}
