//! The page's flows, event by event. What they share is here.

mod errands;
mod rounds;
mod session;
mod setup;

use face_login_domain::words;

use super::*;
use crate::{
    account::Username,
    challenge::{Form, Kind},
    failure::UploadFailure,
    pending::Pending,
    secret::Secret,
};

const NOW: Moment = Moment::from_seconds(1_800_000_000);

fn email() -> Email {
    Email::parse("ada@example.com").unwrap()
}

fn username() -> Username {
    Username::from_random([5; 16])
}

fn upload(kind: Kind, reason: Option<Reason>) -> Round {
    round(
        kind,
        State::Upload(Form {
            url: "http://127.0.0.1:9/b".into(),
            fields: "{}".into(),
            max_bytes: 2_000_000,
        }),
        reason,
    )
}

fn round(kind: Kind, state: State, reason: Option<Reason>) -> Round {
    let challenge = Challenge {
        kind,
        state,
        id: "id-1".into(),
        expires_at: NOW.after(Duration::from_mins(2)),
        attempts_left: 3,
        wait: Duration::from_secs(1),
        reason,
    };
    Round {
        session: Secret::new("session"),
        username: username().as_str().to_owned(),
        challenge,
    }
}

fn session() -> Session {
    Session {
        username: username().as_str().to_owned(),
        login: email().as_str().to_owned(),
        access: Secret::new("a"),
        id: Secret::new("i"),
        refresh: Secret::new("r"),
        issued_at: NOW,
        expires_at: NOW.after(Duration::from_mins(15)),
    }
}

/// A page to which all this has happened.
fn page(events: impl IntoIterator<Item = Happened>) -> Page {
    let mut page = Page::default();
    for event in events {
        page.after(event, NOW);
    }
    page
}

fn nothing_kept() -> Happened {
    Happened::Opened {
        kept: None,
        pending: None,
    }
}

fn signing_in() -> Vec<Happened> {
    vec![
        nothing_kept(),
        Happened::SignInAsked {
            email: "ada@example.com".into(),
        },
    ]
}

fn challenged(round: Round) -> Happened {
    Happened::Answered(Ok(Answer::Challenged(round)))
}

fn at_the_selfie() -> Page {
    let mut events = signing_in();
    events.push(challenged(upload(Kind::Selfie, None)));
    page(events)
}

fn photo_judged(page: &mut Page, outcome: Happened) -> Vec<Plan> {
    page.after(Happened::PhotoTaken, NOW);
    page.after(Happened::Uploaded(Ok(())), NOW);
    page.after(outcome, NOW)
}

fn signed_up() -> Page {
    page([
        nothing_kept(),
        Happened::Followed(Link::SignUp),
        Happened::SignUpAsked {
            email: " ada@example.com".into(),
            consent: Consent::Given,
        },
        Happened::SignedUp(Ok((username(), Secret::new("password")))),
    ])
}

fn consent_version() -> String {
    crate::consent::VERSION.to_owned()
}
