//! Users that an operator makes, and what an operator changes about users.

use std::time::Duration;

use serde_json::{Value, json};

use super::stage::{CLIENT, EMAIL, PASSWORD, Reply, Stage, USERNAME};
use crate::MailPurpose;

const NEW_PASSWORD: &str = "brand-new-Horse-battery-staple-42!";

pub(super) fn stage() -> Stage {
    Stage::with(|_, client| {
        client["ExplicitAuthFlows"] = json!([
            "ALLOW_CUSTOM_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
            "ALLOW_USER_PASSWORD_AUTH"
        ]);
    })
}

async fn sign_in(stage: &Stage, name: &str, password: &str) -> Reply {
    let parameters = json!({"USERNAME": name, "PASSWORD": password});
    let body =
        json!({"ClientId": CLIENT, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters});
    stage.call("InitiateAuth", body).await
}

fn created(attributes: &[(&str, &str)], more: &Value) -> Value {
    let attributes = attributes
        .iter()
        .map(|(name, value)| json!({"Name": name, "Value": value}));
    let mut body = json!({"Username": USERNAME, "UserAttributes": attributes.collect::<Value>()});
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    body
}

pub(super) async fn user(stage: &Stage) -> Value {
    stage
        .admin("AdminGetUser", json!({"Username": USERNAME}))
        .await
        .ok()
}

pub(super) fn attribute(user: &Value, name: &str) -> Option<String> {
    let attributes = user["UserAttributes"].as_array().unwrap().iter();
    let found = attributes.filter(|attribute| attribute["Name"] == name);
    found
        .map(|attribute| attribute["Value"].as_str().unwrap().to_owned())
        .next()
}

#[tokio::test]
async fn invitation_carries_name_and_password() {
    let stage = stage();
    let attributes = [("email", EMAIL), ("email_verified", "true")];
    let more = json!({"DesiredDeliveryMediums": ["EMAIL"], "ClientMetadata": {"a": "b"},
                      "ValidationData": [{"Name": "c", "Value": "d"}]});
    let answer = stage
        .admin("AdminCreateUser", created(&attributes, &more))
        .await
        .ok();
    let made = &answer["User"];
    assert_eq!(
        (&made["Username"], &made["UserStatus"], &made["Enabled"]),
        (
            &json!(USERNAME),
            &json!("FORCE_CHANGE_PASSWORD"),
            &json!(true)
        )
    );
    assert_eq!(
        made["Attributes"][1],
        json!({"Name": "email_verified", "Value": "true"})
    );
    let event = &stage.events("")[0];
    assert_eq!(event["triggerSource"], "PreSignUp_AdminCreateUser");
    assert_eq!(
        event["callerContext"]["clientId"],
        "CLIENT_ID_NOT_APPLICABLE"
    );
    assert_eq!(
        event["request"],
        json!({"userAttributes": {"email": EMAIL, "email_verified": "true", "cognito:user_status": "FORCE_CHANGE_PASSWORD"},
               "validationData": {"c": "d"}, "clientMetadata": {"a": "b"}})
    );
    let mail = stage.mails().pop().unwrap();
    assert_eq!(
        (mail.purpose, mail.to.as_str()),
        (MailPurpose::AdminCreateUser, EMAIL)
    );
    assert_eq!(
        mail.body,
        format!(
            "Your username is {USERNAME} and temporary password is {}.",
            mail.code
        )
    );
    let challenge = sign_in(&stage, EMAIL, &mail.code).await.ok();
    assert_eq!(challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED");

    let again = stage
        .admin("AdminCreateUser", created(&attributes, &json!({})))
        .await;
    again.refused("UsernameExistsException", "User account already exists");
}

#[tokio::test]
async fn silence_is_kept_unless_mail_is_asked_for() {
    for more in [
        json!({}),
        json!({"MessageAction": "SUPPRESS", "DesiredDeliveryMediums": ["EMAIL"]}),
    ] {
        let stage = stage();
        stage
            .admin("AdminCreateUser", created(&[("email", EMAIL)], &more))
            .await
            .ok();
        assert!(stage.mails().is_empty());
        assert_eq!(
            attribute(&user(&stage).await, "email_verified").as_deref(),
            Some("false")
        );
    }
}

#[tokio::test]
async fn temporary_passwords_expire_and_are_renewed() {
    let mut stage = stage();
    let create = created(
        &[("email", EMAIL), ("email_verified", "true")],
        &json!({"TemporaryPassword": PASSWORD}),
    );
    stage.admin("AdminCreateUser", create).await.ok();
    stage.pass(Duration::from_hours(7 * 24 - 1));
    sign_in(&stage, EMAIL, PASSWORD).await.ok();
    stage.pass(Duration::from_hours(1));
    stage.restart();
    sign_in(&stage, EMAIL, PASSWORD).await.refused(
        "NotAuthorizedException",
        "Temporary password has expired and must be reset by an administrator.",
    );
    let resend = created(
        &[],
        &json!({"MessageAction": "RESEND", "DesiredDeliveryMediums": ["EMAIL"]}),
    );
    stage.admin("AdminCreateUser", resend.clone()).await.ok();
    let password = stage.last_code();
    assert_ne!(password, PASSWORD);
    sign_in(&stage, EMAIL, &password).await.ok();
    assert_eq!(
        sign_in(&stage, EMAIL, PASSWORD).await.error().0,
        "NotAuthorizedException"
    );

    let lasting = json!({"Username": USERNAME, "Password": NEW_PASSWORD, "Permanent": true});
    stage.admin("AdminSetUserPassword", lasting).await.ok();
    let reply = stage.admin("AdminCreateUser", resend).await;
    reply.refused(
        "UnsupportedUserStateException",
        &format!("Resend not possible. {USERNAME} status is not FORCE_CHANGE_PASSWORD"),
    );
}

#[tokio::test]
async fn users_that_cannot_be_made_are_refused() {
    let stage = stage();
    stage.sign_up("owner", "taken@example.com").await.ok();
    stage.confirm("owner").await.ok();
    let taken = [("email", "taken@example.com"), ("email_verified", "true")];
    #[rustfmt::skip]
    let cases = [
        (created(&taken, &json!({})), "AliasExistsException", "An account with the email already exists."),
        (created(&[], &json!({"DesiredDeliveryMediums": ["EMAIL"]})), "InvalidParameterException", "Cannot auto verify an email that the user does not have"),
        (created(&[], &json!({"DesiredDeliveryMediums": ["SMS"]})), "InvalidParameterException", "parameter DesiredDeliveryMediums SMS is not supported by the local stack"),
        (created(&[], &json!({"TemporaryPassword": "short1!"})), "InvalidPasswordException", "Password did not conform with policy: Password not long enough"),
        (created(&[("sub", "x")], &json!({})), "NotAuthorizedException", "A client attempted to write unauthorized attribute"),
        (created(&[("colour", "x")], &json!({})), "InvalidParameterException", "Attributes did not conform to the schema: colour: Attribute does not exist in the schema.\n"),
        (json!({"Username": EMAIL}), "InvalidParameterException", "Username cannot be of email format, since user pool is configured for email alias."),
        (created(&[], &json!({"MessageAction": "RESEND"})), "UserNotFoundException", "User does not exist."),
    ];
    for (body, kind, message) in cases {
        let reply = stage.admin("AdminCreateUser", body).await;
        reply.refused(kind, message);
    }
    let unknown = stage
        .admin(
            "AdminCreateUser",
            created(&[], &json!({"MessageAction": "SHOUT"})),
        )
        .await;
    assert!(unknown.error().1.contains("[RESEND, SUPPRESS]"));
    stage.script("PreSignUp_AdminCreateUser", |_| {
        Err(crate::TriggerError::FunctionError {
            message: "no".to_owned(),
        })
    });
    let reply = stage
        .admin("AdminCreateUser", created(&[], &json!({})))
        .await;
    reply.refused(
        "UserLambdaValidationException",
        "PreSignUp failed with error no.",
    );
    let missing = stage
        .admin("AdminGetUser", json!({"Username": USERNAME}))
        .await;
    assert_eq!(missing.error().0, "UserNotFoundException");
}

#[tokio::test]
async fn forced_alias_leaves_its_owner() {
    let stage = stage();
    stage.sign_up("owner", EMAIL).await.ok();
    stage.confirm("owner").await.ok();
    let body = created(
        &[("email", EMAIL), ("email_verified", "true")],
        &json!({"ForceAliasCreation": true}),
    );
    stage.admin("AdminCreateUser", body).await.ok();
    let found = stage
        .admin("AdminGetUser", json!({"Username": EMAIL}))
        .await
        .ok();
    assert_eq!(found["Username"], USERNAME);
    let owner = stage
        .admin("AdminGetUser", json!({"Username": "owner"}))
        .await
        .ok();
    assert_eq!(
        attribute(&owner, "email_verified").as_deref(),
        Some("false")
    );
}

#[tokio::test]
async fn passwords_are_set_for_good_or_for_once() {
    let stage = stage();
    stage.sign_up(USERNAME, EMAIL).await.ok();
    let set = |more: Value| {
        let mut body = json!({"Username": USERNAME, "Password": NEW_PASSWORD});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        stage.admin("AdminSetUserPassword", body)
    };
    set(json!({"Permanent": true})).await.ok();
    assert_eq!(user(&stage).await["UserStatus"], "CONFIRMED");
    let tokens = sign_in(&stage, USERNAME, NEW_PASSWORD).await.ok();
    assert!(tokens["AuthenticationResult"].is_object());
    for more in [json!({}), json!({"Permanent": false})] {
        set(more).await.ok();
        assert_eq!(user(&stage).await["UserStatus"], "FORCE_CHANGE_PASSWORD");
    }
    let challenge = sign_in(&stage, USERNAME, NEW_PASSWORD).await.ok();
    assert_eq!(challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let forgot = stage
        .call(
            "ForgotPassword",
            json!({"ClientId": CLIENT, "Username": USERNAME}),
        )
        .await;
    forgot.refused(
        "NotAuthorizedException",
        "User password cannot be reset in the current state.",
    );
    let reset = stage
        .admin("AdminResetUserPassword", json!({"Username": USERNAME}))
        .await;
    reset.refused(
        "NotAuthorizedException",
        "User password cannot be reset in the current state.",
    );
    assert_eq!(
        set(json!({"Password": "short1!"})).await.error().0,
        "InvalidPasswordException"
    );
}

#[tokio::test]
async fn reset_password_comes_back_by_mail() {
    let stage = stage();
    stage.jane().await;
    stage
        .admin("AdminResetUserPassword", json!({"Username": EMAIL}))
        .await
        .ok();
    assert_eq!(user(&stage).await["UserStatus"], "RESET_REQUIRED");
    let refused = (
        "PasswordResetRequiredException",
        "Password reset required for the user",
    );
    sign_in(&stage, EMAIL, PASSWORD)
        .await
        .refused(refused.0, refused.1);
    stage
        .call(
            "ForgotPassword",
            json!({"ClientId": CLIENT, "Username": EMAIL}),
        )
        .await
        .ok();
    let body = json!({"ClientId": CLIENT, "Username": EMAIL, "ConfirmationCode": stage.last_code(), "Password": NEW_PASSWORD});
    stage.call("ConfirmForgotPassword", body).await.ok();
    assert_eq!(user(&stage).await["UserStatus"], "CONFIRMED");
    sign_in(&stage, EMAIL, NEW_PASSWORD).await.ok();

    stage.sign_up("late", "late@example.com").await.ok();
    let late = stage
        .admin("AdminResetUserPassword", json!({"Username": "late"}))
        .await;
    late.refused(
        "NotAuthorizedException",
        "User password cannot be reset in the current state.",
    );
    stage
        .admin("AdminConfirmSignUp", json!({"Username": "late"}))
        .await
        .ok();
    let unverified = stage
        .admin("AdminResetUserPassword", json!({"Username": "late"}))
        .await;
    unverified.refused(
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
    );
}

#[tokio::test]
async fn a_function_may_word_the_invitation_but_not_leave_out_the_name() {
    for (words, want) in [
        ("Hello {username}: {####}", "Hello "),
        ("Hello: {####}", "Your username is "),
    ] {
        let stage = Stage::with(|pool, _| {
            pool["LambdaConfig"]["CustomMessage"] = json!(super::stage::arn("CustomMessage"));
        });
        stage.script("CustomMessage", move |_| {
            Ok(json!({"emailMessage": words, "emailSubject": "Welcome"}))
        });
        let more = json!({"DesiredDeliveryMediums": ["EMAIL"]});
        let body = created(&[("email", EMAIL)], &more);
        stage.admin("AdminCreateUser", body).await.ok();
        let event = &stage.events("CustomMessage")[0];
        assert_eq!(event["triggerSource"], "CustomMessage_AdminCreateUser");
        assert_eq!(event["request"]["usernameParameter"], "{username}");
        let body = stage.mails().pop().unwrap().body;
        assert!(body.starts_with(&format!("{want}{USERNAME}")), "{body}");
    }
}
