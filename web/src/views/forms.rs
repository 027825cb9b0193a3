//! The forms that begin something: sign-in, sign-up, recovery.

use leptos::{html::Input, prelude::*};

use super::{
    consent::consent_text,
    parts::{Look, cannot_sign_in, email_field, form, intro, ticked, to_sign_in, typed, way},
};
use crate::{
    run::App,
    steps::{Happened, Link, Recovery},
    words::Text,
};

/// E-mail, then the face.
pub(super) fn sign_in(app: App) -> AnyView {
    let email = NodeRef::<Input>::new();
    let submit = move || {
        app.happened(Happened::SignInAsked {
            email: typed(email),
        });
    };
    (
        intro(app, Text::SignInIntro),
        form(app, email_field(app, email, None), Text::Continue, submit),
        view! { <nav>{to_sign_up(app)}{cannot_sign_in(app)}</nav> },
    )
        .into_any()
}

/// E-mail and consent.
pub(super) fn sign_up(app: App) -> AnyView {
    let (email, consent) = (NodeRef::<Input>::new(), NodeRef::<Input>::new());
    let submit = move || {
        app.happened(Happened::SignUpAsked {
            email: typed(email),
            consent: ticked(consent),
        });
    };
    let fields = (
        email_field(app, email, Some(Text::EmailHint)),
        consent_text(app, consent),
    )
        .into_any();
    (
        intro(app, Text::SignUpIntro),
        form(app, fields, Text::Continue, submit),
        view! { <nav>{to_sign_in(app)}</nav> },
    )
        .into_any()
}

/// E-mail, then a code.
pub(super) fn recover(app: App, why: Recovery) -> AnyView {
    let email = NodeRef::<Input>::new();
    let about = match why {
        Recovery::NoFace => Text::RecoverIntro,
        Recovery::Unfinished => Text::UnfinishedIntro,
    };
    let submit = move || {
        app.happened(Happened::RecoveryAsked {
            email: typed(email),
        });
    };
    (
        intro(app, about),
        form(app, email_field(app, email, None), Text::SendCode, submit),
        view! { <nav>{to_sign_in(app)}{to_sign_up(app)}</nav> },
    )
        .into_any()
}

fn to_sign_up(app: App) -> AnyView {
    way(app, Look::Quiet, Link::SignUp, Text::ToSignUp, "to-sign-up")
}
