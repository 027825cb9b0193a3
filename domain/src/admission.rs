//! Whether the face in a document may be enrolled, by whom it is like: a photo update continues a line of faces, and the same
//! face under another user is counted or refused.

use crate::{
    enrolment::{EnrolledFace, UserRows},
    ids::{EnrolmentId, FaceId, Sub},
    seen::FaceBox,
    verdict::{Expected, SAME_FACE, Search, matched},
    words::Reason,
};

words! {
    /// What happens to a face that another living user has.
    DuplicatePolicy {
        /// It is counted, silently.
        Flag = "FLAG",
        /// It is refused. Whoever tries faces learns from it which of them are known here.
        Refuse = "REFUSE",
    }
}

/// The faces that an update's photo has to be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Of the active enrolment.
    pub active: Vec<&'a EnrolledFace>,
    /// Of the first one of its line: each photo may differ a little from the one before, but no chain of them may end at
    /// somebody else.
    pub anchor: Vec<&'a EnrolledFace>,
}

impl<'a> Line<'a> {
    /// The line that an update of `active` continues.
    ///
    /// # Errors
    /// [`Reason::EnrolmentRefused`] if that is not the active enrolment any more.
    pub fn of(rows: &'a UserRows, active: &EnrolmentId) -> Result<Self, Reason> {
        let named = rows.active_enrolment().filter(|row| row.id == *active);
        match (named, rows.anchor_enrolment()) {
            (Some(active), Some(anchor)) => Ok(Self {
                active: rows.faces_of(&active.id).collect(),
                anchor: rows.faces_of(&anchor.id).collect(),
            }),
            _ => Err(Reason::EnrolmentRefused),
        }
    }

    /// Whether the searched face is like both ends.
    ///
    /// # Errors
    /// [`Reason::NotRecognised`] if it is not.
    pub fn continued(&self, sub: &Sub, searches: &[Search]) -> Result<(), Reason> {
        let like = |faces: &[&EnrolledFace]| {
            let faces: Vec<FaceId> = faces.iter().map(|face| face.face.clone()).collect();
            let expected = Expected { sub, faces: &faces };
            !matched(expected, searches).is_empty()
        };
        if like(&self.active) && like(&self.anchor) {
            Ok(())
        } else {
            Err(Reason::NotRecognised)
        }
    }
}

/// Whether every search was for the face that was judged.
///
/// # Errors
/// [`Reason::SeveralFaces`] if one was not.
pub fn same_face(judged: &FaceBox, searches: &[Search]) -> Result<(), Reason> {
    let same = searches
        .iter()
        .all(|search| SAME_FACE <= search.searched.overlap(judged));
    if same {
        Ok(())
    } else {
        Err(Reason::SeveralFaces)
    }
}

#[cfg(test)]
#[path = "admission/tests.rs"]
mod tests;
