//! Keys of uploads. They follow from the challenge alone: nothing that a client sends becomes part of one.

use crate::{
    ids::{ChallengeId, EnrolmentId, FaceLabel, Sub},
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

    /// Where a photo is kept if the operator's retention says so: `kept/<sub>/<enrolment id>`. It says whose it is, so that what is
    /// left of somebody is found when no row is left.
    pub fn kept(label: &FaceLabel) -> Self {
        let (sub, enrolment) = (&label.sub, &label.enrolment);
        Self(format!("kept/{}/{}", sub.as_str(), enrolment.as_str()))
    }

    /// What all kept photos of a user begin with.
    pub fn kept_of(sub: &Sub) -> String {
        format!("kept/{}/", sub.as_str())
    }

    /// Whose photo a `kept/…` key is; `None` for any other key.
    pub fn kept_label(key: &str) -> Option<FaceLabel> {
        let (sub, enrolment) = key.strip_prefix("kept/")?.split_once('/')?;
        Some(FaceLabel {
            sub: Sub::parse(sub)?,
            enrolment: EnrolmentId::parse(enrolment)?,
        })
    }

    /// The challenge that a `documents/…` key belongs to; `None` for any other key.
    pub fn document_challenge(key: &str) -> Option<ChallengeId> {
        ChallengeId::parse(key.strip_prefix("documents/")?)
    }

    /// The challenge that a `selfies/…` key belongs to; `None` for any other key.
    pub fn selfie_challenge(key: &str) -> Option<ChallengeId> {
        ChallengeId::parse(key.strip_prefix("selfies/")?)
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

    #[test]
    fn a_kept_photo_says_whose_it_is() {
        let label = FaceLabel {
            sub: Sub::made_up([7; 16]),
            enrolment: EnrolmentId::from_random([1; 16]),
        };
        let key = ObjectKey::kept(&label);
        assert!(key.as_str().starts_with(&ObjectKey::kept_of(&label.sub)));
        assert_eq!(ObjectKey::kept_label(key.as_str()), Some(label));
        for other in [
            "kept/AQEBAQEBAQEBAQEBAQEBAQ",
            "documents/AQEBAQEBAQEBAQEBAQEBAQ",
            "kept/a/b",
        ] {
            assert_eq!(ObjectKey::kept_label(other), None, "{other}");
        }
    }
}
