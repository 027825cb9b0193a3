//! The consent: its text, and the step that asks for it before the camera where it was not given at sign-up.

use leptos::{html::Input, prelude::*};

use super::parts::{Send, TryAgain, Way, say, submitting, ticked};
use crate::{
    consent,
    run::App,
    steps::{Happened, Link},
    words::Text,
};

/// The text, in full and before the box, and the box.
#[component]
pub(super) fn ConsentText(app: App, input: NodeRef<Input>) -> impl IntoView {
    let paragraphs = consent::text(app.language.get_untracked());
    let shown: Vec<_> = paragraphs
        .iter()
        .map(|(title, text)| view! { <dt>{*title}</dt><dd>{*text}</dd> })
        .collect();
    view! {
        <fieldset class="consent">
            <legend>{say(app, Text::ConsentTitle)}</legend>
            <dl class="consent-text" tabindex="0" aria-label=say(app, Text::ConsentTitle)>{shown}</dl>
            <label class="tick">
                <input type="checkbox" data-testid="consent" name="consent" required node_ref=input/>
                <span>{say(app, Text::ConsentBox)}</span>
            </label>
        </fieldset>
    }
}

/// The step.
#[component]
pub(super) fn Consent(app: App) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let submit = submitting(move || app.happened(Happened::ConsentGiven(ticked(input))));
    view! {
        <p class="intro">{say(app, Text::ConsentIntro)}</p>
        <form novalidate on:submit=submit>
            <ConsentText app input/>
            <Send app text=Text::Continue/>
        </form>
        <TryAgain app/>
        <nav><Way app link=Link::SignIn text=Text::ToSignIn testid="to-sign-in"/></nav>
    }
}
