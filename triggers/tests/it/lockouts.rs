//! Two lockouts: what the plain way does to the way by mail (nothing), and what a pass by mail does to the plain way.

use std::time::Duration;

use crate::world::{Session, User, World, photo, session::Next};
use serde_json::Value;

const ANA: &str = "00000000-0000-4000-8000-00000000000a";
const BEN: &str = "00000000-0000-4000-8000-00000000000b";
const PAUSE: Duration = Duration::from_mins(15);

async fn enrolled() -> World {
    let world = World::new().await;
    world.enrol(&User::confirmed(1), ANA, "ana").await;
    world
}

/// A stranger's selfie in a session of its own.
async fn fail(world: &World, user: &User, what: &str) {
    let mut session = Session::plain(world, user.clone()).await;
    let photo = photo("eve", &format!("{what} {}", user.name));
    assert_eq!(session.send(&photo).await, Next::Round, "{what}");
}

/// The state of a plain sign-in.
async fn plain(world: &World, user: &User) -> String {
    let session = Session::plain(world, user.clone()).await;
    session.parameter("state").to_owned()
}

async fn by_mail<'a>(world: &'a World, user: &User) -> Session<'a> {
    world.ticket(user).await;
    Session::with_password(world, user.clone(), Value::Null).await
}

#[tokio::test]
async fn failing_the_plain_way_leaves_the_way_by_mail_open() {
    let (world, user) = (enrolled().await, User::confirmed(1));
    for attempt in 0..5 {
        fail(&world, &user, &attempt.to_string()).await;
    }
    for _ in 0..20 {
        assert_eq!(
            plain(&world, &user).await,
            "LOCKED",
            "and uses up challenges"
        );
    }
    let mut owner = by_mail(&world, &user).await;
    assert_eq!(owner.told(), ("UPLOAD", ""));
    assert_eq!(owner.send(&photo("ana", "by mail")).await, Next::Tokens);
    assert_eq!(owner.claims["face_login_method"], "mail+face");
    assert_eq!(
        plain(&world, &user).await,
        "LOCKED",
        "nobody outside sees the success"
    );
}

/// Two active users whose faces are alike: neither gets in the plain way, each does by mail.
#[tokio::test]
async fn whoever_proves_the_mailbox_too_passes_beside_a_rival() {
    let (world, user) = (enrolled().await, User::confirmed(1));
    world.enrol(&User::confirmed(2), BEN, "zoe").await;
    world.state().faces.get_mut(BEN).unwrap().1 = "ana2".to_owned();
    let mut session = Session::plain(&world, user.clone()).await;
    assert_eq!(session.send(&photo("ana", "plain")).await, Next::Round);
    assert_eq!(session.told(), ("UPLOAD", "NOT_RECOGNISED"));
    let mut owner = by_mail(&world, &user).await;
    assert_eq!(owner.send(&photo("eve", "by mail")).await, Next::Round);
    assert_eq!(owner.told(), ("UPLOAD", "NOT_RECOGNISED"));
    assert_eq!(owner.send(&photo("ana", "by mail")).await, Next::Tokens);
    let mut password = Session::with_password(&world, User::confirmed(2), Value::Null).await;
    assert_eq!(password.send(&photo("ana", "no ticket")).await, Next::Round);
}

#[tokio::test]
async fn the_password_without_a_ticket_is_the_plain_way() {
    let (world, user) = (enrolled().await, User::confirmed(1));
    for attempt in 0..5 {
        fail(&world, &user, &attempt.to_string()).await;
    }
    let session = Session::with_password(&world, user.clone(), Value::Null).await;
    assert_eq!(session.told(), ("LOCKED", "LOCKED"));
    world.ticket(&user).await;
    world.pass(PAUSE);
    let over = Session::with_password(&world, User::unconfirmed(1), Value::Null).await;
    assert_eq!(over.told(), ("UPLOAD", ""), "the pause is over");
}

#[tokio::test]
async fn the_way_by_mail_has_pauses_of_its_own() {
    let (world, user) = (enrolled().await, User::confirmed(1));
    for attempt in 0..5 {
        let mut session = by_mail(&world, &user).await;
        let strange = photo("eve", &format!("by mail {attempt}"));
        assert_eq!(session.send(&strange).await, Next::Round);
    }
    assert_eq!(by_mail(&world, &user).await.told(), ("LOCKED", "LOCKED"));
    assert_eq!(plain(&world, &user).await, "UPLOAD");
}

#[tokio::test]
async fn fifty_failures_turn_the_plain_way_off_until_one_pass_by_mail() {
    let (world, known, unknown) = (enrolled().await, User::confirmed(1), User::unknown(7));
    for attempt in 0..50 {
        for user in [&known, &unknown] {
            fail(&world, user, &attempt.to_string()).await;
        }
        world.pass(PAUSE);
    }
    for user in [&known, &unknown] {
        let session = Session::plain(&world, user.clone()).await;
        assert_eq!(session.told(), ("LOCKED", "LOCKED"), "{}", user.name);
        let wait: u64 = session.parameter("retryAfterMs").parse().unwrap();
        let month = Duration::from_hours(30 * 24).saturating_sub(PAUSE * 50);
        assert_eq!(u128::from(wait), month.as_millis(), "{}", user.name);
    }
    let mut owner = by_mail(&world, &known).await;
    assert_eq!(owner.send(&photo("eve", "no pass")).await, Next::Round);
    assert_eq!(plain(&world, &known).await, "LOCKED");
    let mut owner = by_mail(&world, &known).await;
    assert_eq!(owner.send(&photo("ana", "by mail")).await, Next::Tokens);
    assert_eq!(plain(&world, &known).await, "UPLOAD");
    assert_eq!(plain(&world, &unknown).await, "LOCKED");
    world.pass(Duration::from_hours(30 * 24));
    assert_eq!(plain(&world, &unknown).await, "UPLOAD", "by time alone");
}
