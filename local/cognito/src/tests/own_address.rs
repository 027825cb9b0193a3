//! Signed-in users change their address: it counts when its code has come back.

use std::time::Duration;

use serde_json::json;

use super::{
    own_attributes::SignedIn,
    stage::{CLIENT, EMAIL, Stage, USERNAME},
};
use crate::MailPurpose;

const NEW: &str = "new@example.org";
const OTHER: &str = "0d9f6c11-8a2b-3f44-8c55-ba9876543210";
const MISMATCH: (&str, &str) = (
    "CodeMismatchException",
    "Invalid verification code provided, please try again.",
);
const EXPIRED: (&str, &str) = (
    "ExpiredCodeException",
    "Invalid code provided, please request a code again.",
);

fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test]
async fn new_address_waits_for_its_code() {
    let jane = SignedIn::new().await;
    let mails = jane.stage.mails().len();
    let answer = jane.update("email", NEW).await.ok();
    let delivery =
        json!({"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "n***@e***"});
    assert_eq!(answer, json!({"CodeDeliveryDetailsList": [delivery]}));
    let mail = jane.stage.mails().pop().unwrap();
    assert_eq!(jane.stage.mails().len(), mails + 1);
    assert_eq!(
        (mail.to.as_str(), mail.purpose),
        (NEW, MailPurpose::UpdateUserAttribute)
    );

    let before = jane.attributes().await;
    assert_eq!(
        (&before["email"], &before["email_verified"]),
        (&json!(EMAIL), &json!("true"))
    );
    assert_eq!(jane.owner(EMAIL).await, Some(json!(USERNAME)));
    assert_eq!(jane.owner(NEW).await, None);

    assert_eq!(jane.verify(&mail.code).await.ok(), json!({}));
    let after = jane.attributes().await;
    assert_eq!(
        (&after["email"], &after["email_verified"]),
        (&json!(NEW), &json!("true"))
    );
    assert_eq!(jane.owner(NEW).await, Some(json!(USERNAME)));
    assert_eq!(
        jane.owner(EMAIL).await,
        None,
        "the old address leads nowhere"
    );
    let (kind, message) = EXPIRED;
    jane.verify(&mail.code).await.refused(kind, message);
}

#[tokio::test]
async fn waiting_address_survives_a_restart() {
    let mut jane = SignedIn::new().await;
    jane.update("email", NEW).await.ok();
    jane.stage.restart();
    jane.verify(&jane.stage.last_code()).await.ok();
    assert_eq!(jane.attributes().await["email"], NEW);
}

#[tokio::test]
async fn unguarded_pool_changes_the_address_at_once() {
    let jane = SignedIn::unguarded().await;
    jane.update("email", NEW).await.ok();
    let attributes = jane.attributes().await;
    assert_eq!(
        (&attributes["email"], &attributes["email_verified"]),
        (&json!(NEW), &json!("false"))
    );
    for address in [EMAIL, NEW] {
        assert_eq!(jane.owner(address).await, None, "{address}");
    }
    jane.verify(&jane.stage.last_code()).await.ok();
    assert_eq!(jane.attributes().await["email_verified"], "true");
    assert_eq!(jane.owner(NEW).await, Some(json!(USERNAME)));
}

#[tokio::test]
async fn somebody_elses_address_is_refused_with_the_right_code_only() {
    for jane in [SignedIn::new().await, SignedIn::unguarded().await] {
        jane.stage.sign_up(OTHER, NEW).await.ok();
        jane.stage.confirm(OTHER).await.ok();
        let answer = jane.update("email", NEW).await.ok();
        assert_eq!(
            answer["CodeDeliveryDetailsList"][0]["Destination"],
            "n***@e***"
        );
        let code = jane.stage.last_code();
        let (kind, message) = MISMATCH;
        jane.verify(other_than(&code)).await.refused(kind, message);
        let refusal = jane.verify(&code).await;
        refusal.refused(
            "AliasExistsException",
            "An account with the email already exists.",
        );
        assert_eq!(jane.owner(NEW).await, Some(json!(OTHER)));
    }
}

#[tokio::test]
async fn codes_of_one_address_do_not_verify_another() {
    let jane = SignedIn::new().await;
    jane.update("email", NEW).await.ok();
    let first = jane.stage.last_code();
    jane.update("email", "third@example.com").await.ok();
    let second = jane.stage.last_code();
    if first != second {
        let (kind, message) = MISMATCH;
        jane.verify(&first).await.refused(kind, message);
    }
    jane.verify(&second).await.ok();
    assert_eq!(jane.attributes().await["email"], "third@example.com");
    // A code that resets a password verifies nothing, and the other way round.
    let forgot = json!({"ClientId": CLIENT, "Username": USERNAME});
    jane.stage.call("ForgotPassword", forgot).await.ok();
    let (kind, message) = EXPIRED;
    jane.verify(&jane.stage.last_code())
        .await
        .refused(kind, message);
}

#[tokio::test]
async fn code_can_be_asked_for_again() {
    let jane = SignedIn::new().await;
    let ask = || {
        jane.call(
            "GetUserAttributeVerificationCode",
            json!({"AttributeName": "email"}),
        )
    };
    let details = ask().await.ok();
    assert_eq!(details["CodeDeliveryDetails"]["Destination"], "j***@e***");
    jane.update("email", NEW).await.ok();
    let details = ask().await.ok();
    assert_eq!(
        details,
        json!({"CodeDeliveryDetails": {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "n***@e***"}})
    );
    let mail = jane.stage.mails().pop().unwrap();
    assert_eq!(
        (mail.to.as_str(), mail.purpose),
        (NEW, MailPurpose::VerifyUserAttribute)
    );
    jane.stage.pass(Duration::from_mins(14));
    jane.verify(&mail.code).await.ok();
    assert_eq!(jane.attributes().await["email"], NEW);
}

#[tokio::test]
async fn code_of_an_address_is_good_for_a_day() {
    let stage = Stage::with(|_, client| {
        client["AccessTokenValidity"] = json!(1440);
        client["IdTokenValidity"] = json!(1440);
    });
    let mut jane = SignedIn::on(stage).await;
    jane.update("email", NEW).await.ok();
    jane.stage.pass(Duration::from_hours(24));
    jane.token = jane.stage.sign_in().await["AccessToken"].take();
    let (kind, message) = EXPIRED;
    jane.verify(&jane.stage.last_code())
        .await
        .refused(kind, message);
}

#[tokio::test]
async fn tries_and_codes_are_limited_by_the_hour() {
    let jane = SignedIn::new().await;
    jane.update("email", NEW).await.ok();
    let wrong = other_than(&jane.stage.last_code());
    let limit = "Attempt limit exceeded, please try after some time.";
    for (operation, body, quota) in [
        (
            "VerifyUserAttribute",
            json!({"AttributeName": "email", "Code": wrong}),
            15,
        ),
        (
            "GetUserAttributeVerificationCode",
            json!({"AttributeName": "email"}),
            5,
        ),
    ] {
        for _ in 0..quota {
            let reply = jane.call(operation, body.clone()).await;
            assert_ne!(reply.body["message"], limit, "{operation}");
        }
        let reply = jane.call(operation, body).await;
        reply.refused("LimitExceededException", limit);
    }
}
