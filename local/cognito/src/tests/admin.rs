//! What an operator does with users.

use serde_json::json;

use super::stage::{EMAIL, Stage, USERNAME};

#[tokio::test]
async fn confirming_a_user_does_not_verify_the_address() {
    let stage = Stage::new();
    stage.sign_up(USERNAME, EMAIL).await.ok();
    stage.forget_events();
    let body = json!({"Username": USERNAME, "ClientMetadata": {"a": "b"}});
    let reply = stage.admin("AdminConfirmSignUp", body.clone()).await;
    assert_eq!(reply.ok(), json!({}));
    let event = &stage.events("")[0];
    assert_eq!(event["triggerSource"], "PostConfirmation_ConfirmSignUp");
    assert_eq!(
        event["callerContext"]["clientId"],
        "CLIENT_ID_NOT_APPLICABLE"
    );
    let request = &event["request"];
    assert_eq!(request["clientMetadata"], json!({"a": "b"}));
    assert_eq!(request["userAttributes"]["email_verified"], "false");
    assert_eq!(
        request["userAttributes"]["cognito:user_status"],
        "CONFIRMED"
    );

    let round = stage.begin(EMAIL).await.ok();
    assert_ne!(round["ChallengeParameters"]["USERNAME"], USERNAME);
    let round = stage.begin(USERNAME).await.ok();
    assert_eq!(round["ChallengeParameters"]["USERNAME"], USERNAME);
    stage.confirm(USERNAME).await.refused(
        "NotAuthorizedException",
        "User cannot be confirmed. Current status is CONFIRMED",
    );
    stage.admin("AdminConfirmSignUp", body).await.refused(
        "NotAuthorizedException",
        "User cannot be confirmed. Current status is CONFIRMED",
    );
    let nobody = json!({"Username": "nobody"});
    let reply = stage.admin("AdminConfirmSignUp", nobody).await;
    reply.refused("UserNotFoundException", "User does not exist.");
}
