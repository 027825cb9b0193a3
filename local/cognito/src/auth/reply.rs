//! What clients answer to challenges.

use super::parameters::Parameters;
use crate::{refusal::Refusal, srp::ClientValue, wire::StringMap};

/// The client's proof that it knows the password.
pub(super) struct Proof {
    pub(super) signature: String,
    pub(super) secret_block: String,
    pub(super) timestamp: String,
}

/// Which way a client takes in `USER_AUTH`. The others, one-time passwords and passkeys, no pool can have here.
pub(super) enum Choice {
    Password(String),
    Srp(ClientValue),
}

/// The two that are served, as `AvailableChallenges` names them.
pub(super) const CHOICES: [&str; 2] = ["PASSWORD_SRP", "PASSWORD"];

/// An answer to the challenge that waits.
pub(super) enum Reply {
    Custom(String),
    Password(Proof),
    Select(Choice),
    NewPassword {
        password: String,
        attributes: StringMap,
    },
}

impl Reply {
    pub(super) fn read(challenge: &str, parameters: &mut Parameters) -> Result<Self, Refusal> {
        match challenge {
            "CUSTOM_CHALLENGE" => Ok(Self::Custom(parameters.required("ANSWER")?)),
            "PASSWORD_VERIFIER" => Ok(Self::Password(Proof {
                signature: parameters.required("PASSWORD_CLAIM_SIGNATURE")?,
                secret_block: parameters.required("PASSWORD_CLAIM_SECRET_BLOCK")?,
                timestamp: parameters.required("TIMESTAMP")?,
            })),
            "SELECT_CHALLENGE" => {
                let answer = parameters.required("ANSWER")?;
                Ok(Self::Select(Choice::read("ANSWER", &answer, parameters)?))
            }
            "NEW_PASSWORD_REQUIRED" => Ok(Self::NewPassword {
                password: parameters.required("NEW_PASSWORD")?,
                attributes: parameters.prefixed("userAttributes."),
            }),
            _ => Err(Refusal::UnsupportedParameter(format!(
                "ChallengeName {challenge}"
            ))),
        }
    }

    /// What leads to the waiting challenge where a client sends no session.
    pub(super) fn own_session(&self) -> Option<&str> {
        match self {
            Self::Password(proof) => Some(&proof.secret_block),
            Self::Custom(_) | Self::Select(_) | Self::NewPassword { .. } => None,
        }
    }
}

impl Choice {
    /// `parameter` is the one that named the way.
    pub(super) fn read(
        parameter: &str,
        way: &str,
        parameters: &mut Parameters,
    ) -> Result<Self, Refusal> {
        match way {
            "PASSWORD" => Ok(Self::Password(parameters.required("PASSWORD")?)),
            "PASSWORD_SRP" => Ok(Self::Srp(parameters.srp_a()?)),
            _ => Err(Refusal::UnsupportedParameter(format!("{parameter} {way}"))),
        }
    }
}
