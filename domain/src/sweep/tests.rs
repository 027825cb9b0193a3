//! What stays and what goes, one row a case.

use super::*;
use crate::{
    attempts::Bucket,
    challenge::Ruling,
    enrolment::{Consent, ConsentVersion, EnrolledFace, Enrolment, Profile},
    ids::{ChallengeId, Etag, RunId, Sub},
    keyed_hash::Pepper,
    object_key::ObjectKey,
    succession::{Event, HELD_LAPSES},
    words::{Reason, State},
};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const TERMS: Terms = Terms {
    grace: HOUR,
    retention: Duration::from_hours(24 * 100),
    photos: Duration::from_hours(24 * 10),
};
const NOW: Timestamp = Timestamp::from_millis(2_000_000_000_000);

fn ago(age: Duration) -> Timestamp {
    Timestamp::from_millis(NOW.millis() - u64::try_from(age.as_millis()).unwrap())
}

fn id(byte: u8) -> EnrolmentId {
    EnrolmentId::from_random([byte; 16])
}

fn face(byte: u8) -> FaceId {
    FaceId::parse(&format!("00000000-0000-4000-8000-0000000000{byte:02x}")).unwrap()
}

fn shard(number: u8) -> CollectionName {
    CollectionName::parse(&format!("p-g1-s{number}")).unwrap()
}

/// One enrolment with a face, named by the profile as its status says.
fn user(status: EnrolmentStatus, age: Duration, signed_in: Option<Duration>) -> UserRows {
    let at = ago(age);
    let named = |wanted| (status == wanted).then(|| id(1));
    UserRows {
        profile: Profile {
            active: named(EnrolmentStatus::Active),
            held: named(EnrolmentStatus::Held),
            anchor: None,
        },
        enrolments: vec![Enrolment {
            id: id(1),
            status,
            created_at: at,
            consent: Consent {
                version: ConsentVersion::parse("1").unwrap(),
                at,
            },
            challenge: ChallengeId::from_random([1; 16]),
            held_until: (status == EnrolmentStatus::Held).then_some(at),
        }],
        faces: vec![EnrolledFace {
            enrolment: id(1),
            face: face(1),
            collection: shard(0),
            model_version: "7.0".to_owned(),
            created_at: at,
        }],
        open_consents: Vec::new(),
        signed_in: signed_in.map(ago),
    }
}

/// The fate in words, with the faces that go.
fn told(existence: Existence, rows: &UserRows) -> (&'static str, usize) {
    match fate(existence, rows, &TERMS, NOW) {
        Fate::Leave => ("leave", 0),
        Fate::Erase => ("erase", 0),
        Fate::Change(change) => (change.event.metric(), change.forgotten(rows).len()),
    }
}

#[test]
fn what_becomes_of_a_user() {
    use EnrolmentStatus::{Active, Anchor, Held, Pending, Retired};
    use Existence::{Gone, Lives};
    let old = Duration::from_hours(24 * 100);
    let lapsed = HELD_LAPSES;
    let before = |age: Duration| age.saturating_sub(Duration::from_millis(1));
    #[rustfmt::skip]
    let cases = [
        ("in use", Lives, user(Active, DAY, None), ("leave", 0)),
        ("gone", Gone, user(Active, DAY, None), ("erase", 0)),
        ("gone, nothing but a profile", Gone, UserRows::default(), ("erase", 0)),
        ("gone, it seems, but too young to be sure", Gone, user(Active, before(HOUR), None), ("leave", 0)),
        ("gone, old enough", Gone, user(Active, HOUR, None), ("erase", 0)),
        ("nothing stored", Lives, UserRows::default(), ("leave", 0)),
        ("never signed in again", Lives, user(Active, old, None), ("WITHDRAWN", 1)),
        ("a day is missing", Lives, user(Active, before(old), None), ("leave", 0)),
        ("old, signed in lately", Lives, user(Active, old, Some(DAY)), ("leave", 0)),
        ("not signed in for so long", Lives, user(Active, old * 2, Some(old)), ("WITHDRAWN", 1)),
        ("an anchor alone", Lives, user(Anchor, DAY, None), ("leave", 0)),
        ("being enrolled", Lives, user(Pending, before(HOUR), None), ("leave", 0)),
        ("never finished", Lives, user(Pending, HOUR, None), ("LAPSED", 1)),
        ("waiting", Lives, user(Held, before(lapsed), None), ("leave", 0)),
        ("nobody came back for it", Lives, user(Held, lapsed, None), ("LAPSED", 1)),
        ("left behind by a run that died", Lives, user(Retired, DAY, None), ("LAPSED", 1)),
        ("left behind a moment ago", Lives, user(Retired, before(HOUR), None), ("leave", 0)),
    ];
    for (name, existence, rows, want) in cases {
        assert_eq!(told(existence, &rows), want, "{name}");
    }
}

#[test]
fn a_consent_given_just_now_protects_whatever_is_there() {
    let mut rows = user(EnrolmentStatus::Retired, DAY, None);
    assert_eq!(told(Existence::Gone, &rows).0, "erase");
    rows.open_consents = vec![ago(Duration::from_mins(1))];
    assert_eq!(told(Existence::Gone, &rows).0, "leave");
    assert_eq!(told(Existence::Lives, &rows).0, "leave");
}

#[test]
fn a_held_face_that_the_profile_does_not_name_goes_and_the_named_one_is_unnamed_when_it_lapses() {
    let mut rows = user(EnrolmentStatus::Held, DAY, None);
    rows.profile.held = None;
    assert_eq!(told(Existence::Lives, &rows), ("LAPSED", 1));
    let rows = user(EnrolmentStatus::Held, HELD_LAPSES, None);
    let Fate::Change(change) = fate(Existence::Lives, &rows, &TERMS, NOW) else {
        panic!("it lapses")
    };
    assert_eq!((change.event, &change.after.held), (Event::Lapsed, &None));
    assert_eq!(change.before.held, Some(id(1)));
}

fn record(kind: Kind, status: Status, expired: Duration) -> ChallengeRecord {
    let id = ChallengeId::from_random([1; 16]);
    ChallengeRecord {
        key: ObjectKey::of_challenge(kind, &id),
        id,
        kind,
        state: State::Upload,
        status,
        subject: Sub::made_up([1; 16]),
        name: Pepper::new("0123456789abcdef0123456789abcdef")
            .unwrap()
            .name("a"),
        bucket: Bucket::Plain,
        issued_at: ago(expired * 2),
        expires_at: ago(expired),
        wrong: 0,
        chain: None,
        consent: None,
        indexing: None,
    }
}

#[test]
fn a_photo_goes_when_nobody_will_look_at_it_any_more() {
    let judged = || Status::Judged {
        ruling: Ruling::Refused(Reason::Blurred),
        at: NOW,
    };
    let judging = |ended: Duration| Status::Judging {
        owner: RunId::from_random([1; 16]),
        lease_until: ago(ended),
    };
    let pinned = || Status::Uploaded(Etag::parse("a").unwrap());
    let (second, minute) = (Duration::from_secs(1), Duration::from_mins(1));
    let (young, over) = (minute.saturating_sub(second), minute);
    let selfie = |status, expired| Some(record(Kind::Selfie, status, expired));
    let document = |status, expired| Some(record(Kind::Enrol, status, expired));
    #[rustfmt::skip]
    let cases = [
        ("no record, uploaded just now", None, second, false),
        ("no record, old", None, HOUR, true),
        ("judged selfie, sent again", selfie(judged(), Duration::ZERO), second, true),
        ("selfie, open", selfie(Status::Issued, Duration::ZERO), HOUR, false),
        ("selfie, hardly over", selfie(Status::Issued, young), HOUR, false),
        ("selfie, over", selfie(Status::Issued, over), second, true),
        ("selfie, being judged", selfie(judging(young), HOUR), HOUR, false),
        ("selfie, its run died", selfie(judging(over), HOUR), second, true),
        ("selfie, its run died but another may begin", selfie(judging(over), young), HOUR, false),
        ("document, open", document(Status::Issued, Duration::ZERO), HOUR, false),
        ("document, over", document(Status::Issued, over), second, true),
        ("document, waiting for the indexer", document(pinned(), over), HOUR.saturating_sub(second), false),
        ("document, the indexer never came", document(pinned(), over), HOUR, true),
        ("document, judged, about to be kept", document(judged(), over), second, false),
        ("document, judged and left", document(judged(), over), HOUR, true),
    ];
    for (name, record, age, want) in cases {
        let is_over = upload_is_over(record.as_ref(), ago(age), HOUR, NOW);
        assert_eq!(is_over, want, "{name}");
    }
}

#[test]
fn a_kept_photo_stays_with_its_enrolment_and_for_its_time() {
    let active = user(EnrolmentStatus::Active, DAY, None);
    let retired = user(EnrolmentStatus::Retired, DAY, None);
    let none = Terms {
        photos: Duration::ZERO,
        ..TERMS
    };
    #[rustfmt::skip]
    let cases = [
        ("in its time", id(1), &active, DAY, TERMS, false),
        ("past its time", id(1), &active, TERMS.photos, TERMS, true),
        ("photos are kept no more", id(1), &active, DAY, none, true),
        ("another enrolment's", id(2), &active, DAY, TERMS, true),
        ("retired", id(1), &retired, DAY, TERMS, true),
        ("erased", id(1), &UserRows::default(), DAY, TERMS, true),
        ("its row may be still to come", id(2), &active, HOUR / 2, none, false),
    ];
    for (name, enrolment, rows, age, terms, want) in cases {
        let is_over = kept_photo_is_over(&enrolment, rows, ago(age), &terms, NOW);
        assert_eq!(is_over, want, "{name}");
    }
}

#[test]
fn a_face_is_lost_when_two_looks_that_are_far_enough_apart_find_no_row() {
    let rows = user(EnrolmentStatus::Retired, DAY, None);
    #[rustfmt::skip]
    let cases = [
        ("held by a row, even a retired one's", shard(0), face(1), &rows, DAY, false),
        ("another collection's row", shard(1), face(1), &rows, DAY, true),
        ("another face", shard(0), face(2), &rows, DAY, true),
        ("no such user", shard(0), face(1), &UserRows::default(), DAY, true),
        ("seen first just now", shard(0), face(2), &rows, Duration::ZERO, false),
        ("seen first a while ago", shard(0), face(2), &rows, HOUR, true),
    ];
    for (name, place, face, rows, seen, want) in cases {
        let is_lost = face_is_lost((&place, &face), rows, ago(seen), HOUR, NOW);
        assert_eq!(is_lost, want, "{name}");
    }
}

#[test]
fn addresses_and_sign_ups_end_with_their_owner_and_their_time() {
    use Existence::{Gone, Lives};
    let over = |owner, age| mailbox_is_over(owner, ago(age), HOUR, NOW);
    assert!(over(Gone, HOUR));
    assert!(!over(Gone, HOUR / 2) && !over(Lives, DAY));
    assert!(sign_up_is_over(ago(DAY), DAY, NOW));
    assert!(!sign_up_is_over(ago(DAY), DAY * 2, NOW));
}
