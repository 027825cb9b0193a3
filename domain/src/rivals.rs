//! Rivals: other users whose stored faces are like the selfie too. Only a face that could sign somebody in makes an answer uncertain; what an
//! erased, withdrawn or unfinished enrolment left in a collection does not. See `docs/adr/0014`.

use crate::{
    enrolment::{EnrolmentStatus, UserRows},
    ids::{FaceId, Sub},
    verdict::{Candidate, Search},
};

/// Candidates at the threshold that are not `sub`'s. One without a label of ours is never told to be nobody's.
pub fn rivals<'a>(sub: &'a Sub, searches: &'a [Search]) -> impl Iterator<Item = &'a Candidate> {
    let alike = searches.iter().flat_map(Search::alike);
    alike.filter(move |candidate| {
        let owner = candidate.label.as_ref().map(|label| &label.sub);
        owner != Some(sub)
    })
}

/// Whether the rows of the user that a face is labelled with say that it counts.
pub fn counts(face: &FaceId, rows: &UserRows) -> bool {
    let row = rows.faces.iter().find(|row| row.face == *face);
    row.is_some_and(|row| {
        rows.enrolments.iter().any(|enrolment| {
            enrolment.id == row.enrolment
                && !matches!(
                    enrolment.status,
                    EnrolmentStatus::Pending | EnrolmentStatus::Retired
                )
        })
    })
}

/// The searches without these faces.
pub fn without(searches: &[Search], ghosts: &[FaceId]) -> Vec<Search> {
    let kept = |search: &Search| Search {
        candidates: search
            .candidates
            .iter()
            .filter(|candidate| !ghosts.contains(&candidate.face))
            .cloned()
            .collect(),
        ..search.clone()
    };
    searches.iter().map(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        collection::CollectionName,
        enrolment::{Consent, ConsentVersion, EnrolledFace, Enrolment},
        ids::{ChallengeId, EnrolmentId, FaceLabel},
        seen::FaceBox,
        similarity::Similarity,
        time::Timestamp,
    };

    fn face(number: u8) -> FaceId {
        FaceId::parse(&format!("00000000-0000-4000-8000-0000000000{number:02x}")).unwrap()
    }

    fn rows(status: EnrolmentStatus) -> UserRows {
        let at = Timestamp::from_millis(0);
        let id = EnrolmentId::from_random([1; 16]);
        UserRows {
            enrolments: vec![Enrolment {
                id: id.clone(),
                status,
                created_at: at,
                consent: Consent {
                    version: ConsentVersion::parse("1").unwrap(),
                    at,
                },
                challenge: ChallengeId::from_random([1; 16]),
                held_until: None,
            }],
            faces: vec![EnrolledFace {
                enrolment: id,
                face: face(1),
                collection: CollectionName::parse("p-g1-s0").unwrap(),
                model_version: "7.0".to_owned(),
                created_at: at,
            }],
            ..UserRows::default()
        }
    }

    #[test]
    fn only_faces_that_could_sign_in_count() {
        for status in EnrolmentStatus::ALL {
            let unfinished = ["PENDING", "RETIRED"].contains(&status.as_str());
            assert_eq!(counts(&face(1), &rows(*status)), !unfinished, "{status:?}");
        }
        let active = rows(EnrolmentStatus::Active);
        assert!(!counts(&face(2), &active), "no row holds it");
        assert!(!counts(&face(1), &UserRows::default()), "the owner is gone");
    }

    #[test]
    fn ghosts_leave_the_searches_and_the_rest_stays() {
        let (me, other) = (Sub::made_up([1; 16]), Sub::made_up([2; 16]));
        let candidate = |number, owner: Option<&Sub>, percent| Candidate {
            face: face(number),
            label: owner.map(|owner| FaceLabel {
                sub: owner.clone(),
                enrolment: EnrolmentId::from_random([0; 16]),
            }),
            similarity: Similarity::new(percent).unwrap(),
        };
        let searches = [Search {
            searched: FaceBox::new(0.3, 0.3, 0.4, 0.4).unwrap(),
            candidates: vec![
                candidate(1, Some(&me), 99.9),
                candidate(2, Some(&other), 99.5),
                candidate(3, None, 99.5),
                candidate(4, Some(&other), 98.0),
            ],
            threshold: Similarity::new(99.0).unwrap(),
        }];
        let found: Vec<_> = rivals(&me, &searches)
            .map(|rival| rival.face.clone())
            .collect();
        assert_eq!(found, [face(2), face(3)]);
        let left = without(&searches, &[face(2)]);
        let left: Vec<_> = left[0]
            .candidates
            .iter()
            .map(|candidate| candidate.face.clone())
            .collect();
        assert_eq!(left, [face(1), face(3), face(4)]);
    }
}
