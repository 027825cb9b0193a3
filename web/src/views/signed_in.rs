//! Signed in: who, what apps learn, and for how long.

use leptos::prelude::*;

use super::{
    parts::{Look, Way, say},
    waiting::ticking,
};
use crate::{
    browser::{clock, json},
    moment::Moment,
    run::App,
    session::Session,
    steps::Link,
    token,
    words::{self, Text},
};

/// Claims that are times.
const TIMES: [&str; 3] = ["auth_time", "iat", "exp"];

/// The step.
#[component]
pub(super) fn SignedIn(app: App) -> impl IntoView {
    let session = Memo::new(move |_| app.page.with(|page| page.session().cloned()));
    let now = ticking();
    view! {
        <div data-testid="signed-in" class="signed-in">
            {move || session.get().map(|session| view! { <p class="who"><span class="tick-mark" aria-hidden="true"></span><strong>{who(&session)}</strong></p> })}
            <h2>{say(app, Text::Lifetimes)}</h2>
            <dl class="facts" data-testid="lifetimes">
                <dt>{say(app, Text::AccessToken)}</dt>
                <dd>{move || session.get().map(|session| access(app, &session, now.get()))}</dd>
                <dt>{say(app, Text::RefreshToken)}</dt>
                <dd>{say(app, Text::RefreshTokenNote)}</dd>
            </dl>
            <h2>{say(app, Text::Claims)}</h2>
            <dl class="facts claims" data-testid="claims">
                {move || session.get().map(|session| claims(app, &session))}
            </dl>
        </div>
        <nav><Way look=Look::Secondary app link=Link::SignOut text=Text::SignOut testid="sign-out"/></nav>
    }
}

fn who(session: &Session) -> String {
    let claims = token::claims(session.id.reveal()).and_then(|claims| json::parse(&claims));
    claims
        .and_then(|claims| json::text(&claims, "email"))
        .unwrap_or_else(|| session.login.clone())
}

fn access(app: App, session: &Session, now: Moment) -> String {
    let language = app.language.get();
    let left = words::time_left(language, session.expires_at.from_now(now).as_secs());
    words::valid_until(
        language,
        &clock::local_hour(session.expires_at, language.tag()),
        &left,
    )
}

fn claims(app: App, session: &Session) -> Vec<impl IntoView + use<>> {
    let claims = token::claims(session.id.reveal()).and_then(|claims| json::parse(&claims));
    let claims = claims
        .map(|claims| json::entries(&claims))
        .unwrap_or_default();
    let language = app.language.get();
    claims
        .into_iter()
        .map(|(name, value)| {
            let time = value
                .parse()
                .ok()
                .filter(|_| TIMES.contains(&name.as_str()))
                .map(Moment::from_seconds);
            let time = time.map(|time| format!(" ({})", clock::local_time(time, language.tag())));
            view! { <dt>{name}</dt><dd>{value}{time}</dd> }
        })
        .collect()
}
