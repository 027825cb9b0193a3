//! Pieces that several steps share.
//!
//! Whatever changes on the screen is a boxed closure ([`live`]): the view machinery is compiled once per type, and a type per closure made the page a third
//! larger.

use leptos::{ev, html::Input, prelude::*};

use crate::{
    run::App,
    steps::{Activity, Consent, Happened, Link, Page},
    words::{self, Text},
};

/// A value that follows the signals it reads.
pub(super) type Live<T> = Box<dyn Fn() -> T + Send>;

/// Boxes a closure.
pub(super) fn live<T>(value: impl Fn() -> T + Send + 'static) -> Live<T> {
    Box::new(value)
}

/// A part of the view that is there or not.
pub(super) fn block<V: IntoView + 'static>(
    view: impl Fn() -> Option<V> + Send + 'static,
) -> Live<Option<AnyView>> {
    Box::new(move || view().map(IntoAny::into_any))
}

/// Runs now, and again whenever what it read changes.
pub(super) fn follow(effect: impl Fn() + 'static) {
    let effect: Box<dyn Fn()> = Box::new(effect);
    Effect::new(move |_| effect());
}

/// A text in the page's language, which is final when any form is shown.
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
pub(super) fn ticked(input: NodeRef<Input>) -> Consent {
    match input.get_untracked() {
        Some(input) if input.checked() => Consent::Given,
        _ => Consent::NotGiven,
    }
}

/// Whether the page waits for a server.
pub(super) fn busy(app: App) -> bool {
    app.page.with(|page| page.activity != Activity::Idle)
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
    /// Its class in the style sheet.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Quiet => "quiet",
        }
    }
}

/// A button that does `press`.
pub(super) fn button(
    look: Live<&'static str>,
    testid: &'static str,
    label: &'static str,
    disabled: Live<bool>,
    press: impl Fn() + 'static,
) -> AnyView {
    let press: Box<dyn FnMut(ev::MouseEvent)> = Box::new(move |_| press());
    view! { <button type="button" class=look data-testid=testid disabled=disabled on:click=press>{label}</button> }.into_any()
}

/// A button that leads somewhere.
pub(super) fn way(app: App, look: Look, link: Link, text: Text, testid: &'static str) -> AnyView {
    let press = move || app.happened(Happened::Followed(link));
    button(
        live(move || look.class()),
        testid,
        say(app, text),
        live(|| false),
        press,
    )
}

/// The usual way back.
pub(super) fn to_sign_in(app: App) -> AnyView {
    way(app, Look::Quiet, Link::SignIn, Text::ToSignIn, "to-sign-in")
}

/// "Can't sign in with your face?"
pub(super) fn cannot_sign_in(app: App) -> AnyView {
    way(
        app,
        Look::Quiet,
        Link::CannotSignIn,
        Text::CannotSignIn,
        "cannot-sign-in",
    )
}

/// A form with its primary button. The page checks what was typed, in its own words.
pub(super) fn form(app: App, fields: AnyView, text: Text, submit: impl Fn() + 'static) -> AnyView {
    let submit: Box<dyn FnMut(ev::SubmitEvent)> = Box::new(move |event| {
        event.prevent_default();
        submit();
    });
    let label = live(move || say(app, if busy(app) { Text::Working } else { text }));
    view! {
        <form novalidate on:submit=submit>
            {fields}
            <button type="submit" class="primary" data-testid="send" disabled=live(move || busy(app))>{label}</button>
        </form>
    }
    .into_any()
}

/// The field for the address, filled with the one typed last.
pub(super) fn email_field(app: App, input: NodeRef<Input>, hint: Option<Text>) -> AnyView {
    let known = app
        .page
        .with_untracked(|page| page.email.as_ref().map(|email| email.as_str().to_owned()));
    let hint = hint.map(|hint| view! { <p class="hint" id="email-hint">{say(app, hint)}</p> });
    view! {
        <label for="email">{say(app, Text::Email)}</label>
        <input id="email" data-testid="email" type="email" name="email" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false"
            required node_ref=input value=known aria-describedby=hint.as_ref().map(|_| "email-hint")/>
        {hint}
    }
    .into_any()
}

/// What the step is about.
pub(super) fn intro(app: App, text: Text) -> AnyView {
    view! { <p class="intro">{say(app, text)}</p> }.into_any()
}

/// "Try again", where the last thing can be done again without typing or photographing anything.
pub(super) fn try_again(app: App) -> Live<Option<AnyView>> {
    block(move || {
        let possible = app.page.with(Page::can_try_again);
        possible.then(|| {
            way(
                app,
                Look::Primary,
                Link::TryAgain,
                Text::TryAgain,
                "try-again",
            )
        })
    })
}
