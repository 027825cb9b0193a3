//! What triggers may answer, and what becomes of their failures.

use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    task::Poll,
    time::Duration,
};

use serde_json::{Value, json};

use super::stage::{EMAIL, Stage, USERNAME};
use crate::TriggerError;

const REFUSED: Option<(&str, &str)> =
    Some(("NotAuthorizedException", "Incorrect username or password."));
const UNUSABLE: Option<(&str, &str)> = Some((
    "InvalidLambdaResponseException",
    "Unrecognizable lambda output",
));

#[tokio::test]
async fn failures_have_the_words_of_the_service() {
    let stage = Stage::new();
    stage.jane().await;
    let message = || TriggerError::FunctionError {
        message: "No, thanks".to_owned(),
    };
    for (error, kind, words) in [
        (
            message(),
            "UserLambdaValidationException",
            "DefineAuthChallenge failed with error No, thanks.",
        ),
        (
            TriggerError::AccessDenied,
            "UnexpectedLambdaException",
            "DefineAuthChallenge invocation failed due to error AccessDeniedException.",
        ),
        (
            TriggerError::TimedOut,
            "UnexpectedLambdaException",
            "DefineAuthChallenge invocation failed due to error Socket timeout while invoking Lambda function.",
        ),
        (
            TriggerError::InvalidOutput,
            "InvalidLambdaResponseException",
            "Invalid lambda function output : Invalid JSON",
        ),
    ] {
        stage.script("DefineAuthChallenge", move |_| Err(error.clone()));
        stage.begin(EMAIL).await.refused(kind, words);
    }
    stage.script("DefineAuthChallenge", |_| Err(TriggerError::Crashed));
    let (kind, words) = stage.begin(EMAIL).await.error();
    assert_eq!(kind, "UserLambdaValidationException");
    assert!(
        words.starts_with("DefineAuthChallenge failed with error RequestId: "),
        "{words}"
    );
    assert!(
        words.ends_with("Error: Runtime exited with error: signal: killed."),
        "{words}"
    );
}

#[tokio::test]
async fn each_trigger_is_named_in_its_error() {
    for (trigger, source) in [
        ("CreateAuthChallenge", "CreateAuthChallenge"),
        ("VerifyAuthChallengeResponse", "VerifyAuthChallengeResponse"),
        ("PreSignUp", "PreSignUp"),
        ("PostConfirmation", "PostConfirmation"),
    ] {
        let stage = Stage::new();
        stage.script(source, |_| {
            Err(TriggerError::FunctionError {
                message: "boom".to_owned(),
            })
        });
        let reply = match trigger {
            "PreSignUp" => stage.sign_up(USERNAME, EMAIL).await,
            "PostConfirmation" => {
                stage.sign_up(USERNAME, EMAIL).await.ok();
                stage.confirm(USERNAME).await
            }
            _ => {
                stage.jane().await;
                match stage.begin(EMAIL).await {
                    begun if begun.status.is_success() => {
                        stage.answer(EMAIL, &begun.body["Session"], "42").await
                    }
                    refused => refused,
                }
            }
        };
        reply.refused(
            "UserLambdaValidationException",
            &format!("{trigger} failed with error boom."),
        );
    }
}

// Real seconds: tokio's paused clock is a feature of tokio, and with it every crate of the workspace would compile twice.
#[tokio::test]
async fn silent_function_is_called_three_times_for_five_seconds() {
    let stage = Stage::new();
    stage.jane().await;
    stage.script("DefineAuthChallenge", |_| {
        Err(TriggerError::FunctionError {
            message: "hang".to_owned(),
        })
    });
    let began = tokio::time::Instant::now();
    let (kind, _) = stage.begin(EMAIL).await.error();
    assert_eq!(kind, "UnexpectedLambdaException");
    assert_eq!(stage.events("DefineAuthChallenge").len(), 3);
    assert!(
        Duration::from_secs(15) <= began.elapsed(),
        "five seconds each"
    );
}

#[tokio::test]
async fn second_try_may_save_the_day() {
    let stage = Stage::new();
    stage.jane().await;
    let calls = Arc::new(AtomicU32::new(0));
    stage.script("VerifyAuthChallengeResponse", move |_| {
        match calls.fetch_add(1, Ordering::SeqCst) {
            0 => Err(TriggerError::FunctionError {
                message: "hang".to_owned(),
            }),
            _ => Ok(json!({"answerCorrect": true})),
        }
    });
    let round = stage.begin(EMAIL).await.ok();
    stage.answer(EMAIL, &round["Session"], "42").await.ok();
    let events = stage.events("VerifyAuthChallengeResponse");
    assert_eq!(events.len(), 2);
    assert_eq!(events[0], events[1], "the same event again");
}

#[tokio::test]
async fn errors_are_not_tried_again() {
    let stage = Stage::new();
    stage.jane().await;
    stage.script("DefineAuthChallenge", |_| {
        Err(TriggerError::FunctionError {
            message: "boom".to_owned(),
        })
    });
    stage.begin(EMAIL).await.error();
    assert_eq!(stage.events("DefineAuthChallenge").len(), 1);
}

#[tokio::test]
async fn decisions_of_define() {
    let stage = Stage::new();
    stage.jane().await;
    for (name, response, want) in [
        ("tokens", json!({"issueTokens": true}), None),
        ("failure", json!({"failAuthentication": true}), REFUSED),
        (
            "failure beats tokens",
            json!({"failAuthentication": true, "issueTokens": true}),
            REFUSED,
        ),
        (
            "failure beats a challenge",
            json!({"failAuthentication": true, "challengeName": "CUSTOM_CHALLENGE"}),
            REFUSED,
        ),
        (
            "challenge",
            json!({"challengeName": "CUSTOM_CHALLENGE", "issueTokens": null}),
            None,
        ),
        ("nothing", json!({}), UNUSABLE),
        (
            "all no",
            json!({"challengeName": null, "issueTokens": false, "failAuthentication": false}),
            UNUSABLE,
        ),
        (
            "unknown challenge",
            json!({"challengeName": "SMS_MFA"}),
            UNUSABLE,
        ),
        ("text for a flag", json!({"issueTokens": "true"}), UNUSABLE),
        ("number for a name", json!({"challengeName": 1}), UNUSABLE),
        ("no object", json!("tokens"), UNUSABLE),
    ] {
        stage.script("DefineAuthChallenge", move |_| Ok(response.clone()));
        let reply = stage.begin(EMAIL).await;
        let want = want.map(|(kind, message)| (kind.to_owned(), message.to_owned()));
        assert_eq!(
            (!reply.status.is_success()).then(|| reply.error()),
            want,
            "{name}"
        );
    }
}

#[tokio::test]
async fn challenges_of_create() {
    let stage = Stage::new();
    stage.jane().await;
    let private = json!({"answer": "42"});
    for (name, response, want) in [
        (
            "no public ones",
            json!({"privateChallengeParameters": private}),
            Ok(json!({"USERNAME": USERNAME})),
        ),
        (
            "empty public ones",
            json!({"publicChallengeParameters": {}, "privateChallengeParameters": private}),
            Ok(json!({"USERNAME": USERNAME})),
        ),
        (
            "own USERNAME",
            json!({"publicChallengeParameters": {"USERNAME": "x"}, "privateChallengeParameters": private}),
            Ok(json!({"USERNAME": USERNAME})),
        ),
        (
            "no private ones",
            json!({"publicChallengeParameters": {"a": "b"}}),
            Err("Incorrect username or password."),
        ),
        (
            "empty private ones",
            json!({"privateChallengeParameters": {}}),
            Err("Incorrect username or password."),
        ),
        (
            "number",
            json!({"publicChallengeParameters": {"a": 1}, "privateChallengeParameters": private}),
            Err("Unrecognizable lambda output"),
        ),
        (
            "private number",
            json!({"privateChallengeParameters": {"answer": 42}}),
            Err("Unrecognizable lambda output"),
        ),
        (
            "list",
            json!({"publicChallengeParameters": [], "privateChallengeParameters": private}),
            Err("Unrecognizable lambda output"),
        ),
        (
            "metadata of another type",
            json!({"privateChallengeParameters": private, "challengeMetadata": {}}),
            Err("Unrecognizable lambda output"),
        ),
    ] {
        stage.script("CreateAuthChallenge", move |_| Ok(response.clone()));
        let reply = stage.begin(EMAIL).await;
        let told: Result<Value, String> = if reply.status.is_success() {
            Ok(reply.body["ChallengeParameters"].clone())
        } else {
            Err(reply.error().1)
        };
        assert_eq!(told, want.map_err(str::to_owned), "{name}");
    }
}

#[tokio::test]
async fn verdicts_of_verify() {
    let stage = Stage::new();
    stage.jane().await;
    for (name, response, want) in [
        ("right", json!({"answerCorrect": true}), Ok("tokens")),
        ("wrong", json!({"answerCorrect": false}), Ok("again")),
        ("null", json!({"answerCorrect": null}), Ok("again")),
        ("silent", json!({}), Ok("again")),
        (
            "text",
            json!({"answerCorrect": "true"}),
            Err("Unrecognizable lambda output"),
        ),
    ] {
        stage.script("VerifyAuthChallengeResponse", move |_| Ok(response.clone()));
        let round = stage.begin(EMAIL).await.ok();
        let reply = stage.answer(EMAIL, &round["Session"], "42").await;
        let told = match reply.body.get("AuthenticationResult") {
            Some(_) => Ok("tokens"),
            None if reply.status.is_success() => Ok("again"),
            None => Err(reply.error().1),
        };
        assert_eq!(told, want.map_err(str::to_owned), "{name}");
    }
}

#[tokio::test]
async fn client_that_goes_away_does_not_stop_the_round() {
    let stage = Stage::new();
    stage.jane().await;
    let round = stage.begin(EMAIL).await.ok();
    let mut answer = Box::pin(stage.answer(EMAIL, &round["Session"], "42"));
    let waits = poll_fn(|context| Poll::Ready(answer.as_mut().poll(context).is_pending())).await;
    assert!(waits, "the client has no answer yet");
    drop(answer);
    let judged = async {
        while stage.events("DefineAuthChallenge").len() < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), judged)
        .await
        .expect("the round is judged to its end");
}
