//! A new password by mail code.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    srp_client::SrpClient,
    stage::{CLIENT, EMAIL, PASSWORD, POOL, Stage, USERNAME},
};
use crate::MailPurpose;

const NEW_PASSWORD: &str = "brand-new-Horse-battery-staple-42!";

fn confirm(name: &str, code: &str) -> Value {
    json!({"ClientId": CLIENT, "Username": name, "ConfirmationCode": code, "Password": NEW_PASSWORD})
}

#[tokio::test]
async fn mailed_code_sets_the_password() {
    let stage = Stage::new();
    stage.jane().await;
    let details = stage
        .call(
            "ForgotPassword",
            json!({"ClientId": CLIENT, "Username": EMAIL}),
        )
        .await
        .ok();
    let delivery =
        json!({"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "j***@e***"});
    assert_eq!(details, json!({"CodeDeliveryDetails": delivery}));
    let mail = stage.mails().pop().unwrap();
    assert_eq!(
        (mail.purpose, mail.to.as_str()),
        (MailPurpose::ForgotPassword, EMAIL)
    );

    let mut body = confirm(EMAIL, &mail.code);
    body["ClientMetadata"] = json!({"a": "b"});
    assert_eq!(
        stage.call("ConfirmForgotPassword", body).await.ok(),
        json!({})
    );
    let events = stage.events("PostConfirmation");
    assert_eq!(
        events[0]["triggerSource"],
        "PostConfirmation_ConfirmForgotPassword"
    );
    assert_eq!(events[0]["userName"], USERNAME);
    assert_eq!(events[0]["request"]["clientMetadata"], json!({"a": "b"}));
    assert_eq!(
        events[0]["request"]["userAttributes"]["cognito:user_status"],
        "CONFIRMED"
    );

    for (password, right) in [(PASSWORD, false), (NEW_PASSWORD, true)] {
        let client = SrpClient::new(password);
        let challenge = client.begin(&stage, EMAIL).await.ok();
        assert_eq!(
            client.prove(&stage, &challenge).await.status.is_success(),
            right,
            "{password}"
        );
    }
    let again = stage
        .call("ConfirmForgotPassword", confirm(EMAIL, &mail.code))
        .await;
    again.refused(
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
    );
}

#[tokio::test]
async fn wrong_old_and_weak_are_refused() {
    let stage = Stage::new();
    stage.jane().await;
    stage
        .call(
            "ForgotPassword",
            json!({"ClientId": CLIENT, "Username": EMAIL}),
        )
        .await
        .ok();
    let code = stage.last_code();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let reply = stage
        .call("ConfirmForgotPassword", confirm(EMAIL, wrong))
        .await;
    reply.refused(
        "CodeMismatchException",
        "Invalid verification code provided, please try again.",
    );
    let mut weak = confirm(EMAIL, &code);
    weak["Password"] = json!("too-Short-1!");
    assert_eq!(
        stage.call("ConfirmForgotPassword", weak).await.error().0,
        "InvalidPasswordException"
    );
    stage.pass(Duration::from_hours(1));
    let reply = stage
        .call("ConfirmForgotPassword", confirm(EMAIL, &code))
        .await;
    reply.refused(
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
    );
}

#[tokio::test]
async fn sign_up_codes_set_no_password() {
    let stage = Stage::new();
    stage.sign_up(USERNAME, EMAIL).await.ok();
    let reply = stage
        .call(
            "ConfirmForgotPassword",
            confirm(USERNAME, &stage.last_code()),
        )
        .await;
    assert_eq!(reply.error().0, "ExpiredCodeException");
}

#[tokio::test]
async fn requests_and_guesses_are_limited_for_known_and_unknown() {
    let stage = Stage::new();
    stage.jane().await;
    let limit = "Attempt limit exceeded, please try after some time.";
    for name in [EMAIL, "nobody@example.com"] {
        for body in [
            json!({"ClientId": CLIENT, "Username": name}),
            confirm(name, "x"),
        ] {
            let operation = if body.get("Password").is_some() {
                "ConfirmForgotPassword"
            } else {
                "ForgotPassword"
            };
            for _ in 0..5 {
                assert_ne!(
                    stage.call(operation, body.clone()).await.body["message"],
                    limit,
                    "{operation}"
                );
            }
            stage
                .call(operation, body)
                .await
                .refused("LimitExceededException", limit);
        }
    }
}

#[tokio::test]
async fn legacy_clients_are_told_why() {
    let stage = Stage::with(|_, client| client["PreventUserExistenceErrors"] = json!("LEGACY"));
    stage.sign_up(USERNAME, EMAIL).await.ok();
    let forgot = |name: &str| json!({"ClientId": CLIENT, "Username": name});
    let reply = stage.call("ForgotPassword", forgot("nobody")).await;
    reply.refused(
        "UserNotFoundException",
        "Username/client id combination not found.",
    );
    let reply = stage.call("ForgotPassword", forgot(USERNAME)).await;
    reply.refused(
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
    );
    stage.confirm(USERNAME).await.ok();
    stage
        .call(
            "AdminDisableUser",
            json!({"UserPoolId": POOL, "Username": USERNAME}),
        )
        .await
        .ok();
    stage
        .call("ForgotPassword", forgot(USERNAME))
        .await
        .refused("NotAuthorizedException", "User is disabled.");
    assert_eq!(stage.mails().len(), 1);
}

#[tokio::test]
async fn pool_may_leave_recovery_to_the_administrator() {
    let stage = Stage::with(|pool, _| {
        pool["AccountRecoverySetting"] =
            json!({"RecoveryMechanisms": [{"Name": "admin_only", "Priority": "1"}]});
    });
    stage.jane().await;
    let reply = stage
        .call(
            "ForgotPassword",
            json!({"ClientId": CLIENT, "Username": EMAIL}),
        )
        .await;
    reply.refused(
        "NotAuthorizedException",
        "Contact administrator to reset password.",
    );
}
