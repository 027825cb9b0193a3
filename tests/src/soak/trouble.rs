//! What can keep a person from their tokens.

use crate::{cognito::Refusal, http::NoAnswer};

/// Why an attempt ended without tokens.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// The stack was not there, or hung up.
    #[error("no answer")]
    NoAnswer,
    /// Cognito refused.
    #[error("{operation} was refused: {kind} {message}")]
    Refused {
        operation: &'static str,
        kind: String,
        message: String,
    },
    /// The upload was refused.
    #[error("the upload was refused with status {0}")]
    Upload(u16),
    /// A round says why the last answer did not pass.
    #[error("a round of {challenge} in state {state} says {reason:?}")]
    NotPassed {
        challenge: String,
        state: String,
        reason: String,
    },
    /// Confirmed, but without a ticket, after a kill.
    #[error("the ticket of the mail code is lost")]
    TicketLost,
    /// No mail came.
    #[error("no mail came")]
    NoMail,
    /// The machine was too slow to decide three times.
    #[error("nothing was decided for too long")]
    Slow,
    /// Tokens for a face that is not the user's, or tokens that do not verify.
    #[error("{0}")]
    Broken(String),
}

/// What Cognito says when a trigger did not answer in time, and what a trigger says when a service did not.
const SLOW: [&str; 2] = ["Socket timeout", "The service is busy."];

impl Trouble {
    pub(super) fn refused(operation: &'static str, refusal: Refusal) -> Self {
        if refusal.kind == Refusal::NO_ANSWER {
            return Self::NoAnswer;
        }
        Self::Refused {
            operation,
            kind: refusal.kind,
            message: refusal.message,
        }
    }

    /// Why this is no violation, if it is none. A kill excuses neither tokens that should not be nor a name that is locked.
    pub(super) fn excuse(&self, killed: bool) -> Option<&'static str> {
        match self {
            Self::Broken(_) => None,
            Self::NotPassed { state, .. } if state == "LOCKED" => None,
            Self::TicketLost => Some("tickets lost to a kill"),
            _ if killed => Some("attempts broken off by a kill"),
            _ if self.is_slowness() => Some("attempts given up because the machine was slow"),
            _ => None,
        }
    }

    /// Whether the machine was too slow for the functions' time limits: an outage like on AWS.
    fn is_slowness(&self) -> bool {
        match self {
            Self::Refused { kind, message, .. } => {
                kind == "TooManyRequestsException"
                    || kind == "UserLambdaValidationException"
                        && SLOW.iter().any(|text| message.contains(text))
            }
            Self::Slow => true,
            _ => false,
        }
    }
}

impl From<NoAnswer> for Trouble {
    fn from(_: NoAnswer) -> Self {
        Self::NoAnswer
    }
}

#[cfg(test)]
mod tests {
    use super::Trouble;

    #[test]
    fn a_kill_excuses_no_lock_and_no_wrong_tokens() {
        let not_passed = |state: &str| Trouble::NotPassed {
            challenge: "SELFIE".to_owned(),
            state: state.to_owned(),
            reason: "NOT_RECOGNISED".to_owned(),
        };
        for (trouble, killed, excused) in [
            (Trouble::NoAnswer, true, true),
            (Trouble::NoAnswer, false, false),
            (not_passed("UPLOAD"), true, true),
            (not_passed("UPLOAD"), false, false),
            (not_passed("LOCKED"), true, false),
            (Trouble::Broken("a stranger".to_owned()), true, false),
            (Trouble::Slow, false, true),
        ] {
            assert_eq!(
                trouble.excuse(killed).is_some(),
                excused,
                "{trouble}, killed: {killed}"
            );
        }
    }
}
