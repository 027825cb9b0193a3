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
        /// Signs in no more, but its faces are kept: a photo update has to match the first face of its line as well.
        Anchor = "ANCHOR",
        /// Replaced, abandoned or withdrawn; its vectors are to be deleted.
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
    /// For HELD: until when it waits.
    pub held_until: Option<Timestamp>,
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

/// Which enrolments the profile row names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The one that signs in.
    pub active: Option<EnrolmentId>,
    /// The one that waits for its time.
    pub held: Option<EnrolmentId>,
    /// The first one of the line that photo updates continue.
    pub anchor: Option<EnrolmentId>,
}

impl Profile {
    /// The profile of a user with one enrolment, which begins a line.
    pub fn of(active: &EnrolmentId) -> Self {
        Self {
            active: Some(active.clone()),
            held: None,
            anchor: Some(active.clone()),
        }
    }
}

/// Everything that is stored of one user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserRows {
    /// What the profile row says.
    pub profile: Profile,
    /// The enrolments, in the order of their names.
    pub enrolments: Vec<Enrolment>,
    /// Their faces.
    pub faces: Vec<EnrolledFace>,
    /// Consents that were not withdrawn, by the time when they were given.
    pub open_consents: Vec<Timestamp>,
    /// The day of the last sign-in, as the time when it began; `None` before the first one.
    pub signed_in: Option<Timestamp>,
}

impl UserRows {
    /// The enrolment that signs in: named by the profile *and* active itself. Rows that disagree count as none.
    pub fn active_enrolment(&self) -> Option<&Enrolment> {
        self.named(self.profile.active.as_ref()?, EnrolmentStatus::Active)
    }

    /// The enrolment that waits for its time, named by the profile *and* held itself.
    pub fn held_enrolment(&self) -> Option<&Enrolment> {
        self.named(self.profile.held.as_ref()?, EnrolmentStatus::Held)
    }

    /// The same, if its time has come at `now`.
    pub fn due_enrolment(&self, now: Timestamp) -> Option<&Enrolment> {
        self.held_enrolment()
            .filter(|held| held.held_until.is_some_and(|until| until <= now))
    }

    /// The first enrolment of the active one's line: itself, until a photo update.
    pub fn anchor_enrolment(&self) -> Option<&Enrolment> {
        let Some(anchor) = &self.profile.anchor else {
            return self.active_enrolment();
        };
        self.named(anchor, EnrolmentStatus::Anchor)
            .or(self.named(anchor, EnrolmentStatus::Active))
    }

    /// The enrolment of this name, if its first selfie is still to come.
    pub fn pending_enrolment(&self, id: &EnrolmentId) -> Option<&Enrolment> {
        self.named(id, EnrolmentStatus::Pending)
    }

    /// The faces of one enrolment.
    pub fn faces_of(&self, id: &EnrolmentId) -> impl Iterator<Item = &EnrolledFace> {
        self.faces.iter().filter(move |face| face.enrolment == *id)
    }

    /// The enrolments of one status.
    pub fn with_status(&self, status: EnrolmentStatus) -> impl Iterator<Item = &Enrolment> {
        self.enrolments
            .iter()
            .filter(move |enrolment| enrolment.status == status)
    }

    /// Whether any row of the user, whatever its status, holds this face.
    pub fn hold(&self, face: &FaceId) -> bool {
        self.faces.iter().any(|row| row.face == *face)
    }

    fn named(&self, id: &EnrolmentId, status: EnrolmentStatus) -> Option<&Enrolment> {
        self.with_status(status)
            .find(|enrolment| enrolment.id == *id)
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
            held_until: None,
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
                profile: Profile {
                    active,
                    ..Profile::default()
                },
                enrolments: vec![enrolment(1, status)],
                ..UserRows::default()
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
