//! Back to the app that asked for a sign-in.

use wasm_bindgen::JsCast as _;
use web_sys::{UrlSearchParams, Window};

use crate::{
    browser::{json, window},
    returning::Destination,
    session::Session,
};

/// What the page's address asks for, where it may.
pub(crate) fn destination(allowed: &[String]) -> Option<Destination> {
    let location = window().location();
    let asked = UrlSearchParams::new_with_str(&location.search().ok()?).ok()?;
    Destination::read(&asked.get("return_to")?, &location.origin().ok()?, allowed)
}

/// An app of this origin finds the session in the storage. One of another origin that opened this window is handed it, by a message that the browser gives to that
/// origin only; otherwise it gets nothing. No address ever holds a token.
pub(crate) fn go(allowed: &[String], session: &Session) {
    let Some(to) = destination(allowed) else {
        return;
    };
    let window = window();
    let opener = window.opener().ok().filter(|opener| !opener.is_null());
    let own = window.location().origin().unwrap_or_default();
    // Neither fails with an address that was checked; without an answer the person stays on the page.
    let _ = match opener {
        Some(opener) if to.origin != own => {
            let message = json::texts(&[
                ("type", "face-login"),
                ("username", &session.username),
                ("accessToken", session.access.reveal()),
                ("idToken", session.id.reveal()),
                ("refreshToken", session.refresh.reveal()),
            ]);
            // A window of another origin is no instance of this one's `Window`.
            let told = opener
                .unchecked_into::<Window>()
                .post_message(&message, &to.origin);
            told.and_then(|()| window.close())
        }
        _ => window.location().replace(&to.address),
    };
}
