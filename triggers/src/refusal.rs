//! What a trigger answers instead of an event. Cognito hands the text on to the client, so it is fixed and says nothing.

use lambda_runtime::Diagnostic;

/// Why a trigger gives no answer. The cause is in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The event is none that this trigger takes.
    #[error("This request is not supported.")]
    NotUnderstood,
    /// A service did not answer.
    #[error("The service is busy. Please try again.")]
    Unavailable,
    /// Not a user that may sign up.
    #[error("This sign-up is not allowed.")]
    SignUp,
    /// No tokens.
    #[error("This sign-in is not allowed.")]
    Tokens,
    /// The mail address was used to sign up too often lately, by whomever.
    #[error("Too many sign-ups with this e-mail address. Please try again later.")]
    TooManySignUps,
    /// The mail address is none.
    #[error("The e-mail address is not valid.")]
    Address,
}

impl From<Refusal> for Diagnostic {
    fn from(refusal: Refusal) -> Self {
        Self {
            error_type: "Refused".to_owned(),
            error_message: refusal.to_string(),
        }
    }
}
