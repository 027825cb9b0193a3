//! The code from a mail, after a sign-up and in a recovery.

use leptos::{html::Input, prelude::*};

use super::parts::{Look, busy, button, follow, form, live, say, to_sign_in, typed, way};
use crate::{
    run::App,
    steps::{Happened, Link, Screen},
    words::Text,
};

/// The step. Says where the code went and what to do when none comes.
pub(super) fn code(app: App, screen: Screen) -> AnyView {
    let input = NodeRef::<Input>::new();
    // The second of two code steps in a row gets the first one's field: empty it.
    follow(move || {
        if let Some(input) = input.get() {
            input.set_value("");
        }
    });
    let email = app
        .page
        .with_untracked(|page| page.email.as_ref().map(|email| email.as_str().to_owned()));
    let (about, other, hint) = match screen {
        Screen::RecoverCode => (
            Text::RecoverCodeIntro,
            Link::CannotSignIn,
            Some(say(app, Text::NoMailHint)),
        ),
        _ => (Text::CodeIntro, Link::SignUp, None),
    };
    let resend = move || app.happened(Happened::Followed(Link::Resend));
    (
        view! { <p class="intro">{say(app, about)}" "<strong>{email}</strong>"."</p> },
        form(app, field(app, input), Text::Confirm, move || app.happened(Happened::CodeGiven { code: typed(input) })),
        hint.map(|hint| view! { <p class="hint">{hint}</p> }),
        view! {
            <nav>
                {button(live(|| Look::Quiet.class()), "resend", say(app, Text::Resend), live(move || busy(app)), resend)}
                {way(app, Look::Quiet, other, Text::OtherAddress, "other-address")}
                {to_sign_in(app)}
            </nav>
        },
    )
        .into_any()
}

fn field(app: App, input: NodeRef<Input>) -> AnyView {
    view! {
        <label for="code">{say(app, Text::CodeLabel)}</label>
        <input id="code" class="code" data-testid="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required
            node_ref=input/>
    }
    .into_any()
}
