//! Pieces that several steps share.

use leptos::{ev, html::Input, prelude::*};

use crate::{
    run::App,
    steps::{Activity, Happened, Link, Page},
    words::{self, Text},
};

/// A text in the page's language.
pub(super) fn say(app: App, text: Text) -> &'static str {
    words::text(app.language.get_untracked(), text)
}

/// What an input holds now.
pub(super) fn typed(input: NodeRef<Input>) -> String {
    input
        .get_untracked()
        .map(|input| input.value())
        .unwrap_or_default()
}

/// Whether a box is ticked.
pub(super) fn ticked(input: NodeRef<Input>) -> crate::steps::Consent {
    match input.get_untracked() {
        Some(input) if input.checked() => crate::steps::Consent::Given,
        _ => crate::steps::Consent::NotGiven,
    }
}

/// Runs `submit` instead of what browsers do with forms.
pub(super) fn submitting(submit: impl Fn() + 'static) -> impl Fn(ev::SubmitEvent) + 'static {
    move |event| {
        event.prevent_default();
        submit();
    }
}

/// Whether the page waits for a server.
pub(super) fn busy(app: App) -> Memo<bool> {
    Memo::new(move |_| app.page.with(|page| page.activity != Activity::Idle))
}

/// The primary button of a form.
#[component]
pub(super) fn Send(app: App, text: Text) -> impl IntoView {
    let busy = busy(app);
    view! {
        <button type="submit" class="primary" data-testid="send" disabled=move || busy.get()>
            {move || say(app, if busy.get() { Text::Working } else { text })}
        </button>
    }
}

/// How much a button stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// The thing to do.
    Primary,
    /// An alternative to it.
    Secondary,
    /// A way to somewhere else.
    Quiet,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Quiet => "quiet",
        }
    }
}

/// A button that leads somewhere.
#[component]
pub(super) fn Way(
    app: App,
    link: Link,
    text: Text,
    testid: &'static str,
    #[prop(default = Look::Quiet)] look: Look,
) -> impl IntoView {
    view! {
        <button type="button" class=look.class() data-testid=testid on:click=move |_| app.happened(Happened::Followed(link))>
            {say(app, text)}
        </button>
    }
}

/// The field for the address, filled with the one typed last.
#[component]
pub(super) fn EmailField(
    app: App,
    input: NodeRef<Input>,
    #[prop(optional)] hint: Option<Text>,
) -> impl IntoView {
    let known = app
        .page
        .with_untracked(|page| page.email.as_ref().map(|email| email.as_str().to_owned()));
    view! {
        <label for="email">{say(app, Text::Email)}</label>
        <input id="email" data-testid="email" type="email" name="email" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false"
            required node_ref=input value=known aria-describedby=hint.map(|_| "email-hint")/>
        {hint.map(|hint| view! { <p class="hint" id="email-hint">{say(app, hint)}</p> })}
    }
}

/// "Try again", where the last thing can be done again without typing anything.
#[component]
pub(super) fn TryAgain(app: App) -> impl IntoView {
    let possible = Memo::new(move |_| app.page.with(Page::can_try_again));
    view! { {move || possible.get().then(|| view! { <Way look=Look::Primary app link=Link::TryAgain text=Text::TryAgain testid="try-again"/> })} }
}
