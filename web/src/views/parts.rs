//! Pieces that the steps are made of.
//!
//! Whatever changes on the screen is a boxed closure ([`live`]), and everything that is put together is a [`View`]: the view machinery is compiled once
//! per type of view, and a type per step and closure would make the page a third larger.

use leptos::{ev, html::Input, prelude::*};

use crate::{
    run::App,
    steps::{Activity, Consent, Happened, Link, Page},
    words::Text,
};

/// `aria-hidden` of what only adorns. An element of nothing but literals would be made of HTML text, which Trusted Types refuse.
pub(super) const ORNAMENT: &str = "true";

/// Any piece of the page.
pub(super) type View = AnyView;

/// A value that follows the signals it reads.
pub(super) type Live<T> = Box<dyn Fn() -> T + Send>;

/// Boxes a closure.
pub(super) fn live<T>(value: impl Fn() -> T + Send + 'static) -> Live<T> {
    Box::new(value)
}

/// A piece that is there or not.
pub(super) fn block(view: impl Fn() -> Option<View> + Send + 'static) -> View {
    live(view).into_any()
}

/// Pieces one after the other.
pub(super) fn stack(pieces: Vec<View>) -> View {
    pieces.into_any()
}

/// The ways out at the end of a step.
pub(super) fn nav(ways: Vec<View>) -> View {
    view! { <nav>{ways}</nav> }.into_any()
}

/// Runs now, and again whenever what it read changes.
pub(super) fn follow(effect: impl Fn() + 'static) {
    let effect: Box<dyn Fn()> = Box::new(effect);
    Effect::new(move |_| effect());
}

/// A text in the page's language.
pub(super) fn say(app: App, text: Text) -> &'static str {
    app.words.text(text)
}

/// The address typed last.
pub(super) fn known_email(app: App) -> String {
    let email = app
        .page
        .with_untracked(|page| page.email.as_ref().map(|email| email.as_str().to_owned()));
    email.unwrap_or_default()
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
    /// Something that can't be undone.
    Danger,
}

impl Look {
    /// Its class in the style sheet.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Quiet => "quiet",
            Self::Danger => "danger",
        }
    }
}

/// A button that does `press`.
pub(super) fn button(
    look: Live<&'static str>,
    testid: &'static str,
    label: impl Into<String>,
    disabled: Live<bool>,
    press: impl Fn() + 'static,
) -> View {
    let press: Box<dyn FnMut(ev::MouseEvent)> = Box::new(move |_| press());
    let label = label.into();
    view! { <button type="button" class=look data-testid=testid disabled=disabled on:click=press>{label}</button> }.into_any()
}

/// A button that leads somewhere.
pub(super) fn way(app: App, look: Look, link: Link, text: Text, testid: &'static str) -> View {
    let press = move || app.happened(Happened::Followed(link));
    button(
        live(move || look.class()),
        testid,
        say(app, text),
        live(|| false),
        press,
    )
}

/// The usual way back: to the form, or to the session of whoever is signed in.
pub(super) fn to_sign_in(app: App) -> View {
    let signed_in = app.page.with_untracked(|page| page.session().is_some());
    let text = if signed_in {
        Text::Back
    } else {
        Text::ToSignIn
    };
    way(app, Look::Quiet, Link::SignIn, text, "to-sign-in")
}

/// "Can't sign in with your face?"
pub(super) fn cannot_sign_in(app: App) -> View {
    way(
        app,
        Look::Quiet,
        Link::CannotSignIn,
        Text::CannotSignIn,
        "cannot-sign-in",
    )
}

/// A form with its primary button. The page checks what was typed, in its own words.
pub(super) fn form(app: App, fields: Vec<View>, text: Text, submit: impl Fn() + 'static) -> View {
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

/// What differs between the two fields of the page.
pub(super) struct Field {
    /// Its id, name, test id and class.
    pub(super) name: &'static str,
    /// The words beside it.
    pub(super) label: Text,
    /// `type`
    pub(super) kind: &'static str,
    /// `inputmode`
    pub(super) mode: &'static str,
    /// `autocomplete`
    pub(super) fill: &'static str,
    /// What it holds at first.
    pub(super) value: String,
    /// The words below it.
    pub(super) hint: Option<Text>,
}

/// A field and its label.
pub(super) fn field(app: App, input: NodeRef<Input>, field: Field) -> View {
    let hint = field.hint.map(|hint| say(app, hint)).unwrap_or_default();
    view! {
        <label for=field.name>{say(app, field.label)}</label>
        <input id=field.name name=field.name class=field.name data-testid=field.name type=field.kind inputmode=field.mode autocomplete=field.fill
            autocapitalize="none" spellcheck="false" required aria-describedby="hint" node_ref=input value=field.value/>
        <p class="hint" id="hint">{hint}</p>
    }
    .into_any()
}

/// The field for the address, filled with the one typed last.
pub(super) fn email_field(app: App, input: NodeRef<Input>, hint: Option<Text>) -> View {
    let about = Field {
        name: "email",
        label: Text::Email,
        kind: "email",
        mode: "email",
        fill: "username",
        value: known_email(app),
        hint,
    };
    field(app, input, about)
}

/// A paragraph. `emphasis` comes last, in bold.
pub(super) fn paragraph(
    class: &'static str,
    testid: Option<&'static str>,
    role: Option<&'static str>,
    text: Live<String>,
    emphasis: Live<String>,
) -> View {
    view! { <p class=class data-testid=testid role=role>{text}<strong>{emphasis}</strong></p> }
        .into_any()
}

/// A paragraph of nothing but words.
pub(super) fn plain(class: &'static str, text: &str) -> View {
    let text = text.to_owned();
    paragraph(
        class,
        None,
        None,
        live(move || text.clone()),
        live(String::new),
    )
}

/// What the step is about.
pub(super) fn intro(app: App, text: Text) -> View {
    plain("intro", say(app, text))
}

/// "Try again", where the last thing can be done again without typing or photographing anything.
pub(super) fn try_again(app: App) -> View {
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
