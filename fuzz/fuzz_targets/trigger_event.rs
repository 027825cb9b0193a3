//! Whatever Cognito, or somebody who may invoke the function, sends as an event: it is read or refused, and Define gives
//! tokens only after a passed SELFIE upload of ours.
#![no_main]

use face_login_domain::define::{Decision, Round, decide};
use face_login_domain::words::{Kind, State};
use face_login_triggers::event::Event;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = serde_json::from_slice(bytes) else {
        return;
    };
    let Ok(event) = Event::of_any_source(&value) else {
        return;
    };
    let history = event.history();
    if decide(&history, event.intent(), event.user()) == Decision::IssueTokens {
        let proven = history.iter().any(|round| {
            matches!(round, Round::Ours(ours) if ours.passed && ours.kind == Kind::Selfie && ours.state == State::Upload)
        });
        assert!(proven, "tokens without a face");
    }
    let _ = (event.password(), event.last_metadata(), event.user_facts().confirmed());
});
