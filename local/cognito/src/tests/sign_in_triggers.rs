//! The triggers around a sign-in and a mail: what they can stop and what they can change.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::stage::{CLIENT, EMAIL, Reply, Stage, USERNAME, arn};
use crate::TriggerError;

const OWN_SCOPE: &str = "aws.cognito.signin.user.admin";

fn claims(token: &Value) -> Value {
    let part = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn failing() -> Result<Value, TriggerError> {
    let message = "boom".to_owned();
    Err(TriggerError::FunctionError { message })
}

async fn with_triggers(version: &str) -> Stage {
    let version = version.to_owned();
    let stage = Stage::with(move |pool, _| {
        let triggers = &mut pool["LambdaConfig"];
        triggers["PreAuthentication"] = json!(arn("PreAuthentication"));
        triggers["PostAuthentication"] = json!(arn("PostAuthentication"));
        triggers["PreTokenGenerationConfig"] =
            json!({"LambdaVersion": version, "LambdaArn": arn("PreToken")});
    });
    stage.jane().await;
    stage
}

async fn finish(stage: &Stage) -> Reply {
    let round = stage.begin(EMAIL).await.ok();
    stage.answer(EMAIL, &round["Session"], "42").await
}

fn sources(stage: &Stage) -> Vec<String> {
    let source = |event: Value| event["triggerSource"].as_str().unwrap().to_owned();
    stage.events("").into_iter().map(source).collect()
}

#[tokio::test]
async fn triggers_run_in_the_order_of_the_service() {
    let stage = with_triggers("V1_0").await;
    let tokens = stage.sign_in().await;
    let flow = |flow: &str| json!({"ClientId": CLIENT, "AuthFlow": flow, "AuthParameters": {"REFRESH_TOKEN": tokens["RefreshToken"]}});
    stage
        .call("InitiateAuth", flow("REFRESH_TOKEN_AUTH"))
        .await
        .ok();
    let want = [
        "PreAuthentication_Authentication",
        "DefineAuthChallenge_Authentication",
        "CreateAuthChallenge_Authentication",
        "VerifyAuthChallengeResponse_Authentication",
        "DefineAuthChallenge_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_Authentication",
        "TokenGeneration_RefreshTokens",
    ];
    assert_eq!(sources(&stage), want);
}

#[tokio::test]
async fn metadata_of_a_refresh_goes_where_it_really_goes() {
    let stage = with_triggers("V1_0").await;
    let token = stage.sign_in().await["RefreshToken"].take();
    stage.forget_events();
    let metadata = json!({"a": "b"});
    let body = json!({"ClientId": CLIENT, "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientMetadata": metadata,
                      "AuthParameters": {"REFRESH_TOKEN": token}});
    stage.call("InitiateAuth", body).await.ok();
    let body = json!({"ClientId": CLIENT, "RefreshToken": token, "ClientMetadata": metadata});
    stage.call("GetTokensFromRefreshToken", body).await.ok();
    let told: Vec<Option<Value>> = stage
        .events("TokenGeneration_RefreshTokens")
        .iter()
        .map(|event| event["request"].get("clientMetadata").cloned())
        .collect();
    assert_eq!(told, [None, Some(metadata)]);
}

#[tokio::test]
async fn pre_authentication_turns_away_known_and_unknown_alike() {
    let stage = with_triggers("V1_0").await;
    stage.script("PreAuthentication", |_| failing());
    for name in [EMAIL, "nobody@example.com"] {
        stage.begin(name).await.refused(
            "UserLambdaValidationException",
            "PreAuthentication failed with error boom.",
        );
    }
    assert_eq!(stage.events("Define").len(), 0);
}

#[tokio::test]
async fn pre_authentication_hears_of_unknown_names_only_where_they_are_hidden() {
    let stage = Stage::with(|pool, client| {
        pool["LambdaConfig"]["PreAuthentication"] = json!(arn("PreAuthentication"));
        client["PreventUserExistenceErrors"] = json!("LEGACY");
    });
    let reply = stage.begin("nobody@example.com").await;
    reply.refused("UserNotFoundException", "User does not exist.");
    assert_eq!(stage.events("PreAuthentication").len(), 0);
}

#[tokio::test]
async fn post_authentication_can_still_stop_a_sign_in() {
    let stage = with_triggers("V1_0").await;
    for (answer, kind, message) in [
        (
            failing(),
            "UserLambdaValidationException",
            "PostAuthentication failed with error boom.",
        ),
        (
            Ok(json!("nothing")),
            "InvalidLambdaResponseException",
            "Unrecognizable lambda output",
        ),
    ] {
        stage.script("PostAuthentication", move |_| answer.clone());
        finish(&stage).await.refused(kind, message);
    }
    assert_eq!(stage.events("TokenGeneration").len(), 0);
}

#[tokio::test]
async fn second_version_changes_both_tokens() {
    let stage = with_triggers("V2_0").await;
    stage.script("TokenGeneration", |_| {
        Ok(json!({"claimsAndScopeOverrideDetails": {
            "idTokenGeneration": {"claimsToAddOrOverride": {"level": 3, "sub": "x", "aud": "x"}, "claimsToSuppress": ["email"]},
            "accessTokenGeneration": {
                "claimsToAddOrOverride": {"roles": ["a", {"b": true}], "client_id": "x", "username": "x", "scope": "x", "sub": "x"},
                "claimsToSuppress": ["iss"], "scopesToAdd": ["photos/read", "photos/read"], "scopesToSuppress": ["phone"]}}}))
    });
    let tokens = stage.sign_in().await;
    let (id, access) = (claims(&tokens["IdToken"]), claims(&tokens["AccessToken"]));
    assert_eq!((&id["level"], &id["aud"]), (&json!(3), &json!(CLIENT)));
    assert!(id.get("email").is_none() && id.get("roles").is_none());
    assert_eq!(access["roles"], json!(["a", {"b": true}]));
    assert_eq!(access["client_id"], CLIENT);
    assert_eq!(access["scope"], format!("{OWN_SCOPE} photos/read"));
    assert!(access["iss"].is_string() && access["username"] != "x");
    assert_eq!((&id["sub"], access["sub"] == "x"), (&access["sub"], false));
    let body = json!({"AccessToken": tokens["AccessToken"]});
    stage.call("GetUser", body).await.ok();
}

#[tokio::test]
async fn claims_that_tell_whose_the_token_is_stay() {
    const KEPT: [&str; 17] = [
        "acr",
        "amr",
        "at_hash",
        "aud",
        "auth_time",
        "azp",
        "cognito:username",
        "exp",
        "iat",
        "identities",
        "iss",
        "jti",
        "nbf",
        "nonce",
        "origin_jti",
        "sub",
        "token_use",
    ];
    for (version, member) in [
        ("V1_0", "claimsOverrideDetails"),
        ("V2_0", "claimsAndScopeOverrideDetails"),
    ] {
        let stage = with_triggers(version).await;
        stage.script("TokenGeneration", move |_| {
            let add: Value = KEPT
                .iter()
                .map(|&name| (name.to_owned(), json!("forged")))
                .collect();
            let changes = json!({"claimsToAddOrOverride": add, "claimsToSuppress": KEPT});
            let details = match version {
                "V1_0" => changes,
                _ => json!({"idTokenGeneration": changes, "accessTokenGeneration": changes}),
            };
            Ok(json!({member: details}))
        });
        let tokens = stage.sign_in().await;
        let id = claims(&tokens["IdToken"]);
        let access = claims(&tokens["AccessToken"]);
        for name in KEPT {
            assert_ne!(
                id.get(name),
                Some(&json!("forged")),
                "{version}: {name} of the ID token"
            );
        }
        for name in [
            "aud",
            "auth_time",
            "cognito:username",
            "exp",
            "iat",
            "iss",
            "jti",
            "origin_jti",
            "sub",
            "token_use",
        ] {
            assert!(id.get(name).is_some(), "{version}: {name} of the ID token");
        }
        for name in [
            "auth_time",
            "client_id",
            "exp",
            "iat",
            "iss",
            "jti",
            "origin_jti",
            "scope",
            "sub",
            "token_use",
            "username",
        ] {
            let value = access.get(name);
            assert!(
                value.is_some() && value != Some(&json!("forged")),
                "{version}: {name} of the access token"
            );
        }
    }
}

#[tokio::test]
async fn token_without_the_scope_opens_nothing_of_ones_own() {
    let stage = with_triggers("V2_0").await;
    for added in [json!([]), json!(["photos/read"])] {
        stage.script("TokenGeneration", move |_| {
            Ok(
                json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration":
                {"scopesToAdd": added, "scopesToSuppress": [OWN_SCOPE]}}}),
            )
        });
        let tokens = stage.sign_in().await;
        for operation in ["GetUser", "GlobalSignOut", "DeleteUser"] {
            let body = json!({"AccessToken": tokens["AccessToken"]});
            stage.call(operation, body).await.refused(
                "NotAuthorizedException",
                "Access Token does not have required scopes",
            );
        }
    }
}

#[tokio::test]
async fn answers_of_another_version_or_type_are_unusable_or_change_nothing() {
    for (version, response, usable) in [
        ("V1_0", json!({"claimsOverrideDetails": null}), true),
        (
            "V1_0",
            json!({"claimsAndScopeOverrideDetails": {"idTokenGeneration": {"claimsToAddOrOverride": {"a": "b"}}}}),
            true,
        ),
        (
            "V1_0",
            json!({"claimsOverrideDetails": {"claimsToAddOrOverride": {"a": 1}}}),
            false,
        ),
        (
            "V1_0",
            json!({"claimsOverrideDetails": {"groupOverrideDetails": {}}}),
            false,
        ),
        ("V2_0", json!({"claimsAndScopeOverrideDetails": null}), true),
        (
            "V2_0",
            json!({"claimsOverrideDetails": {"claimsToAddOrOverride": {"a": "b"}}}),
            true,
        ),
        (
            "V2_0",
            json!({"claimsAndScopeOverrideDetails": {"idTokenGeneration": null, "accessTokenGeneration": {}}}),
            true,
        ),
        ("V2_0", json!({"claimsAndScopeOverrideDetails": []}), false),
        (
            "V2_0",
            json!({"claimsAndScopeOverrideDetails": {"idTokenGeneration": {"claimsToAddOrOverride": {"a": null}}}}),
            false,
        ),
        (
            "V2_0",
            json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {"scopesToAdd": ["a b"]}}}),
            false,
        ),
        (
            "V2_0",
            json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {"scopesToAdd": "a"}}}),
            false,
        ),
        (
            "V2_0",
            json!({"claimsAndScopeOverrideDetails": {"groupOverrideDetails": {}}}),
            false,
        ),
    ] {
        let stage = with_triggers(version).await;
        let name = format!("{version} {response}");
        stage.script("TokenGeneration", move |_| Ok(response.clone()));
        let reply = finish(&stage).await;
        assert_eq!(reply.status.is_success(), usable, "{name}: {}", reply.body);
        if usable {
            let id = claims(&reply.body["AuthenticationResult"]["IdToken"]);
            assert!(id.get("a").is_none(), "{name}");
        } else {
            reply.refused(
                "InvalidLambdaResponseException",
                "Unrecognizable lambda output",
            );
        }
    }
}

#[tokio::test]
async fn mails_say_what_the_function_says_if_the_code_has_a_place_in_it() {
    for (response, subject, body) in [
        (
            json!({"emailSubject": "Hello", "emailMessage": "Take {####}!"}),
            "Hello",
            "Take CODE!",
        ),
        (
            json!({"emailSubject": null, "emailMessage": "Take {####}!"}),
            "Your verification code",
            "Take CODE!",
        ),
        (
            json!({"emailSubject": "Hello", "emailMessage": "No code"}),
            "Your verification code",
            "Your confirmation code is CODE",
        ),
        (
            json!({"smsMessage": null, "emailMessage": null}),
            "Your verification code",
            "Your confirmation code is CODE",
        ),
    ] {
        let stage = with_custom_message();
        let name = response.to_string();
        stage.script("CustomMessage", move |_| Ok(response.clone()));
        stage.sign_up(USERNAME, EMAIL).await.ok();
        let mail = stage.mails().pop().unwrap();
        let said = mail.body.replace(&mail.code, "CODE");
        assert_eq!(
            (mail.subject.as_str(), said.as_str()),
            (subject, body),
            "{name}"
        );
        stage.confirm(USERNAME).await.ok();
    }
}

#[tokio::test]
async fn failing_custom_message_leaves_the_user_without_a_mail() {
    for (answer, kind, message) in [
        (
            failing(),
            "UserLambdaValidationException",
            "CustomMessage failed with error boom.",
        ),
        (
            Ok(json!({"smsMessage": 1, "emailMessage": "{####}"})),
            "InvalidLambdaResponseException",
            "Unrecognizable lambda output",
        ),
    ] {
        let stage = with_custom_message();
        stage.script("CustomMessage", move |_| answer.clone());
        stage.sign_up(USERNAME, EMAIL).await.refused(kind, message);
        assert!(stage.mails().is_empty());
        assert_eq!(stage.user(USERNAME).await["UserStatus"], "UNCONFIRMED");
    }
}

#[tokio::test]
async fn nobodys_mail_asks_no_function() {
    let stage = with_custom_message();
    let body = json!({"ClientId": CLIENT, "Username": "nobody@example.com"});
    for operation in ["ForgotPassword", "ResendConfirmationCode"] {
        stage.call(operation, body.clone()).await.ok();
    }
    assert_eq!(stage.events("CustomMessage").len(), 0);
}

fn with_custom_message() -> Stage {
    Stage::with(|pool, _| pool["LambdaConfig"]["CustomMessage"] = json!(arn("CustomMessage")))
}
