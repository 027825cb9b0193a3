use face_login_aws::faces::Refusal;
use face_login_domain::ids::FaceId;
use face_login_domain::seen::{FaceBox, Percent, Pose};

use super::*;
use crate::tests::record::{NOW, collection, expired, record};

use Decision::{Discard, Judge, Leave, Settle, TidyUp};

/// Case, record, what is under the key, decision.
type Case<'a> = (&'a str, Option<ChallengeRecord>, &'a str, Decision);

/// An empty text stands for no object.
fn check(cases: impl IntoIterator<Item = Case<'static>>) {
    for (name, record, present, want) in cases {
        let present = Etag::parse(present);
        assert_eq!(
            decide(record.as_ref(), present.as_ref(), NOW),
            want,
            "{name}"
        );
    }
}

fn pinned() -> Status {
    Status::Uploaded(Etag::parse("pinned").unwrap())
}

fn judged(ruling: Ruling) -> Status {
    Status::Judged { ruling, at: NOW }
}

fn with(status: Status, change: impl FnOnce(&mut ChallengeRecord)) -> ChallengeRecord {
    let mut record = ChallengeRecord { status, ..record() };
    change(&mut record);
    record
}

fn as_it_is(_: &mut ChallengeRecord) {}

fn late(record: &mut ChallengeRecord) {
    record.expires_at = expired();
}

fn marked(record: &mut ChallengeRecord) {
    record.indexing = Some(collection());
}

fn late_and_marked(record: &mut ChallengeRecord) {
    late(record);
    marked(record);
}

#[test]
fn what_nobody_invited_is_deleted_unread() {
    let selfie = with(Status::Issued, |record| record.kind = Kind::Selfie);
    let no_consent = with(Status::Issued, |record| record.consent = None);
    let consent_round = with(Status::Issued, |record| record.state = State::Consent);
    let no_chain = with(Status::Issued, |record| record.chain = None);
    let uninvited = || Discard(Uninvited::NoInvitation);
    check([
        ("no record", None, "here", Discard(Uninvited::NoRecord)),
        ("no record, no object", None, "", Leave),
        ("a selfie's record", Some(selfie), "here", uninvited()),
        (
            "consent not given",
            Some(no_consent.clone()),
            "here",
            uninvited(),
        ),
        ("consent not given, no object", Some(no_consent), "", Leave),
        (
            "a round that asks for consent",
            Some(consent_round),
            "here",
            uninvited(),
        ),
        (
            "no enrolment in the making",
            Some(no_chain),
            "here",
            uninvited(),
        ),
    ]);
}

#[test]
fn an_open_challenge_is_judged_or_settled() {
    let issued = |change: fn(&mut ChallengeRecord)| Some(with(Status::Issued, change));
    let uploaded = |change: fn(&mut ChallengeRecord)| Some(with(pinned(), change));
    let close = |reason| Settle(Step::Close(reason));
    let gone = || {
        Settle(Step::Settle {
            etag: Etag::parse("pinned").unwrap(),
            ruling: Ruling::Refused(Reason::PhotoMissing),
        })
    };
    check([
        ("invited", issued(as_it_is), "here", Judge),
        ("invited, begun before", issued(marked), "here", Judge),
        ("invited, nothing there", issued(as_it_is), "", Leave),
        (
            "begun before, photo vanished",
            issued(marked),
            "",
            close(Reason::PhotoMissing),
        ),
        ("too late", issued(late), "here", close(Reason::Expired)),
        (
            "too late, begun before",
            issued(late_and_marked),
            "here",
            close(Reason::Expired),
        ),
        ("too late, nothing there", issued(late), "", Leave),
        ("pinned", uploaded(as_it_is), "pinned", Judge),
        (
            "pinned in time, indexed late",
            uploaded(late),
            "pinned",
            Judge,
        ),
        ("pinned, then replaced", uploaded(as_it_is), "here", gone()),
        ("pinned, then gone", uploaded(as_it_is), "", gone()),
    ]);
}

#[test]
fn a_settled_challenge_is_tidied_up_once() {
    let enrolled = |change: fn(&mut ChallengeRecord)| Some(with(judged(Ruling::Indexed), change));
    let ruling = Ruling::Refused(Reason::NoFace);
    let refused = |change: fn(&mut ChallengeRecord)| Some(with(judged(ruling), change));
    let lost = || TidyUp(lost_faces(&with(Status::Issued, marked)));
    assert_ne!(lost(), TidyUp(None));
    check([
        (
            "enrolled, photo left",
            enrolled(as_it_is),
            "here",
            TidyUp(None),
        ),
        (
            "enrolled, photo left, face perhaps",
            enrolled(marked),
            "here",
            lost(),
        ),
        ("enrolled and tidy", enrolled(marked), "", Leave),
        (
            "refused, photo left",
            refused(as_it_is),
            "here",
            TidyUp(None),
        ),
        ("refused, face perhaps", refused(marked), "", lost()),
        ("refused and tidy", refused(as_it_is), "", Leave),
    ]);
}

fn seen(left: f32) -> SeenFace {
    let percent = Percent::new(99.0).unwrap();
    SeenFace {
        bounds: FaceBox::new(left, 0.25, 0.5, 0.5).unwrap(),
        confidence: percent,
        brightness: percent,
        sharpness: percent,
        pose: Pose {
            yaw: 0.0,
            pitch: 0.0,
            roll: 0.0,
        },
        eyes_open: None,
        sunglasses: None,
        occluded: None,
    }
}

#[test]
fn only_the_judged_face_is_enrolled() {
    let at = |left: f32| {
        Indexing::Indexed(Indexed {
            face_id: FaceId::parse("0f8a3c1e-4b1d-4c59-9f3a-0a1b2c3d4e5f").unwrap(),
            bounds: seen(left).bounds,
            model_version: "7.0".to_owned(),
        })
    };
    let filtered = |reasons: &[&str]| {
        Indexing::NotIndexed(reasons.iter().map(|reason| (*reason).to_owned()).collect())
    };
    for (name, indexing, want) in [
        ("the same", at(0.25), None),
        ("a little beside it", at(0.35), None),
        ("another face", at(0.5), Some(Reason::SeveralFaces)),
        (
            "turned away",
            filtered(&["LOW_SHARPNESS", "EXTREME_POSE"]),
            Some(Reason::TurnedAway),
        ),
        (
            "small",
            filtered(&["SMALL_BOUNDING_BOX"]),
            Some(Reason::FaceTooSmall),
        ),
        ("dark", filtered(&["LOW_BRIGHTNESS"]), Some(Reason::TooDark)),
        (
            "poor",
            filtered(&["LOW_FACE_QUALITY", "LOW_CONFIDENCE"]),
            Some(Reason::Blurred),
        ),
        (
            "hardly a face",
            filtered(&["LOW_CONFIDENCE"]),
            Some(Reason::NoFace),
        ),
        (
            "a new word",
            filtered(&["SOMETHING_NEW"]),
            Some(Reason::NoFace),
        ),
        ("nothing at all", filtered(&[]), Some(Reason::NoFace)),
        (
            "refused",
            Indexing::Refused(Refusal::InvalidImage),
            Some(Reason::PhotoInvalid),
        ),
    ] {
        assert_eq!(indexed(&seen(0.25), indexing).err(), want, "{name}");
    }
}
