//! The last gate: tokens only for a pass that Verify recorded, once, at our client.

use std::time::Duration;

use crate::world::{Fault, Session, User, World, photo, response, session::Next};
use face_login_domain::ids::{ChallengeId, ClientId};
use face_login_triggers::refusal::Refusal;
use serde_json::{Value, json};

const ANA: &str = "00000000-0000-4000-8000-00000000000a";
const SIGN_IN: &str = "TokenGeneration_Authentication";
const REFRESH: &str = "TokenGeneration_RefreshTokens";

async fn enrolled() -> World {
    let world = World::new().await;
    world.enrol(&User::confirmed(1), ANA, "ana").await;
    world
}

/// A session whose selfie passed, and that has its tokens still to get.
async fn passed<'a>(world: &'a World, what: &str) -> Session<'a> {
    let session = Session::plain(world, User::confirmed(1)).await;
    world.upload(&session.parameters, &photo("ana", what));
    assert!(session.verify(session.parameter("challengeId")).await);
    session
}

async fn asked(session: &Session<'_>, world: &World, source: &str) -> Result<Value, Refusal> {
    let event = session.event(source, &json!({}));
    let answer = world.gate.handle(event).await?;
    Ok(response(&answer, "claimsOverrideDetails")["claimsToAddOrOverride"].clone())
}

#[tokio::test]
async fn a_pass_gives_tokens_once() {
    let world = enrolled().await;
    let session = passed(&world, "x").await;
    let claims = asked(&session, &world, SIGN_IN).await.unwrap();
    let rows = world.enrolments.rows_of(&User::sub(1)).await.unwrap();
    assert_eq!(
        claims,
        json!({"face_login_method": "face", "face_login_at": world.now().secs().to_string(),
            "face_login_enrolment": rows.profile.active.unwrap().as_str()})
    );
    assert_eq!(
        asked(&session, &world, SIGN_IN).await,
        Err(Refusal::Tokens),
        "spent"
    );
}

#[tokio::test]
async fn a_pass_is_worth_tokens_for_a_minute() {
    let world = enrolled().await;
    let session = passed(&world, "x").await;
    world.pass(Duration::from_mins(1));
    assert_eq!(asked(&session, &world, SIGN_IN).await, Err(Refusal::Tokens));
    let session = passed(&world, "y").await;
    world.pass(Duration::from_secs(59));
    assert!(asked(&session, &world, SIGN_IN).await.is_ok());
}

/// What a password flow or any other flow of a client comes to.
#[tokio::test]
async fn without_a_pass_there_are_no_tokens() {
    let world = enrolled().await;
    let mut session = Session::plain(&world, User::confirmed(1)).await;
    assert_eq!(asked(&session, &world, SIGN_IN).await, Err(Refusal::Tokens));
    assert_eq!(session.send(&photo("eve", "x")).await, Next::Round);
    assert_eq!(
        asked(&session, &world, SIGN_IN).await,
        Err(Refusal::Tokens),
        "a stranger's selfie is no pass"
    );
    for source in [
        "TokenGeneration_HostedAuth",
        "TokenGeneration_NewPasswordChallenge",
        "TokenGeneration_AuthenticateDevice",
        "PreSignUp_SignUp",
    ] {
        let session = passed(&world, source).await;
        assert_eq!(
            asked(&session, &world, source).await,
            Err(Refusal::Tokens),
            "{source}"
        );
    }
}

#[tokio::test]
async fn another_client_opens_nothing_even_beside_a_fresh_pass() {
    let world = enrolled().await;
    let session = passed(&world, "x").await;
    let second = |source: &str| {
        let mut event = session.event(source, &json!({}));
        event["callerContext"]["clientId"] = json!("second");
        event
    };
    for source in [SIGN_IN, REFRESH] {
        assert_eq!(
            world.gate.handle(second(source)).await,
            Err(Refusal::Tokens),
            "{source}"
        );
    }
    let known = ClientId::parse("second").unwrap();
    world.challenges.admit_client(&known).await.unwrap();
    assert_eq!(
        world.gate.handle(second(SIGN_IN)).await,
        Err(Refusal::Tokens),
        "the pass is the first client's"
    );
    assert!(asked(&session, &world, SIGN_IN).await.is_ok());
    let mut event = session.event(REFRESH, &json!({}));
    event["callerContext"] = Value::Null;
    assert_eq!(world.gate.handle(event).await, Err(Refusal::Tokens));
}

#[tokio::test]
async fn parallel_sessions_each_get_their_tokens() {
    let world = enrolled().await;
    let (one, other) = (passed(&world, "x").await, passed(&world, "y").await);
    let both = tokio::join!(asked(&one, &world, SIGN_IN), asked(&other, &world, SIGN_IN));
    assert!(both.0.is_ok() && both.1.is_ok(), "{both:?}");
    assert_eq!(
        asked(&one, &world, SIGN_IN).await,
        Err(Refusal::Tokens),
        "two passes, two sets of tokens"
    );
}

#[tokio::test]
async fn a_refresh_lives_as_long_as_the_enrolment() {
    let world = enrolled().await;
    let mut session = Session::plain(&world, User::confirmed(1)).await;
    assert_eq!(session.send(&photo("ana", "x")).await, Next::Tokens);
    assert_eq!(session.claims["face_login_method"], "face");
    world.pass(Duration::from_hours(24));
    let claims = asked(&session, &world, REFRESH).await.unwrap();
    assert_eq!(claims["face_login_method"], "face");
    assert_eq!(
        claims["face_login_enrolment"],
        session.claims["face_login_enrolment"]
    );
    assert_eq!(claims.get("face_login_at"), None, "nobody knows");

    let mut moved = session.event(REFRESH, &json!({}));
    moved["request"]["userAttributes"]["email_verified"] = json!("false");
    assert_eq!(world.gate.handle(moved).await, Err(Refusal::Tokens));
    let stranger = Session::plain(&world, User::confirmed(2)).await;
    assert_eq!(
        asked(&stranger, &world, REFRESH).await,
        Err(Refusal::Tokens),
        "nothing is enrolled"
    );
}

#[tokio::test]
async fn an_outage_keeps_the_gate_shut_and_spends_nothing() {
    let world = enrolled().await;
    let session = passed(&world, "x").await;
    for operation in ["GetItem", "Query", "TransactWriteItems"] {
        world.fault(operation, Fault::Error("ThrottlingException"), 2);
        assert_eq!(
            asked(&session, &world, SIGN_IN).await,
            Err(Refusal::Unavailable),
            "{operation}"
        );
    }
    assert!(asked(&session, &world, SIGN_IN).await.is_ok());
}

#[tokio::test]
async fn a_first_enrolment_says_that_the_mailbox_was_proven() {
    let world = World::new().await;
    let claims = world.enrol(&User::confirmed(1), ANA, "ana").await;
    assert_eq!(claims["face_login_method"], "mail+face");
}

/// A ruling that is repeated to Cognito makes no second pass.
#[tokio::test]
async fn a_repeated_answer_is_one_pass() {
    let world = enrolled().await;
    let session = passed(&world, "x").await;
    assert!(session.verify(session.parameter("challengeId")).await);
    let passes = world.challenges.passes(&User::sub(1)).await.unwrap();
    assert_eq!(passes.len(), 1);
    let id = ChallengeId::parse(session.parameter("challengeId")).unwrap();
    assert_eq!(passes[0].challenge, id);
}
