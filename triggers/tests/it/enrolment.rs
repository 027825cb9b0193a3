//! Enrolment: consent, ticket, document, first selfie, and what it replaces.

use std::time::Duration;

use crate::world::{Session, User, World, photo, session::Next};
use face_login_domain::enrolment::EnrolmentStatus;
use serde_json::{Value, json};

const ANA: &str = "00000000-0000-4000-8000-00000000000a";
const BEN: &str = "00000000-0000-4000-8000-00000000000b";

fn consent() -> Value {
    json!({"consent": "2026-11"})
}

async fn with_ticket() -> (World, User) {
    let (world, user) = (World::new().await, User::confirmed(1));
    world.ticket(&user).await;
    (world, user)
}

#[tokio::test]
async fn the_first_selfie_activates_the_enrolment_and_spends_the_ticket() {
    let (world, user) = (World::new().await, User::confirmed(1));
    world.enrol(&user, ANA, "ana").await;
    let rows = world.enrolments.rows_of(&User::sub(1)).await.unwrap();
    assert_eq!(
        rows.active_enrolment().unwrap().consent.version.as_str(),
        "2026-11"
    );
    assert_eq!(
        world
            .challenges
            .live_ticket(&User::sub(1), world.now())
            .await
            .unwrap(),
        None
    );
    let again = Session::with_password(&world, user, consent()).await;
    assert_eq!(
        again.parameter("challenge"),
        "SELFIE",
        "enrolled: no second document"
    );
}

#[tokio::test]
async fn nothing_opens_a_document_but_password_ticket_and_consent() {
    let (world, user) = with_ticket().await;
    let plain = Session::plain(&world, user.clone()).await;
    assert_eq!(plain.parameter("challenge"), "SELFIE");
    let mut no_consent = Session::with_password(&world, user.clone(), Value::Null).await;
    let upload = |session: &Session<'_>| {
        (
            session.parameter("uploadUrl").to_owned(),
            session.parameter("uploadFields").to_owned(),
        )
    };
    assert_eq!(
        (no_consent.told(), upload(&no_consent)),
        (("CONSENT", ""), (String::new(), String::new()))
    );
    assert_eq!(no_consent.answer().await, Next::Round);
    assert_eq!(no_consent.told(), ("CONSENT", "CONSENT_REQUIRED"));
    assert_eq!(no_consent.answer_with(&consent()).await, Next::Round);
    assert_eq!(
        (no_consent.parameter("challenge"), no_consent.told()),
        ("ENROL_DOCUMENT", ("UPLOAD", ""))
    );
    world.pass(Duration::from_mins(15));
    let late = Session::with_password(&world, user, consent()).await;
    assert_eq!(late.parameter("challenge"), "SELFIE", "the ticket is over");
    let other = Session::with_password(&world, User::confirmed(2), consent()).await;
    assert_eq!(other.parameter("challenge"), "SELFIE", "no ticket");
}

#[tokio::test]
async fn an_administrators_confirmation_is_worth_no_ticket() {
    let (world, mut user) = (World::new().await, User::confirmed(1));
    user.attributes["email_verified"] = json!("false");
    world.ticket(&user).await;
    assert_eq!(
        world
            .challenges
            .live_ticket(&User::sub(1), world.now())
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn a_document_that_takes_long_is_waited_for_under_the_same_challenge() {
    let (world, user) = with_ticket().await;
    let mut session = Session::with_password(&world, user, consent()).await;
    let id = session.challenge();
    assert_eq!(session.send(&photo("ana", "document")).await, Next::Round);
    assert_eq!(
        (session.told(), session.challenge() == id),
        (("PENDING", ""), true)
    );
    assert_eq!(
        (
            session.parameter("attemptsLeft"),
            session.parameter("retryAfterMs")
        ),
        ("3", "1000")
    );
    world.pass(Duration::from_mins(6));
    world.index(&session, ANA, "ana").await;
    assert_eq!(session.answer().await, Next::Round);
    assert_eq!(
        (session.parameter("challenge"), session.told()),
        ("SELFIE", ("UPLOAD", ""))
    );
}

#[tokio::test]
async fn a_missing_document_costs_a_try_of_the_session() {
    let (world, user) = with_ticket().await;
    let mut session = Session::with_password(&world, user.clone(), consent()).await;
    assert_eq!(session.answer().await, Next::Round);
    assert_eq!(
        (session.told(), session.parameter("attemptsLeft")),
        (("UPLOAD", "PHOTO_MISSING"), "2")
    );
    assert_eq!(
        session.parameter("challenge"),
        "ENROL_DOCUMENT",
        "the consent is remembered"
    );
}

#[tokio::test]
async fn somebody_elses_selfie_does_not_activate() {
    let (world, user) = with_ticket().await;
    let mut session = Session::with_password(&world, user, consent()).await;
    world.upload(&session.parameters, &photo("ana", "document"));
    world.index(&session, ANA, "ana").await;
    session.answer().await;
    assert_eq!(session.send(&photo("eve", "selfie")).await, Next::Round);
    assert_eq!(
        (session.parameter("challenge"), session.told()),
        ("SELFIE", ("UPLOAD", "NOT_RECOGNISED"))
    );
    assert!(
        world
            .enrolments
            .rows_of(&User::sub(1))
            .await
            .unwrap()
            .active_enrolment()
            .is_none()
    );
    assert_eq!(
        session.send(&photo("ana", "selfie")).await,
        Next::Tokens,
        "the chain goes on"
    );
}

#[tokio::test]
async fn a_pending_enrolment_signs_in_only_in_its_own_chain() {
    let (world, user) = with_ticket().await;
    let session = Session::with_password(&world, user.clone(), consent()).await;
    world.upload(&session.parameters, &photo("ana", "document"));
    world.index(&session, ANA, "ana").await;
    let mut plain = Session::plain(&world, user).await;
    assert_eq!(plain.send(&photo("ana", "x")).await, Next::Round);
    assert_eq!(plain.told(), ("UPLOAD", "NOT_RECOGNISED"));
}

#[tokio::test]
async fn a_ticket_pays_for_one_enrolment() {
    let (world, user) = with_ticket().await;
    let mut sessions = Vec::new();
    for (face, look) in [(ANA, "ana"), (BEN, "ben")] {
        let mut session = Session::with_password(&world, user.clone(), consent()).await;
        world.upload(&session.parameters, &photo(look, "document"));
        world.index(&session, face, look).await;
        assert_eq!(session.answer().await, Next::Round);
        sessions.push((session, look));
    }
    let [(mut first, _), (mut second, _)] =
        <[_; 2]>::try_from(sessions).unwrap_or_else(|_| panic!("two sessions"));
    assert_eq!(second.send(&photo("ben", "selfie")).await, Next::Tokens);
    assert_eq!(first.send(&photo("ana", "selfie")).await, Next::Round);
    assert_eq!(first.parameter("state"), "LOCKED");
    let rows = world.enrolments.rows_of(&User::sub(1)).await.unwrap();
    let statuses: Vec<_> = rows
        .enrolments
        .iter()
        .map(|enrolment| enrolment.status)
        .collect();
    assert_eq!(
        statuses,
        [EnrolmentStatus::Retired, EnrolmentStatus::Active]
    );
    let left: Vec<_> = rows.faces.iter().map(|face| face.face.as_str()).collect();
    assert_eq!(left, [BEN], "the rows of the retired one are gone");
    assert_eq!(
        world.state().faces.keys().collect::<Vec<_>>(),
        [BEN],
        "and so is its vector"
    );
}

#[tokio::test]
async fn the_indexer_cannot_finish_without_a_live_ticket() {
    let (world, user) = with_ticket().await;
    let session = Session::with_password(&world, user, consent()).await;
    let record = session.record().await;
    world.pass(Duration::from_mins(15));
    let etag = face_login_domain::ids::Etag::parse("x").unwrap();
    let finished = world
        .enrolments
        .finish_document(&world.challenges, &record, &etag, &[], world.now())
        .await;
    assert_eq!(
        finished.unwrap(),
        face_login_aws::enrolments::Finished::NotPaid
    );
}
