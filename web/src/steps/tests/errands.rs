//! A new face, a new photo, or to be forgotten.

use face_login_domain::intent::Intent;

use super::*;

fn signed_in() -> Page {
    page([Happened::Opened {
        kept: Some(session()),
        pending: None,
    }])
}

fn mailbox_proven() -> Page {
    page([
        Happened::Opened {
            kept: None,
            pending: Some(Pending::Reset { email: email() }),
        },
        Happened::CodeGiven {
            code: "123456".into(),
        },
        Happened::PasswordSet(Ok(Secret::new("new"))),
        challenged(upload(Kind::Selfie, None)),
    ])
}

fn with_wish(consent: Consent, wish: Wish) -> Aside {
    Aside {
        consent,
        wish: Some(wish),
    }
}

fn asides(plans: &[Plan]) -> Vec<Aside> {
    let aside = |plan: &Plan| match plan {
        Plan::Answer { aside, .. } | Plan::Begin(Proof::Mailbox { aside, .. }) => Some(*aside),
        _ => None,
    };
    plans.iter().filter_map(aside).collect()
}

/// Signed in, a new photo asked for, and the selfie before it judged with `answer`.
fn updating(answer: Happened) -> (Page, Vec<Plan>) {
    let mut page = signed_in();
    page.after(Happened::Followed(Link::Update), NOW);
    assert_eq!(page.screen, Screen::Errand(Errand::Update));
    assert_eq!(
        page.after(Happened::ConsentGiven(Consent::NotGiven), NOW),
        [],
        "no photo without consent"
    );
    let plans = page.after(Happened::ConsentGiven(Consent::Given), NOW);
    let name = session().username;
    assert_eq!(plans, [Plan::Begin(Proof::Face { name })]);
    page.after(challenged(upload(Kind::Selfie, None)), NOW);
    let mut plans = page.after(Happened::PhotoTaken, NOW);
    plans.extend(page.after(Happened::Uploaded(Ok(())), NOW));
    plans.extend(page.after(answer, NOW));
    (page, plans)
}

#[test]
fn wishes_are_the_words_of_the_protocol() {
    for (wish, intent) in [
        (Wish::ReplaceFace, Intent::ReplaceFace),
        (Wish::UpdatePhoto, Intent::UpdatePhoto),
        (Wish::KeepPhoto, Intent::KeepPhoto),
        (Wish::Withdraw, Intent::Withdraw),
    ] {
        assert_eq!(Intent::parse(Some(wish.code())), intent);
    }
}

#[test]
fn a_changed_face_is_claimed_with_the_password_and_waits() {
    let mut page = mailbox_proven();
    assert!(page.can_replace());
    page.after(Happened::Followed(Link::Replace), NOW);
    assert_eq!(page.screen, Screen::Errand(Errand::Replace));
    let plans = page.after(Happened::ConsentGiven(Consent::Given), NOW);
    assert_eq!(
        asides(&plans),
        [with_wish(Consent::Given, Wish::ReplaceFace)]
    );
    page.after(challenged(upload(Kind::Document, None)), NOW);
    assert!(!page.can_replace() && !page.can_keep());
    assert_eq!(page.setup_step(), Some(3));
    photo_judged(&mut page, challenged(upload(Kind::Selfie, None)));
    assert!(!page.can_replace());
    let until = NOW.after(Duration::from_hours(24));
    let mut held = round(
        Kind::Selfie,
        State::Held,
        Some(Reason::Known(words::Reason::Held)),
    );
    held.challenge.expires_at = until;
    assert_eq!(
        photo_judged(&mut page, challenged(held)),
        [Plan::Forget],
        "nothing is left half-finished"
    );
    assert_eq!(page.screen, Screen::Held { until });
}

#[test]
fn nobody_replaces_a_face_without_the_mailbox() {
    let mut page = at_the_selfie();
    assert!(!page.can_replace());
    page.after(Happened::Followed(Link::Replace), NOW);
    assert_eq!(page.after(Happened::ConsentGiven(Consent::Given), NOW), []);
    assert_eq!(page.screen, Screen::Recover(Recovery::NoFace));
}

#[test]
fn a_code_that_is_too_old_for_a_new_face_is_asked_for_again() {
    let mut page = mailbox_proven();
    page.after(Happened::Followed(Link::Replace), NOW);
    page.after(Happened::ConsentGiven(Consent::Given), NOW);
    let expired = Reason::Known(words::Reason::TicketExpired);
    let locked = round(Kind::Document, State::Locked, Some(expired.clone()));
    page.after(challenged(locked), NOW);
    assert_eq!(
        (page.screen, page.notice),
        (
            Screen::Recover(Recovery::NoFace),
            Some(Notice::Reason(expired))
        )
    );
}

#[test]
fn a_new_photo_comes_after_a_selfie_that_asks_for_it() {
    let (mut page, plans) = updating(challenged(upload(Kind::Document, None)));
    assert_eq!(
        asides(&plans),
        [with_wish(Consent::Given, Wish::UpdatePhoto)]
    );
    assert_eq!((page.screen, page.setup_step()), (Screen::Document, None));
    assert!(page.can_keep());
    let pending = challenged(round(Kind::Document, State::Pending, None));
    let plans = photo_judged(&mut page, pending);
    assert_eq!(asides(&plans), [Aside::NONE]);
    page.after(Happened::Answered(Ok(Answer::Granted(session()))), NOW);
    assert_eq!(
        (page.screen, page.notice),
        (Screen::SignedIn, Some(Notice::PhotoUpdated))
    );
}

#[test]
fn the_old_photo_can_be_kept_at_any_time_and_stays_when_the_tries_are_used_up() {
    let keep = [with_wish(Consent::NotGiven, Wish::KeepPhoto)];
    let (mut page, _) = updating(challenged(upload(Kind::Document, None)));
    let plans = page.after(Happened::Followed(Link::Keep), NOW);
    assert_eq!(asides(&plans), keep);
    page.after(Happened::Answered(Ok(Answer::Granted(session()))), NOW);
    assert_eq!(
        (page.screen, page.notice),
        (Screen::SignedIn, Some(Notice::PhotoKept))
    );

    let (mut page, _) = updating(challenged(upload(Kind::Document, None)));
    let refused = challenged(round(
        Kind::Document,
        State::Locked,
        Some(Reason::Known(words::Reason::NotRecognised)),
    ));
    let plans = photo_judged(&mut page, refused);
    assert_eq!(asides(&plans), keep);
    assert!(
        matches!(&plans[..], [Plan::Answer { not_before, .. }] if *not_before == NOW),
        "nobody waits for the old photo: {plans:?}"
    );
}

#[test]
fn keeping_is_offered_only_where_there_is_something_to_keep() {
    let mut page = signed_up();
    page.after(challenged(upload(Kind::Document, None)), NOW);
    assert!(!page.can_keep());
    assert_eq!(page.after(Happened::Followed(Link::Keep), NOW), []);
    assert_eq!(page.screen, Screen::Document);
}

#[test]
fn to_be_forgotten_takes_a_yes_and_a_selfie() {
    let mut page = signed_in();
    assert_eq!(page.after(Happened::Followed(Link::Forget), NOW), []);
    assert_eq!(page.screen, Screen::Errand(Errand::Forget));
    page.after(Happened::Followed(Link::ForgetNow), NOW);
    page.after(challenged(upload(Kind::Selfie, None)), NOW);
    page.after(Happened::PhotoTaken, NOW);
    let plans = page.after(Happened::Uploaded(Ok(())), NOW);
    assert_eq!(
        asides(&plans),
        [with_wish(Consent::NotGiven, Wish::Withdraw)]
    );
    let plans = page.after(challenged(round(Kind::Selfie, State::Withdrawn, None)), NOW);
    assert_eq!(plans, [Plan::Forget, Plan::Drop(session())]);
    assert_eq!(page.screen, Screen::Forgotten);
    assert_eq!(page.session(), None);
}

#[test]
fn who_changes_their_mind_is_still_signed_in() {
    let renewed_at_once = [Plan::Renew {
        session: session(),
        not_before: NOW,
    }];
    for link in [Link::Update, Link::Forget] {
        let mut page = signed_in();
        page.after(Happened::Followed(link), NOW);
        assert_eq!(
            page.after(Happened::Followed(Link::SignIn), NOW),
            renewed_at_once
        );
        assert_eq!(page.screen, Screen::SignedIn);
    }
    let (mut page, _) = updating(Happened::Answered(Err(Failure::Denied)));
    assert_eq!(page.screen, Screen::SessionOver(Ending::Denied));
    let run = page.run;
    assert_eq!(
        page.after(Happened::Followed(Link::SignIn), NOW),
        renewed_at_once
    );
    assert_ne!(page.run, run, "late answers are stale");
}

#[test]
fn beginning_again_keeps_what_was_wanted() {
    let (mut page, _) = updating(challenged(round(
        Kind::Selfie,
        State::Locked,
        Some(Reason::Known(words::Reason::Locked)),
    )));
    assert!(matches!(page.screen, Screen::Locked { .. }));
    page.after(Happened::Followed(Link::StartOver), NOW);
    page.after(challenged(upload(Kind::Selfie, None)), NOW);
    page.after(Happened::PhotoTaken, NOW);
    let plans = page.after(Happened::Uploaded(Ok(())), NOW);
    assert_eq!(
        asides(&plans),
        [with_wish(Consent::Given, Wish::UpdatePhoto)]
    );
}

#[test]
fn tokens_renewed_meanwhile_do_not_disturb_it() {
    let mut page = signed_in();
    page.after(Happened::Followed(Link::Forget), NOW);
    page.after(Happened::Renewed(Ok(session())), NOW);
    assert_eq!(page.screen, Screen::Errand(Errand::Forget));
    let plans = page.after(Happened::Renewed(Err(Failure::Denied)), NOW);
    assert_eq!(plans, [Plan::Drop(session())]);
    assert_eq!(page.screen, Screen::Errand(Errand::Forget));
}
