//! The consent: its text, and the step that asks for it before the camera where it was not given at sign-up.

use leptos::{html::Input, prelude::*};

use super::parts::{View, form, intro, nav, say, stack, ticked, to_sign_in, try_again};
use crate::{run::App, steps::Happened, words::Text};

/// The text, in full and before the box, and the box.
pub(super) fn consent_text(app: App, input: NodeRef<Input>) -> View {
    let paragraphs = app.words.consent();
    let shown: Vec<_> = paragraphs
        .into_iter()
        .map(|(title, text)| view! { <dt>{title}</dt><dd>{text}</dd> })
        .collect();
    let title = say(app, Text::ConsentTitle);
    view! {
        <fieldset class="consent">
            <legend>{title}</legend>
            <dl class="consent-text" tabindex="0" aria-label=title>{shown}</dl>
            <label class="tick">
                <input type="checkbox" data-testid="consent" name="consent" required node_ref=input/>
                <span>{say(app, Text::ConsentBox)}</span>
            </label>
        </fieldset>
    }
    .into_any()
}

/// The step.
pub(super) fn consent(app: App) -> View {
    let input = NodeRef::<Input>::new();
    let submit = move || app.happened(Happened::ConsentGiven(ticked(input)));
    stack(vec![
        intro(app, Text::ConsentIntro),
        form(app, vec![consent_text(app, input)], Text::Continue, submit),
        try_again(app),
        nav(vec![to_sign_in(app)]),
    ])
}
