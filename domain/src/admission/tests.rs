//! Lines of photos and faces of others.

use super::*;
use crate::{
    collection::CollectionName,
    enrolment::{Consent, ConsentVersion, Enrolment, EnrolmentStatus, Profile},
    ids::{ChallengeId, FaceLabel},
    similarity::Similarity,
    time::Timestamp,
    verdict::Candidate,
};

fn id(byte: u8) -> EnrolmentId {
    EnrolmentId::from_random([byte; 16])
}

fn face(byte: u8) -> FaceId {
    FaceId::parse(&format!("00000000-0000-4000-8000-0000000000{byte:02x}")).unwrap()
}

fn user(byte: u8) -> Sub {
    Sub::made_up([byte; 16])
}

fn rows(active: u8, anchor: u8, enrolments: &[(u8, EnrolmentStatus)]) -> UserRows {
    let at = Timestamp::from_millis(0);
    UserRows {
        profile: Profile {
            active: Some(id(active)),
            held: None,
            anchor: Some(id(anchor)),
        },
        enrolments: enrolments
            .iter()
            .map(|(byte, status)| Enrolment {
                id: id(*byte),
                status: *status,
                created_at: at,
                consent: Consent {
                    version: ConsentVersion::parse("1").unwrap(),
                    at,
                },
                challenge: ChallengeId::from_random([0; 16]),
                held_until: None,
            })
            .collect(),
        faces: enrolments
            .iter()
            .map(|(byte, _)| EnrolledFace {
                enrolment: id(*byte),
                face: face(*byte),
                collection: CollectionName::parse("c").unwrap(),
                model_version: "7.0".to_owned(),
                created_at: at,
            })
            .collect(),
        ..UserRows::default()
    }
}

fn search(found: &[(u8, Option<u8>, f32)]) -> [Search; 1] {
    let candidates = found.iter().map(|(number, owner, percent)| Candidate {
        face: face(*number),
        label: owner.map(|owner| FaceLabel {
            sub: user(owner),
            enrolment: id(0),
        }),
        similarity: Similarity::new(*percent).unwrap(),
    });
    [Search {
        searched: FaceBox::new(0.2, 0.2, 0.4, 0.4).unwrap(),
        candidates: candidates.collect(),
        threshold: Similarity::new(99.0).unwrap(),
    }]
}

#[test]
fn an_update_has_to_be_like_the_last_face_and_the_first() {
    use EnrolmentStatus::{Active, Anchor};
    let mine = rows(2, 1, &[(1, Anchor), (2, Active)]);
    let line = Line::of(&mine, &id(2)).unwrap();
    let refused = Err(Reason::NotRecognised);
    for (name, found, want) in [
        (
            "both",
            &[(1, Some(7), 99.0), (2, Some(7), 99.5)][..],
            Ok(()),
        ),
        ("only the last: it drifts", &[(2, Some(7), 100.0)], refused),
        ("only the first", &[(1, Some(7), 100.0)], refused),
        (
            "the first just below",
            &[(1, Some(7), 98.9), (2, Some(7), 100.0)],
            refused,
        ),
        (
            "another's under these names",
            &[(1, Some(8), 99.0), (2, Some(8), 99.5)],
            refused,
        ),
        ("nobody", &[], refused),
    ] {
        assert_eq!(line.continued(&user(7), &search(found)), want, "{name}");
    }
    let first = rows(1, 1, &[(1, Active)]);
    let line = Line::of(&first, &id(1)).unwrap();
    assert_eq!(
        line.continued(&user(7), &search(&[(1, Some(7), 99.0)])),
        Ok(())
    );
    assert_eq!(
        Line::of(&mine, &id(1)),
        Err(Reason::EnrolmentRefused),
        "another one is active"
    );
    let lost = rows(2, 1, &[(1, EnrolmentStatus::Retired), (2, Active)]);
    assert_eq!(
        Line::of(&lost, &id(2)),
        Err(Reason::EnrolmentRefused),
        "no anchor"
    );
}

#[test]
fn the_searched_face_is_the_judged_one() {
    let [found] = search(&[]);
    let apart = FaceBox::new(0.7, 0.7, 0.2, 0.2).unwrap();
    let judged = found.searched;
    let searches = [found];
    assert_eq!(same_face(&judged, &searches), Ok(()));
    assert_eq!(same_face(&apart, &searches), Err(Reason::SeveralFaces));
}
