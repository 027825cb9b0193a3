//! The forms that begin something: sign-in, sign-up, recovery.

use leptos::{html::Input, prelude::*};

use super::{
    consent::consent_text,
    parts::{
        Look, View, cannot_sign_in, email_field, form, intro, nav, stack, ticked, to_sign_in,
        typed, way,
    },
};
use crate::{
    run::App,
    steps::{Happened, Link, Recovery},
    words::Text,
};

/// E-mail, then the face.
pub(super) fn sign_in(app: App) -> View {
    let email = NodeRef::<Input>::new();
    let submit = move || {
        let email = typed(email);
        app.happened(Happened::SignInAsked { email });
    };
    stack(vec![
        intro(app, Text::SignInIntro),
        form(
            app,
            vec![email_field(app, email, None)],
            Text::Continue,
            submit,
        ),
        nav(vec![to_sign_up(app), cannot_sign_in(app)]),
    ])
}

/// E-mail and consent.
pub(super) fn sign_up(app: App) -> View {
    let (email, consent) = (NodeRef::<Input>::new(), NodeRef::<Input>::new());
    let submit = move || {
        let (email, consent) = (typed(email), ticked(consent));
        app.happened(Happened::SignUpAsked { email, consent });
    };
    let fields = vec![
        email_field(app, email, Some(Text::EmailHint)),
        consent_text(app, consent),
    ];
    stack(vec![
        intro(app, Text::SignUpIntro),
        form(app, fields, Text::Continue, submit),
        nav(vec![to_sign_in(app)]),
    ])
}

/// E-mail, then a code.
pub(super) fn recover(app: App, why: Recovery) -> View {
    let email = NodeRef::<Input>::new();
    let about = match why {
        Recovery::NoFace => Text::RecoverIntro,
        Recovery::Unfinished => Text::UnfinishedIntro,
    };
    let submit = move || {
        let email = typed(email);
        app.happened(Happened::RecoveryAsked { email });
    };
    stack(vec![
        intro(app, about),
        form(
            app,
            vec![email_field(app, email, None)],
            Text::SendCode,
            submit,
        ),
        nav(vec![to_sign_in(app), to_sign_up(app)]),
    ])
}

fn to_sign_up(app: App) -> View {
    way(app, Look::Quiet, Link::SignUp, Text::ToSignUp, "to-sign-up")
}
