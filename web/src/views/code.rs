//! The code from a mail, after a sign-up and in a recovery.

use leptos::{html::Input, prelude::*};

use super::parts::{
    Field, Look, View, block, busy, button, field, form, known_email, live, nav, paragraph, say,
    stack, to_sign_in, typed, way,
};
use super::waiting::ticking;
use crate::{
    run::App,
    steps::{Happened, Link, Screen},
    words::Text,
};

/// The step. Says where the code went and what to do when none comes.
pub(super) fn code(app: App, screen: Screen) -> View {
    let input = NodeRef::<Input>::new();
    let (about, other, hint) = match screen {
        Screen::RecoverCode => (
            Text::RecoverCodeIntro,
            Link::CannotSignIn,
            Some(Text::NoMailHint),
        ),
        _ => (Text::CodeIntro, Link::SignUp, None),
    };
    let code = Field {
        name: "code",
        label: Text::CodeLabel,
        kind: "text",
        mode: "numeric",
        fill: "one-time-code",
        value: String::new(),
        hint,
    };
    let submit = move || {
        let code = typed(input);
        app.happened(Happened::CodeGiven { code });
    };
    stack(vec![
        paragraph(
            "intro",
            None,
            None,
            live(move || format!("{} ", say(app, about))),
            live(move || known_email(app)),
        ),
        form(app, vec![field(app, input, code)], Text::Confirm, submit),
        nav(vec![
            resend(app),
            way(app, Look::Quiet, other, Text::OtherAddress, "other-address"),
            to_sign_in(app),
        ]),
    ])
}

/// Another code, after a while.
fn resend(app: App) -> View {
    let now = ticking();
    let left = move || {
        let at = app.page.with(|page| page.resend_at);
        at.from_now(now.get()).as_millis().div_ceil(1000)
    };
    block(move || {
        let waiting = 0 < left();
        let label = match u64::try_from(left()) {
            Ok(seconds) if waiting => app.words.resend_in(seconds),
            _ => say(app, Text::Resend).to_owned(),
        };
        Some(button(
            live(|| Look::Quiet.class()),
            "resend",
            label,
            live(move || waiting || busy(app)),
            move || app.happened(Happened::Followed(Link::Resend)),
        ))
    })
}
