//! Signed-in users change their password and leave.

use serde_json::{Value, json};

use super::{
    srp_client::SrpClient,
    stage::{EMAIL, PASSWORD, Stage, USERNAME},
};

const NEW_PASSWORD: &str = "brand-new-Horse-battery-staple-42!";

fn change(token: &Value, previous: &str, proposed: &str) -> Value {
    json!({"AccessToken": token, "PreviousPassword": previous, "ProposedPassword": proposed})
}

async fn signed_in() -> (Stage, Value) {
    let stage = Stage::new();
    stage.jane().await;
    let tokens = stage.sign_in().await;
    (stage, tokens)
}

#[tokio::test]
async fn password_changes_and_sessions_stay() {
    let (stage, tokens) = signed_in().await;
    let token = &tokens["AccessToken"];
    let answer = stage
        .call("ChangePassword", change(token, PASSWORD, NEW_PASSWORD))
        .await;
    assert_eq!(answer.ok(), json!({}));
    for (password, right) in [(PASSWORD, false), (NEW_PASSWORD, true)] {
        let client = SrpClient::new(password);
        let challenge = client.begin(&stage, EMAIL).await.ok();
        let proof = client.prove(&stage, &challenge).await;
        assert_eq!(proof.status.is_success(), right, "{password}");
    }
    stage
        .call("GetUser", json!({"AccessToken": token}))
        .await
        .ok();
}

#[tokio::test]
async fn password_is_kept_for_a_reason() {
    let (stage, tokens) = signed_in().await;
    let token = &tokens["AccessToken"];
    for (body, kind, message) in [
        (
            change(token, "wrong", NEW_PASSWORD),
            "NotAuthorizedException",
            "Incorrect username or password.",
        ),
        (
            change(token, PASSWORD, "too-Short-1!"),
            "InvalidPasswordException",
            "Password did not conform with policy: Password not long enough",
        ),
        (
            change(token, PASSWORD, "aB3$"),
            "InvalidParameterException",
            "1 validation error detected: Value at 'proposedPassword' failed to satisfy constraint: Member must have length greater than or equal to 6",
        ),
        (
            json!({"AccessToken": token, "ProposedPassword": NEW_PASSWORD}),
            "InvalidParameterException",
            "Missing required parameter PreviousPassword",
        ),
    ] {
        stage
            .call("ChangePassword", body)
            .await
            .refused(kind, message);
    }
    for _ in 0..3 {
        let body = change(token, "wrong", NEW_PASSWORD);
        stage.call("ChangePassword", body).await.error();
    }
    let body = change(token, PASSWORD, NEW_PASSWORD);
    stage.call("ChangePassword", body).await.refused(
        "LimitExceededException",
        "Attempt limit exceeded, please try after some time.",
    );
}

#[tokio::test]
async fn user_who_left_is_nobody() {
    let (stage, tokens) = signed_in().await;
    let body = json!({"AccessToken": tokens["AccessToken"]});
    assert_eq!(stage.call("DeleteUser", body.clone()).await.ok(), json!({}));
    stage.begin(EMAIL).await.ok();
    assert_eq!(
        stage.events("Define").last().unwrap()["request"]["userNotFound"],
        true
    );
    let gone = ("UserNotFoundException", "User does not exist.");
    let revoked = ("NotAuthorizedException", "Access Token has been revoked");
    for (operation, want) in [
        ("GetUser", gone),
        ("DeleteUser", gone),
        ("GlobalSignOut", revoked),
    ] {
        stage
            .call(operation, body.clone())
            .await
            .refused(want.0, want.1);
    }
    // Somebody else who takes the name is not the owner of the old tokens.
    stage.sign_up(USERNAME, EMAIL).await.ok();
    stage.confirm(USERNAME).await.ok();
    stage.call("GetUser", body).await.refused(gone.0, gone.1);
}
