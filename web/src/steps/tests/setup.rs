//! A new account, and the ways back into a half-finished one.

use super::*;

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
        aside: Aside::consent(Consent::Given),
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
        aside: Aside::NONE,
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
        (
            Some(Pending::Finish { email: email() }),
            Screen::Recover(Recovery::Unfinished),
        ),
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
                aside: Aside {
                    consent: Consent::Given,
                    wish: None
                },
                ..
            }]
        ),
        "{plans:?}"
    );
    page.after(challenged(upload(Kind::Document, None)), NOW);
    assert_eq!((page.screen, page.notice), (Screen::Document, None));
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

#[test]
fn another_code_can_be_asked_for_after_a_while() {
    let mut page = signed_up();
    let ask = Happened::Followed(Link::Resend);
    assert_eq!(page.resend_at, NOW.after(RESEND_AFTER));
    assert_eq!(page.after(ask.clone(), NOW), [], "the mail is on its way");
    let later = page.resend_at;
    let plans = page.after(ask, later);
    assert!(matches!(plans[..], [Plan::Resend { .. }]), "{plans:?}");
    page.after(Happened::CodeSent(Ok(())), later);
    assert_eq!(page.notice, Some(Notice::CodeSent));
    assert_eq!(page.resend_at, later.after(RESEND_AFTER));
}
