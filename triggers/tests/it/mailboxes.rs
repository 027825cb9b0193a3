//! An address that another user confirmed: what was enrolled under it signs in no more.

use crate::world::{Fault, Session, User, World, photo, session::Next};
use face_login_domain::enrolment::EnrolmentStatus;
use face_login_triggers::refusal::Refusal;
use serde_json::{Value, json};

const ANA: &str = "00000000-0000-4000-8000-00000000000a";
const BEN: &str = "00000000-0000-4000-8000-00000000000b";

fn of(number: u8, email: &str) -> User {
    let mut user = User::confirmed(number);
    user.attributes["email"] = json!(email);
    user
}

async fn confirm(world: &World, user: &User) -> Result<Value, Refusal> {
    let event = json!({"triggerSource": "PostConfirmation_ConfirmSignUp", "userName": user.name,
        "request": {"userAttributes": user.attributes}, "response": {}});
    world.ticketing.handle(event).await
}

#[tokio::test]
async fn an_address_that_moved_takes_the_enrolment_with_it() {
    let world = World::new().await;
    let (owner, taker) = (of(1, "ana@example.com"), of(2, " ANA@example.com "));
    world.enrol(&owner, ANA, "ana").await;
    confirm(&world, &owner).await.unwrap();
    let mut session = Session::plain(&world, owner.clone()).await;
    assert_eq!(
        session.send(&photo("ana", "the same owner again")).await,
        Next::Tokens
    );

    confirm(&world, &taker).await.unwrap();
    let rows = world.enrolments.rows_of(&User::sub(1)).await.unwrap();
    assert!(rows.active_enrolment().is_none());
    let retired =
        |row: &face_login_domain::enrolment::Enrolment| row.status == EnrolmentStatus::Retired;
    assert!(rows.enrolments.iter().all(retired));
    assert_eq!(rows.faces.len(), 1, "for the sweeper");
    let mut session = Session::plain(&world, owner.clone()).await;
    assert_eq!(session.send(&photo("ana", "moved")).await, Next::Round);
    assert_eq!(session.told(), ("UPLOAD", "NOT_RECOGNISED"));
    let refresh = session.event("TokenGeneration_RefreshTokens", &json!({}));
    assert_eq!(world.gate.handle(refresh).await, Err(Refusal::Tokens));

    world.enrol(&taker, BEN, "ana").await;
    let mut session = Session::plain(&world, taker).await;
    assert_eq!(
        session
            .send(&photo("ana", "the same person, a new account"))
            .await,
        Next::Tokens,
        "a face that is retired is no rival"
    );
}

#[tokio::test]
async fn other_addresses_are_left_alone() {
    let world = World::new().await;
    world.enrol(&of(1, "ana@example.com"), ANA, "ana").await;
    confirm(&world, &of(2, "ben@example.com")).await.unwrap();
    let mut unverified = of(3, "ana@example.com");
    unverified.attributes["email_verified"] = json!("false");
    confirm(&world, &unverified).await.unwrap();
    let rows = world.enrolments.rows_of(&User::sub(1)).await.unwrap();
    assert!(rows.active_enrolment().is_some());
}

#[tokio::test]
async fn without_the_note_there_is_no_ticket() {
    let world = World::new().await;
    let user = of(1, "ana@example.com");
    world.fault("TransactWriteItems", Fault::Error("InternalServerError"), 2);
    assert_eq!(confirm(&world, &user).await, Err(Refusal::Unavailable));
    let ticket = world
        .challenges
        .live_ticket(&User::sub(1), world.now())
        .await
        .unwrap();
    assert_eq!(ticket, None);
}
