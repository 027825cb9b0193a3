//! `DefineAuthChallenge`: what comes after the rounds so far.

use face_login_domain::{
    define::{Decision, Round, decide},
    figures::Figure,
};
use face_login_process::figures;
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
    told(decision, &history);
    Ok(answered(event, response(decision)))
}

/// The figures of a session that ends. One that never had a round of ours began no sign-in.
fn told(decision: Decision, history: &[Round]) {
    let had_a_round = history.iter().any(|round| matches!(round, Round::Ours(_)));
    match decision {
        Decision::IssueTokens => figures::count(Figure::SessionApproved),
        Decision::Deny(reason) if had_a_round => figures::count(Figure::SessionDenied(reason)),
        Decision::Deny(reason) => figures::count(Figure::SessionStopped(reason)),
        Decision::AskPassword | Decision::Challenge => {}
    }
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
