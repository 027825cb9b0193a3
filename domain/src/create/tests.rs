//! Stories of sessions: what the round before and the rows lead to.

use super::*;
use crate::ids::{Etag, RunId};

use crate::enrolment::EnrolmentStatus;
use session::{LATER, Session, chain, enrolled, judged, last, refused, ticket};

#[path = "tests/changes.rs"]
mod changes;
#[path = "tests/session.rs"]
mod session;

const PLAIN: About = About::Nothing;

#[test]
fn the_first_round() {
    let new = About::NewEnrolment(chain().aim);
    let selfie =
        |name, session: Session| session.check(name, Kind::Selfie, State::Upload, &PLAIN, None, 0);
    selfie(
        "plain",
        Session {
            password: Password::NotProven,
            ..Session::default()
        },
    );
    selfie(
        "plain, with a consent nobody asked for",
        Session {
            password: Password::NotProven,
            consent: Some("2026-11"),
            ..Session::default()
        },
    );
    selfie(
        "password without a ticket",
        Session {
            ticket: None,
            consent: Some("2026-11"),
            ..Session::default()
        },
    );
    selfie(
        "already enrolled",
        Session {
            rows: enrolled(),
            consent: Some("2026-11"),
            ..Session::default()
        },
    );
    Session::default().check(
        "no consent yet",
        Kind::Enrol,
        State::Consent,
        &About::NewEnrolment(chain().aim),
        None,
        0,
    );
    Session {
        consent: Some("2025-01"),
        ..Session::default()
    }
    .check(
        "an old consent",
        Kind::Enrol,
        State::Consent,
        &About::NewEnrolment(chain().aim),
        None,
        0,
    );
    Session {
        consent: Some("2026-11"),
        ..Session::default()
    }
    .check("all there", Kind::Enrol, State::Upload, &new, None, 0);
}

#[test]
fn after_a_selfie() {
    let judging = Some(Status::Judging {
        owner: RunId::from_random([1; 16]),
        lease_until: LATER,
    });
    for (name, status, reason, wrong) in [
        (
            "not recognised",
            Some(refused(Reason::NotRecognised)),
            Reason::NotRecognised,
            2,
        ),
        (
            "too dark",
            Some(refused(Reason::TooDark)),
            Reason::TooDark,
            2,
        ),
        ("an outage", Some(refused(Reason::Busy)), Reason::Busy, 1),
        ("Verify died", judging, Reason::Busy, 1),
        (
            "the answer was another",
            Some(Status::Issued),
            Reason::Busy,
            1,
        ),
        ("the record is gone", None, Reason::Expired, 1),
    ] {
        let session = Session {
            password: Password::NotProven,
            ..Session::after(last(Kind::Selfie, State::Upload, 1, false, status))
        };
        session.check(
            name,
            Kind::Selfie,
            State::Upload,
            &PLAIN,
            Some(reason),
            wrong,
        );
    }
    let third = last(
        Kind::Selfie,
        State::Upload,
        2,
        false,
        Some(refused(Reason::NoFace)),
    );
    Session::after(third).check(
        "no try left",
        Kind::Selfie,
        State::Locked,
        &PLAIN,
        Some(Reason::NoFace),
        3,
    );
}

#[test]
fn after_a_document() {
    let (of_chain, new) = (About::Chain(chain()), About::NewEnrolment(chain().aim));
    let document =
        |passed, status| Session::after(last(Kind::Enrol, State::Upload, 0, passed, status));
    let pinned = || Some(Status::Uploaded(Etag::parse("a").unwrap()));
    document(true, Some(judged(Ruling::Indexed))).check(
        "indexed",
        Kind::Selfie,
        State::Upload,
        &of_chain,
        None,
        0,
    );
    document(false, Some(judged(Ruling::Indexed))).check(
        "indexed a moment too late",
        Kind::Enrol,
        State::Pending,
        &About::SameChallenge,
        None,
        0,
    );
    document(false, pinned()).check(
        "still indexing",
        Kind::Enrol,
        State::Pending,
        &About::SameChallenge,
        None,
        0,
    );
    document(false, Some(refused(Reason::Blurred))).check(
        "refused",
        Kind::Enrol,
        State::Upload,
        &new,
        Some(Reason::Blurred),
        1,
    );
    document(false, None).check(
        "record gone, consent with it",
        Kind::Enrol,
        State::Consent,
        &About::NewEnrolment(chain().aim),
        Some(Reason::Expired),
        0,
    );
    let no_ticket = Session {
        ticket: None,
        ..document(false, Some(refused(Reason::TicketExpired)))
    };
    no_ticket.check(
        "ticket gone",
        Kind::Enrol,
        State::Locked,
        &PLAIN,
        Some(Reason::TicketExpired),
        0,
    );
    let enrolled_meanwhile = Session {
        rows: enrolled(),
        ..document(false, Some(refused(Reason::Blurred)))
    };
    enrolled_meanwhile.check(
        "enrolled elsewhere meanwhile",
        Kind::Enrol,
        State::Locked,
        &PLAIN,
        Some(Reason::TicketExpired),
        1,
    );
    let no_ticket = Session {
        ticket: None,
        ..document(true, Some(judged(Ruling::Indexed)))
    };
    no_ticket.check(
        "ticket gone before the selfie",
        Kind::Selfie,
        State::Locked,
        &PLAIN,
        Some(Reason::TicketExpired),
        0,
    );
}

#[test]
fn after_the_consent_was_asked_for() {
    let asked = || {
        Session::after(last(
            Kind::Enrol,
            State::Consent,
            0,
            false,
            Some(Status::Issued),
        ))
    };
    asked().check(
        "not given",
        Kind::Enrol,
        State::Consent,
        &About::NewEnrolment(chain().aim),
        Some(Reason::ConsentRequired),
        0,
    );
    let given = Session {
        consent: Some("2026-11"),
        ..asked()
    };
    given.check(
        "given",
        Kind::Enrol,
        State::Upload,
        &About::NewEnrolment(chain().aim),
        None,
        0,
    );
}

#[test]
fn a_record_of_somebody_else_counts_as_none() {
    let mut other = last(
        Kind::Enrol,
        State::Upload,
        0,
        true,
        Some(judged(Ruling::Indexed)),
    );
    other.record.as_mut().unwrap().subject = Sub::made_up([7; 16]);
    Session::after(other).check(
        "foreign record",
        Kind::Enrol,
        State::Consent,
        &About::NewEnrolment(chain().aim),
        Some(Reason::ConsentRequired),
        0,
    );
}

#[test]
fn limits_lock_what_they_are_for() {
    let paused = Allowance::PausedUntil(LATER);
    let plain = Session {
        password: Password::NotProven,
        allowance: paused,
        ..Session::default()
    };
    plain.check(
        "paused",
        Kind::Selfie,
        State::Locked,
        &PLAIN,
        Some(Reason::Locked),
        0,
    );
    assert_eq!(plain.choice().paused_until, Some(LATER));
    let document = Session {
        allowance: paused,
        consent: Some("2026-11"),
        ..Session::default()
    };
    document.check(
        "a document is no attempt",
        Kind::Enrol,
        State::Upload,
        &About::NewEnrolment(chain().aim),
        None,
        0,
    );
    let flooded = Session {
        supply: Supply::UsedUpUntil(LATER),
        consent: Some("2026-11"),
        ..Session::default()
    };
    flooded.check(
        "too many challenges",
        Kind::Enrol,
        State::Locked,
        &PLAIN,
        Some(Reason::Locked),
        0,
    );
}
