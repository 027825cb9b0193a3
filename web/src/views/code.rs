//! The code from a mail, after a sign-up and in a recovery.

use leptos::{html::Input, prelude::*};

use super::parts::{
    Field, Look, View, busy, button, field, form, known_email, live, nav, paragraph, say, stack,
    to_sign_in, typed, way,
};
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
    let resend = move || app.happened(Happened::Followed(Link::Resend));
    let resend = button(
        live(|| Look::Quiet.class()),
        "resend",
        say(app, Text::Resend),
        live(move || busy(app)),
        resend,
    );
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
            resend,
            way(app, Look::Quiet, other, Text::OtherAddress, "other-address"),
            to_sign_in(app),
        ]),
    ])
}
