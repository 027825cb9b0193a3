//! The code from a mail, after a sign-up and in a recovery.

use leptos::{html::Input, prelude::*};

use super::parts::{Send, Way, busy, say, submitting, typed};
use crate::{
    run::App,
    steps::{Happened, Link, Screen},
    words::Text,
};

/// The step. Says where the code went and what to do when none comes.
#[component]
pub(super) fn Code(app: App, screen: Screen) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let busy = busy(app);
    // The second of two code steps in a row gets the first one's field: empty it.
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            input.set_value("");
        }
    });
    let submit = submitting(move || app.happened(Happened::CodeGiven { code: typed(input) }));
    let email = app
        .page
        .with_untracked(|page| page.email.as_ref().map(|email| email.as_str().to_owned()));
    let (intro, other) = match screen {
        Screen::RecoverCode => (Text::RecoverCodeIntro, Link::CannotSignIn),
        _ => (Text::CodeIntro, Link::SignUp),
    };
    view! {
        <p class="intro">{say(app, intro)}" "<strong>{email}</strong>"."</p>
        <form novalidate on:submit=submit>
            <label for="code">{say(app, Text::CodeLabel)}</label>
            <input id="code" class="code" data-testid="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required
                node_ref=input/>
            <Send app text=Text::Confirm/>
        </form>
        {(screen == Screen::RecoverCode).then(|| view! { <p class="hint">{say(app, Text::NoMailHint)}</p> })}
        <nav>
            <button type="button" class="quiet" data-testid="resend" disabled=move || busy.get()
                on:click=move |_| app.happened(Happened::Followed(Link::Resend))>
                {say(app, Text::Resend)}
            </button>
            <Way app link=other text=Text::OtherAddress testid="other-address"/>
            <Way app link=Link::SignIn text=Text::ToSignIn testid="to-sign-in"/>
        </nav>
    }
}
