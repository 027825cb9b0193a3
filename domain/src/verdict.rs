//! Whether the face in a selfie is the one that it has to be.
//!
//! A search in a collection answers "who is like this?". The question here is another one: is it *this* user? So only this
//! user's own faces can pass, and anybody else at the threshold makes the answer uncertain. See `docs/adr/0004`.

use crate::{
    attempts::Bucket,
    challenge::Chain,
    ids::{FaceId, FaceLabel, Sub},
    seen::FaceBox,
    similarity::Similarity,
    words::Reason,
};

/// Least overlap (intersection over union) at which two boxes are the same face.
pub const SAME_FACE: f32 = 0.5;

/// A stored face that is like the searched one.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The stored face.
    pub face: FaceId,
    /// Whose it says it is; `None` for a face that this product did not label.
    pub label: Option<FaceLabel>,
    /// How alike they are.
    pub similarity: Similarity,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// The face that was searched for: always the largest of the photo.
    pub searched: FaceBox,
    /// What it is like.
    pub candidates: Vec<Candidate>,
    /// From where on that is the same person, by the collection's face model.
    pub threshold: Similarity,
}

impl Search {
    /// The candidates at the threshold.
    pub(crate) fn alike(&self) -> impl Iterator<Item = &Candidate> {
        let at_threshold = |candidate: &&Candidate| self.threshold <= candidate.similarity;
        self.candidates.iter().filter(at_threshold)
    }
}

/// Whose faces count.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The user.
    pub sub: &'a Sub,
    /// The faces of the one enrolment that is asked for; none for unknown and unenrolled users.
    pub faces: &'a [FaceId],
}

/// What the selfie showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The right face and no other.
    Match,
    /// Not the right face.
    NotRecognised,
    /// The right face, and another user's at the threshold too. Outside it is like [`Verdict::NotRecognised`].
    Ambiguous,
    /// The searched face is not the one whose quality was judged.
    AnotherFaceSearched,
}

impl Verdict {
    /// The reason that the client is told; `None` for a match.
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Match => None,
            Self::NotRecognised | Self::Ambiguous => Some(Reason::NotRecognised),
            Self::AnotherFaceSearched => Some(Reason::SeveralFaces),
        }
    }

    /// Whether it is a match all the same where the mailbox was proven too, for a face that is active already. A new enrolment is
    /// none: whoever has a picture of somebody could put a rival beside them and turn their plain way off. See `docs/adr/0020`.
    pub fn is_settled_by(self, bucket: Bucket, chain: Option<&Chain>) -> bool {
        self == Self::Ambiguous && bucket == Bucket::Mailbox && chain.is_none()
    }

    /// The word for logs and metrics.
    pub const fn metric(self) -> &'static str {
        match self {
            Self::Match => "MATCH",
            Self::NotRecognised => "NOT_RECOGNISED",
            Self::Ambiguous => "AMBIGUOUS",
            Self::AnotherFaceSearched => "ANOTHER_FACE_SEARCHED",
        }
    }
}

/// Judges the face at `judged` by all searches for it (one per collection that holds faces of the user).
pub fn judge(expected: Expected<'_>, judged: &FaceBox, searches: &[Search]) -> Verdict {
    if searches
        .iter()
        .any(|search| search.searched.overlap(judged) < SAME_FACE)
    {
        return Verdict::AnotherFaceSearched;
    }
    let alike = || searches.iter().flat_map(Search::alike);
    let own = own(expected, searches).next().is_some();
    let rival = alike().any(|candidate| {
        candidate
            .label
            .as_ref()
            .is_none_or(|label| label.sub != *expected.sub)
    });
    match (own, rival) {
        (true, false) => Verdict::Match,
        (true, true) => Verdict::Ambiguous,
        (false, _) => Verdict::NotRecognised,
    }
}

/// The expected faces that the searches found at the threshold. Says nothing of rivals: [`judge`] does.
pub fn matched(expected: Expected<'_>, searches: &[Search]) -> Vec<FaceId> {
    own(expected, searches)
        .map(|candidate| candidate.face.clone())
        .collect()
}

/// How alike the best of the expected faces is, of those at the threshold.
pub fn best(expected: Expected<'_>, searches: &[Search]) -> Option<Similarity> {
    own(expected, searches)
        .map(|candidate| candidate.similarity)
        .max_by(|one, other| one.percent().total_cmp(&other.percent()))
}

fn own<'a>(expected: Expected<'a>, searches: &'a [Search]) -> impl Iterator<Item = &'a Candidate> {
    let alike = searches.iter().flat_map(Search::alike);
    alike.filter(move |candidate| is_expected(expected, candidate))
}

fn is_expected(expected: Expected<'_>, candidate: &Candidate) -> bool {
    let labelled = candidate
        .label
        .as_ref()
        .is_some_and(|label| label.sub == *expected.sub);
    labelled && expected.faces.contains(&candidate.face)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        challenge::Aim,
        ids::{EnrolmentId, TicketId},
    };

    const BOX: [f32; 4] = [0.3, 0.3, 0.4, 0.4];

    fn bounds([left, top, width, height]: [f32; 4]) -> FaceBox {
        FaceBox::new(left, top, width, height).unwrap()
    }

    fn face(number: u8) -> FaceId {
        FaceId::parse(&format!("00000000-0000-4000-8000-0000000000{number:02x}")).unwrap()
    }

    fn user(number: u8) -> Sub {
        Sub::made_up([number; 16])
    }

    fn candidate(number: u8, owner: Option<u8>, percent: f32) -> Candidate {
        let label = owner.map(|owner| FaceLabel {
            sub: user(owner),
            enrolment: EnrolmentId::from_random([0; 16]),
        });
        Candidate {
            face: face(number),
            label,
            similarity: Similarity::new(percent).unwrap(),
        }
    }

    fn ruled(faces: &[FaceId], candidates: Vec<Candidate>, searched: [f32; 4]) -> Verdict {
        let search = Search {
            searched: bounds(searched),
            candidates,
            threshold: Similarity::new(99.0).unwrap(),
        };
        judge(
            Expected {
                sub: &user(1),
                faces,
            },
            &bounds(BOX),
            &[search],
        )
    }

    #[test]
    fn only_this_users_own_face_passes() {
        let own = [face(1)];
        for (name, faces, candidates, want) in [
            (
                "the face",
                &own[..],
                vec![candidate(1, Some(1), 99.0)],
                Verdict::Match,
            ),
            (
                "below the threshold",
                &own,
                vec![candidate(1, Some(1), 98.99)],
                Verdict::NotRecognised,
            ),
            ("nobody", &own, vec![], Verdict::NotRecognised),
            (
                "a stranger who is enrolled",
                &own,
                vec![candidate(2, Some(2), 100.0)],
                Verdict::NotRecognised,
            ),
            (
                "a rival at the threshold",
                &own,
                vec![candidate(1, Some(1), 99.9), candidate(2, Some(2), 99.0)],
                Verdict::Ambiguous,
            ),
            (
                "a rival below it",
                &own,
                vec![candidate(1, Some(1), 99.9), candidate(2, Some(2), 98.9)],
                Verdict::Match,
            ),
            (
                "an unlabelled face",
                &own,
                vec![candidate(1, Some(1), 99.9), candidate(3, None, 99.0)],
                Verdict::Ambiguous,
            ),
            (
                "a retired face of the same user",
                &own,
                vec![candidate(4, Some(1), 100.0)],
                Verdict::NotRecognised,
            ),
            (
                "the face and a retired one",
                &own,
                vec![candidate(4, Some(1), 100.0), candidate(1, Some(1), 99.5)],
                Verdict::Match,
            ),
            (
                "our id under another's label",
                &own,
                vec![candidate(1, Some(2), 100.0)],
                Verdict::NotRecognised,
            ),
            (
                "unenrolled",
                &[],
                vec![candidate(1, Some(1), 100.0)],
                Verdict::NotRecognised,
            ),
        ] {
            assert_eq!(ruled(faces, candidates, BOX), want, "{name}");
        }
    }

    #[test]
    fn each_search_has_the_threshold_of_its_model() {
        let search = |number, owner, threshold| Search {
            searched: bounds(BOX),
            candidates: vec![candidate(number, Some(owner), 98.5)],
            threshold: Similarity::new(threshold).unwrap(),
        };
        let (sub, faces) = (user(1), [face(1)]);
        let expected = Expected {
            sub: &sub,
            faces: &faces,
        };
        for (name, own, other, want) in [
            ("his model is stricter", 99.0, 98.0, Verdict::NotRecognised),
            ("the rival's model is stricter", 98.0, 99.0, Verdict::Match),
            ("neither is", 98.0, 98.0, Verdict::Ambiguous),
        ] {
            let searches = [search(1, 1, own), search(2, 2, other)];
            assert_eq!(judge(expected, &bounds(BOX), &searches), want, "{name}");
            let found = own <= 98.5;
            assert_eq!(
                matched(expected, &searches).len(),
                usize::from(found),
                "{name}"
            );
            assert_eq!(best(expected, &searches).is_some(), found, "{name}");
        }
    }

    #[test]
    fn the_searched_face_must_be_the_judged_one() {
        let own = vec![candidate(1, Some(1), 100.0)];
        assert_eq!(
            ruled(&[face(1)], own.clone(), [0.35, 0.3, 0.4, 0.4]),
            Verdict::Match
        );
        assert_eq!(
            ruled(&[face(1)], own, [0.5, 0.5, 0.4, 0.4]),
            Verdict::AnotherFaceSearched
        );
    }

    #[test]
    fn the_mailbox_settles_what_is_uncertain_and_nothing_else() {
        let chain = Chain {
            enrolment: EnrolmentId::from_random([1; 16]),
            aim: Aim::First(TicketId::from_random([1; 16])),
        };
        let by_mail = |verdict: Verdict| verdict.is_settled_by(Bucket::Mailbox, None);
        assert!(by_mail(Verdict::Ambiguous));
        assert!(!by_mail(Verdict::NotRecognised) && !by_mail(Verdict::AnotherFaceSearched));
        assert!(!Verdict::Ambiguous.is_settled_by(Bucket::Plain, None));
        assert!(
            !Verdict::Ambiguous.is_settled_by(Bucket::Mailbox, Some(&chain)),
            "an enrolment is not active yet"
        );
    }

    #[test]
    fn nobody_hears_of_a_rival() {
        assert_eq!(Verdict::Ambiguous.reason(), Verdict::NotRecognised.reason());
        assert_eq!(Verdict::Match.reason(), None);
    }
}
