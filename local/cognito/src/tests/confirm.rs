//! Codes that confirm a user, and the address that they went to.

use std::time::Duration;

use serde_json::json;

use super::stage::{CLIENT, EMAIL, Stage, USERNAME};
use crate::MailPurpose;

const OTHER: &str = "0d9f6c11-8a2b-3f44-8c55-ba9876543210";

#[tokio::test]
async fn codes_are_good_once_and_for_a_day() {
    let stage = Stage::new();
    stage.sign_up(USERNAME, EMAIL).await.ok();
    let code = stage.last_code();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let confirm =
        |code: &str| json!({"ClientId": CLIENT, "Username": USERNAME, "ConfirmationCode": code});
    let reply = stage.call("ConfirmSignUp", confirm(wrong)).await;
    reply.refused(
        "CodeMismatchException",
        "Invalid verification code provided, please try again.",
    );
    stage.pass(Duration::from_hours(24));
    let reply = stage.call("ConfirmSignUp", confirm(&code)).await;
    reply.refused(
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
    );

    let resend = json!({"ClientId": CLIENT, "Username": USERNAME});
    let details = stage
        .call("ResendConfirmationCode", resend.clone())
        .await
        .ok();
    assert_eq!(details["CodeDeliveryDetails"]["Destination"], "j***@e***");
    assert_eq!(stage.mails()[1].purpose, MailPurpose::ResendCode);
    stage.confirm(USERNAME).await.ok();
    let again = stage.confirm(USERNAME).await;
    again.refused(
        "NotAuthorizedException",
        "User cannot be confirmed. Current status is CONFIRMED",
    );
    let again = stage.call("ResendConfirmationCode", resend).await;
    again.refused("InvalidParameterException", "User is already confirmed.");
}

#[tokio::test]
async fn tries_and_mails_are_limited_by_the_hour() {
    let stage = Stage::new();
    stage.sign_up(USERNAME, EMAIL).await.ok();
    let wrong = if stage.last_code() == "000000" {
        "000001"
    } else {
        "000000"
    };
    let limit = "Attempt limit exceeded, please try after some time.";
    for (operation, extra, quota) in [
        ("ConfirmSignUp", json!({"ConfirmationCode": wrong}), 15),
        ("ResendConfirmationCode", json!({}), 5),
    ] {
        let mut body = json!({"ClientId": CLIENT, "Username": USERNAME});
        body.as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        for _ in 0..quota {
            assert_ne!(
                stage.call(operation, body.clone()).await.body["message"],
                limit,
                "{operation}"
            );
        }
        stage
            .call(operation, body.clone())
            .await
            .refused("LimitExceededException", limit);
        stage.pass(Duration::from_hours(1));
        assert_ne!(
            stage.call(operation, body).await.body["message"],
            limit,
            "{operation}, an hour later"
        );
    }
}

#[tokio::test]
async fn code_proves_the_address_that_it_went_to() {
    let stage = Stage::new();
    stage.sign_up(USERNAME, EMAIL).await.ok();
    // As an administrator could change it meanwhile.
    let db = rusqlite::Connection::open(stage.dir.path().join("cognito.sqlite")).unwrap();
    let other = json!({"email": "other@example.com"}).to_string();
    db.execute("UPDATE users SET attributes = ?1", [other])
        .unwrap();
    stage.confirm(USERNAME).await.ok();
    let user = stage.user(USERNAME).await;
    assert_eq!(user["UserStatus"], "CONFIRMED");
    assert_eq!(user["UserAttributes"]["email_verified"], "false");
    for address in [EMAIL, "other@example.com"] {
        stage.begin(address).await.ok();
        let event = stage.events("Define").pop().unwrap();
        assert_eq!(event["request"]["userNotFound"], true, "{address}");
    }
}

#[tokio::test]
async fn address_with_an_owner_is_refused_only_after_the_right_code() {
    let stage = Stage::new();
    stage.jane().await;
    stage.sign_up(OTHER, EMAIL).await.ok();
    let mut body = json!({"ClientId": CLIENT, "Username": OTHER, "ConfirmationCode": "x"});
    let reply = stage.call("ConfirmSignUp", body.clone()).await;
    assert_eq!(reply.error().0, "CodeMismatchException");
    body["ConfirmationCode"] = json!(stage.last_code());
    let reply = stage.call("ConfirmSignUp", body.clone()).await;
    reply.refused(
        "AliasExistsException",
        "An account with the email already exists.",
    );
    assert_eq!(stage.user(OTHER).await["UserStatus"], "UNCONFIRMED");
    assert_eq!(stage.user(EMAIL).await["Username"], USERNAME);

    body["ForceAliasCreation"] = json!(true);
    stage.call("ConfirmSignUp", body).await.ok();
    assert_eq!(stage.user(EMAIL).await["Username"], OTHER);
    assert_eq!(
        stage.user(USERNAME).await["UserAttributes"]["email_verified"],
        "false"
    );
}
