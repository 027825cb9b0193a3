//! Enrolments of a user: rows, and which of them counts.

use crate::{
    collection::CollectionName,
    ids::{ChallengeId, EnrolmentId, FaceId},
    time::Timestamp,
};

words! {
    /// Whether the faces of an enrolment count.
    EnrolmentStatus {
        /// Indexed; the first selfie of its own chain is still to come.
        Pending = "PENDING",
        /// Proven, but its waiting time is not over.
        Held = "HELD",
        /// Signs in.
        Active = "ACTIVE",
        /// Replaced or abandoned; its vectors are to be deleted.
        Retired = "RETIRED",
    }
}

/// The version of a consent text: 1 to 32 of `a-z A-Z 0-9 . -`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentVersion(String);

impl ConsentVersion {
    /// Returns `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let usable = (1..=32).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
        usable.then(|| Self(text.to_owned()))
    }

    /// The version as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The consent that a person gave to being enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The text that was agreed to.
    pub version: ConsentVersion,
    /// When.
    pub at: Timestamp,
}

/// One enrolment (`ENR#<id>`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// Its name.
    pub id: EnrolmentId,
    /// Whether its faces count.
    pub status: EnrolmentStatus,
    /// When its photo was indexed.
    pub created_at: Timestamp,
    /// What the person agreed to before the photo was taken.
    pub consent: Consent,
    /// The challenge that invited its photo.
    pub challenge: ChallengeId,
}

/// One face vector of an enrolment (`FACE#<enrolment>#<face>`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolledFace {
    /// The enrolment that it belongs to.
    pub enrolment: EnrolmentId,
    /// Rekognition's name of the vector.
    pub face: FaceId,
    /// The collection that holds it.
    pub collection: CollectionName,
    /// Rekognition's version of the model that made it.
    pub model_version: String,
    /// When it was indexed.
    pub created_at: Timestamp,
}

/// Everything that is stored of one user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserRows {
    /// The enrolment that the profile row names as the active one.
    pub active: Option<EnrolmentId>,
    /// The enrolments, in the order of their names.
    pub enrolments: Vec<Enrolment>,
    /// Their faces.
    pub faces: Vec<EnrolledFace>,
}

impl UserRows {
    /// The enrolment that signs in: named by the profile *and* active itself. Rows that disagree count as none.
    pub fn active_enrolment(&self) -> Option<&Enrolment> {
        self.with_status(self.active.as_ref()?, EnrolmentStatus::Active)
    }

    /// The enrolment of this name, if its first selfie is still to come.
    pub fn pending_enrolment(&self, id: &EnrolmentId) -> Option<&Enrolment> {
        self.with_status(id, EnrolmentStatus::Pending)
    }

    /// The faces of one enrolment.
    pub fn faces_of(&self, id: &EnrolmentId) -> impl Iterator<Item = &EnrolledFace> {
        self.faces.iter().filter(move |face| face.enrolment == *id)
    }

    /// Whether any row of the user, whatever its status, holds this face.
    pub fn hold(&self, face: &FaceId) -> bool {
        self.faces.iter().any(|row| row.face == *face)
    }

    fn with_status(&self, id: &EnrolmentId, status: EnrolmentStatus) -> Option<&Enrolment> {
        self.enrolments
            .iter()
            .find(|enrolment| enrolment.id == *id && enrolment.status == status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enrolment(byte: u8, status: EnrolmentStatus) -> Enrolment {
        Enrolment {
            id: EnrolmentId::from_random([byte; 16]),
            status,
            created_at: Timestamp::from_millis(0),
            consent: Consent {
                version: ConsentVersion::parse("2026-11").unwrap(),
                at: Timestamp::from_millis(0),
            },
            challenge: ChallengeId::from_random([byte; 16]),
        }
    }

    #[test]
    fn the_profile_and_the_enrolment_must_agree() {
        let id = EnrolmentId::from_random([1; 16]);
        for (name, active, status, want) in [
            (
                "both say active",
                Some(id.clone()),
                EnrolmentStatus::Active,
                true,
            ),
            ("no profile", None, EnrolmentStatus::Active, false),
            (
                "another one named",
                Some(EnrolmentId::from_random([2; 16])),
                EnrolmentStatus::Active,
                false,
            ),
            ("pending", Some(id.clone()), EnrolmentStatus::Pending, false),
            ("held", Some(id.clone()), EnrolmentStatus::Held, false),
            ("retired", Some(id.clone()), EnrolmentStatus::Retired, false),
        ] {
            let rows = UserRows {
                active,
                enrolments: vec![enrolment(1, status)],
                faces: Vec::new(),
            };
            assert_eq!(rows.active_enrolment().is_some(), want, "{name}");
            assert_eq!(
                rows.pending_enrolment(&id).is_some(),
                status == EnrolmentStatus::Pending,
                "{name}"
            );
        }
    }
}
