//! Every fixture of an event against the trigger that it is for, and the ways in which an event can be wrong.

use std::{fs, path::PathBuf, sync::Arc, time::Duration};

use crate::world::{Fault, World};
use face_login_aws::settings::BadConfiguration;
use face_login_triggers::{
    create::Creator, define, edge::Edge, refusal::Refusal, verify::Verifier,
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

fn fixture(name: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name);
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn defined(challenge: Option<&str>, tokens: bool, fail: bool) -> Value {
    json!({"challengeName": challenge, "issueTokens": tokens, "failAuthentication": fail})
}

#[test]
fn define_answers_each_event() {
    for (name, want) in [
        (
            "define-first.json",
            defined(Some("CUSTOM_CHALLENGE"), false, false),
        ),
        (
            "define-srp-a.json",
            defined(Some("PASSWORD_VERIFIER"), false, false),
        ),
        (
            "define-after-miss.json",
            defined(Some("CUSTOM_CHALLENGE"), false, false),
        ),
        ("define-tokens.json", defined(None, true, false)),
        (
            "define-user-not-found.json",
            defined(Some("CUSTOM_CHALLENGE"), false, false),
        ),
        ("define-nulls.json", defined(None, false, true)),
    ] {
        let event = fixture(name);
        let got = define::handle(event.clone()).unwrap();
        assert_eq!(got["response"], want, "{name}");
        let unchanged = |member: &str| got[member] == event[member];
        assert!(
            ["version", "userName", "request", "callerContext"]
                .iter()
                .all(|member| unchanged(member)),
            "{name}"
        );
    }
}

#[tokio::test]
async fn pre_sign_up_confirms_and_verifies_nobody() {
    let world = World::new().await;
    let got = world
        .doorman
        .handle(fixture("pre-sign-up.json"))
        .await
        .unwrap();
    assert_eq!(
        got["response"],
        json!({"autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false})
    );
    assert_eq!(
        world
            .doorman
            .handle(fixture("pre-sign-up-external.json"))
            .await,
        Err(Refusal::SignUp)
    );
    let mut by_admin = fixture("pre-sign-up.json");
    by_admin["triggerSource"] = json!("PreSignUp_AdminCreateUser");
    assert_eq!(world.doorman.handle(by_admin).await, Err(Refusal::SignUp));
    let mut bad = fixture("pre-sign-up.json");
    bad["request"]["userAttributes"]["email"] = json!("ana");
    assert_eq!(world.doorman.handle(bad).await, Err(Refusal::Address));
}

#[tokio::test]
async fn an_address_signs_up_three_times_an_hour() {
    let world = Arc::new(World::new().await);
    let sign_up = |email: &'static str| {
        let mut event = fixture("pre-sign-up.json");
        event["request"]["userAttributes"]["email"] = json!(email);
        let world = Arc::clone(&world);
        async move { world.doorman.handle(event).await.map(|_| ()) }
    };
    world.fault("GetItem", Fault::Error("InternalServerError"), 2);
    assert_eq!(
        sign_up("ana@example.com").await,
        Err(Refusal::Unavailable),
        "nobody is mailed uncounted"
    );
    let mut running = JoinSet::new();
    for _ in 0..6 {
        running.spawn(sign_up("ana@example.com"));
    }
    let admitted = running.join_all().await;
    let admitted = admitted.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(admitted, 3, "at the same time");
    assert_eq!(
        sign_up(" Ana@Example.com").await,
        Err(Refusal::Address),
        "another spelling"
    );
    assert_eq!(
        sign_up("ANA@example.com").await,
        Err(Refusal::TooManySignUps)
    );
    assert_eq!(sign_up("ben@example.com").await, Ok(()));
    world.pass(Duration::from_hours(1));
    assert_eq!(sign_up("ana@example.com").await, Ok(()));
}

#[tokio::test]
async fn create_and_verify_answer_each_event() {
    let world = World::new().await;
    let created = world
        .creator
        .handle(fixture("create-first.json"))
        .await
        .unwrap();
    let response = &created["response"];
    assert_eq!(
        response["publicChallengeParameters"]
            .as_object()
            .unwrap()
            .len(),
        12
    );
    assert_eq!(
        response["privateChallengeParameters"]
            .as_object()
            .unwrap()
            .len(),
        1
    );
    assert!(
        response["challengeMetadata"]
            .as_str()
            .unwrap()
            .starts_with("v1.SELFIE.UPLOAD.0.")
    );
    for name in ["verify-found.json", "verify-user-not-found.json"] {
        let verified = world.verifier.handle(fixture(name)).await.unwrap();
        assert_eq!(
            verified["response"],
            json!({"answerCorrect": false}),
            "{name}: no such challenge"
        );
    }
    let confirmed = world
        .ticketing
        .handle(fixture("post-confirmation.json"))
        .await
        .unwrap();
    assert_eq!(confirmed["response"], json!({}));
}

#[tokio::test]
async fn events_of_other_triggers_and_shapes_are_refused() {
    let world = World::new().await;
    for event in [
        Value::Null,
        json!([]),
        json!({}),
        json!({"triggerSource": 1}),
        fixture("pre-sign-up.json"),
    ] {
        assert_eq!(
            define::handle(event.clone()),
            Err(Refusal::NotUnderstood),
            "{event}"
        );
        assert_eq!(
            world.creator.handle(event.clone()).await,
            Err(Refusal::NotUnderstood),
            "{event}"
        );
        assert_eq!(
            world.verifier.handle(event.clone()).await,
            Err(Refusal::NotUnderstood),
            "{event}"
        );
    }
    let mut strange = fixture("define-tokens.json");
    strange["request"]["session"][0]["challengeResult"] = json!("true");
    assert_eq!(
        define::handle(strange),
        Err(Refusal::NotUnderstood),
        "a text is no result"
    );
}

#[test]
fn every_fixture_is_a_whole_event() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    let mut seen = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name == "README.md" {
            continue;
        }
        let event = fixture(&name);
        for member in [
            "version",
            "region",
            "userPoolId",
            "userName",
            "callerContext",
            "triggerSource",
            "request",
            "response",
        ] {
            assert!(event.get(member).is_some(), "{name} has no {member}");
        }
        assert!(
            readme.contains(&format!("`{name}`")),
            "{name} is not in the README"
        );
        seen += 1;
    }
    assert_eq!(seen, 12);
}

#[test]
fn a_bad_configuration_is_told_whole() {
    let lookup = |name: &str| match name {
        "SELFIE_SECONDS" => Some("0".to_owned()),
        "PEPPER" => Some("short".to_owned()),
        "DOCUMENTS_BUCKET" => None,
        name => crate::world::setting(name, "http://127.0.0.1:1"),
    };
    let told = |result: Result<(), BadConfiguration>| result.unwrap_err().to_string();
    assert_eq!(
        told(Creator::configure(lookup, Edge::system()).map(|_| ())),
        "bad configuration: DOCUMENTS_BUCKET is not set; PEPPER is not valid; SELFIE_SECONDS is not valid"
    );
    let nothing = told(Verifier::configure(|_| None, Edge::system()).map(|_| ()));
    assert_eq!(nothing.matches("is not set").count(), 22, "{nothing}");
}

#[test]
fn define_links_no_sdk() {
    let holds = |binary: &str, word: &str| {
        let bytes = fs::read(binary).unwrap();
        bytes
            .windows(word.len())
            .any(|window| window == word.as_bytes())
    };
    // What the SDK puts into requests; debug information of crates that were linked away does not hold it.
    let word = "DynamoDB_20120810";
    assert!(
        holds(env!("CARGO_BIN_EXE_verify"), word),
        "the test would notice"
    );
    assert!(!holds(env!("CARGO_BIN_EXE_define"), word), "define");
}
