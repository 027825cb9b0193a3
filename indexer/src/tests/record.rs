//! The record of a challenge that asks for a document.

use std::time::Duration;

use face_login_domain::attempts::Bucket;
use face_login_domain::challenge::{Aim, Chain, ChallengeRecord, Status};
use face_login_domain::collection::CollectionName;
use face_login_domain::enrolment::{Consent, ConsentVersion};
use face_login_domain::ids::{ChallengeId, EnrolmentId, Sub, TicketId};
use face_login_domain::keyed_hash::Pepper;
use face_login_domain::object_key::ObjectKey;
use face_login_domain::time::Timestamp;
use face_login_domain::words::{Kind, State};

/// When the tests play: 2026-11-21T10:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_795_255_200_000);

/// A moment ago.
pub(crate) fn expired() -> Timestamp {
    Timestamp::from_millis(NOW.millis() - 1)
}

pub(crate) fn collection() -> CollectionName {
    CollectionName::parse("p-g1-s0").unwrap()
}

/// Issued a minute ago, with consent and a chain.
pub(crate) fn record() -> ChallengeRecord {
    let id = ChallengeId::from_random([1; 16]);
    let issued_at = Timestamp::from_millis(NOW.millis() - 60_000);
    ChallengeRecord {
        key: ObjectKey::of_challenge(Kind::Enrol, &id),
        id,
        kind: Kind::Enrol,
        state: State::Upload,
        status: Status::Issued,
        subject: Sub::made_up([2; 16]),
        name: Pepper::new(&"pepper".repeat(8)).unwrap().name("somebody"),
        bucket: Bucket::Plain,
        issued_at,
        expires_at: issued_at.plus(Duration::from_mins(5)),
        wrong: 0,
        chain: Some(Chain {
            enrolment: EnrolmentId::from_random([3; 16]),
            aim: Aim::First(TicketId::from_random([4; 16])),
        }),
        consent: Some(Consent {
            version: ConsentVersion::parse("2026-11").unwrap(),
            at: issued_at,
        }),
        indexing: None,
    }
}
