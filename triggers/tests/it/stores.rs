//! The conditions of the store are the transitions of the domain: every status meets every step in both.

use std::time::Duration;

use crate::world::{PEPPER, World};
use face_login_aws::{
    challenges::Change,
    enrolments::Finished,
    judging::{Outcome, Reserved, Ruled, Run},
};
use face_login_domain::{
    attempts::{Bucket, Counted, LockoutPolicy},
    challenge::{Aim, Chain, ChallengeRecord, Ruling, Status, Step},
    enrolment::{Consent, ConsentVersion, EnrolmentStatus, Profile},
    ids::{ChallengeId, EnrolmentId, Etag, RunId, Sub, TicketId},
    keyed_hash::Pepper,
    object_key::ObjectKey,
    succession::proved,
    time::Timestamp,
    words::{Kind, Reason, State},
};

fn record(number: u8, now: Timestamp) -> ChallengeRecord {
    let id = ChallengeId::from_random([number; 16]);
    ChallengeRecord {
        key: ObjectKey::of_challenge(Kind::Enrol, &id),
        id,
        kind: Kind::Enrol,
        state: State::Upload,
        status: Status::Issued,
        subject: Sub::made_up([1; 16]),
        name: Pepper::new(PEPPER).unwrap().name("ana"),
        bucket: Bucket::Plain,
        issued_at: now,
        expires_at: now.plus(Duration::from_mins(5)),
        wrong: 1,
        chain: Some(Chain {
            enrolment: EnrolmentId::from_random([2; 16]),
            aim: Aim::First(TicketId::from_random([3; 16])),
        }),
        consent: Some(Consent {
            version: ConsentVersion::parse("2026-11").unwrap(),
            at: now,
        }),
        indexing: None,
    }
}

fn run(byte: u8) -> RunId {
    RunId::from_random([byte; 16])
}

fn etag(text: &str) -> Etag {
    Etag::parse(text).unwrap()
}

/// Steps that lead from ISSUED to every kind of status.
fn ways(now: Timestamp) -> Vec<Vec<Step>> {
    let take = |until: Timestamp| Step::Take {
        owner: run(1),
        lease_until: until,
    };
    let rule = Step::Rule {
        owner: run(1),
        ruling: Ruling::Passed,
    };
    let live = now.plus(Duration::from_secs(5));
    let settle = |text, ruling| Step::Settle {
        etag: etag(text),
        ruling,
    };
    vec![
        vec![],
        vec![Step::Pin(etag("a"))],
        vec![Step::Pin(etag("b"))],
        vec![take(live)],
        vec![take(now)],
        vec![take(live), rule],
        vec![Step::Close(Reason::PhotoMissing)],
        vec![settle("a", Ruling::Refused(Reason::Blurred))],
        vec![Step::Pin(etag("a")), settle("a", Ruling::Indexed)],
    ]
}

fn steps(now: Timestamp) -> Vec<Step> {
    vec![
        Step::Pin(etag("a")),
        Step::Take {
            owner: run(9),
            lease_until: now.plus(Duration::from_secs(9)),
        },
        Step::Rule {
            owner: run(1),
            ruling: Ruling::Refused(Reason::NoFace),
        },
        Step::Rule {
            owner: run(9),
            ruling: Ruling::Passed,
        },
        Step::Close(Reason::Locked),
        Step::Settle {
            etag: etag("a"),
            ruling: Ruling::Indexed,
        },
        Step::Settle {
            etag: etag("b"),
            ruling: Ruling::Refused(Reason::Blurred),
        },
    ]
}

#[tokio::test]
async fn store_and_domain_agree_on_every_step() {
    let world = World::new().await;
    let now = world.now();
    let mut number = 0;
    for way in ways(now) {
        for step in steps(now) {
            number += 1;
            let issued = record(number, now);
            world.challenges.issue(&issued).await.unwrap();
            for before in &way {
                assert_eq!(
                    world
                        .challenges
                        .take_step(&issued.id, before, now)
                        .await
                        .unwrap(),
                    Change::Made,
                    "{way:?}"
                );
            }
            let before = world.challenges.read(&issued.id).await.unwrap().unwrap();
            let want = before.status.after(&step, now);
            let change = world
                .challenges
                .take_step(&issued.id, &step, now)
                .await
                .unwrap();
            let after = world.challenges.read(&issued.id).await.unwrap().unwrap();
            assert_eq!(
                change == Change::Made,
                want.is_some(),
                "{:?}: {step:?}",
                before.status
            );
            let status = want.unwrap_or_else(|| before.status.clone());
            assert_eq!(after, ChallengeRecord { status, ..before }, "{step:?}");
        }
    }
}

#[tokio::test]
async fn a_record_is_read_as_it_was_written_and_issued_once() {
    let world = World::new().await;
    let whole = record(1, world.now());
    let bare = ChallengeRecord {
        chain: None,
        consent: None,
        ..record(2, world.now())
    };
    for record in [whole, bare] {
        world.challenges.issue(&record).await.unwrap();
        assert_eq!(
            world.challenges.read(&record.id).await.unwrap(),
            Some(record.clone())
        );
        assert!(world.challenges.issue(&record).await.is_err());
    }
    assert_eq!(
        world
            .challenges
            .read(&ChallengeId::from_random([3; 16]))
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn the_indexer_marks_only_what_it_may_settle() {
    let world = World::new().await;
    let issued = record(1, world.now());
    world.challenges.issue(&issued).await.unwrap();
    let place = face_login_domain::collection::CollectionName::parse("p-g1-s0").unwrap();
    assert_eq!(
        world
            .challenges
            .mark_indexing(&issued.id, &etag("a"), &place)
            .await
            .unwrap(),
        Change::Made
    );
    assert_eq!(
        world
            .challenges
            .read(&issued.id)
            .await
            .unwrap()
            .unwrap()
            .indexing,
        Some(place.clone())
    );
    world
        .challenges
        .take_step(&issued.id, &Step::Pin(etag("b")), world.now())
        .await
        .unwrap();
    assert_eq!(
        world
            .challenges
            .mark_indexing(&issued.id, &etag("a"), &place)
            .await
            .unwrap(),
        Change::TooLate
    );
}

#[tokio::test]
async fn challenges_are_counted_by_window() {
    let world = World::new().await;
    let (name, window) = (
        Pepper::new(PEPPER).unwrap().name("ana"),
        Duration::from_mins(15),
    );
    for want in 1..=3 {
        assert_eq!(
            world
                .challenges
                .count_challenge(&name, Bucket::Plain, window, world.now())
                .await
                .unwrap(),
            want
        );
    }
    world.pass(window);
    assert_eq!(
        world
            .challenges
            .count_challenge(&name, Bucket::Plain, window, world.now())
            .await
            .unwrap(),
        1
    );
}

/// What an activation of the enrolment of this number comes to, with its ticket just written.
async fn activate(world: &World, number: u8) -> Ruled {
    let now = world.now();
    let ticket = TicketId::from_random([number; 16]);
    let chain = Chain {
        enrolment: EnrolmentId::from_random([number; 16]),
        aim: Aim::First(ticket.clone()),
    };
    let document = ChallengeRecord {
        chain: Some(chain.clone()),
        ..record(number, now)
    };
    let selfie = ChallengeRecord {
        kind: Kind::Selfie,
        chain: Some(chain.clone()),
        ..record(number + 100, now)
    };
    for record in [&document, &selfie] {
        world.challenges.issue(record).await.unwrap();
    }
    world
        .challenges
        .write_ticket(&document.subject, &ticket, now.plus(Duration::from_mins(1)))
        .await
        .unwrap();
    let finished = world
        .enrolments
        .finish_document(&world.challenges, &document, &etag("a"), &[], now)
        .await
        .unwrap();
    assert_eq!(finished, Finished::Done);
    let policy = LockoutPolicy {
        failures: 5,
        first: Duration::from_secs(30),
        longest: Duration::from_mins(15),
        off: None,
    };
    let run = Run {
        record: &selfie,
        owner: run(number),
        policy,
    };
    let Reserved::Taken(reservation) = world
        .challenges
        .reserve(&run, now.plus(Duration::from_secs(5)), now)
        .await
        .unwrap()
    else {
        panic!("a new challenge is open");
    };
    // As if the rows had been read before anybody else's first selfie.
    let mut rows = world.enrolments.rows_of(&selfie.subject).await.unwrap();
    rows.profile = Profile::default();
    rows.enrolments.retain(|row| row.id == chain.enrolment);
    let change = proved(&rows, &chain, now);
    let outcome = Outcome {
        ruling: Ruling::Passed,
        counted: Counted::Nothing,
        photo: None,
        pass: None,
        change: change.as_ref(),
    };
    world
        .challenges
        .rule(&world.enrolments, &run, reservation.attempts, &outcome, now)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_user_has_one_active_enrolment() {
    let world = World::new().await;
    assert_eq!(activate(&world, 1).await, Ruled::Done);
    assert_eq!(activate(&world, 2).await, Ruled::ChangeRefused);
    let rows = world
        .enrolments
        .rows_of(&Sub::made_up([1; 16]))
        .await
        .unwrap();
    assert_eq!(rows.profile.active, Some(EnrolmentId::from_random([1; 16])));
    let statuses: Vec<_> = rows
        .enrolments
        .iter()
        .map(|enrolment| enrolment.status)
        .collect();
    assert_eq!(
        statuses,
        [EnrolmentStatus::Active, EnrolmentStatus::Pending]
    );
}
