//! `CUSTOM_AUTH` with `SRP_A` first.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    srp_client::{SrpClient, respond},
    stage::{EMAIL, PASSWORD, Stage, USERNAME},
};

fn history(stage: &Stage, source: &str) -> Vec<Value> {
    stage
        .events(source)
        .into_iter()
        .map(|mut event| event["request"]["session"].take())
        .collect()
}

#[tokio::test]
async fn right_password_leads_to_the_custom_challenge() {
    let stage = Stage::new();
    stage.jane().await;
    let client = SrpClient::new(PASSWORD);
    let challenge = client.begin(&stage, EMAIL).await.ok();
    assert_eq!(challenge["ChallengeName"], "PASSWORD_VERIFIER");
    let parameters = challenge["ChallengeParameters"].as_object().unwrap();
    let keys: Vec<&str> = parameters.keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "SALT",
            "SECRET_BLOCK",
            "SRP_B",
            "USERNAME",
            "USER_ID_FOR_SRP"
        ]
    );
    assert_eq!(parameters["USERNAME"], USERNAME);
    assert_eq!(parameters["USER_ID_FOR_SRP"], USERNAME);
    assert!(
        stage.events("CreateAuthChallenge").is_empty(),
        "the service makes this challenge itself"
    );

    let round = client.prove(&stage, &challenge).await.ok();
    assert_eq!(round["ChallengeName"], "CUSTOM_CHALLENGE");
    let srp_a =
        json!({"challengeName": "SRP_A", "challengeResult": true, "challengeMetadata": null});
    let verified = json!({"challengeName": "PASSWORD_VERIFIER", "challengeResult": true, "challengeMetadata": null});
    assert_eq!(
        history(&stage, "DefineAuthChallenge"),
        [json!([srp_a]), json!([srp_a, verified])]
    );
    assert_eq!(
        history(&stage, "CreateAuthChallenge"),
        [json!([srp_a, verified])]
    );
    assert!(
        stage.answer(USERNAME, &round["Session"], "42").await.ok()["AuthenticationResult"]
            .is_object()
    );
}

#[tokio::test]
async fn wrong_password_is_refused_whatever_define_says() {
    let stage = Stage::new();
    stage.jane().await;
    stage.script("DefineAuthChallenge", |event| {
        let last = event["request"]["session"]
            .as_array()
            .unwrap()
            .last()
            .unwrap();
        Ok(if last["challengeName"] == "SRP_A" {
            json!({"challengeName": "PASSWORD_VERIFIER"})
        } else {
            json!({"issueTokens": true})
        })
    });
    let client = SrpClient::new("another-Horse-battery-staple-4711!");
    let challenge = client.begin(&stage, EMAIL).await.ok();
    let refusal = client.prove(&stage, &challenge).await;
    refusal.refused("NotAuthorizedException", "Incorrect username or password.");
    let seen = history(&stage, "DefineAuthChallenge");
    assert_eq!(seen[1][1]["challengeResult"], false);
    let again = SrpClient::new(PASSWORD).prove(&stage, &challenge).await;
    again.refused("NotAuthorizedException", "Invalid session for the user.");
}

#[tokio::test]
async fn every_part_of_the_proof_counts() {
    let stage = Stage::new();
    stage.jane().await;
    let client = SrpClient::new(PASSWORD);
    for (part, value) in [
        ("PASSWORD_CLAIM_SIGNATURE", "AAAA"),
        ("PASSWORD_CLAIM_SIGNATURE", "not base64"),
        ("PASSWORD_CLAIM_SECRET_BLOCK", "AAAA"),
        ("TIMESTAMP", "Fri Nov 6 09:05:00 UTC 2026"),
    ] {
        let challenge = client.begin(&stage, EMAIL).await.ok();
        let mut responses = client.responses(&stage, &challenge);
        responses[part] = json!(value);
        let refusal = respond(&stage, &challenge, responses).await;
        refusal.refused("NotAuthorizedException", "Incorrect username or password.");
        stage.pass(Duration::from_mins(1));
    }
    for part in [
        "PASSWORD_CLAIM_SIGNATURE",
        "PASSWORD_CLAIM_SECRET_BLOCK",
        "TIMESTAMP",
        "USERNAME",
    ] {
        let challenge = client.begin(&stage, EMAIL).await.ok();
        let mut responses = client.responses(&stage, &challenge);
        responses.as_object_mut().unwrap().remove(part);
        let refusal = respond(&stage, &challenge, responses).await;
        refusal.refused(
            "InvalidParameterException",
            &format!("Missing required parameter {part}"),
        );
    }
}

#[tokio::test]
async fn old_proof_is_refused() {
    let stage = Stage::new();
    stage.jane().await;
    let client = SrpClient::new(PASSWORD);
    for (late, passes) in [(299, true), (301, false)] {
        let challenge = client.begin(&stage, EMAIL).await.ok();
        let responses = client.responses(&stage, &challenge);
        stage.pass(Duration::from_secs(late));
        let reply = respond(&stage, &challenge, responses).await;
        assert_eq!(reply.status.is_success(), passes, "{late} seconds late");
    }
}

#[tokio::test]
async fn five_wrong_passwords_make_everybody_wait() {
    let stage = Stage::new();
    stage.jane().await;
    for name in [EMAIL, "nobody@example.com"] {
        let wrong = SrpClient::new("another-Horse-battery-staple-4711!");
        for _ in 0..5 {
            let challenge = wrong.begin(&stage, name).await.ok();
            let refusal = wrong.prove(&stage, &challenge).await;
            refusal.refused("NotAuthorizedException", "Incorrect username or password.");
        }
        let challenge = wrong.begin(&stage, name).await.ok();
        let refusal = wrong.prove(&stage, &challenge).await;
        refusal.refused("NotAuthorizedException", "Password attempts exceeded");
    }
    stage.pass(Duration::from_secs(2));
    let right = SrpClient::new(PASSWORD);
    let challenge = right.begin(&stage, EMAIL).await.ok();
    right.prove(&stage, &challenge).await.ok();
}

#[tokio::test]
async fn define_may_skip_the_password_but_not_invent_it() {
    let stage = Stage::new();
    stage.jane().await;
    stage.script("DefineAuthChallenge", |_| {
        Ok(json!({"challengeName": "CUSTOM_CHALLENGE"}))
    });
    let round = SrpClient::new(PASSWORD).begin(&stage, EMAIL).await.ok();
    assert_eq!(round["ChallengeName"], "CUSTOM_CHALLENGE");
    stage.script("DefineAuthChallenge", |_| {
        Ok(json!({"challengeName": "PASSWORD_VERIFIER"}))
    });
    let refusal = stage.begin(EMAIL).await;
    refusal.refused(
        "InvalidParameterException",
        "Missing required parameter SRP_A",
    );
}
