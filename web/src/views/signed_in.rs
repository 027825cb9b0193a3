//! Signed in: who, what apps learn, and for how long.

use leptos::prelude::*;

use super::{
    parts::{Live, Look, View, button, live, nav, paragraph, say, stack, way},
    waiting::ticking,
};
use crate::{
    browser::{clock, json},
    moment::Moment,
    run::App,
    session::Session,
    steps::{Happened, Link},
    token,
    words::Text,
};

/// Claims that are times.
const TIMES: [&str; 3] = ["auth_time", "iat", "exp"];

/// The step.
pub(super) fn signed_in(app: App) -> View {
    let now = ticking();
    let lifetimes = move || {
        vec![
            (
                say(app, Text::AccessToken).to_owned(),
                access(app, now.get()),
            ),
            (
                say(app, Text::RefreshToken).to_owned(),
                say(app, Text::RefreshTokenNote).to_owned(),
            ),
        ]
    };
    let who = live(move || {
        id_claims(app)
            .into_iter()
            .find(|(name, _)| name == "email")
            .map(|(_, email)| email)
            .unwrap_or_default()
    });
    stack(vec![
        paragraph("who", Some("signed-in"), None, live(String::new), who),
        heading(app, Text::Lifetimes),
        facts("facts", "lifetimes", live(lifetimes)),
        heading(app, Text::Claims),
        facts("facts claims", "claims", live(move || claims(app))),
        nav(vec![
            back(app),
            way(
                app,
                Look::Secondary,
                Link::SignOut,
                Text::SignOut,
                "sign-out",
            ),
            way(
                app,
                Look::Quiet,
                Link::Update,
                Text::UpdatePhoto,
                "update-photo",
            ),
            way(
                app,
                Look::Quiet,
                Link::Forget,
                Text::ForgetFace,
                "forget-face",
            ),
        ]),
    ])
}

/// To the app that asked for a sign-in, by its name.
fn back(app: App) -> View {
    let button = app.asked_by().map(|origin| {
        let label = say(app, Text::Continue).to_owned() + " · " + &origin;
        let press = move || app.happened(Happened::Followed(Link::Return));
        let look = live(|| Look::Primary.class());
        button(look, "return", label, live(|| false), press)
    });
    stack(button.into_iter().collect())
}

fn heading(app: App, text: Text) -> View {
    view! { <h2>{say(app, text)}</h2> }.into_any()
}

fn facts(class: &'static str, testid: &'static str, facts: Live<Vec<(String, String)>>) -> View {
    let fact = |(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> };
    let shown = move || facts().into_iter().map(fact).collect::<Vec<_>>();
    view! { <dl class=class data-testid=testid>{live(shown)}</dl> }.into_any()
}

/// The claims of the ID token, in its order.
fn id_claims(app: App) -> Vec<(String, String)> {
    let id = |session: &Session| json::parse(&token::claims(session.id.reveal())?);
    let claims = app.page.with(|page| page.session().and_then(id));
    claims
        .map(|claims| json::entries(&claims))
        .unwrap_or_default()
}

fn access(app: App, now: Moment) -> String {
    let Some(end) = app
        .page
        .with(|page| page.session().map(|session| session.expires_at))
    else {
        return String::new();
    };
    let left = app.words.time_left(end.from_now(now).as_secs());
    app.words
        .valid_until(&clock::local_hour(end, app.words.tag()), &left)
}

fn claims(app: App) -> Vec<(String, String)> {
    let readable = |(name, value): (String, String)| {
        let time = value
            .parse()
            .ok()
            .filter(|_| TIMES.contains(&name.as_str()))
            .map(Moment::from_seconds);
        let time = time.map(|time| format!(" ({})", clock::local_time(time, app.words.tag())));
        (name, value + &time.unwrap_or_default())
    };
    id_claims(app).into_iter().map(readable).collect()
}
