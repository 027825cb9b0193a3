//! Signed-in users change what is said about them; an address counts when its code has come back.

use std::time::Duration;

use serde_json::{Value, json};

use super::stage::{CLIENT, EMAIL, POOL, Stage, USERNAME};
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

/// Jane, signed in.
struct SignedIn {
    stage: Stage,
    token: Value,
}

impl SignedIn {
    async fn new() -> Self {
        Self::on(Stage::new()).await
    }

    /// On a pool that changes addresses at once.
    async fn unguarded() -> Self {
        Self::on(Stage::with(|pool, _| {
            pool["UserAttributeUpdateSettings"] =
                json!({"AttributesRequireVerificationBeforeUpdate": []});
        }))
        .await
    }

    async fn on(stage: Stage) -> Self {
        stage.jane().await;
        let token = stage.sign_in().await["AccessToken"].take();
        Self { stage, token }
    }

    async fn call(&self, operation: &str, mut body: Value) -> super::stage::Reply {
        body["AccessToken"] = self.token.clone();
        self.stage.call(operation, body).await
    }

    async fn update(&self, name: &str, value: &str) -> super::stage::Reply {
        let body = json!({"UserAttributes": [{"Name": name, "Value": value}]});
        self.call("UpdateUserAttributes", body).await
    }

    async fn verify(&self, code: &str) -> super::stage::Reply {
        let body = json!({"AttributeName": "email", "Code": code});
        self.call("VerifyUserAttribute", body).await
    }

    async fn attributes(&self) -> Value {
        self.stage.user(USERNAME).await["UserAttributes"].take()
    }

    /// Whose the address is to Cognito: a user's name, or nobody's.
    async fn owner(&self, email: &str) -> Option<Value> {
        self.stage.forget_events();
        self.stage.begin(email).await.ok();
        let event = self.stage.events("Define").remove(0);
        (event["request"]["userNotFound"] == false).then(|| event["userName"].clone())
    }
}

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

#[tokio::test]
async fn other_attributes_change_at_once() {
    let jane = SignedIn::new().await;
    let mails = jane.stage.mails().len();
    let body = json!({"UserAttributes": [{"Name": "name", "Value": "Jane"}, {"Name": "locale", "Value": "de"},
                                         {"Name": "email", "Value": EMAIL}]});
    let answer = jane.call("UpdateUserAttributes", body).await.ok();
    assert_eq!(answer, json!({"CodeDeliveryDetailsList": []}));
    let attributes = jane.attributes().await;
    assert_eq!(
        (&attributes["name"], &attributes["locale"]),
        (&json!("Jane"), &json!("de"))
    );
    assert_eq!(
        attributes["email_verified"], "true",
        "the same address stays verified"
    );
    jane.update("name", "").await.ok();
    let names = json!({"UserAttributeNames": ["locale"]});
    assert_eq!(
        jane.call("DeleteUserAttributes", names).await.ok(),
        json!({})
    );
    let attributes = jane.attributes().await;
    assert!(attributes.get("name").is_none() && attributes.get("locale").is_none());
    assert_eq!(jane.stage.mails().len(), mails);
}

#[tokio::test]
async fn table_of_refusals() {
    let jane = SignedIn::on(Stage::with(|pool, client| {
        let schema = pool["Schema"].as_array_mut().unwrap();
        schema.push(json!({"Name": "badge", "AttributeDataType": "String", "Mutable": false}));
        client["WriteAttributes"] = json!(["email", "name", "custom:badge"]);
    }))
    .await;
    let pair =
        |name: &str, value: &str| json!({"UserAttributes": [{"Name": name, "Value": value}]});
    let update = "UpdateUserAttributes";
    let unauthorised = "A client attempted to write unauthorized attribute";
    for (operation, body, kind, message) in [
        (
            update,
            pair("locale", "de"),
            "NotAuthorizedException",
            unauthorised,
        ),
        (
            update,
            pair("email_verified", "true"),
            "NotAuthorizedException",
            unauthorised,
        ),
        (
            update,
            pair("sub", "x"),
            "NotAuthorizedException",
            unauthorised,
        ),
        (
            update,
            pair("custom:badge", "x"),
            "InvalidParameterException",
            "user.custom:badge: Attribute cannot be updated.\n",
        ),
        (
            update,
            pair("email", "nobody"),
            "InvalidParameterException",
            "Invalid email address format.",
        ),
        (
            update,
            pair("email", ""),
            "InvalidParameterException",
            "Attributes did not conform to the schema: email: The attribute is required\n",
        ),
        (
            update,
            pair("colour", "red"),
            "InvalidParameterException",
            "Attributes did not conform to the schema: colour: Attribute does not exist in the schema.\n",
        ),
        (
            update,
            json!({}),
            "InvalidParameterException",
            "1 validation error detected: Value at 'userAttributes' failed to satisfy constraint: Member must not be null",
        ),
        (
            update,
            json!({"UserAttributes": [{"Name": "name", "Value": "x", "Verified": true}]}),
            "InvalidParameterException",
            "parameter UserAttributes.Verified is not supported by the local stack",
        ),
    ] {
        let told = jane.call(operation, body.clone()).await.error();
        assert_eq!(
            told,
            (kind.to_owned(), message.to_owned()),
            "{operation} {body}"
        );
    }
    assert_eq!(jane.attributes().await["email"], EMAIL);
}

#[tokio::test]
async fn refusals_of_the_smaller_operations() {
    let stage = Stage::with(|_, client| client["WriteAttributes"] = json!(["email", "name"]));
    let jane = SignedIn::on(stage).await;
    let unauthorised = "A client attempted to write unauthorized attribute";
    for (operation, body, kind, message) in [
        (
            "DeleteUserAttributes",
            json!({"UserAttributeNames": ["email"]}),
            "InvalidParameterException",
            "Attributes did not conform to the schema: email: The attribute is required\n",
        ),
        (
            "DeleteUserAttributes",
            json!({"UserAttributeNames": ["locale"]}),
            "NotAuthorizedException",
            unauthorised,
        ),
        (
            "DeleteUserAttributes",
            json!({"UserAttributeNames": [1]}),
            "SerializationException",
            "A member of the request has the wrong type",
        ),
        (
            "VerifyUserAttribute",
            json!({"AttributeName": "phone_number", "Code": "1"}),
            "InvalidParameterException",
            "The user has no phone_number that could be verified",
        ),
        (
            "GetUserAttributeVerificationCode",
            json!({"AttributeName": "phone_number"}),
            "InvalidParameterException",
            "The user has no phone_number that could be verified",
        ),
    ] {
        let told = jane.call(operation, body.clone()).await.error();
        assert_eq!(
            told,
            (kind.to_owned(), message.to_owned()),
            "{operation} {body}"
        );
    }
    assert_eq!(jane.attributes().await["email"], EMAIL);
}

#[tokio::test]
async fn every_operation_wants_a_token_that_counts() {
    let jane = SignedIn::new().await;
    let id_token = jane.stage.sign_in().await["IdToken"].take();
    let operations = [
        ("UpdateUserAttributes", json!({"UserAttributes": []})),
        ("DeleteUserAttributes", json!({"UserAttributeNames": []})),
        (
            "GetUserAttributeVerificationCode",
            json!({"AttributeName": "email"}),
        ),
        (
            "VerifyUserAttribute",
            json!({"AttributeName": "email", "Code": "1"}),
        ),
        (
            "ChangePassword",
            json!({"PreviousPassword": "x", "ProposedPassword": "xxxxxx"}),
        ),
        ("DeleteUser", json!({})),
        ("GetUser", json!({})),
        ("GlobalSignOut", json!({})),
    ];
    let revoked = "Access Token has been revoked";
    for (name, token, message) in [
        ("ID token", id_token, "Invalid Access Token"),
        ("revoked", jane.token.clone(), revoked),
    ] {
        if message == revoked {
            let body = json!({"UserPoolId": POOL, "Username": USERNAME});
            jane.stage.call("AdminUserGlobalSignOut", body).await.ok();
        }
        for (operation, body) in &operations {
            let mut body = body.clone();
            body["AccessToken"] = token.clone();
            let told = jane.stage.call(operation, body).await.error();
            let want = ("NotAuthorizedException".to_owned(), message.to_owned());
            assert_eq!(told, want, "{operation} with {name}");
        }
    }
}
