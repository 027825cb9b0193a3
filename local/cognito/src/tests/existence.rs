//! Known, unknown and unconfirmed names get answers of the same shape.

use serde_json::{Value, json};

use super::{
    srp_client::SrpClient,
    stage::{CLIENT, EMAIL, PASSWORD, POOL, Stage, USERNAME},
};

const UNKNOWN: &str = "nobody@example.com";
const UNCONFIRMED: &str = "late@example.com";

/// Keys, and of each value its type and length, digits aside.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), shape(value)))
            .collect(),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::String(text) => json!(format!("string of {}", text.len())),
        other => other.clone(),
    }
}

async fn three_kinds_of_users() -> Stage {
    let stage = Stage::new();
    stage.jane().await;
    stage
        .sign_up("0d9f6c11-8a2b-3f44-8c55-ba9876543210", UNCONFIRMED)
        .await
        .ok();
    stage.forget_events();
    stage
}

/// `xxxxxxxx-xxxx-3xxx-[89ab]xxx-xxxxxxxxxxxx`.
fn is_version_3(name: &str) -> bool {
    let parts: Vec<usize> = name.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12]
        && name.as_bytes()[14] == b'3'
        && b"89ab".contains(&name.as_bytes()[19])
}

#[tokio::test]
async fn custom_challenges_look_alike() {
    let stage = three_kinds_of_users().await;
    let mut shapes = Vec::new();
    for name in [EMAIL, UNKNOWN, UNCONFIRMED] {
        let first = stage.begin(name).await.ok();
        let invented = first["ChallengeParameters"]["USERNAME"].as_str().unwrap();
        assert!(is_version_3(invented), "{invented}");
        let second = stage.answer(invented, &first["Session"], "41").await.ok();
        assert_eq!(
            first["ChallengeParameters"], second["ChallengeParameters"],
            "the name is stable"
        );
        let again = stage.begin(name).await.ok();
        assert_eq!(
            first["ChallengeParameters"], again["ChallengeParameters"],
            "between sign-ins too"
        );
        shapes.push((shape(&first), shape(&second)));
    }
    assert_eq!(shapes[0], shapes[1]);
    assert_eq!(shapes[0], shapes[2]);
    let sources = |stage: &Stage| -> Vec<Value> {
        stage
            .events("")
            .into_iter()
            .map(|event| event["triggerSource"].clone())
            .collect()
    };
    let all = sources(&stage);
    assert_eq!(all.len() % 3, 0);
    assert!(
        all.chunks(all.len() / 3)
            .all(|part| part == &all[..all.len() / 3]),
        "the same triggers in the same order"
    );
}

#[tokio::test]
async fn triggers_hear_that_nobody_is_there() {
    let stage = three_kinds_of_users().await;
    let round = stage.begin(UNKNOWN).await.ok();
    let refusal = stage.answer(UNKNOWN, &round["Session"], "42").await;
    assert!(
        refusal.status.is_success(),
        "a wrong answer, as for anybody"
    );
    for event in stage.events("") {
        assert_eq!(event["request"]["userNotFound"], true);
        assert_eq!(event["request"]["userAttributes"], json!({}));
        assert_eq!(event["userName"], round["ChallengeParameters"]["USERNAME"]);
    }
}

#[tokio::test]
async fn nobody_gets_tokens_even_if_the_triggers_say_so() {
    let stage = three_kinds_of_users().await;
    stage.script("DefineAuthChallenge", |_| Ok(json!({"issueTokens": true})));
    for name in [UNKNOWN, UNCONFIRMED] {
        stage
            .begin(name)
            .await
            .refused("NotAuthorizedException", "Incorrect username or password.");
    }
}

#[tokio::test]
async fn password_challenges_look_alike() {
    let stage = three_kinds_of_users().await;
    let client = SrpClient::new(PASSWORD);
    let mut shapes = Vec::new();
    for name in [EMAIL, UNKNOWN, UNCONFIRMED] {
        let challenge = client.begin(&stage, name).await.ok();
        let parameters = &challenge["ChallengeParameters"];
        assert_eq!(parameters["USERNAME"], parameters["USER_ID_FOR_SRP"]);
        let again = client.begin(&stage, name).await.ok();
        assert_eq!(
            parameters["SALT"], again["ChallengeParameters"]["SALT"],
            "stable"
        );
        let mut shape = shape(&challenge);
        // The number itself may begin with zeros.
        shape["ChallengeParameters"]["SRP_B"] = json!("");
        shapes.push(shape);
        if name != EMAIL {
            let refusal = client.prove(&stage, &challenge).await;
            refusal.refused("NotAuthorizedException", "Incorrect username or password.");
        }
    }
    assert_eq!(shapes[0], shapes[1]);
    assert_eq!(shapes[0], shapes[2]);
}

#[tokio::test]
async fn recovery_looks_alike() {
    let stage = three_kinds_of_users().await;
    let mails = stage.mails().len();
    let mut answers = Vec::new();
    for name in [EMAIL, UNKNOWN, UNCONFIRMED] {
        answers.push(
            stage
                .call(
                    "ForgotPassword",
                    json!({"ClientId": CLIENT, "Username": name}),
                )
                .await
                .ok(),
        );
    }
    assert_eq!(shape(&answers[0]), shape(&answers[1]));
    assert_eq!(shape(&answers[0]), shape(&answers[2]));
    assert_eq!(
        stage.mails().len(),
        mails + 1,
        "only one of them gets a mail"
    );
    for name in [EMAIL, UNKNOWN, UNCONFIRMED] {
        let body = json!({"ClientId": CLIENT, "Username": name, "ConfirmationCode": "x", "Password": PASSWORD});
        let refusal = stage.call("ConfirmForgotPassword", body).await;
        refusal.refused(
            "CodeMismatchException",
            "Invalid verification code provided, please try again.",
        );
    }
}

#[tokio::test]
async fn names_that_are_no_address_get_a_simulated_destination() {
    let stage = Stage::new();
    let body = json!({"ClientId": CLIENT, "Username": USERNAME});
    for operation in ["ForgotPassword", "ResendConfirmationCode"] {
        let first = stage.call(operation, body.clone()).await.ok();
        let destination = first["CodeDeliveryDetails"]["Destination"]
            .as_str()
            .unwrap();
        assert_eq!(destination.len(), "j***@e***".len());
        assert_eq!(
            first,
            stage.call(operation, body.clone()).await.ok(),
            "stable"
        );
    }
    let body = json!({"ClientId": CLIENT, "Username": USERNAME, "ConfirmationCode": "123456"});
    let refusal = stage.call("ConfirmSignUp", body).await;
    refusal.refused(
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
    );
}

#[tokio::test]
async fn unconfirmed_users_are_told_under_their_own_name() {
    let stage = Stage::new();
    stage.sign_up(USERNAME, EMAIL).await.ok();
    stage
        .begin(USERNAME)
        .await
        .refused("UserNotConfirmedException", "User is not confirmed.");
}

#[tokio::test]
async fn legacy_clients_are_told_that_nobody_is_there() {
    let stage = Stage::with(|_, client| client["PreventUserExistenceErrors"] = json!("LEGACY"));
    stage
        .begin(UNKNOWN)
        .await
        .refused("UserNotFoundException", "User does not exist.");
    let admin = stage
        .call(
            "AdminGetUser",
            json!({"UserPoolId": POOL, "Username": UNKNOWN}),
        )
        .await;
    admin.refused("UserNotFoundException", "User does not exist.");
    let other = stage
        .call(
            "AdminGetUser",
            json!({"UserPoolId": "us-east-1_Other", "Username": UNKNOWN}),
        )
        .await;
    other.refused(
        "ResourceNotFoundException",
        "User pool us-east-1_Other does not exist.",
    );
}
