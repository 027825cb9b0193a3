//! The forms that begin something: sign-in, sign-up, recovery.

use leptos::{html::Input, prelude::*};

use super::{
    consent::ConsentText,
    parts::{EmailField, Send, Way, say, submitting, ticked, typed},
};
use crate::{
    run::App,
    steps::{Happened, Link, Recovery},
    words::Text,
};

/// E-mail, then the face.
#[component]
pub(super) fn SignIn(app: App) -> impl IntoView {
    let email = NodeRef::<Input>::new();
    let submit = submitting(move || {
        app.happened(Happened::SignInAsked {
            email: typed(email),
        });
    });
    view! {
        <p class="intro">{say(app, Text::SignInIntro)}</p>
        <form novalidate on:submit=submit>
            <EmailField app input=email/>
            <Send app text=Text::Continue/>
        </form>
        <nav>
            <Way app link=Link::SignUp text=Text::ToSignUp testid="to-sign-up"/>
            <Way app link=Link::CannotSignIn text=Text::CannotSignIn testid="cannot-sign-in"/>
        </nav>
    }
}

/// E-mail and consent.
#[component]
pub(super) fn SignUp(app: App) -> impl IntoView {
    let (email, consent) = (NodeRef::<Input>::new(), NodeRef::<Input>::new());
    let submit = submitting(move || {
        app.happened(Happened::SignUpAsked {
            email: typed(email),
            consent: ticked(consent),
        });
    });
    view! {
        <p class="intro">{say(app, Text::SignUpIntro)}</p>
        <form novalidate on:submit=submit>
            <EmailField app input=email hint=Text::EmailHint/>
            <ConsentText app input=consent/>
            <Send app text=Text::Continue/>
        </form>
        <nav><Way app link=Link::SignIn text=Text::ToSignIn testid="to-sign-in"/></nav>
    }
}

/// E-mail, then a code.
#[component]
pub(super) fn Recover(app: App, why: Recovery) -> impl IntoView {
    let intro = match why {
        Recovery::NoFace => Text::RecoverIntro,
        Recovery::Unfinished => Text::UnfinishedIntro,
    };
    let email = NodeRef::<Input>::new();
    let submit = submitting(move || {
        app.happened(Happened::RecoveryAsked {
            email: typed(email),
        });
    });
    view! {
        <p class="intro">{say(app, intro)}</p>
        <form novalidate on:submit=submit>
            <EmailField app input=email/>
            <Send app text=Text::SendCode/>
        </form>
        <nav>
            <Way app link=Link::SignIn text=Text::ToSignIn testid="to-sign-in"/>
            <Way app link=Link::SignUp text=Text::ToSignUp testid="to-sign-up"/>
        </nav>
    }
}
