//! Challenge metadata: `v1.<KIND>.<STATE>.<wrong tries so far>.<challenge id>`.
//!
//! Cognito keeps it with each round of a session. It is the only thing that Define and Create see of earlier rounds
//! besides whether they passed.

use std::fmt;

use crate::{
    ids::ChallengeId,
    words::{Kind, State},
};

/// Tries of a session, after which it is denied.
pub const MAX_WRONG: u8 = 3;

/// What is known of one round of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// What the round was for.
    pub kind: Kind,
    /// What it asked for.
    pub state: State,
    /// Tries that were used up before this round, 0 to [`MAX_WRONG`].
    pub wrong: u8,
    /// Whose record says the rest.
    pub challenge: ChallengeId,
}

impl Metadata {
    /// Returns `None` for anything but exactly what [`fmt::Display`] writes, and for a state that the kind does not have.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        let ["v1", kind, state, wrong, challenge] = parts[..] else {
            return None;
        };
        let [digit @ b'0'..=b'9'] = *wrong.as_bytes() else {
            return None;
        };
        let metadata = Self {
            kind: Kind::parse(kind)?,
            state: State::parse(state)?,
            wrong: digit - b'0',
            challenge: ChallengeId::parse(challenge)?,
        };
        (metadata.wrong <= MAX_WRONG && exists(metadata.kind, metadata.state)).then_some(metadata)
    }
}

impl fmt::Display for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "v1.{}.{}.{}.{}",
            self.kind.as_str(),
            self.state.as_str(),
            self.wrong,
            self.challenge.as_str()
        )
    }
}

/// Whether rounds of this kind have this state.
pub const fn exists(kind: Kind, state: State) -> bool {
    match kind {
        Kind::Selfie => matches!(state, State::Upload | State::Locked | State::Withdrawn),
        Kind::Enrol => matches!(
            state,
            State::Consent | State::Upload | State::Pending | State::Locked
        ),
        Kind::Claim => matches!(state, State::Upload | State::Held | State::Locked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_written_is_read_back() {
        for (kind, state) in Kind::ALL
            .iter()
            .flat_map(|kind| State::ALL.iter().map(move |state| (*kind, *state)))
        {
            for wrong in 0..=MAX_WRONG {
                let metadata = Metadata {
                    kind,
                    state,
                    wrong,
                    challenge: ChallengeId::from_random([wrong; 16]),
                };
                let want = exists(kind, state).then(|| metadata.clone());
                assert_eq!(Metadata::parse(&metadata.to_string()), want, "{metadata}");
            }
        }
    }

    #[test]
    fn nothing_else_is_read() {
        let good = "v1.SELFIE.UPLOAD.0.AQEBAQEBAQEBAQEBAQEBAQ";
        assert!(Metadata::parse(good).is_some());
        for bad in [
            "",
            "v2.SELFIE.UPLOAD.0.AQEBAQEBAQEBAQEBAQEBAQ",
            "v1.SELFIE.UPLOAD.4.AQEBAQEBAQEBAQEBAQEBAQ",
            "v1.SELFIE.UPLOAD.00.AQEBAQEBAQEBAQEBAQEBAQ",
            "v1.SELFIE.UPLOAD.+1.AQEBAQEBAQEBAQEBAQEBAQ",
            "v1.SELFIE.UPLOAD..AQEBAQEBAQEBAQEBAQEBAQ",
            "v1.SELFIE.PENDING.0.AQEBAQEBAQEBAQEBAQEBAQ",
            "v1.selfie.UPLOAD.0.AQEBAQEBAQEBAQEBAQEBAQ",
            "v1.SELFIE.UPLOAD.0.short",
            "v1.SELFIE.UPLOAD.0.AQEBAQEBAQEBAQEBAQEBAQ.x",
            " v1.SELFIE.UPLOAD.0.AQEBAQEBAQEBAQEBAQEBAQ",
        ] {
            assert_eq!(Metadata::parse(bad), None, "{bad}");
        }
    }
}
