//! What the triggers answer unless a test says otherwise.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::Script;

/// Password first if offered, then custom challenges: the first right answer is worth tokens, the third wrong one the end.
pub(super) fn default_script() -> Script {
    let mut script: Script = HashMap::new();
    script.insert(
        "DefineAuthChallenge".to_owned(),
        Box::new(|event| Ok(define(event))),
    );
    script.insert(
        "CreateAuthChallenge".to_owned(),
        Box::new(|event| {
            let round = event["request"]["session"].as_array().unwrap().len();
            Ok(
                json!({"publicChallengeParameters": {"question": "what is it?"},
                      "privateChallengeParameters": {"answer": "42"},
                      "challengeMetadata": format!("round-{round}")}),
            )
        }),
    );
    script.insert(
        "VerifyAuthChallengeResponse".to_owned(),
        Box::new(|event| {
            let request = &event["request"];
            let right =
                request["challengeAnswer"] == request["privateChallengeParameters"]["answer"];
            Ok(json!({"answerCorrect": right && request["userNotFound"] != true}))
        }),
    );
    script
}

fn define(event: &Value) -> Value {
    let session = event["request"]["session"].as_array().unwrap();
    let wrong = session
        .iter()
        .filter(|round| round["challengeResult"] == false)
        .count();
    let challenge = |name: &str| json!({"challengeName": name, "issueTokens": false, "failAuthentication": false});
    match session.last() {
        Some(last) if last["challengeName"] == "SRP_A" => challenge("PASSWORD_VERIFIER"),
        Some(last)
            if last["challengeName"] == "CUSTOM_CHALLENGE" && last["challengeResult"] == true =>
        {
            json!({"issueTokens": true, "failAuthentication": false})
        }
        Some(last)
            if last["challengeName"] == "PASSWORD_VERIFIER" && last["challengeResult"] == false =>
        {
            json!({"issueTokens": false, "failAuthentication": true})
        }
        _ if wrong == 3 => json!({"issueTokens": false, "failAuthentication": true}),
        _ => challenge("CUSTOM_CHALLENGE"),
    }
}
