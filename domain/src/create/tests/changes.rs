//! Stories of those who are enrolled already: another face, or another photo.

use super::*;

#[test]
fn a_new_face_has_to_be_asked_for() {
    let replace = About::NewEnrolment(Aim::Replace(ticket()));
    let asked = || Session {
        intent: Intent::ReplaceFace,
        consent: Some("2026-11"),
        rows: enrolled(),
        ..Session::default()
    };
    let (enrol, upload) = (Kind::Enrol, State::Upload);
    asked().check("asked for", enrol, upload, &replace, None, 0);
    let no_consent = Session {
        consent: None,
        ..asked()
    };
    no_consent.check("consent again", enrol, State::Consent, &replace, None, 0);
    let no_ticket = Session {
        ticket: None,
        ..asked()
    };
    let gone = Some(Reason::TicketExpired);
    no_ticket.check("no ticket", enrol, State::Locked, &PLAIN, gone, 0);
    let plain = Session {
        password: Password::NotProven,
        ..asked()
    };
    plain.check("no password", Kind::Selfie, upload, &PLAIN, None, 0);
    let first = Session {
        rows: UserRows::default(),
        ..asked()
    };
    let new = About::NewEnrolment(chain().aim);
    first.check("nothing to replace", enrol, upload, &new, None, 0);
}

#[test]
fn a_claim_waits_and_says_until_when() {
    let chain = Chain {
        aim: Aim::Replace(ticket()),
        ..chain()
    };
    let after = |kind, passed, status| {
        let mut last = last(kind, State::Upload, 0, passed, Some(status));
        last.record.as_mut().unwrap().chain = Some(chain.clone());
        Session {
            rows: enrolled(),
            ..Session::after(last)
        }
    };
    let indexed = || after(Kind::Enrol, true, judged(Ruling::Indexed));
    let about = About::Chain(chain.clone());
    indexed().check("claims", Kind::Claim, State::Upload, &about, None, 0);
    let missed = after(Kind::Claim, false, refused(Reason::NotRecognised));
    let why = Some(Reason::NotRecognised);
    missed.check("missed", Kind::Claim, State::Upload, &about, why, 1);

    let mut passed = after(Kind::Claim, true, judged(Ruling::Passed));
    passed.ticket = None;
    let mut held = enrolled().enrolments[0].clone();
    held.id = chain.enrolment.clone();
    held.status = EnrolmentStatus::Held;
    held.held_until = Some(LATER);
    passed.rows.profile.held = Some(held.id.clone());
    passed.rows.enrolments.push(held);
    let why = Some(Reason::Held);
    passed.check("held", Kind::Claim, State::Held, &PLAIN, why, 0);
    assert_eq!(passed.choice().paused_until, Some(LATER));
    passed.rows.profile.held = None;
    let why = Some(Reason::EnrolmentRefused);
    passed.check("cancelled", Kind::Claim, State::Locked, &PLAIN, why, 0);
}

#[test]
fn after_a_proven_face_only_what_was_asked_for() {
    let update = About::NewEnrolment(Aim::Update(EnrolmentId::from_random([9; 16])));
    let proven = |intent| Session {
        intent,
        password: Password::NotProven,
        ticket: None,
        rows: enrolled(),
        ..Session::after(last(
            Kind::Selfie,
            State::Upload,
            2,
            true,
            Some(judged(Ruling::Passed)),
        ))
    };
    let (enrol, consent) = (Kind::Enrol, State::Consent);
    proven(Intent::UpdatePhoto).check("asks first", enrol, consent, &update, None, 0);
    let agreed = Session {
        consent: Some("2026-11"),
        ..proven(Intent::UpdatePhoto)
    };
    agreed.check("a photo", enrol, State::Upload, &update, None, 0);
    let withdrawn = Session {
        rows: UserRows::default(),
        ..agreed
    };
    let why = Some(Reason::EnrolmentRefused);
    withdrawn.check("nothing left", enrol, State::Locked, &PLAIN, why, 0);
    let gone = State::Withdrawn;
    proven(Intent::Withdraw).check("forgotten", Kind::Selfie, gone, &PLAIN, None, 0);

    let mut last = last(
        Kind::Enrol,
        State::Upload,
        0,
        false,
        Some(refused(Reason::NotRecognised)),
    );
    last.record.as_mut().unwrap().chain = Some(Chain {
        aim: Aim::Update(EnrolmentId::from_random([9; 16])),
        ..chain()
    });
    let again = Session {
        last: Some(last.clone()),
        ..proven(Intent::SignIn)
    };
    let why = Some(Reason::NotRecognised);
    again.check("another photo", enrol, State::Upload, &update, why, 1);
    last.round.wrong = 2;
    let third = Session {
        last: Some(last),
        ..proven(Intent::SignIn)
    };
    third.check("no try left", enrol, State::Locked, &update, why, 3);
}
