//! Keys of uploads. They follow from the challenge alone: nothing that a client sends becomes part of one.

use crate::{
    ids::{ChallengeId, EnrolmentId},
    words::Kind,
};

/// The key of an object in one of the two photo buckets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// Where the photo of a challenge goes: `selfies/<id>` or `documents/<id>`.
    pub fn of_challenge(kind: Kind, challenge: &ChallengeId) -> Self {
        let folder = match kind {
            Kind::Selfie | Kind::Claim => "selfies",
            Kind::Enrol => "documents",
        };
        Self(format!("{folder}/{}", challenge.as_str()))
    }

    /// Where a photo is kept if the operator's retention says so: `kept/<enrolment id>`.
    pub fn kept(enrolment: &EnrolmentId) -> Self {
        Self(format!("kept/{}", enrolment.as_str()))
    }

    /// The challenge that a `documents/…` key belongs to; `None` for any other key.
    pub fn document_challenge(key: &str) -> Option<ChallengeId> {
        ChallengeId::parse(key.strip_prefix("documents/")?)
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_follow_from_the_challenge() {
        let id = ChallengeId::from_random([1; 16]);
        assert_eq!(
            ObjectKey::of_challenge(Kind::Selfie, &id).as_str(),
            "selfies/AQEBAQEBAQEBAQEBAQEBAQ"
        );
        assert_eq!(
            ObjectKey::of_challenge(Kind::Enrol, &id).as_str(),
            "documents/AQEBAQEBAQEBAQEBAQEBAQ"
        );
        assert_eq!(
            ObjectKey::document_challenge("documents/AQEBAQEBAQEBAQEBAQEBAQ"),
            Some(id)
        );
        assert_eq!(
            ObjectKey::document_challenge("documents/../selfies/AQEBAQEBAQEBAQEBAQEBAQ"),
            None
        );
        assert_eq!(
            ObjectKey::document_challenge("selfies/AQEBAQEBAQEBAQEBAQEBAQ"),
            None
        );
    }
}
