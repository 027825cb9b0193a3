//! Sessions: good once, for one user and challenge, and not for ever.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    srp_client::{SrpClient, respond},
    stage::{CLIENT, EMAIL, PASSWORD, Stage, USERNAME},
};

const ONCE: &str = "Invalid session for the user, session can only be used once.";
const INVALID: &str = "Invalid session for the user.";
const EXPIRED: &str = "Invalid session for the user, session is expired.";

#[tokio::test]
async fn session_is_good_once() {
    let stage = Stage::new();
    stage.jane().await;
    let first = stage.begin(EMAIL).await.ok();
    let second = stage.answer(EMAIL, &first["Session"], "41").await.ok();
    stage
        .answer(EMAIL, &first["Session"], "42")
        .await
        .refused("NotAuthorizedException", ONCE);
    stage.answer(EMAIL, &second["Session"], "42").await.ok();
    stage
        .answer(EMAIL, &second["Session"], "42")
        .await
        .refused("NotAuthorizedException", ONCE);
}

#[tokio::test]
async fn of_two_at_the_same_time_one_wins() {
    let stage = Stage::new();
    stage.jane().await;
    let round = stage.begin(EMAIL).await.ok();
    let (one, two) = tokio::join!(
        stage.answer(EMAIL, &round["Session"], "42"),
        stage.answer(EMAIL, &round["Session"], "42")
    );
    let won = [&one, &two]
        .into_iter()
        .filter(|reply| reply.status.is_success())
        .count();
    assert_eq!(won, 1);
    assert_eq!(stage.events("VerifyAuthChallengeResponse").len(), 1);
}

#[tokio::test]
async fn each_round_renews_the_time() {
    let stage = Stage::new();
    stage.jane().await;
    let first = stage.begin(EMAIL).await.ok();
    stage.pass(Duration::from_mins(14));
    let second = stage.answer(EMAIL, &first["Session"], "41").await.ok();
    stage.pass(Duration::from_mins(14));
    let third = stage.answer(EMAIL, &second["Session"], "41").await.ok();
    stage.pass(Duration::from_mins(15));
    stage
        .answer(EMAIL, &third["Session"], "42")
        .await
        .refused("NotAuthorizedException", EXPIRED);
}

#[tokio::test]
async fn validity_is_the_clients() {
    let stage = Stage::with(|_, client| {
        drop(
            client
                .as_object_mut()
                .unwrap()
                .remove("AuthSessionValidity"),
        );
    });
    stage.jane().await;
    let round = stage.begin(EMAIL).await.ok();
    stage.pass(Duration::from_mins(3));
    stage
        .answer(EMAIL, &round["Session"], "42")
        .await
        .refused("NotAuthorizedException", EXPIRED);
}

#[tokio::test]
async fn session_belongs_to_its_user_and_challenge() {
    let stage = Stage::new();
    stage.jane().await;
    let round = stage.begin(EMAIL).await.ok();
    let session = &round["Session"];
    stage
        .answer("other@example.com", session, "42")
        .await
        .refused("NotAuthorizedException", INVALID);
    stage
        .answer(EMAIL, &json!("x".repeat(40)), "42")
        .await
        .refused("NotAuthorizedException", INVALID);
    let mut proof = json!({"USERNAME": EMAIL});
    for part in [
        "PASSWORD_CLAIM_SIGNATURE",
        "PASSWORD_CLAIM_SECRET_BLOCK",
        "TIMESTAMP",
    ] {
        proof[part] = json!("AAAA");
    }
    respond(&stage, &round, proof)
        .await
        .refused("NotAuthorizedException", INVALID);
    // None of this used the session up, and the user's other name does as well.
    stage
        .answer(&USERNAME.to_uppercase(), session, "42")
        .await
        .ok();

    let password = SrpClient::new(PASSWORD).begin(&stage, EMAIL).await.ok();
    stage
        .answer(EMAIL, &password["Session"], "42")
        .await
        .refused("NotAuthorizedException", INVALID);
}

#[tokio::test]
async fn answers_without_their_parts_are_refused_by_name() {
    let stage = Stage::new();
    stage.jane().await;
    let session = stage.begin(EMAIL).await.ok()["Session"].clone();
    let whole = json!({"ClientId": CLIENT, "ChallengeName": "CUSTOM_CHALLENGE", "Session": session,
                       "ChallengeResponses": {"USERNAME": EMAIL, "ANSWER": "42"}});
    let changed = |pointer: &str, value: Value| {
        let mut body = whole.clone();
        match pointer.rsplit_once('/').unwrap() {
            (parent, name) if value.is_null() => drop(
                body.pointer_mut(parent)
                    .unwrap()
                    .as_object_mut()
                    .unwrap()
                    .remove(name),
            ),
            (parent, name) => body.pointer_mut(parent).unwrap()[name] = value,
        }
        body
    };
    let short = "1 validation error detected: Value at 'session' failed to satisfy constraint: \
                 Member must have length greater than or equal to 20";
    for (body, message) in [
        (
            changed("/Session", Value::Null),
            "Missing required parameter Session",
        ),
        (changed("/Session", json!("short")), short),
        (
            changed("/ChallengeResponses/USERNAME", Value::Null),
            "Missing required parameter USERNAME",
        ),
        (
            changed("/ChallengeResponses/ANSWER", Value::Null),
            "Missing required parameter ANSWER",
        ),
        (
            changed("/ChallengeResponses/EXTRA", json!("1")),
            "parameter EXTRA is not supported by the local stack",
        ),
        (
            changed("/ChallengeName", json!("SMS_MFA")),
            "parameter ChallengeName SMS_MFA is not supported by the local stack",
        ),
        (
            changed("/AnalyticsMetadata", json!({})),
            "parameter AnalyticsMetadata is not supported by the local stack",
        ),
    ] {
        stage
            .call("RespondToAuthChallenge", body)
            .await
            .refused("InvalidParameterException", message);
    }
    let other = changed("/ClientId", json!("other"));
    let refusal = stage.call("RespondToAuthChallenge", other).await;
    refusal.refused(
        "ResourceNotFoundException",
        "User pool client other does not exist.",
    );
    stage.call("RespondToAuthChallenge", whole).await.ok();
}

#[tokio::test]
async fn users_who_were_shut_out_meanwhile_get_no_further() {
    let stage = Stage::new();
    stage.jane().await;
    let admin = json!({"UserPoolId": super::stage::POOL, "Username": EMAIL});
    let round = stage.begin(EMAIL).await.ok();
    stage.call("AdminDisableUser", admin.clone()).await.ok();
    stage
        .answer(EMAIL, &round["Session"], "42")
        .await
        .refused("NotAuthorizedException", "User is disabled.");
    stage
        .begin(EMAIL)
        .await
        .refused("NotAuthorizedException", "User is disabled.");
    stage.call("AdminEnableUser", admin.clone()).await.ok();
    let round = stage.begin(EMAIL).await.ok();
    stage.call("AdminDeleteUser", admin).await.ok();
    let refusal = stage.answer(EMAIL, &round["Session"], "42").await;
    refusal.refused("NotAuthorizedException", "Incorrect username or password.");
}
