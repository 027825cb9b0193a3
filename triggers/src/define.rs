//! `DefineAuthChallenge`: what comes after the rounds so far.

use face_login_domain::define::{Decision, decide};
use serde_json::{Value, json};

use crate::{
    event::{Event, answered},
    refusal::Refusal,
};

/// Answers the event.
///
/// # Errors
/// [`Refusal::NotUnderstood`] for anything but an event of this trigger.
pub fn handle(event: Value) -> Result<Value, Refusal> {
    let parsed = Event::of("DefineAuthChallenge_Authentication", &event)?;
    let history = parsed.history();
    let decision = decide(&history, parsed.intent(), parsed.user());
    tracing::info!(define.decision = ?decision, define.rounds = history.len(), "session continues with {decision:?}");
    Ok(answered(event, response(decision)))
}

fn response(decision: Decision) -> Value {
    let (name, tokens, fail) = match decision {
        Decision::AskPassword => (Some("PASSWORD_VERIFIER"), false, false),
        Decision::Challenge => (Some("CUSTOM_CHALLENGE"), false, false),
        Decision::IssueTokens => (None, true, false),
        Decision::Deny(_) => (None, false, true),
    };
    json!({"challengeName": name, "issueTokens": tokens, "failAuthentication": fail})
}
