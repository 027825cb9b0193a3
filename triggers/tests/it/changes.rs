//! What a signed-in face may ask for: a new photo, and to be forgotten.

use std::time::Duration;

use crate::world::{Fault, Session, User, World, photo, session::Next};
use face_login_domain::enrolment::{EnrolmentStatus, UserRows};
use serde_json::{Value, json};

const OLD: &str = "00000000-0000-4000-8000-00000000000a";
const NEW: &str = "00000000-0000-4000-8000-00000000000b";
const NEWER: &str = "00000000-0000-4000-8000-00000000000c";

async fn rows(world: &World) -> UserRows {
    world.enrolments.rows_of(&User::sub(1)).await.unwrap()
}

async fn enrolled() -> (World, User) {
    let (world, user) = (World::new().await, User::confirmed(1));
    world.enrol(&user, OLD, "ana").await;
    (world, user)
}

fn update() -> Value {
    json!({"intent": "UPDATE_PHOTO", "consent": "2026-11"})
}

fn withdraw() -> Value {
    json!({"intent": "WITHDRAW"})
}

/// A proven face that asks for a new photo.
async fn updating<'a>(world: &'a World, user: &User, what: &str) -> Session<'a> {
    let mut session = Session::plain(world, user.clone()).await;
    assert_eq!(
        session.send_with(&photo("ana", what), &update()).await,
        Next::Round
    );
    assert_eq!(
        (
            session.parameter("challenge"),
            session.told(),
            session.parameter("attemptsLeft")
        ),
        ("ENROL_DOCUMENT", ("UPLOAD", ""), "3")
    );
    session
}

fn faces(world: &World) -> Vec<String> {
    world.state().faces.keys().cloned().collect()
}

#[tokio::test]
async fn a_new_photo_replaces_the_old_one_which_stays_as_the_anchor() {
    let (world, user) = enrolled().await;
    let mut session = updating(&world, &user, "first update").await;
    world.upload(&session.parameters, &photo("ana", "new photo"));
    world.index(&session, NEW, "ana").await;
    assert_eq!(session.answer().await, Next::Tokens);
    assert_eq!(
        world.state().signed_out.len(),
        1,
        "other devices are signed out"
    );
    let after = rows(&world).await;
    assert_eq!(
        after.anchor_enrolment().unwrap().status,
        EnrolmentStatus::Anchor
    );
    assert_eq!(faces(&world), [OLD, NEW]);

    let mut session = updating(&world, &user, "second update").await;
    world.upload(&session.parameters, &photo("ana", "newer photo"));
    world.index(&session, NEWER, "ana").await;
    assert_eq!(session.answer().await, Next::Tokens);
    assert_eq!(faces(&world), [OLD, NEWER], "the first and the last");
    let again = rows(&world).await;
    assert_eq!(again.profile.anchor, after.profile.anchor);
    let mut session = Session::plain(&world, user).await;
    assert_eq!(session.send(&photo("ana", "at last")).await, Next::Tokens);
}

#[tokio::test]
async fn an_update_asks_for_consent_and_can_be_given_up_at_any_time() {
    let (world, user) = enrolled().await;
    let keep = json!({"intent": "KEEP_PHOTO"});
    let mut session = Session::plain(&world, user.clone()).await;
    let intent = json!({"intent": "UPDATE_PHOTO"});
    assert_eq!(
        session.send_with(&photo("ana", "one"), &intent).await,
        Next::Round
    );
    assert_eq!(session.told(), ("CONSENT", ""));
    assert_eq!(session.answer_with(&keep).await, Next::Tokens);

    let mut session = updating(&world, &user, "two").await;
    for why in ["PHOTO_MISSING", "PHOTO_MISSING"] {
        assert_eq!(session.answer().await, Next::Round);
        assert_eq!(session.told(), ("UPLOAD", why));
    }
    assert_eq!(session.answer().await, Next::Round);
    assert_eq!(
        (session.parameter("challenge"), session.told()),
        ("ENROL_DOCUMENT", ("LOCKED", "PHOTO_MISSING"))
    );
    assert_eq!(
        session.answer_with(&keep).await,
        Next::Tokens,
        "the sign-in is not lost"
    );
    assert_eq!(rows(&world).await.enrolments.len(), 1);
}

#[tokio::test]
async fn nobody_updates_without_the_face() {
    let (world, user) = enrolled().await;
    let mut session = Session::plain(&world, user.clone()).await;
    assert_eq!(
        session.send_with(&photo("eve", "x"), &update()).await,
        Next::Round
    );
    assert_eq!(session.parameter("challenge"), "SELFIE");
    let keep = json!({"intent": "KEEP_PHOTO"});
    assert_eq!(session.answer_with(&keep).await, Next::Denied);
}

#[tokio::test]
async fn an_update_that_nobody_could_be_signed_out_for_waits() {
    let (world, user) = enrolled().await;
    let mut session = updating(&world, &user, "one").await;
    world.upload(&session.parameters, &photo("ana", "new photo"));
    world.index(&session, NEW, "ana").await;
    world.fault(
        "AdminUserGlobalSignOut",
        Fault::Error("InternalErrorException"),
        1,
    );
    assert_eq!(session.answer().await, Next::Round);
    assert_eq!(session.told(), ("PENDING", ""));
    assert_eq!(session.answer().await, Next::Tokens);
    assert!(
        session.verify(session.parameter("challengeId")).await,
        "again: the same"
    );
    assert_eq!(world.state().signed_out.len(), 1);
}

#[tokio::test]
async fn a_face_that_was_replaced_meanwhile_is_not_updated() {
    let (world, user) = enrolled().await;
    let mut first = updating(&world, &user, "one").await;
    let mut second = updating(&world, &user, "two").await;
    for (session, face) in [(&first, NEW), (&second, NEWER)] {
        world.upload(&session.parameters, &photo("ana", face));
        world.index(session, face, "ana").await;
    }
    assert_eq!(first.answer().await, Next::Tokens);
    assert_eq!(second.answer().await, Next::Round);
    assert_eq!(second.parameter("challenge"), "ENROL_DOCUMENT");
    let after = rows(&world).await;
    let active: Vec<_> = after.with_status(EnrolmentStatus::Active).collect();
    assert_eq!(active.len(), 1);
}

#[tokio::test]
async fn a_withdrawal_forgets_everything_and_says_so() {
    let (world, user) = enrolled().await;
    let active = rows(&world).await.profile.active.unwrap();
    let kept = format!(
        "/documents-bucket/kept/{}/{}",
        User::sub(1).as_str(),
        active.as_str()
    );
    world.state().objects.insert(kept, vec![1]);
    let mut session = Session::plain(&world, user.clone()).await;
    let stranger = session.send_with(&photo("eve", "x"), &withdraw()).await;
    assert_eq!(
        (stranger, session.told()),
        (Next::Round, ("UPLOAD", "NOT_RECOGNISED"))
    );
    assert_eq!(
        session.send_with(&photo("ana", "y"), &withdraw()).await,
        Next::Round
    );
    assert_eq!(
        (session.parameter("challenge"), session.told()),
        ("SELFIE", ("WITHDRAWN", ""))
    );
    assert_eq!(session.answer().await, Next::Denied);
    assert_eq!(world.state().signed_out.len(), 1);
    let after = rows(&world).await;
    assert_eq!((after.faces.len(), after.open_consents.len()), (0, 0));
    assert_eq!(
        after.profile,
        face_login_domain::enrolment::Profile::default()
    );
    assert_eq!(faces(&world), Vec::<String>::new());
    assert!(
        world
            .state()
            .objects
            .keys()
            .all(|key| !key.contains("/kept/"))
    );

    let mut session = Session::plain(&world, user.clone()).await;
    assert_eq!(
        session.send(&photo("ana", "z")).await,
        Next::Round,
        "the face opens nothing"
    );
    world.enrol(&user, NEW, "ana").await;
    assert_eq!(faces(&world), [NEW], "to begin anew takes the mailbox");
}

#[tokio::test]
async fn a_withdrawal_is_done_whole_or_not_at_all() {
    let (world, user) = enrolled().await;
    let mut session = Session::plain(&world, user).await;
    world.fault(
        "AdminUserGlobalSignOut",
        Fault::Error("InternalErrorException"),
        1,
    );
    assert_eq!(
        session.send_with(&photo("ana", "y"), &withdraw()).await,
        Next::Round
    );
    assert_eq!(session.told(), ("UPLOAD", "BUSY"));
    assert!(rows(&world).await.active_enrolment().is_some());

    // The vector can't be deleted at once: the rows still say that it has to be.
    world.fault("DeleteFaces", Fault::Error("InternalServerError"), 9);
    world.pass(Duration::from_secs(1));
    assert_eq!(
        session.send_with(&photo("ana", "z"), &withdraw()).await,
        Next::Round
    );
    assert_eq!(session.told(), ("WITHDRAWN", ""));
    let left = rows(&world).await;
    assert_eq!(left.profile.active, None);
    assert_eq!(left.faces.len(), 1, "what is left to delete is still known");
    assert_eq!(left.enrolments[0].status, EnrolmentStatus::Retired);
}
