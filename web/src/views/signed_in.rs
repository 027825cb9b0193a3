//! Signed in: who, what apps learn, and for how long.

use leptos::prelude::*;

use super::{
    parts::{Look, live, say, way},
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
pub(super) fn signed_in(app: App) -> AnyView {
    let now = ticking();
    view! {
        <div data-testid="signed-in" class="signed-in">
            <p class="who"><span class="tick-mark" aria-hidden="true"></span><strong>{live(move || who(app))}</strong></p>
            <h2>{say(app, Text::Lifetimes)}</h2>
            <dl class="facts" data-testid="lifetimes">
                <dt>{say(app, Text::AccessToken)}</dt>
                <dd>{live(move || access(app, now.get()))}</dd>
                <dt>{say(app, Text::RefreshToken)}</dt>
                <dd>{say(app, Text::RefreshTokenNote)}</dd>
            </dl>
            <h2>{say(app, Text::Claims)}</h2>
            <dl class="facts claims" data-testid="claims">{live(move || claims(app))}</dl>
        </div>
        <nav>{way(app, Look::Secondary, Link::SignOut, Text::SignOut, "sign-out")}</nav>
    }
    .into_any()
}

/// The claims of the ID token, in its order.
fn id_claims(app: App) -> Vec<(String, String)> {
    let id = |session: &Session| json::parse(&token::claims(session.id.reveal())?);
    let claims = app.page.with(|page| page.session().and_then(id));
    claims
        .map(|claims| json::entries(&claims))
        .unwrap_or_default()
}

fn who(app: App) -> String {
    let email = id_claims(app)
        .into_iter()
        .find(|(name, _)| name == "email")
        .map(|(_, email)| email);
    email.unwrap_or_default()
}

fn access(app: App, now: Moment) -> String {
    let language = app.language.get_untracked();
    let Some(end) = app
        .page
        .with(|page| page.session().map(|session| session.expires_at))
    else {
        return String::new();
    };
    let left = words::time_left(language, end.from_now(now).as_secs());
    words::valid_until(language, &clock::local_hour(end, language.tag()), &left)
}

fn claims(app: App) -> Vec<AnyView> {
    let language = app.language.get_untracked();
    let readable = |(name, value): (String, String)| {
        let time = value
            .parse()
            .ok()
            .filter(|_| TIMES.contains(&name.as_str()))
            .map(Moment::from_seconds);
        let time = time.map(|time| format!(" ({})", clock::local_time(time, language.tag())));
        let value = value + &time.unwrap_or_default();
        view! { <dt>{name}</dt><dd>{value}</dd> }.into_any()
    };
    id_claims(app).into_iter().map(readable).collect()
}
