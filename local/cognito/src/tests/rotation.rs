//! Refresh tokens that take each other's place.

use std::time::Duration;

use serde_json::{Value, json};

use super::stage::{CLIENT, POOL, Reply, Stage, USERNAME, arn};

const REUSED: (&str, &str) = (
    "RefreshTokenReuseException",
    "Refresh Token has been reused",
);
const REVOKED: (&str, &str) = ("NotAuthorizedException", "Refresh Token has been revoked");

/// A pool whose refresh tokens rotate, with a confirmed user.
async fn rotating(grace: u64) -> Stage {
    let stage = Stage::with(|pool, client| {
        client["ExplicitAuthFlows"] = json!(["ALLOW_CUSTOM_AUTH"]);
        client["RefreshTokenRotation"] =
            json!({"Feature": "ENABLED", "RetryGracePeriodSeconds": grace});
        pool["LambdaConfig"]["PreTokenGeneration"] = json!(arn("PreToken"));
    });
    stage.jane().await;
    stage
}

async fn refresh(stage: &Stage, token: &Value) -> Reply {
    let body = json!({"ClientId": CLIENT, "RefreshToken": token});
    stage.call("GetTokensFromRefreshToken", body).await
}

async fn refreshed(stage: &Stage, token: &Value) -> Value {
    let next = refresh(stage, token).await.ok()["AuthenticationResult"]["RefreshToken"].take();
    assert!(next.is_string() && next != *token);
    next
}

async fn get_user(stage: &Stage, access_token: &Value) -> Reply {
    let body = json!({"AccessToken": access_token});
    stage.call("GetUser", body).await
}

#[tokio::test]
async fn each_refresh_token_is_good_once() {
    let stage = rotating(0).await;
    let first = stage.sign_in().await["RefreshToken"].take();
    let second = refreshed(&stage, &first).await;
    let (kind, message) = REUSED;
    refresh(&stage, &first).await.refused(kind, message);
    let third = refreshed(&stage, &second).await;
    refresh(&stage, &second).await.refused(kind, message);
    refreshed(&stage, &third).await;
}

#[tokio::test]
async fn grace_lets_a_lost_answer_be_asked_for_again() {
    let stage = rotating(60).await;
    let first = stage.sign_in().await["RefreshToken"].take();
    let lost = refreshed(&stage, &first).await;
    stage.pass(Duration::from_secs(59));
    let second = refreshed(&stage, &first).await;
    assert_ne!(lost, second);
    // The time runs from the first use, whatever came after.
    stage.pass(Duration::from_secs(1));
    let (kind, message) = REUSED;
    refresh(&stage, &first).await.refused(kind, message);
    refreshed(&stage, &lost).await;
    refreshed(&stage, &second).await;
}

#[tokio::test]
async fn of_two_at_the_same_time_one_gets_tokens() {
    let stage = rotating(0).await;
    let first = stage.sign_in().await["RefreshToken"].take();
    let (one, two) = tokio::join!(refresh(&stage, &first), refresh(&stage, &first));
    let won = [&one, &two]
        .into_iter()
        .filter(|reply| reply.status.is_success());
    assert_eq!(won.count(), 1);
}

#[tokio::test]
async fn refused_refresh_uses_nothing_up() {
    let stage = rotating(0).await;
    let first = stage.sign_in().await["RefreshToken"].take();
    stage.script("TokenGeneration_Refresh", |_| {
        Err(crate::TriggerError::FunctionError {
            message: "no".to_owned(),
        })
    });
    let (kind, _) = refresh(&stage, &first).await.error();
    assert_eq!(kind, "UserLambdaValidationException");
    stage.script("TokenGeneration_Refresh", |_| Ok(json!({})));
    refreshed(&stage, &first).await;
}

#[tokio::test]
async fn sign_in_lasts_no_longer_for_being_refreshed() {
    let stage = rotating(0).await;
    let mut token = stage.sign_in().await["RefreshToken"].take();
    stage.pass(Duration::from_mins(43_199));
    token = refreshed(&stage, &token).await;
    stage.pass(Duration::from_mins(1));
    refresh(&stage, &token)
        .await
        .refused("NotAuthorizedException", "Refresh Token has expired");
}

#[tokio::test]
async fn any_token_of_a_sign_in_revokes_it() {
    let stage = rotating(0).await;
    let tokens = stage.sign_in().await;
    let renewed = refresh(&stage, &tokens["RefreshToken"]).await.ok();
    let renewed = &renewed["AuthenticationResult"];
    let body = json!({"ClientId": CLIENT, "Token": tokens["RefreshToken"]});
    stage.call("RevokeToken", body).await.ok();
    let (kind, message) = REVOKED;
    refresh(&stage, &renewed["RefreshToken"])
        .await
        .refused(kind, message);
    for access in [&tokens["AccessToken"], &renewed["AccessToken"]] {
        get_user(&stage, access)
            .await
            .refused("NotAuthorizedException", "Access Token has been revoked");
    }
}

#[tokio::test]
async fn the_older_way_to_refresh_is_closed() {
    let stage = rotating(0).await;
    let token = stage.sign_in().await["RefreshToken"].take();
    for flow in ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"] {
        let body = json!({"ClientId": CLIENT, "AuthFlow": flow, "AuthParameters": {"REFRESH_TOKEN": token}});
        stage.call("InitiateAuth", body).await.refused(
            "InvalidParameterException",
            &format!("{flow} flow not enabled for this client"),
        );
    }
    refreshed(&stage, &token).await;
}

#[tokio::test]
async fn used_up_tokens_stay_used_up_over_a_restart() {
    let mut stage = rotating(60).await;
    let first = stage.sign_in().await["RefreshToken"].take();
    let second = refreshed(&stage, &first).await;
    stage.restart();
    refreshed(&stage, &first).await;
    stage.pass(Duration::from_mins(1));
    let (kind, message) = REUSED;
    refresh(&stage, &first).await.refused(kind, message);
    refreshed(&stage, &second).await;
}

#[tokio::test]
async fn users_who_are_shut_out_or_gone_refresh_nothing() {
    let stage = rotating(60).await;
    let admin = json!({"UserPoolId": POOL, "Username": USERNAME});
    let tokens = stage.sign_in().await;
    stage.call("AdminDisableUser", admin.clone()).await.ok();
    let (kind, message) = REVOKED;
    refresh(&stage, &tokens["RefreshToken"])
        .await
        .refused(kind, message);
    stage.call("AdminEnableUser", admin.clone()).await.ok();
    refresh(&stage, &tokens["RefreshToken"])
        .await
        .refused(kind, message);
    let tokens = stage.sign_in().await;
    stage.call("AdminDeleteUser", admin).await.ok();
    refresh(&stage, &tokens["RefreshToken"])
        .await
        .refused("NotAuthorizedException", "Invalid Refresh Token");
}
