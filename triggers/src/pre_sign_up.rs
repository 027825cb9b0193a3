//! `PreSignUp`: admits what the page makes, and confirms or verifies nobody.

use face_login_domain::sign_up::{Admission, Origin, admit};
use serde_json::{Value, json};

use crate::{
    event::{Event, answered},
    refusal::Refusal,
};

/// Answers the event.
///
/// # Errors
/// [`Refusal::SignUp`] or [`Refusal::Address`] for a user that may not be stored, [`Refusal::NotUnderstood`] for anything but
/// an event of Cognito's.
pub fn handle(event: Value) -> Result<Value, Refusal> {
    let parsed = Event::of_any_source(&event)?;
    let origin = if parsed.source() == "PreSignUp_SignUp" {
        Origin::SignUp
    } else {
        Origin::Other
    };
    let admission = admit(origin, parsed.name(), parsed.attribute("email"));
    tracing::info!(sign_up.admission = ?admission, "a sign-up is {admission:?}");
    match admission {
        Admission::Admitted => Ok(answered(event, response())),
        Admission::BadAddress => Err(Refusal::Address),
        Admission::ForeignOrigin | Admission::ForeignName => Err(Refusal::SignUp),
    }
}

fn response() -> Value {
    json!({"autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false})
}
