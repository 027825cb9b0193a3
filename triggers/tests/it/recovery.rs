//! A new face for an old account: asked for, claimed, held, cancelled or activated; and everybody signed out before it counts.

use std::time::Duration;

use crate::world::{Fault, Session, User, World, photo, session::Next};
use face_login_domain::enrolment::{EnrolmentStatus, UserRows};
use serde_json::{Value, json};

const ANA: &str = "00000000-0000-4000-8000-00000000000a";
const BEN: &str = "00000000-0000-4000-8000-00000000000b";
const EVE: &str = "00000000-0000-4000-8000-00000000000e";
const HOLD: Duration = Duration::from_hours(24);

fn replace() -> Value {
    json!({"intent": "REPLACE_FACE", "consent": "2026-11"})
}

async fn rows(world: &World) -> UserRows {
    world.enrolments.rows_of(&User::sub(1)).await.unwrap()
}

fn statuses(rows: &UserRows) -> Vec<EnrolmentStatus> {
    let mut statuses: Vec<_> = rows.enrolments.iter().map(|row| row.status).collect();
    statuses.sort();
    statuses
}

/// Ana, enrolled, with a live ticket.
async fn enrolled() -> (World, User) {
    let (world, user) = (World::new().await, User::confirmed(1));
    world.enrol(&user, ANA, "ana").await;
    world.ticket(&user).await;
    (world, user)
}

/// Goes on to the claim's selfie of a new face.
async fn claiming<'a>(world: &'a World, user: &User, face: &str, look: &str) -> Session<'a> {
    let mut session = Session::with_password(world, user.clone(), replace()).await;
    assert_eq!(
        (session.parameter("challenge"), session.told()),
        ("ENROL_DOCUMENT", ("UPLOAD", ""))
    );
    world.upload(
        &session.parameters,
        &photo(look, &format!("document of {face}")),
    );
    world.index(&session, face, look).await;
    assert_eq!(session.answer().await, Next::Round);
    assert_eq!(
        (session.parameter("challenge"), session.told()),
        ("SELFIE", ("UPLOAD", ""))
    );
    session
}

/// Ana's account with Ben's face waiting.
async fn held() -> (World, User) {
    let (world, user) = enrolled().await;
    let mut session = claiming(&world, &user, BEN, "ben").await;
    assert_eq!(session.send(&photo("ben", "claim")).await, Next::Round);
    assert_eq!(session.told(), ("HELD", "HELD"));
    (world, user)
}

async fn plain<'a>(world: &'a World, user: &User, look: &str, what: &str) -> (Session<'a>, Next) {
    let mut session = Session::plain(world, user.clone()).await;
    let next = session.send(&photo(look, what)).await;
    (session, next)
}

#[tokio::test]
async fn a_claim_says_until_when_it_waits_and_opens_nothing() {
    let (world, user) = enrolled().await;
    let mut session = claiming(&world, &user, BEN, "ben").await;
    assert_eq!(session.send(&photo("ben", "claim")).await, Next::Round);
    assert_eq!(session.told(), ("HELD", "HELD"));
    let mails = world.state().mails.clone();
    assert_eq!(mails.len(), 1, "the owner hears of it, once");
    assert_eq!(mails[0]["FromEmailAddress"], "face@shop.example");
    let until = world.now().plus(HOLD);
    assert_eq!(session.parameter("expiresAt"), until.secs().to_string());
    assert_eq!(session.parameter("retryAfterMs"), "86400000");
    assert_eq!(session.parameter("uploadUrl"), "");
    assert_eq!(session.answer().await, Next::Denied);
    assert_eq!(
        world.state().signed_out,
        Vec::<Value>::new(),
        "nothing is replaced yet"
    );
    assert_eq!(
        statuses(&rows(&world).await),
        [EnrolmentStatus::Held, EnrolmentStatus::Active]
    );
    let sub = User::sub(1);
    let ticket = world.challenges.live_ticket(&sub, world.now()).await;
    assert_eq!(ticket.unwrap(), None, "the ticket is spent");
    let (_, next) = plain(&world, &user, "ben", "too early").await;
    assert_eq!(next, Next::Round);
}

#[tokio::test]
async fn after_its_time_the_new_face_signs_in_and_replaces_the_old_one() {
    let (world, user) = Box::pin(held()).await;
    world.pass(HOLD);
    let (_, next) = plain(&world, &user, "ben", "in time").await;
    assert_eq!(next, Next::Tokens);
    let signed_out = world.state().signed_out.clone();
    assert_eq!(
        signed_out,
        [json!({"UserPoolId": "us-east-1_x", "Username": user.name})]
    );
    let after = rows(&world).await;
    assert_eq!(
        statuses(&after),
        [EnrolmentStatus::Active, EnrolmentStatus::Retired]
    );
    assert_eq!(
        after.profile.anchor, after.profile.active,
        "a new line begins"
    );
    let left: Vec<_> = world.state().faces.keys().cloned().collect();
    assert_eq!(left, [BEN], "the old vector is gone");
    let (_, next) = plain(&world, &user, "ana", "too late").await;
    assert_eq!(next, Next::Round);
}

#[tokio::test]
async fn the_old_face_cancels_the_new_one() {
    for after in [Duration::ZERO, HOLD] {
        let (world, user) = Box::pin(held()).await;
        world.pass(after);
        let (_, next) = plain(&world, &user, "ana", "still me").await;
        assert_eq!(next, Next::Tokens);
        let cancelled = rows(&world).await;
        assert_eq!(cancelled.profile.held, None);
        assert_eq!(
            statuses(&cancelled),
            [EnrolmentStatus::Active, EnrolmentStatus::Retired]
        );
        let left: Vec<_> = world.state().faces.keys().cloned().collect();
        assert_eq!(left, [ANA], "its vector is gone");
        world.pass(HOLD);
        let (_, next) = plain(&world, &user, "ben", "never").await;
        assert_eq!(next, Next::Round);
        assert_eq!(world.state().signed_out, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn nothing_replaces_a_face_that_nobody_could_be_signed_out_of() {
    let (world, user) = Box::pin(held()).await;
    world.pass(HOLD);
    world.fault(
        "AdminUserGlobalSignOut",
        Fault::Error("InternalErrorException"),
        1,
    );
    let (mut session, next) = plain(&world, &user, "ben", "first").await;
    assert_eq!((next, session.told()), (Next::Round, ("UPLOAD", "BUSY")));
    assert_eq!(
        session.parameter("attemptsLeft"),
        "3",
        "an outage costs nothing"
    );
    assert_eq!(
        statuses(&rows(&world).await),
        [EnrolmentStatus::Held, EnrolmentStatus::Active]
    );
    assert_eq!(session.send(&photo("ben", "second")).await, Next::Tokens);
}

#[tokio::test]
async fn a_replacement_that_dies_after_the_sign_out_is_made_good() {
    let (world, user) = Box::pin(held()).await;
    world.pass(HOLD);
    world.fault("AdminUserGlobalSignOut", Fault::CrashAfter, 1);
    let mut session = Session::plain(&world, user.clone()).await;
    world.upload(&session.parameters, &photo("ben", "first"));
    assert!(!session.verify(session.parameter("challengeId")).await);
    world.revive();
    assert_eq!(
        statuses(&rows(&world).await),
        [EnrolmentStatus::Held, EnrolmentStatus::Active],
        "nothing half done"
    );
    world.pass(Duration::from_secs(5));
    assert_eq!(
        session.answer().await,
        Next::Tokens,
        "the same answer again"
    );
    assert_eq!(world.state().signed_out.len(), 2);
}

#[tokio::test]
async fn a_lost_ticket_or_another_face_claims_nothing() {
    let (world, user) = enrolled().await;
    let mut session = claiming(&world, &user, BEN, "ben").await;
    assert_eq!(session.send(&photo("eve", "claim")).await, Next::Round);
    assert_eq!(
        (session.parameter("challenge"), session.told()),
        ("SELFIE", ("UPLOAD", "NOT_RECOGNISED"))
    );
    world.pass(Duration::from_mins(15));
    assert_eq!(session.answer().await, Next::Round);
    assert_eq!(session.told(), ("LOCKED", "TICKET_EXPIRED"));

    world.ticket(&user).await;
    let asked = json!({"consent": "2026-11"});
    let unasked = Session::with_password(&world, user.clone(), asked).await;
    assert_eq!(
        unasked.parameter("challenge"),
        "SELFIE",
        "nobody asked for it"
    );
    world.pass(Duration::from_mins(15));
    let late = Session::with_password(&world, user, replace()).await;
    assert_eq!(late.told(), ("LOCKED", "TICKET_EXPIRED"));
}

#[tokio::test]
async fn a_ticket_holds_one_face_and_a_later_one_begins_anew() {
    let (world, user) = enrolled().await;
    let mut first = claiming(&world, &user, BEN, "ben").await;
    let mut second = claiming(&world, &user, EVE, "eve").await;
    assert_eq!(first.send(&photo("ben", "claim")).await, Next::Round);
    assert_eq!(first.told(), ("HELD", "HELD"));
    assert_eq!(second.send(&photo("eve", "claim")).await, Next::Round);
    assert_eq!(
        second.told(),
        ("LOCKED", "TICKET_EXPIRED"),
        "the ticket is spent"
    );

    world.pass(HOLD / 2);
    world.ticket(&user).await;
    let mut third = claiming(&world, &user, EVE, "eve").await;
    assert_eq!(third.send(&photo("eve", "claim again")).await, Next::Round);
    let until = world.now().plus(HOLD).secs().to_string();
    assert_eq!(third.parameter("expiresAt"), until, "its time begins anew");
    world.pass(HOLD / 2);
    let (_, next) = plain(&world, &user, "ben", "replaced while it waited").await;
    assert_eq!(next, Next::Round);
    world.pass(HOLD / 2);
    let (_, next) = plain(&world, &user, "eve", "the latest one").await;
    assert_eq!(next, Next::Tokens);
}

#[tokio::test]
async fn a_chain_that_starts_with_consent_stays_a_replacement() {
    let (world, user) = enrolled().await;
    let intent = json!({"intent": "REPLACE_FACE"});
    let mut session = Session::with_password(&world, user, intent).await;
    assert_eq!(
        (session.parameter("challenge"), session.told()),
        ("ENROL_DOCUMENT", ("CONSENT", ""))
    );
    let consent = json!({"consent": "2026-11"});
    assert_eq!(session.answer_with(&consent).await, Next::Round);
    assert_eq!(session.told(), ("UPLOAD", ""));
    world.upload(&session.parameters, &photo("ben", "document"));
    world.index(&session, BEN, "ben").await;
    assert_eq!(session.answer().await, Next::Round);
    assert_eq!(session.send(&photo("ben", "claim")).await, Next::Round);
    assert_eq!(session.told(), ("HELD", "HELD"));
}
