use face_login_aws::faces::Refusal;
use face_login_domain::ids::FaceId;
use face_login_domain::seen::{FaceBox, Percent, Pose};

use super::*;
use crate::tests::record::{NOW, collection, expired, record};

fn etag(text: &str) -> Etag {
    Etag::parse(text).unwrap()
}

fn judged(ruling: Ruling) -> Status {
    Status::Judged { ruling, at: NOW }
}

fn with(status: Status, change: impl FnOnce(&mut ChallengeRecord)) -> Option<ChallengeRecord> {
    let mut record = ChallengeRecord { status, ..record() };
    change(&mut record);
    Some(record)
}

fn nothing(_: &mut ChallengeRecord) {}

fn marked(record: &mut ChallengeRecord) {
    record.indexing = Some(collection());
}

#[test]
fn every_record_and_every_object() {
    use Decision::{Discard, Judge, Leave, Settle, TidyUp};
    let here = Some(etag("here"));
    let refused = Ruling::Refused(Reason::NoFace);
    let late = |record: &mut ChallengeRecord| record.expires_at = expired();
    let late_and_marked = |record: &mut ChallengeRecord| (late(record), marked(record)).0;
    let lost = TidyUp(lost_faces(&with(Status::Issued, marked).unwrap()));
    let gone = Settle(Step::Settle {
        etag: etag("pinned"),
        ruling: Ruling::Refused(Reason::PhotoMissing),
    });
    let pinned = || Status::Uploaded(etag("pinned"));
    let cases = [
        ("no record", None, &here, Discard(Uninvited::NoRecord)),
        ("no record, no object", None, &None, Leave),
        (
            "a selfie's record",
            with(Status::Issued, |record| record.kind = Kind::Selfie),
            &here,
            Discard(Uninvited::NoInvitation),
        ),
        (
            "consent not given",
            with(Status::Issued, |record| record.consent = None),
            &here,
            Discard(Uninvited::NoInvitation),
        ),
        (
            "consent not given, no object",
            with(Status::Issued, |record| record.consent = None),
            &None,
            Leave,
        ),
        (
            "a round that asks for consent",
            with(Status::Issued, |record| record.state = State::Consent),
            &here,
            Discard(Uninvited::NoInvitation),
        ),
        (
            "no enrolment in the making",
            with(Status::Issued, |record| record.chain = None),
            &here,
            Discard(Uninvited::NoInvitation),
        ),
        ("invited", with(Status::Issued, nothing), &here, Judge),
        (
            "invited, begun before",
            with(Status::Issued, marked),
            &here,
            Judge,
        ),
        (
            "invited, nothing there",
            with(Status::Issued, nothing),
            &None,
            Leave,
        ),
        (
            "begun before, photo vanished",
            with(Status::Issued, marked),
            &None,
            Settle(Step::Close(Reason::PhotoMissing)),
        ),
        (
            "too late",
            with(Status::Issued, late),
            &here,
            Settle(Step::Close(Reason::Expired)),
        ),
        (
            "too late, begun before",
            with(Status::Issued, late_and_marked),
            &here,
            Settle(Step::Close(Reason::Expired)),
        ),
        (
            "too late, nothing there",
            with(Status::Issued, late),
            &None,
            Leave,
        ),
        (
            "pinned",
            with(pinned(), nothing),
            &Some(etag("pinned")),
            Judge,
        ),
        (
            "pinned in time, indexed late",
            with(pinned(), late),
            &Some(etag("pinned")),
            Judge,
        ),
        (
            "pinned, then replaced",
            with(pinned(), nothing),
            &here,
            gone.clone(),
        ),
        ("pinned, then gone", with(pinned(), nothing), &None, gone),
        (
            "enrolled, photo left",
            with(judged(Ruling::Indexed), nothing),
            &here,
            TidyUp(None),
        ),
        (
            "enrolled, photo left, face perhaps",
            with(judged(Ruling::Indexed), marked),
            &here,
            lost.clone(),
        ),
        (
            "enrolled and tidy",
            with(judged(Ruling::Indexed), marked),
            &None,
            Leave,
        ),
        (
            "refused, photo left",
            with(judged(refused), nothing),
            &here,
            TidyUp(None),
        ),
        (
            "refused, face perhaps",
            with(judged(refused), marked),
            &None,
            lost,
        ),
        (
            "refused and tidy",
            with(judged(refused), nothing),
            &None,
            Leave,
        ),
    ];
    for (name, record, present, want) in cases {
        assert_eq!(
            decide(record.as_ref(), present.as_ref(), NOW),
            want,
            "{name}"
        );
    }
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
