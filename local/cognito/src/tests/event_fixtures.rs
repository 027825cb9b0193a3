//! The events that we send against the fixtures of real ones, field by field.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use serde_json::{Value, json};

use super::{
    srp_client::SrpClient,
    stage::{CLIENT, EMAIL, PASSWORD, Stage, USERNAME, arn},
};

/// Values that belong to the protocol; of all others the type counts.
const FIXED: [&str; 4] = ["version", "triggerSource", "awsSdkVersion", "challengeName"];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn fixture(name: &str) -> Value {
    let path = folder().join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// Keys, types, nulls, truth values and what is fixed.
fn shape(key: &str, value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), shape(key, value)))
            .collect(),
        Value::Array(items) => items.iter().map(|item| shape(key, item)).collect(),
        Value::String(_) if !FIXED.contains(&key) => json!("a string"),
        Value::Number(_) => json!("a number"),
        Value::String(_) | Value::Bool(_) | Value::Null => value.clone(),
    }
}

fn pool_with_all_triggers(version: &str) -> Stage {
    let version = version.to_owned();
    Stage::with(move |pool, _| {
        let triggers = &mut pool["LambdaConfig"];
        triggers["CustomMessage"] = json!(arn("CustomMessage"));
        triggers["PreAuthentication"] = json!(arn("PreAuthentication"));
        triggers["PostAuthentication"] = json!(arn("PostAuthentication"));
        triggers["PreTokenGenerationConfig"] =
            json!({"LambdaVersion": version, "LambdaArn": arn("PreTokenGeneration")});
    })
}

fn metadata(mut body: Value) -> Value {
    body["ClientMetadata"] = json!({"step": "two"});
    body
}

async fn join(stage: &Stage) {
    let mut body = metadata(
        json!({"ClientId": CLIENT, "Username": USERNAME, "Password": PASSWORD,
                                   "UserAttributes": [{"Name": "email", "Value": EMAIL}]}),
    );
    body["ValidationData"] = json!([{"Name": "page", "Value": "sign-up"}]);
    stage.call("SignUp", body).await.ok();
    let again = json!({"ClientId": CLIENT, "Username": USERNAME});
    stage
        .call("ResendConfirmationCode", metadata(again))
        .await
        .ok();
    let code = stage.last_code();
    let body = json!({"ClientId": CLIENT, "Username": USERNAME, "ConfirmationCode": code});
    stage.call("ConfirmSignUp", metadata(body)).await.ok();
    let name = json!({"ClientId": CLIENT, "Username": USERNAME});
    stage.call("ForgotPassword", metadata(name)).await.ok();
    let body = json!({"ClientId": CLIENT, "Username": USERNAME, "Password": PASSWORD,
                      "ConfirmationCode": stage.last_code()});
    stage
        .call("ConfirmForgotPassword", metadata(body))
        .await
        .ok();
    let name = "0d9f6c11-8a2b-3f44-8c55-ba9876543210";
    stage.sign_up(name, "late@example.com").await.ok();
}

/// Password, a miss, a hit; metadata everywhere but with the hit. Then a refresh with it.
async fn sign_in_with_password(stage: &Stage) {
    let client = SrpClient::new(PASSWORD);
    let parameters =
        json!({"USERNAME": EMAIL, "CHALLENGE_NAME": "SRP_A", "SRP_A": client.public()});
    let body = json!({"ClientId": CLIENT, "AuthFlow": "CUSTOM_AUTH", "AuthParameters": parameters,
                      "ClientMetadata": {"step": "one"}});
    let challenge = stage.call("InitiateAuth", body).await.ok();
    let reply = |name: &str, challenge: &Value, responses: Value| {
        json!({"ClientId": CLIENT, "ChallengeName": name, "Session": challenge["Session"],
               "ChallengeResponses": responses})
    };
    let proof = client.responses(stage, &challenge);
    let body = metadata(reply("PASSWORD_VERIFIER", &challenge, proof));
    let round = stage.call("RespondToAuthChallenge", body).await.ok();
    let miss = json!({"USERNAME": EMAIL, "ANSWER": "41"});
    let body = metadata(reply("CUSTOM_CHALLENGE", &round, miss));
    let round = stage.call("RespondToAuthChallenge", body).await.ok();
    let tokens = stage.answer(EMAIL, &round["Session"], "42").await.ok();
    let token = &tokens["AuthenticationResult"]["RefreshToken"];
    let body = metadata(json!({"ClientId": CLIENT, "RefreshToken": token}));
    stage.call("GetTokensFromRefreshToken", body).await.ok();
    let token = &tokens["AuthenticationResult"]["AccessToken"];
    let address = json!([{"Name": "email", "Value": "new@example.com"}]);
    let body = metadata(json!({"AccessToken": token, "UserAttributes": address}));
    stage.call("UpdateUserAttributes", body).await.ok();
    let body = metadata(json!({"AccessToken": token, "AttributeName": "email"}));
    stage
        .call("GetUserAttributeVerificationCode", body)
        .await
        .ok();
}

/// The newest events of a situation by fixture; each situation forgets what was before.
struct Situations {
    stage: Stage,
    seen: BTreeMap<&'static str, Value>,
}

impl Situations {
    /// The events so far, by source in the order of sending, are those of the fixtures, none left over.
    fn are(&mut self, expected: &[(&'static str, &[&'static str])]) {
        let mut left = self.stage.events("");
        for (source, fixtures) in expected {
            let (those, others) = left.into_iter().partition::<Vec<_>, _>(|e| {
                e["triggerSource"].as_str().unwrap().starts_with(source)
            });
            left = others;
            assert_eq!(those.len(), fixtures.len(), "events of {source}");
            self.seen.extend(fixtures.iter().copied().zip(those));
        }
        assert_eq!(left, Vec::<Value>::new(), "events without a fixture");
        self.stage.forget_events();
    }
}

async fn all_situations() -> BTreeMap<&'static str, Value> {
    let stage = pool_with_all_triggers("V1_0");
    let mut now = Situations {
        stage,
        seen: BTreeMap::new(),
    };
    join(&now.stage).await;
    now.are(&[
        ("PreSignUp", &["pre-sign-up", "pre-sign-up-bare"]),
        (
            "CustomMessage_SignUp",
            &["custom-message-sign-up", "custom-message-sign-up-bare"],
        ),
        ("CustomMessage_ResendCode", &["custom-message-resend-code"]),
        (
            "CustomMessage_ForgotPassword",
            &["custom-message-forgot-password"],
        ),
        (
            "PostConfirmation_ConfirmSignUp",
            &["post-confirmation-sign-up"],
        ),
        (
            "PostConfirmation_ConfirmForgotPassword",
            &["post-confirmation-forgot-password"],
        ),
    ]);
    sign_in_with_password(&now.stage).await;
    now.are(&[
        ("PreAuthentication", &["pre-authentication"]),
        (
            "Define",
            &[
                "define-srp-a",
                "define-password",
                "define-after-miss",
                "define-after-hit",
            ],
        ),
        ("Create", &["create-after-password", "create-after-miss"]),
        ("Verify", &["verify", "verify-bare"]),
        ("PostAuthentication", &["post-authentication"]),
        ("TokenGeneration_Auth", &["token-generation-v1-sign-in"]),
        ("TokenGeneration_Refresh", &["token-generation-v1-refresh"]),
        (
            "CustomMessage_Update",
            &["custom-message-update-user-attribute"],
        ),
        (
            "CustomMessage_Verify",
            &["custom-message-verify-user-attribute"],
        ),
    ]);
    let round = now.stage.begin("nobody@example.com").await.ok();
    let name = round["ChallengeParameters"]["USERNAME"].as_str().unwrap();
    now.stage.answer(name, &round["Session"], "41").await.ok();
    now.are(&[
        ("PreAuthentication", &["pre-authentication-user-not-found"]),
        (
            "Define",
            &["define-user-not-found", "define-user-not-found-after-miss"],
        ),
        (
            "Create",
            &["create-user-not-found", "create-user-not-found-after-miss"],
        ),
        ("Verify", &["verify-user-not-found"]),
    ]);
    let mut seen = now.seen;
    seen.extend(second_version().await);
    seen
}

async fn second_version() -> BTreeMap<&'static str, Value> {
    let stage = pool_with_all_triggers("V2_0");
    stage.jane().await;
    let round = stage.begin(EMAIL).await.ok();
    let body = json!({"ClientId": CLIENT, "ChallengeName": "CUSTOM_CHALLENGE", "Session": round["Session"],
                      "ChallengeResponses": {"USERNAME": EMAIL, "ANSWER": "42"}});
    let tokens = stage
        .call("RespondToAuthChallenge", metadata(body))
        .await
        .ok();
    let token = &tokens["AuthenticationResult"]["RefreshToken"];
    let body = metadata(json!({"ClientId": CLIENT, "RefreshToken": token}));
    stage.call("GetTokensFromRefreshToken", body).await.ok();
    let first = |source: &str| stage.events(source).remove(0);
    let legacy = Stage::with(|_, client| client["PreventUserExistenceErrors"] = json!("LEGACY"));
    legacy.jane().await;
    legacy.begin(EMAIL).await.ok();
    BTreeMap::from([
        ("define-first", first("Define")),
        ("create-first", first("Create")),
        ("post-authentication-metadata", first("PostAuthentication")),
        ("token-generation-v2-sign-in", first("TokenGeneration_Auth")),
        (
            "token-generation-v2-refresh",
            first("TokenGeneration_Refresh"),
        ),
        ("define-legacy", legacy.events("Define").remove(0)),
    ])
}

#[tokio::test]
async fn events_have_the_members_of_real_ones() {
    let events = all_situations().await;
    for (name, event) in &events {
        assert_eq!(shape("", event), shape("", &fixture(name)), "{name}");
    }
    let files: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
        .collect();
    let played: BTreeSet<String> = events.keys().map(|&name| name.to_owned()).collect();
    assert_eq!(files, played, "a situation for each file");
}
