//! The page's flows, event by event.

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

#[test]
fn signing_in_with_a_face() {
    let mut page = page(signing_in());
    assert_eq!(
        (page.screen, page.activity),
        (Screen::SignIn, Activity::Working)
    );
    page.after(challenged(upload(Kind::Selfie, None)), NOW);
    assert_eq!(
        (page.screen, page.activity, &page.notice),
        (Screen::Selfie, Activity::Idle, &None)
    );

    let plans = page.after(Happened::PhotoTaken, NOW);
    assert!(matches!(plans[..], [Plan::Upload(_)]), "{plans:?}");
    page.after(Happened::Sent(40), NOW);
    assert_eq!(page.activity, Activity::Sending(40));

    let plans = page.after(Happened::Uploaded(Ok(())), NOW);
    assert_eq!(page.screen, Screen::Checking);
    assert!(
        matches!(&plans[..], [Plan::Answer { consent: Consent::NotGiven, not_before, .. }] if *not_before == NOW.after(Duration::from_secs(1))),
        "{plans:?}"
    );

    let plans = page.after(Happened::Answered(Ok(Answer::Granted(session()))), NOW);
    assert_eq!(page.screen, Screen::SignedIn);
    assert_eq!(
        plans,
        [
            Plan::Keep(session()),
            Plan::Forget,
            Plan::Renew {
                session: session(),
                not_before: session().renew_at()
            }
        ]
    );
}

#[test]
fn the_servers_reason_leads_back_to_the_camera() {
    let mut page = at_the_selfie();
    photo_judged(
        &mut page,
        challenged(upload(
            Kind::Selfie,
            Some(Reason::Known(words::Reason::NotRecognised)),
        )),
    );
    assert_eq!(
        (page.screen, page.notice),
        (
            Screen::Selfie,
            Some(Notice::Reason(Reason::Known(words::Reason::NotRecognised)))
        )
    );
}

#[test]
fn signing_up_needs_an_address_and_consent_before_anything_is_sent() {
    for (name, typed, consent, want) in [
        ("no address", "ada", Consent::Given, Notice::BadEmail),
        (
            "no consent",
            "ada@example.com",
            Consent::NotGiven,
            Notice::ConsentMissing,
        ),
    ] {
        let mut page = page([nothing_kept(), Happened::Followed(Link::SignUp)]);
        assert_eq!(
            page.after(
                Happened::SignUpAsked {
                    email: typed.into(),
                    consent
                },
                NOW
            ),
            [],
            "{name}"
        );
        assert_eq!(
            (page.screen, page.notice),
            (Screen::SignUp, Some(want)),
            "{name}"
        );
    }
}

#[test]
fn signing_up_in_one_go() {
    let mut page = signed_up();
    assert_eq!(page.screen, Screen::Code);
    let plans = page.after(
        Happened::CodeGiven {
            code: "123 456".into(),
        },
        NOW,
    );
    assert!(
        matches!(&plans[..], [Plan::Confirm { code, .. }] if code.as_str() == "123456"),
        "{plans:?}"
    );

    let plans = page.after(Happened::Confirmed(Ok(())), NOW);
    let proof = Proof::Mailbox {
        name: username().as_str().to_owned(),
        password: Secret::new("password"),
        consent: Consent::Given,
    };
    assert_eq!(
        plans,
        [
            Plan::Remember(Pending::Finish { email: email() }),
            Plan::Begin(proof)
        ]
    );

    page.after(challenged(upload(Kind::Document, None)), NOW);
    assert_eq!(page.screen, Screen::Document);
    photo_judged(&mut page, challenged(upload(Kind::Selfie, None)));
    assert_eq!(
        (page.screen, &page.notice),
        (Screen::Selfie, &Some(Notice::DocumentTaken))
    );
    photo_judged(
        &mut page,
        Happened::Answered(Ok(Answer::Granted(session()))),
    );
    assert_eq!(page.screen, Screen::SignedIn);
}

#[test]
fn a_code_after_the_tab_was_closed_leads_to_a_second_one() {
    let mut page = page([Happened::Opened {
        kept: None,
        pending: Some(Pending::Confirm {
            email: email(),
            username: username(),
        }),
    }]);
    assert_eq!(page.screen, Screen::Code);
    page.after(
        Happened::CodeGiven {
            code: "123456".into(),
        },
        NOW,
    );
    let plans = page.after(Happened::Confirmed(Ok(())), NOW);
    assert_eq!(
        plans,
        [
            Plan::Remember(Pending::Finish { email: email() }),
            Plan::SendReset { email: email() }
        ]
    );
    let plans = page.after(Happened::CodeSent(Ok(())), NOW);
    assert_eq!(plans, [Plan::Remember(Pending::Reset { email: email() })]);
    assert_eq!(
        (page.screen, &page.notice),
        (Screen::RecoverCode, &Some(Notice::SecondCode))
    );

    page.after(
        Happened::CodeGiven {
            code: "654321".into(),
        },
        NOW,
    );
    let plans = page.after(Happened::PasswordSet(Ok(Secret::new("new"))), NOW);
    let proof = Proof::Mailbox {
        name: "ada@example.com".into(),
        password: Secret::new("new"),
        consent: Consent::NotGiven,
    };
    assert_eq!(
        plans,
        [
            Plan::Remember(Pending::Finish { email: email() }),
            Plan::Begin(proof)
        ]
    );
}

#[test]
fn what_an_earlier_visit_left_decides_where_this_one_starts() {
    for (pending, want) in [
        (None, Screen::SignIn),
        (
            Some(Pending::Confirm {
                email: email(),
                username: username(),
            }),
            Screen::Code,
        ),
        (Some(Pending::Reset { email: email() }), Screen::RecoverCode),
        (Some(Pending::Finish { email: email() }), Screen::Recover),
    ] {
        assert_eq!(
            page([Happened::Opened {
                kept: None,
                pending: pending.clone()
            }])
            .screen,
            want,
            "{pending:?}"
        );
    }
}

#[test]
fn a_lost_answer_to_the_code_is_no_dead_end() {
    let mut page = signed_up();
    page.after(
        Happened::CodeGiven {
            code: "123456".into(),
        },
        NOW,
    );
    let plans = page.after(Happened::Confirmed(Err(Failure::AlreadyConfirmed)), NOW);
    assert!(
        matches!(
            plans[..],
            [Plan::Remember(_), Plan::Begin(Proof::Mailbox { .. })]
        ),
        "{plans:?}"
    );
}

#[test]
fn somebody_elses_address_ends_the_sign_up() {
    let mut page = signed_up();
    page.after(
        Happened::CodeGiven {
            code: "123456".into(),
        },
        NOW,
    );
    assert_eq!(
        page.after(Happened::Confirmed(Err(Failure::AddressTaken)), NOW),
        [Plan::Forget]
    );
    assert_eq!(
        (page.screen, page.notice),
        (Screen::SignIn, Some(Notice::Failure(Failure::AddressTaken)))
    );
}

#[test]
fn recovery_asks_for_consent_before_any_document() {
    let mut page = page([
        nothing_kept(),
        Happened::Followed(Link::CannotSignIn),
        Happened::RecoveryAsked {
            email: "ada@example.com".into(),
        },
        Happened::CodeSent(Ok(())),
        Happened::CodeGiven {
            code: "123456".into(),
        },
        Happened::PasswordSet(Ok(Secret::new("new"))),
        challenged(round(
            Kind::Document,
            State::Consent {
                version: consent_version(),
            },
            None,
        )),
    ]);
    assert_eq!(page.screen, Screen::Consent);
    assert_eq!(
        page.after(Happened::ConsentGiven(Consent::NotGiven), NOW),
        []
    );
    assert_eq!(
        (page.screen, &page.notice),
        (Screen::Consent, &Some(Notice::ConsentMissing))
    );
    let plans = page.after(Happened::ConsentGiven(Consent::Given), NOW);
    assert!(
        matches!(
            plans[..],
            [Plan::Answer {
                consent: Consent::Given,
                ..
            }]
        ),
        "{plans:?}"
    );
    page.after(challenged(upload(Kind::Document, None)), NOW);
    assert_eq!((page.screen, page.notice), (Screen::Document, None));
}

fn consent_version() -> String {
    crate::consent::VERSION.to_owned()
}

#[test]
fn recovery_with_an_enrolment_goes_straight_to_the_selfie() {
    let page = page([
        Happened::Opened {
            kept: None,
            pending: Some(Pending::Reset { email: email() }),
        },
        Happened::CodeGiven {
            code: "123456".into(),
        },
        Happened::PasswordSet(Ok(Secret::new("new"))),
        challenged(upload(Kind::Selfie, None)),
    ]);
    assert_eq!((page.screen, page.notice), (Screen::Selfie, None));
}

#[test]
fn consent_to_another_text_is_not_given_in_passing() {
    let page = page(signing_in().into_iter().chain([challenged(round(
        Kind::Document,
        State::Consent {
            version: "2031-01".into(),
        },
        None,
    ))]));
    assert_eq!(page.screen, Screen::SessionOver(Ending::PageTooOld));
}

#[test]
fn a_photo_being_indexed_is_asked_about_after_the_wait() {
    let mut page = signed_up();
    page.after(
        Happened::CodeGiven {
            code: "123456".into(),
        },
        NOW,
    );
    page.after(Happened::Confirmed(Ok(())), NOW);
    page.after(challenged(upload(Kind::Document, None)), NOW);
    let plans = photo_judged(
        &mut page,
        challenged(round(Kind::Document, State::Pending, None)),
    );
    assert_eq!(
        (page.screen, page.activity),
        (Screen::Checking, Activity::Working)
    );
    assert!(
        matches!(&plans[..], [Plan::Answer { not_before, .. }] if *not_before == NOW.after(Duration::from_secs(1))),
        "{plans:?}"
    );
}

#[test]
fn a_lock_says_until_when_and_beginning_again_keeps_the_address() {
    let mut page = page(signing_in().into_iter().chain([challenged(round(
        Kind::Selfie,
        State::Locked,
        Some(Reason::Known(words::Reason::Locked)),
    ))]));
    assert_eq!(
        page.screen,
        Screen::Locked {
            until: NOW.after(Duration::from_secs(1))
        }
    );
    assert_eq!(
        page.after(Happened::Followed(Link::StartOver), NOW),
        [Plan::Begin(Proof::Face { email: email() })]
    );
}

#[test]
fn a_session_that_ran_out_begins_again_quietly_but_not_for_ever() {
    let mut page = at_the_selfie();
    let over = || Happened::Answered(Err(Failure::SessionOver));
    assert_eq!(
        photo_judged(&mut page, over()),
        [Plan::Begin(Proof::Face { email: email() })]
    );
    page.after(challenged(upload(Kind::Selfie, None)), NOW);
    assert_eq!(
        (page.screen, &page.notice),
        (Screen::Selfie, &Some(Notice::BegunAgain))
    );
    assert!(matches!(
        photo_judged(&mut page, over())[..],
        [Plan::Begin(_)]
    ));
    assert_eq!(page.after(over(), NOW), []);
    assert_eq!(page.screen, Screen::SessionOver(Ending::RanOut));
}

#[test]
fn an_upload_form_that_ran_out_is_replaced_and_the_photo_goes_there() {
    let mut page = at_the_selfie();
    let later = NOW.after(Duration::from_secs(116));
    assert_eq!(
        page.after(Happened::PhotoTaken, later),
        [Plan::Begin(Proof::Face { email: email() })]
    );
    let mut fresh = upload(Kind::Selfie, None);
    fresh.challenge.expires_at = later.after(Duration::from_mins(2));
    let plans = page.after(challenged(fresh), later);
    assert!(matches!(plans[..], [Plan::Upload(_)]), "{plans:?}");
    // The storage says so too: one more fresh start, then the photo is taken anew instead of sent round in circles.
    assert!(matches!(
        page.after(Happened::Uploaded(Err(UploadFailure::TooLate)), later)[..],
        [Plan::Begin(_)]
    ));
    page.after(challenged(upload(Kind::Selfie, None)), NOW);
    assert_eq!(
        (page.screen, page.activity),
        (Screen::Selfie, Activity::Idle)
    );
}

#[test]
fn a_lost_connection_can_be_tried_again_without_another_photo() {
    let mut page = at_the_selfie();
    let sent = page.after(Happened::PhotoTaken, NOW);
    page.after(Happened::Uploaded(Err(UploadFailure::Offline)), NOW);
    assert!(page.can_try_again());
    assert_eq!(page.after(Happened::Followed(Link::TryAgain), NOW), sent);
    let answer = page.after(Happened::Uploaded(Ok(())), NOW);
    page.after(Happened::Answered(Err(Failure::Offline)), NOW);
    assert!(page.can_try_again());
    assert_eq!(page.after(Happened::Followed(Link::TryAgain), NOW), answer);
}

#[test]
fn denial_ends_the_session_and_says_so() {
    let mut page = at_the_selfie();
    photo_judged(&mut page, Happened::Answered(Err(Failure::Denied)));
    assert_eq!(page.screen, Screen::SessionOver(Ending::Denied));
    assert!(page.challenge().is_none());
}

#[test]
fn what_the_page_does_not_know_stops_it() {
    let mut page = at_the_selfie();
    photo_judged(&mut page, Happened::Answered(Ok(Answer::Unknown)));
    assert_eq!(page.screen, Screen::SessionOver(Ending::PageTooOld));
}

#[test]
fn a_reload_stays_signed_in_and_renews_at_once() {
    let kept = || Happened::Opened {
        kept: Some(session()),
        pending: None,
    };
    let mut fresh = Page::default();
    assert_eq!(
        fresh.after(kept(), NOW),
        [Plan::Renew {
            session: session(),
            not_before: NOW
        }]
    );
    assert_eq!(fresh.screen, Screen::SignedIn);
    let mut stale = Page::default();
    stale.after(kept(), NOW.after(Duration::from_hours(1)));
    assert_eq!(stale.screen, Screen::Loading);
}

#[test]
fn a_session_that_ended_elsewhere_leads_to_the_form_but_a_lost_connection_does_not() {
    let mut page = page([Happened::Opened {
        kept: Some(session()),
        pending: None,
    }]);
    let plans = page.after(Happened::Renewed(Err(Failure::Offline)), NOW);
    assert!(matches!(plans[..], [Plan::Renew { .. }]), "{plans:?}");
    assert_eq!(page.screen, Screen::SignedIn);
    assert_eq!(
        page.after(Happened::Renewed(Err(Failure::Denied)), NOW),
        [Plan::Drop(session())]
    );
    assert_eq!(
        (page.screen, page.email, page.notice),
        (Screen::SignIn, Some(email()), Some(Notice::SessionEnded))
    );
}

#[test]
fn signing_out_removes_the_session_here_even_if_the_server_is_not_told() {
    let mut page = page([Happened::Opened {
        kept: Some(session()),
        pending: None,
    }]);
    assert_eq!(
        page.after(Happened::Followed(Link::SignOut), NOW),
        [Plan::Drop(session()), Plan::Revoke(session())]
    );
    assert_eq!(page.screen, Screen::SignIn);
    page.after(Happened::Revoked(Err(Failure::Offline)), NOW);
    assert_eq!(page.notice, Some(Notice::SignedOutHere));
}

#[test]
fn turning_away_forgets_the_password_and_makes_late_answers_stale() {
    let mut page = signed_up();
    let run = page.run;
    page.after(Happened::Followed(Link::SignIn), NOW);
    assert_ne!(page.run, run);
    assert!(page.account.is_none());
}

#[test]
fn a_second_press_while_a_photo_is_on_its_way_changes_nothing() {
    let mut page = at_the_selfie();
    page.after(Happened::PhotoTaken, NOW);
    assert_eq!(page.after(Happened::PhotoTaken, NOW), []);
}

#[test]
fn a_code_of_another_length_is_not_sent() {
    let mut page = signed_up();
    assert_eq!(
        page.after(Happened::CodeGiven { code: "12".into() }, NOW),
        []
    );
    assert_eq!(
        (page.screen, page.notice),
        (Screen::Code, Some(Notice::BadCode))
    );
}
