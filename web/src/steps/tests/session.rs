//! Signed in, and out again.

use super::*;

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
fn whoever_was_signed_in_before_decides_when_to_go_back_to_the_app() {
    let mut page = Page::default();
    let opened = Happened::Opened {
        kept: Some(session()),
        pending: None,
    };
    let returns = |plans: &[Plan]| plans.contains(&Plan::Return(session()));
    assert!(!returns(&page.after(opened, NOW)));
    assert!(!returns(&page.after(Happened::Renewed(Ok(session())), NOW)));
    page.after(Happened::Followed(Link::Update), NOW);
    page.after(Happened::ConsentGiven(Consent::Given), NOW);
    let updated = Happened::Answered(Ok(Answer::Granted(session())));
    assert!(!returns(&page.after(updated, NOW)));
    let back = page.after(Happened::Followed(Link::Return), NOW);
    assert_eq!(back, [Plan::Return(session())]);
    page.after(Happened::Followed(Link::SignOut), NOW);
    assert_eq!(page.after(Happened::Followed(Link::Return), NOW), []);
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
