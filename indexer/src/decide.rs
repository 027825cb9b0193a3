//! What is to be done about a key, from what the record and the bucket say. Pure; the table of the tests is the rule.

use face_login_aws::faces::{Indexed, Indexing};
use face_login_domain::challenge::{ChallengeRecord, Ruling, Status, Step};
use face_login_domain::collection::CollectionName;
use face_login_domain::ids::{Etag, FaceLabel};
use face_login_domain::seen::SeenFace;
use face_login_domain::time::Timestamp;
use face_login_domain::words::{Kind, Reason, State};

/// Least overlap of the face that was judged and the face that was indexed.
const SAME_FACE: f32 = 0.5;

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Nothing: somebody did it, or there is nothing.
    Leave,
    /// Delete the object unread: nobody invited it.
    Discard(Uninvited),
    /// Settle the record, then look again. Deleting comes after settling: a settled record can't gain a face any more,
    /// whoever else is at work on it.
    Settle(Step),
    /// The record is settled: remove faces that got lost on the way, then the photo.
    TidyUp(Option<LostFaces>),
    /// A consenting person waits for the enrolment of exactly this photo.
    Judge,
}

/// Why an object is deleted unread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Uninvited {
    /// No challenge has such a key.
    Key,
    /// There is no record, or one of another release.
    NoRecord,
    /// The challenge asks for no document, or nobody consented.
    NoInvitation,
}

impl Uninvited {
    /// For the log.
    pub(crate) const fn metric(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::NoRecord => "no_record",
            Self::NoInvitation => "no_invitation",
        }
    }
}

/// Where faces may be that no row holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LostFaces {
    /// The collection that an earlier run was about to use.
    pub(crate) collection: CollectionName,
    /// The label that they carry.
    pub(crate) label: FaceLabel,
}

/// What to do about a key, from its record and the `ETag` of what is there now.
pub(crate) fn decide(
    record: Option<&ChallengeRecord>,
    present: Option<&Etag>,
    now: Timestamp,
) -> Decision {
    let Some(record) = record else {
        return discard(present, Uninvited::NoRecord);
    };
    if present.is_some_and(|etag| record.invitation(etag, now).is_some()) {
        return Decision::Judge;
    }
    let traces = present.is_some() || record.indexing.is_some();
    match (&record.status, present) {
        _ if !asks_for_a_document(record) => discard(present, Uninvited::NoInvitation),
        // Lost faces go before the photo does: without it, nothing is left to do.
        (
            Status::Judged {
                ruling: Ruling::Indexed,
                ..
            },
            None,
        ) => Decision::Leave,
        (Status::Judged { .. }, _) if traces => Decision::TidyUp(lost_faces(record)),
        (Status::Issued, Some(_)) => Decision::Settle(Step::Close(Reason::Expired)),
        (Status::Issued, None) if traces => Decision::Settle(Step::Close(Reason::PhotoMissing)),
        (Status::Uploaded(pinned), _) => Decision::Settle(Step::Settle {
            etag: pinned.clone(),
            ruling: Ruling::Refused(Reason::PhotoMissing),
        }),
        (Status::Judging { .. }, _) => discard(present, Uninvited::NoInvitation),
        (Status::Issued | Status::Judged { .. }, _) => Decision::Leave,
    }
}

/// Where an earlier run may have left faces.
pub(crate) fn lost_faces(record: &ChallengeRecord) -> Option<LostFaces> {
    let (collection, chain) = (record.indexing.clone()?, record.chain.as_ref()?);
    let label = FaceLabel {
        sub: record.subject.clone(),
        enrolment: chain.enrolment.clone(),
    };
    Some(LostFaces { collection, label })
}

/// The face that was put into the collection, if it is the one that was judged.
pub(crate) fn indexed(judged: &SeenFace, indexing: Indexing) -> Result<Indexed, Reason> {
    match indexing {
        Indexing::Indexed(indexed) if SAME_FACE <= judged.bounds.overlap(&indexed.bounds) => {
            Ok(indexed)
        }
        Indexing::Indexed(_) => Err(Reason::SeveralFaces),
        Indexing::Refused(_) => Err(Reason::PhotoInvalid),
        Indexing::NotIndexed(reasons) => Err(unfit(&reasons)),
    }
}

/// Rekognition's reasons in the protocol's words, the most telling one first.
fn unfit(reasons: &[String]) -> Reason {
    let words = [
        ("EXTREME_POSE", Reason::TurnedAway),
        ("SMALL_BOUNDING_BOX", Reason::FaceTooSmall),
        ("LOW_BRIGHTNESS", Reason::TooDark),
        ("LOW_SHARPNESS", Reason::Blurred),
        ("LOW_FACE_QUALITY", Reason::Blurred),
    ];
    let told = words
        .into_iter()
        .find(|(word, _)| reasons.iter().any(|reason| reason == word));
    told.map_or(Reason::NoFace, |(_, reason)| reason)
}

fn asks_for_a_document(record: &ChallengeRecord) -> bool {
    record.kind == Kind::Enrol
        && record.state == State::Upload
        && record.consent.is_some()
        && record.chain.is_some()
}

fn discard(present: Option<&Etag>, why: Uninvited) -> Decision {
    present.map_or(Decision::Leave, |_| Decision::Discard(why))
}

#[cfg(test)]
mod tests;
