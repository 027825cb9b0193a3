//! From nothing to a confirmed user.

use serde_json::{Value, json};

use super::stage::{CLIENT, EMAIL, PASSWORD, POOL, Stage, USERNAME};
use crate::MailPurpose;

const OTHER: &str = "0d9f6c11-8a2b-3f44-8c55-ba9876543210";

#[tokio::test]
async fn mailed_code_confirms() {
    let stage = Stage::new();
    let answer = stage.sign_up(USERNAME, EMAIL).await.ok();
    let delivery =
        json!({"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "j***@e***"});
    let sub = answer["UserSub"].as_str().unwrap();
    assert_eq!(
        answer,
        json!({"UserConfirmed": false, "UserSub": sub, "CodeDeliveryDetails": delivery})
    );

    let mails = stage.mails();
    let [mail] = mails.as_slice() else {
        panic!("{} mails", mails.len())
    };
    assert_eq!(
        (mail.to.as_str(), mail.purpose, mail.at),
        (EMAIL, MailPurpose::SignUp, stage.now())
    );
    assert_eq!(
        mail.body,
        format!("Your confirmation code is {}", mail.code)
    );
    assert!(
        mail.code.len() == 6 && mail.code.bytes().all(|b| b.is_ascii_digit()),
        "six digits"
    );

    assert_eq!(stage.user(USERNAME).await["UserStatus"], "UNCONFIRMED");
    assert_eq!(stage.confirm(USERNAME).await.ok(), json!({}));
    let user = stage.user(EMAIL).await;
    assert_eq!(user["UserStatus"], "CONFIRMED");
    assert_eq!(user["Enabled"], true);
    assert_eq!(user["UserCreateDate"], 1_795_000_000.0);
    assert_eq!(
        user["UserAttributes"],
        json!({"email": EMAIL, "email_verified": "true", "sub": sub})
    );
}

#[tokio::test]
async fn events_of_sign_up() {
    let stage = Stage::new();
    let body = json!({"ClientId": CLIENT, "Username": USERNAME, "Password": PASSWORD,
                      "UserAttributes": [{"Name": "email", "Value": EMAIL}],
                      "ValidationData": [{"Name": "page", "Value": "yes"}], "ClientMetadata": {"a": "b"}});
    let sub = stage.call("SignUp", body).await.ok()["UserSub"].clone();
    let body = json!({"ClientId": CLIENT, "Username": USERNAME, "ConfirmationCode": stage.last_code(),
                      "ClientMetadata": {"c": "d"}});
    stage.call("ConfirmSignUp", body).await.ok();
    let caller = json!({"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": CLIENT});
    let want = vec![
        json!({"version": "1", "region": "us-east-1", "userPoolId": POOL, "userName": USERNAME, "callerContext": caller,
               "triggerSource": "PreSignUp_SignUp",
               "request": {"userAttributes": {"email": EMAIL}, "validationData": {"page": "yes"}, "clientMetadata": {"a": "b"}},
               "response": {"autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false}}),
        json!({"version": "1", "region": "us-east-1", "userPoolId": POOL, "userName": USERNAME, "callerContext": caller,
               "triggerSource": "PostConfirmation_ConfirmSignUp",
               "request": {"userAttributes": {"sub": sub, "email": EMAIL, "email_verified": "true",
                                              "cognito:user_status": "CONFIRMED", "cognito:email_alias": EMAIL},
                           "clientMetadata": {"c": "d"}},
               "response": {}}),
    ];
    assert_eq!(stage.events(""), want);
    stage.sign_up(OTHER, "other@example.com").await.ok();
    assert_eq!(
        stage.events("PreSignUp")[1]["request"]["validationData"],
        Value::Null
    );
}

#[tokio::test]
async fn table_of_refusals() {
    let stage = Stage::new();
    stage.sign_up(USERNAME, EMAIL).await.ok();
    let sign_up = |name: &str, password: &str, attributes: Value| json!({"ClientId": CLIENT, "Username": name, "Password": password, "UserAttributes": attributes});
    let email = json!([{"Name": "email", "Value": "new@example.com"}]);
    let with = |name: &str| json!([{"Name": "email", "Value": "new@example.com"}, {"Name": name, "Value": "x"}]);
    for (body, kind, message) in [
        (
            sign_up(USERNAME, PASSWORD, email.clone()),
            "UsernameExistsException",
            "User already exists",
        ),
        (
            sign_up(&USERNAME.to_uppercase(), PASSWORD, email.clone()),
            "UsernameExistsException",
            "User already exists",
        ),
        (
            sign_up("new@example.com", PASSWORD, email.clone()),
            "InvalidParameterException",
            "Username cannot be of email format, since user pool is configured for email alias.",
        ),
        (
            sign_up(OTHER, "aB3$", email.clone()),
            "InvalidParameterException",
            "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 6",
        ),
        (
            sign_up(OTHER, "aB3$aB3$", email.clone()),
            "InvalidPasswordException",
            "Password did not conform with policy: Password not long enough",
        ),
        (
            sign_up(OTHER, PASSWORD, json!([])),
            "InvalidParameterException",
            "Attributes did not conform to the schema: email: The attribute is required\n",
        ),
        (
            sign_up(
                OTHER,
                PASSWORD,
                json!([{"Name": "email", "Value": "nobody"}]),
            ),
            "InvalidParameterException",
            "Invalid email address format.",
        ),
        (
            sign_up(OTHER, PASSWORD, with("email_verified")),
            "NotAuthorizedException",
            "A client attempted to write unauthorized attribute",
        ),
        (
            sign_up(OTHER, PASSWORD, with("sub")),
            "NotAuthorizedException",
            "A client attempted to write unauthorized attribute",
        ),
        (
            sign_up(OTHER, PASSWORD, with("phone_number")),
            "NotAuthorizedException",
            "A client attempted to write unauthorized attribute",
        ),
        (
            sign_up(OTHER, PASSWORD, with("custom:x")),
            "InvalidParameterException",
            "Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema.\n",
        ),
        (
            json!({"Username": OTHER}),
            "InvalidParameterException",
            "2 validation errors detected: Value at 'clientId' failed to satisfy constraint: Member must not be null; Value at 'password' failed to satisfy constraint: Member must not be null",
        ),
        (
            json!({"ClientId": "other", "Username": OTHER, "Password": PASSWORD}),
            "ResourceNotFoundException",
            "User pool client other does not exist.",
        ),
        (
            json!({"ClientId": CLIENT, "Username": OTHER, "Password": PASSWORD, "SecretHash": "eA=="}),
            "NotAuthorizedException",
            "Unable to verify secret hash for client 1example23456789abcdefghij",
        ),
        (
            json!({"ClientId": CLIENT, "Username": OTHER, "Password": PASSWORD, "AnalyticsMetadata": {}}),
            "InvalidParameterException",
            "parameter AnalyticsMetadata is not supported by the local stack",
        ),
    ] {
        stage.call("SignUp", body).await.refused(kind, message);
    }
    assert_eq!(stage.mails().len(), 1);
}

#[tokio::test]
async fn pre_sign_up_may_confirm_and_vouch() {
    let stage = Stage::new();
    stage.jane().await;
    stage.script("PreSignUp", |_| {
        Ok(json!({"autoConfirmUser": true, "autoVerifyEmail": true}))
    });
    let answer = stage.sign_up(OTHER, EMAIL).await.ok();
    assert_eq!(answer["UserConfirmed"], true);
    assert!(answer.get("CodeDeliveryDetails").is_none());
    assert_eq!(
        stage.events("PostConfirmation_ConfirmSignUp").len(),
        1,
        "in the call of SignUp"
    );
    assert_eq!(
        stage.user(EMAIL).await["Username"],
        OTHER,
        "the address moved"
    );
    assert_eq!(
        stage.user(USERNAME).await["UserAttributes"]["email_verified"],
        "false"
    );
    assert_eq!(stage.mails().len(), 1);

    stage.script("PreSignUp", |_| Ok(json!({"autoConfirmUser": "yes"})));
    let reply = stage.sign_up("third", "third@example.com").await;
    reply.refused(
        "InvalidLambdaResponseException",
        "Unrecognizable lambda output",
    );
}

#[tokio::test]
async fn vouched_address_leads_to_nobody_until_the_user_is_confirmed() {
    let stage = Stage::new();
    stage.jane().await;
    stage.script("PreSignUp", |_| {
        Ok(json!({"autoConfirmUser": false, "autoVerifyEmail": true}))
    });
    stage.sign_up(OTHER, EMAIL).await.ok();
    stage.begin(EMAIL).await.ok();
    let event = &stage.events("Define")[0];
    assert_eq!(event["request"]["userNotFound"], true);
    stage.confirm(OTHER).await.ok();
    stage.begin(EMAIL).await.ok();
    assert_eq!(stage.events("Define")[1]["userName"], OTHER);
}

#[tokio::test]
async fn attribute_values_have_a_limit() {
    let stage = Stage::new();
    let body = |length: usize| {
        json!({"ClientId": CLIENT, "Username": USERNAME, "Password": PASSWORD,
               "UserAttributes": [{"Name": "email", "Value": EMAIL}, {"Name": "name", "Value": "x".repeat(length)}]})
    };
    stage.call("SignUp", body(2049)).await.refused(
        "InvalidParameterException",
        "1 validation error detected: Value at 'userAttributes' failed to satisfy constraint: \
         Member must have length less than or equal to 2048",
    );
    stage.call("SignUp", body(2048)).await.ok();
}

#[tokio::test]
async fn pool_that_verifies_nothing_mails_nothing() {
    let stage = Stage::with(|pool, _| {
        pool["AutoVerifiedAttributes"] = json!([]);
        let settings = &mut pool["UserAttributeUpdateSettings"];
        settings["AttributesRequireVerificationBeforeUpdate"] = json!([]);
    });
    let answer = stage.sign_up(USERNAME, EMAIL).await.ok();
    assert!(answer.get("CodeDeliveryDetails").is_none());
    assert!(stage.mails().is_empty());
    let name = json!({"ClientId": CLIENT, "Username": USERNAME});
    let reply = stage.call("ResendConfirmationCode", name).await;
    assert_eq!(reply.error().0, "InvalidParameterException");
}

#[tokio::test]
async fn failing_post_confirmation_leaves_a_confirmed_user() {
    let stage = Stage::new();
    stage.sign_up(USERNAME, EMAIL).await.ok();
    stage.script("PostConfirmation", |_| {
        Err(crate::TriggerError::AccessDenied)
    });
    let reply = stage.confirm(USERNAME).await;
    reply.refused(
        "UnexpectedLambdaException",
        "PostConfirmation invocation failed due to error AccessDeniedException.",
    );
    assert_eq!(stage.user(USERNAME).await["UserStatus"], "CONFIRMED");
}

#[tokio::test]
async fn pool_for_administrators_admits_nobody() {
    let stage = Stage::with(|pool, _| {
        pool["AdminCreateUserConfig"] = json!({"AllowAdminCreateUserOnly": "true"});
    });
    let reply = stage.sign_up(USERNAME, EMAIL).await;
    reply.refused(
        "NotAuthorizedException",
        "SignUp is not permitted for this user pool",
    );
}

#[tokio::test]
async fn case_counts_where_the_pool_says_so() {
    let stage = Stage::with(|pool, _| {
        drop(
            pool.as_object_mut()
                .unwrap()
                .remove("UsernameConfiguration"),
        );
    });
    stage.jane().await;
    stage.begin(EMAIL).await.ok();
    stage.forget_events();
    stage.begin(&EMAIL.to_uppercase()).await.ok();
    assert_eq!(stage.events("Define")[0]["request"]["userNotFound"], true);
    stage
        .sign_up(&USERNAME.to_uppercase(), "j2@example.com")
        .await
        .ok();
}
