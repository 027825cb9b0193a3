//! `CUSTOM_AUTH` without a password.

use serde_json::{Value, json};

use super::stage::{CLIENT, EMAIL, POOL, Stage, USERNAME};

#[tokio::test]
async fn right_answer_gives_tokens() {
    let stage = Stage::new();
    stage.jane().await;
    let round = stage.begin(EMAIL).await.ok();
    assert_eq!(round["ChallengeName"], "CUSTOM_CHALLENGE");
    assert_eq!(
        round["ChallengeParameters"],
        json!({"USERNAME": USERNAME, "question": "what is it?"})
    );
    let session = round["Session"].as_str().unwrap();
    assert!((20..=4096).contains(&session.len()), "{}", session.len());
    let end = stage.answer(USERNAME, &round["Session"], "42").await.ok();
    assert_eq!(end["ChallengeParameters"], json!({}));
    let result = &end["AuthenticationResult"];
    assert_eq!(result["TokenType"], "Bearer");
    assert_eq!(result["ExpiresIn"], 900);
    for token in ["AccessToken", "IdToken", "RefreshToken"] {
        assert!(result[token].is_string(), "{token}");
    }
    assert!(end.get("ChallengeName").is_none() && end.get("Session").is_none());
}

#[tokio::test]
async fn wrong_answers_come_round_again_until_define_ends_it() {
    let stage = Stage::new();
    stage.jane().await;
    let mut round = stage.begin(EMAIL).await.ok();
    let mut sessions = vec![round["Session"].clone()];
    for _ in 0..2 {
        round = stage.answer(EMAIL, &round["Session"], "41").await.ok();
        assert!(
            !sessions.contains(&round["Session"]),
            "every round has a session of its own"
        );
        sessions.push(round["Session"].clone());
    }
    let last = stage.answer(EMAIL, &round["Session"], "41").await;
    last.refused("NotAuthorizedException", "Incorrect username or password.");
    for session in sessions {
        let again = stage.answer(EMAIL, &session, "42").await;
        again.refused("NotAuthorizedException", "Invalid session for the user.");
    }
}

#[tokio::test]
async fn events_are_those_of_the_service() {
    let stage = Stage::new();
    let sub = stage.sign_up(USERNAME, EMAIL).await.ok()["UserSub"].clone();
    stage.confirm(USERNAME).await.ok();
    stage.forget_events();
    let body = json!({"ClientId": CLIENT, "AuthFlow": "CUSTOM_AUTH", "AuthParameters": {"USERNAME": EMAIL},
                      "ClientMetadata": {"intent": "lost on the way"}});
    let round = stage.call("InitiateAuth", body).await.ok();
    let body = json!({"ClientId": CLIENT, "ChallengeName": "CUSTOM_CHALLENGE", "Session": round["Session"],
                      "ChallengeResponses": {"USERNAME": EMAIL, "ANSWER": "41"}, "ClientMetadata": {"intent": "told"}});
    stage.call("RespondToAuthChallenge", body).await.ok();

    let attributes = json!({"sub": sub, "email": EMAIL, "email_verified": "true",
                            "cognito:user_status": "CONFIRMED", "cognito:email_alias": EMAIL});
    let event = |source: &str, request: Value, response: Value| {
        json!({"version": "1", "region": "us-east-1", "userPoolId": POOL, "userName": USERNAME,
               "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": CLIENT},
               "triggerSource": format!("{source}_Authentication"), "request": request, "response": response})
    };
    let undecided = json!({"challengeName": null, "issueTokens": null, "failAuthentication": null});
    let unmade = json!({"publicChallengeParameters": null, "privateChallengeParameters": null, "challengeMetadata": null});
    let told = json!({"intent": "told"});
    let history = json!([{"challengeName": "CUSTOM_CHALLENGE", "challengeResult": false, "challengeMetadata": "round-0"}]);
    let want = vec![
        event(
            "DefineAuthChallenge",
            json!({"userAttributes": attributes, "userNotFound": false, "session": []}),
            undecided.clone(),
        ),
        event(
            "CreateAuthChallenge",
            json!({"userAttributes": attributes, "userNotFound": false, "challengeName": "CUSTOM_CHALLENGE", "session": []}),
            unmade.clone(),
        ),
        event(
            "VerifyAuthChallengeResponse",
            json!({"userAttributes": attributes, "userNotFound": false, "clientMetadata": told,
                   "privateChallengeParameters": {"answer": "42"}, "challengeAnswer": "41"}),
            json!({"answerCorrect": null}),
        ),
        event(
            "DefineAuthChallenge",
            json!({"userAttributes": attributes, "userNotFound": false, "clientMetadata": told, "session": history}),
            undecided,
        ),
        event(
            "CreateAuthChallenge",
            json!({"userAttributes": attributes, "userNotFound": false, "clientMetadata": told,
                   "challengeName": "CUSTOM_CHALLENGE", "session": history}),
            unmade,
        ),
    ];
    assert_eq!(stage.events(""), want);
}

#[tokio::test]
async fn legacy_events_say_nothing_about_existence() {
    let stage = Stage::with(|_, client| client["PreventUserExistenceErrors"] = json!("LEGACY"));
    stage.jane().await;
    stage.begin(EMAIL).await.ok();
    assert!(
        stage.events("Define")[0]["request"]
            .get("userNotFound")
            .is_none()
    );
}

#[tokio::test]
async fn requests_that_make_no_sense_are_refused_by_name() {
    let stage = Stage::new();
    stage.jane().await;
    let initiate = |flow: &str, parameters: Value| json!({"ClientId": CLIENT, "AuthFlow": flow, "AuthParameters": parameters});
    let name = json!({"USERNAME": EMAIL});
    for (case, body, kind, message) in [
        (
            "no name",
            initiate("CUSTOM_AUTH", json!({})),
            "InvalidParameterException",
            "Missing required parameter USERNAME",
        ),
        (
            "SRP",
            initiate("USER_SRP_AUTH", name.clone()),
            "InvalidParameterException",
            "USER_SRP_AUTH is not enabled for the client.",
        ),
        (
            "password",
            initiate("USER_PASSWORD_AUTH", name.clone()),
            "InvalidParameterException",
            "USER_PASSWORD_AUTH flow not enabled for this client",
        ),
        (
            "choice",
            initiate("USER_AUTH", name.clone()),
            "InvalidParameterException",
            "USER_AUTH flow not enabled for this client",
        ),
        (
            "admin",
            initiate("ADMIN_USER_PASSWORD_AUTH", name.clone()),
            "InvalidParameterException",
            "Initiate Auth method not supported",
        ),
        (
            "secret",
            initiate(
                "CUSTOM_AUTH",
                json!({"USERNAME": EMAIL, "SECRET_HASH": "aGFzaA=="}),
            ),
            "NotAuthorizedException",
            "Unable to verify secret hash for client 1example23456789abcdefghij",
        ),
        (
            "device",
            initiate(
                "CUSTOM_AUTH",
                json!({"USERNAME": EMAIL, "DEVICE_KEY": "d_0"}),
            ),
            "InvalidParameterException",
            "parameter DEVICE_KEY is not supported by the local stack",
        ),
        (
            "no value",
            initiate(
                "CUSTOM_AUTH",
                json!({"USERNAME": EMAIL, "CHALLENGE_NAME": "SRP_A"}),
            ),
            "InvalidParameterException",
            "Missing required parameter SRP_A",
        ),
        (
            "zero",
            initiate(
                "CUSTOM_AUTH",
                json!({"USERNAME": EMAIL, "CHALLENGE_NAME": "SRP_A", "SRP_A": "0"}),
            ),
            "InvalidParameterException",
            "Invalid SRP_A",
        ),
        (
            "session",
            json!({"ClientId": CLIENT, "AuthFlow": "CUSTOM_AUTH", "AuthParameters": name, "Session": "x".repeat(40)}),
            "InvalidParameterException",
            "parameter Session is not supported by the local stack",
        ),
        (
            "long value",
            initiate("CUSTOM_AUTH", json!({"USERNAME": "x".repeat(131_073)})),
            "InvalidParameterException",
            "1 validation error detected: Value at 'authParameters' failed to satisfy constraint: Map value must satisfy \
             constraint: [Member must have length less than or equal to 131072, Member must have length greater than or equal to 0]",
        ),
        (
            "client",
            json!({"ClientId": "other", "AuthFlow": "CUSTOM_AUTH", "AuthParameters": name}),
            "ResourceNotFoundException",
            "User pool client other does not exist.",
        ),
    ] {
        assert_eq!(
            stage.call("InitiateAuth", body).await.error(),
            (kind.to_owned(), message.to_owned()),
            "{case}"
        );
    }
    assert!(stage.events("").is_empty(), "no trigger ran");
}

#[tokio::test]
async fn pool_without_the_triggers_has_no_custom_flow() {
    for missing in [
        "DefineAuthChallenge",
        "CreateAuthChallenge",
        "VerifyAuthChallengeResponse",
    ] {
        let stage = Stage::with(|pool, _| {
            drop(
                pool["LambdaConfig"]
                    .as_object_mut()
                    .unwrap()
                    .remove(missing),
            );
        });
        stage.jane().await;
        stage.begin(EMAIL).await.refused(
            "InvalidParameterException",
            "Custom auth lambda trigger is not configured for the user pool.",
        );
    }
}

#[tokio::test]
async fn client_without_the_flow_is_refused() {
    let stage =
        Stage::with(|_, client| client["ExplicitAuthFlows"] = json!(["ALLOW_REFRESH_TOKEN_AUTH"]));
    stage.jane().await;
    stage.begin(EMAIL).await.refused(
        "InvalidParameterException",
        "CUSTOM_AUTH flow not enabled for this client",
    );
}
