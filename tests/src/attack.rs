//! What attacks have in common: somebody who is enrolled, and the ways in which an attempt to become them may end.

use std::time::Duration;

use aws_sdk_cognitoidentityprovider as sdk;
use serde_json::{Value, json};

use crate::{
    admin::{self, Admin, Row},
    challenge::{Round, Step},
    cognito::{Answer, Refusal},
    faces::Person,
    launch::Launch,
    local::Call,
    ready::Ready,
    stack::Stack,
    visitor::{Account, Visitor},
    wait,
};

/// Somebody enrolled, in a stack of the test's own.
pub async fn victim(launch: &Launch, person: Person) -> (Stack, Visitor, Account) {
    let (stack, visitor) = Visitor::with(launch).await;
    let account = visitor.enrolled(person).await;
    (stack, visitor, account)
}

/// Settings under which nothing but what a test is about runs out.
pub fn patient() -> Launch {
    Launch::default()
        .set("ChallengeLimit", "1000")
        .set("LockoutFailures", "10")
        .set("LockoutOffFailures", "100")
}

/// An attack must not end with tokens.
#[track_caller]
pub fn assert_no_tokens(case: &str, answer: &Answer<Step>) {
    assert!(
        !matches!(answer, Ok(Step::Tokens(_))),
        "{case}: tokens for an attacker"
    );
}

/// The answer must be a refusal of one of these kinds.
#[track_caller]
pub fn assert_refused<T>(case: &str, answer: Answer<T>, kinds: &[&str]) -> Refusal {
    let Err(refusal) = answer else {
        panic!("{case}: not refused");
    };
    assert!(
        kinds.contains(&refusal.kind.as_str()),
        "{case}: {refusal:?}"
    );
    refusal
}

/// The round that follows an answer which did not pass.
#[track_caller]
pub fn refused(case: &str, answer: Answer<Step>) -> Round {
    match answer {
        Ok(Step::Round(round)) => round,
        Ok(Step::Tokens(_)) => panic!("{case}: tokens for an attacker"),
        Err(refusal) => panic!("{case}: {refusal:?}"),
    }
}

/// The reason that another selfie round gives. No attack may lead to anything but that.
#[track_caller]
pub fn reason(case: &str, answer: Answer<Step>) -> String {
    let round = refused(case, answer);
    assert_eq!(round.challenge(), "SELFIE", "{case}: {}", round.summary());
    round.reason().to_owned()
}

/// The owner's client of the pool.
pub fn operator(ready: &Ready) -> sdk::Client {
    let config = admin::sdk_config(ready);
    sdk::Client::new(&config.to_builder().endpoint_url(&ready.cognito).build())
}

/// Waits for calls that match, since there were `before`.
pub async fn until_called(visitor: &Visitor, before: usize, is_it: impl Fn(&Call) -> bool) {
    wait::until("the call arrives", Duration::from_secs(30), async || {
        let calls = visitor.local.calls_since(before).await;
        calls.iter().any(&is_it).then_some(())
    })
    .await;
}

/// A fault that rewrites the next answers to searches of `caller`.
pub fn rewritten_search(caller: &str, times: u32, rewrite: &Value) -> Value {
    json!({"service": "rekognition", "operation": "SearchFacesByImage", "caller": caller,
        "kind": "rewrite", "times": times, "rewrite": rewrite})
}

/// A face of `sub` as a search tells it, for [`rewritten_search`].
pub fn found(row: &Row, sub: &str, similarity: f64) -> Value {
    let label = format!(
        "{sub}:{}",
        row["sk"].split('#').nth(1).expect("an enrolment")
    );
    let bounds = json!({"Width": 0.3, "Height": 0.4, "Left": 0.3, "Top": 0.3});
    json!({"Similarity": similarity, "Face": {"FaceId": row["faceId"], "ExternalImageId": label,
        "BoundingBox": bounds, "Confidence": 99.9}})
}

/// The rows of a user's faces, by the status of their enrolments.
pub async fn faces_of(visitor: &Visitor, sub: &str, status: &str) -> Vec<Row> {
    let rows = Admin::new(&visitor.ready).rows_of(sub).await;
    let enrolments: Vec<String> = rows
        .iter()
        .filter(|row| row.get("status").is_some_and(|found| found == status))
        .map(|row| row["sk"].replace("ENR#", "FACE#"))
        .collect();
    let of = |row: &&Row| {
        enrolments
            .iter()
            .any(|enrolment| row["sk"].starts_with(enrolment))
    };
    rows.iter().filter(of).cloned().collect()
}

/// A passed selfie with a wish; the round that follows it. A busy machine is asked again.
pub async fn wished(visitor: &Visitor, name: &str, person: Person, intent: &str) -> Round {
    let mut round = visitor.begin_sign_in(name).await;
    loop {
        let uploaded = visitor.upload(&round, &person.selfie()).await;
        assert!(uploaded.status.is_success(), "{}", uploaded.text());
        let id = round.challenge_id().to_owned();
        let answer = visitor
            .cognito
            .answer_with(&round, &id, visitor.wish(intent));
        round = refused(intent, answer.await);
        if round.reason() != "BUSY" {
            return round;
        }
    }
}

/// A round that asks for a selfie. What a dead run holds of the attempts (a busy machine kills some) is waited for.
pub async fn open(visitor: &Visitor, name: &str) -> Round {
    for _ in 0..30 {
        let started = visitor.cognito.start(name).await;
        let round = started.expect("anybody may start").round();
        if round.state() == "UPLOAD" {
            return round;
        }
        wait::pause(Duration::from_secs(1)).await;
    }
    panic!("{name} stays locked");
}

/// Shows a stranger's face until there are this many failures, of all names together. A busy machine needs more tries than that.
pub async fn fail_until(visitor: &Visitor, name: &str, failures: u64) {
    let admin = Admin::new(&visitor.ready);
    while admin.failures().await < failures {
        let round = open(visitor, name).await;
        let shown = visitor.show(round, &Person::Bea.selfie()).await;
        assert_no_tokens("a stranger", &shown);
    }
}
