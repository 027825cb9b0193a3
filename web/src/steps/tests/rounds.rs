//! Photos, reasons, waits and ends of a sign-in.

use super::*;

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

    let plans = page.after(
        Happened::Uploaded(Ok(())),
        NOW.after(Duration::from_secs(30)),
    );
    assert_eq!(page.screen, Screen::Checking);
    // The wait counts from the challenge's arrival, not from the upload.
    assert!(
        matches!(&plans[..], [Plan::Answer { aside: Aside::NONE, not_before, .. }] if *not_before == NOW.after(Duration::from_secs(1))),
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
            },
            Plan::Return(session()),
        ],
        "and back to the app that asked"
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
        [Plan::Begin(Proof::Face {
            name: "ada@example.com".into()
        })]
    );
}

#[test]
fn a_session_that_ran_out_begins_again_quietly_but_not_for_ever() {
    let mut page = at_the_selfie();
    let over = || Happened::Answered(Err(Failure::SessionOver));
    assert_eq!(
        photo_judged(&mut page, over()),
        [Plan::Begin(Proof::Face {
            name: "ada@example.com".into()
        })]
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
        [Plan::Begin(Proof::Face {
            name: "ada@example.com".into()
        })]
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
fn a_second_press_while_a_photo_is_on_its_way_changes_nothing() {
    let mut page = at_the_selfie();
    page.after(Happened::PhotoTaken, NOW);
    assert_eq!(page.after(Happened::PhotoTaken, NOW), []);
}
