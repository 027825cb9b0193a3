//! A new face, a new photo, or to be forgotten: what it means, before it begins and when it is done.

use leptos::{html::Input, prelude::*};

use super::{
    consent::consent_text,
    parts::{
        Look, View, block, busy, button, form, intro, live, nav, paragraph, say, stack, ticked,
        to_sign_in, try_again, way,
    },
};
use crate::{
    browser::clock,
    moment::Moment,
    run::App,
    steps::{Errand, Happened, Link},
    words::Text,
};

/// The step before it begins.
pub(super) fn errand(app: App, errand: Errand) -> View {
    let (about, go) = match errand {
        Errand::Replace => (Text::ReplaceIntro, agree(app)),
        Errand::Update => (Text::UpdateIntro, agree(app)),
        Errand::Forget => (Text::ForgetIntro, forget_now(app)),
    };
    stack(vec![
        intro(app, about),
        go,
        try_again(app),
        nav(vec![to_sign_in(app)]),
    ])
}

/// Every new photo takes consent of its own.
fn agree(app: App) -> View {
    let input = NodeRef::<Input>::new();
    let submit = move || app.happened(Happened::ConsentGiven(ticked(input)));
    form(app, vec![consent_text(app, input)], Text::Continue, submit)
}

fn forget_now(app: App) -> View {
    button(
        live(|| Look::Danger.class()),
        "forget-now",
        say(app, Text::ForgetNow),
        live(move || busy(app)),
        move || app.happened(Happened::Followed(Link::ForgetNow)),
    )
}

/// The new face waits.
pub(super) fn held(app: App, until: Moment) -> View {
    let when = clock::local_time(until, app.words.tag());
    stack(vec![
        paragraph(
            "intro",
            Some("held-until"),
            None,
            live(move || format!("{} ", say(app, Text::HeldIntro))),
            live(move || when.clone()),
        ),
        intro(app, Text::HeldCancel),
        way(
            app,
            Look::Primary,
            Link::SignIn,
            Text::ToSignIn,
            "to-sign-in",
        ),
    ])
}

/// The face is gone.
pub(super) fn forgotten(app: App) -> View {
    stack(vec![
        intro(app, Text::ForgottenIntro),
        way(
            app,
            Look::Primary,
            Link::SignIn,
            Text::ToSignIn,
            "to-sign-in",
        ),
    ])
}

/// "Keep my old photo", while another one is asked for.
pub(super) fn keep(app: App) -> View {
    block(move || {
        let possible = app.page.with(crate::steps::Page::can_keep);
        possible.then(|| {
            button(
                live(|| Look::Quiet.class()),
                "keep-photo",
                say(app, Text::KeepPhoto),
                live(move || busy(app)),
                move || app.happened(Happened::Followed(Link::Keep)),
            )
        })
    })
}
