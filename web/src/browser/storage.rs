//! Local storage. A browser that has none, or refuses, only forgets: the page works without it.

use web_sys::Storage;

use crate::{
    browser::{clock, json, window},
    cognito::session_of,
    pending::Pending,
    session::Session,
};

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn item(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

fn set(key: &str, value: &str) {
    if let Some(storage) = storage() {
        // A full or blocked storage costs only the convenience.
        let _ = storage.set_item(key, value);
    }
}

fn remove(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key);
    }
}

/// There when photos are taken by the button only.
const MANUAL: &str = "face-login.manual";

/// Who takes photos.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trigger {
    /// The page, when everything is right; and the button.
    Automatic,
    /// The button only.
    Manual,
}

/// What the user chose last in this browser.
pub(crate) fn trigger() -> Trigger {
    match item(MANUAL) {
        Some(_) => Trigger::Manual,
        None => Trigger::Automatic,
    }
}

/// Keeps the choice.
pub(crate) fn choose_trigger(trigger: Trigger) {
    match trigger {
        Trigger::Manual => set(MANUAL, "1"),
        Trigger::Automatic => remove(MANUAL),
    }
}

/// Keeps a half-finished sign-up or recovery.
pub(crate) fn remember(client_id: &str, pending: &Pending) {
    set(&Pending::key(client_id), &pending.to_text());
}

/// Drops it.
pub(crate) fn forget(client_id: &str) {
    remove(&Pending::key(client_id));
}

/// What an earlier visit left half-finished.
pub(crate) fn pending(client_id: &str) -> Option<Pending> {
    Pending::parse(&item(&Pending::key(client_id))?)
}

/// Keeps a session, where Amplify would.
pub(crate) fn keep(client_id: &str, session: &Session) {
    let details = json::print(&json::texts(&[
        ("loginId", &session.login),
        ("authFlowType", "CUSTOM_WITHOUT_SRP"),
    ]));
    for (key, value) in session.items(client_id, clock::own_now(), &details) {
        set(&key, &value);
    }
}

/// Removes a session.
pub(crate) fn drop(client_id: &str, session: &Session) {
    for name in Session::ITEMS {
        remove(&Session::item_key(client_id, &session.username, name));
    }
    remove(&Session::last_user_key(client_id));
}

/// Whether nobody's session is kept.
pub(crate) fn is_signed_out(client_id: &str) -> bool {
    item(&Session::last_user_key(client_id)).is_none()
}

/// The session that an earlier visit kept.
pub(crate) fn kept(client_id: &str) -> Option<Session> {
    let username = item(&Session::last_user_key(client_id))?;
    let of_user = |name: &str| item(&Session::item_key(client_id, &username, name));
    let login =
        of_user("signInDetails").and_then(|details| json::text(&json::parse(&details)?, "loginId"));
    session_of(
        of_user("accessToken")?,
        of_user("idToken")?,
        of_user("refreshToken")?,
        login.unwrap_or_default(),
    )
}
