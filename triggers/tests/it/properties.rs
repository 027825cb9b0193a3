//! Whatever an event holds: no trigger panics, and Define gives tokens only for a history that proves a face.

use face_login_domain::metadata::Metadata;
use face_login_triggers::{define, event::Event};
use proptest::{prelude::*, sample::select, test_runner::Config};
use serde_json::{Value, json};

fn config() -> Config {
    Config {
        failure_persistence: None,
        ..Config::with_cases(4096)
    }
}

/// Any JSON, a few levels deep.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((".{0,8}", inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// One past round: ordinary, or bent in one of the ways that the wire allows.
fn round() -> impl Strategy<Value = Value> {
    let foreign = [
        "SRP_A",
        "PASSWORD_VERIFIER",
        "NEW_PASSWORD_REQUIRED",
        "custom_challenge",
        "",
    ];
    let names = prop_oneof![4 => Just("CUSTOM_CHALLENGE"), 1 => select(foreign.to_vec())];
    let kinds = prop_oneof![2 => Just("SELFIE"), 1 => Just("ENROL"), 1 => Just("CLAIM")];
    let others = ["PENDING", "CONSENT", "LOCKED", "HELD", "WITHDRAWN"];
    let states = prop_oneof![2 => Just("UPLOAD"), 1 => select(others.to_vec())];
    let ours = (kinds, states, 0..4_u8).prop_map(|(kind, state, wrong)| {
        format!("v1.{kind}.{state}.{wrong}.AQEBAQEBAQEBAQEBAQEBAQ")
    });
    let metadata = prop_oneof![
        6 => ours.prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<String>().prop_map(Value::from),
    ];
    let result = prop_oneof![4 => any::<bool>().prop_map(Value::from), 1 => Just(Value::Null)];
    let whole = (names, result, metadata).prop_map(|(name, result, metadata)| {
        json!({"challengeName": name, "challengeResult": result, "challengeMetadata": metadata})
    });
    prop_oneof![9 => whole, 1 => Just(Value::Null), 1 => anything()]
}

/// Some rounds, with or without a password before them.
fn session() -> impl Strategy<Value = Vec<Value>> {
    let proven = |name: &str| json!({"challengeName": name, "challengeResult": true, "challengeMetadata": null});
    let start = select(vec![
        vec![],
        vec![proven("SRP_A")],
        vec![proven("SRP_A"), proven("PASSWORD_VERIFIER")],
    ]);
    let rounds = prop::collection::vec(round(), 0..5);
    (start, rounds).prop_map(|(start, rounds)| [start, rounds].concat())
}

fn define_event(session: &[Value], intent: &Value, unknown: &Value) -> Value {
    json!({
        "triggerSource": "DefineAuthChallenge_Authentication", "userName": "ana",
        "request": {"session": session, "clientMetadata": {"intent": intent}, "userNotFound": unknown},
        "response": {},
    })
}

/// A round in which Verify said yes to a selfie.
fn proves(round: &Value) -> bool {
    let metadata = round["challengeMetadata"]
        .as_str()
        .and_then(Metadata::parse);
    round["challengeName"] == "CUSTOM_CHALLENGE"
        && round["challengeResult"] == true
        && metadata.is_some_and(|read| read.to_string().starts_with("v1.SELFIE.UPLOAD."))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_event_makes_a_trigger_panic(event in anything(), request in anything()) {
        let _ = define::handle(event.clone());
        prop_assert!(Event::of_any_source(&event).is_err() || event.get("request").is_some());
        for member in ["session", "userAttributes", "clientMetadata", "userNotFound", "challengeAnswer", "privateChallengeParameters"] {
            let event = json!({"triggerSource": "DefineAuthChallenge_Authentication", "request": {member: request}});
            if let Ok(read) = Event::of_any_source(&event) {
                let _ = (read.history(), read.last_metadata(), read.password(), read.user_facts().confirmed(), read.intent(), read.client());
            }
            let _ = define::handle(event);
        }
    }

    #[test]
    fn tokens_need_a_proven_face_in_any_history(
        session in session(),
        intent in prop_oneof![3 => Just(Value::Null), 1 => select(vec!["UPDATE_PHOTO", "KEEP_PHOTO", "REPLACE_FACE", "WITHDRAW", "?"]).prop_map(Value::from)],
        unknown in select(vec![Value::Null, json!(false), json!(true)]),
    ) {
        let Ok(answer) = define::handle(define_event(&session, &intent, &unknown)) else { return Ok(()); };
        let response = &answer["response"];
        if response["issueTokens"] == true {
            prop_assert!(session.iter().any(proves), "{:?}", session);
            prop_assert!(unknown != json!(true), "nobody whom Cognito does not know");
            prop_assert_eq!(&response["failAuthentication"], &json!(false));
        }
        let decided = [&response["issueTokens"], &response["failAuthentication"]];
        prop_assert!(decided.iter().all(|word| word.is_boolean()));
    }
}
