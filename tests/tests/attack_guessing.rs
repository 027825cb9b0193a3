//! Guessing faces: many at once, across restarts, around a success, and with the judge knocked over.

use std::time::Duration;

use face_login_acceptance::{
    admin::Admin,
    attack::{assert_no_tokens, fail_until, open, patient, victim},
    challenge::{Round, Step},
    faces::Person,
    launch::Launch,
    stack::Signal,
    visitor::Visitor,
};
use serde_json::{Value, json};

/// Five failures lock for an hour; nothing else runs out.
fn strict() -> Launch {
    patient()
        .set("LockoutFailures", "5")
        .set("LockoutFirstSeconds", "3600")
        .set("LockoutLongestSeconds", "7200")
}

async fn begun(visitor: &Visitor, name: &str) -> Round {
    visitor
        .cognito
        .start(name)
        .await
        .expect("anybody may start")
        .round()
}

/// Two hundred answers to fifty sessions, all at the same time: five of them are judged, and no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_parallel_guesses_stay_within_the_limit() {
    let (_stack, visitor, account) = victim(&strict(), Person::Ada).await;
    let mut rounds = Vec::new();
    for _ in 0..50 {
        let round = visitor.begin_sign_in(&account.email).await;
        let uploaded = visitor.upload(&round, &Person::Bea.selfie()).await;
        assert!(uploaded.status.is_success());
        rounds.push(round);
    }
    let guesses: Vec<_> = (0..200)
        .map(|guess| {
            let (visitor, round) = (visitor.clone(), rounds[guess % rounds.len()].clone());
            tokio::spawn(async move { visitor.cognito.answer(&round, round.challenge_id()).await })
        })
        .collect();
    let mut judged = 0;
    for guess in guesses {
        let answered = guess.await.expect("an answer");
        assert_no_tokens("a guess", &answered);
        if matches!(&answered, Ok(Step::Round(round)) if round.reason() == "NOT_RECOGNISED") {
            judged += 1;
        }
    }
    assert!(judged <= 5, "{judged} guesses were judged, the limit is 5");
    let failures = Admin::new(&visitor.ready).failures().await;
    assert!(failures <= 5, "{failures} failures, the limit is 5");
    fail_until(&visitor, &account.email, 5).await;
    let locked = begun(&visitor, &account.email).await;
    assert_eq!(locked.state(), "LOCKED", "{}", locked.summary());
    assert_eq!(Admin::new(&visitor.ready).failures().await, 5);
}

/// A lock is a row, not a memory: `kill -9` opens nothing and starts no pause anew.
#[tokio::test]
async fn a_lockout_survives_restarts() {
    let (mut stack, visitor, account) = victim(&strict(), Person::Cora).await;
    fail_until(&visitor, &account.email, 5).await;
    let mut left = begun(&visitor, &account.email).await.retry_after();
    for signal in [Signal::Kill, Signal::Terminate] {
        stack.restart(signal);
        let visitor = Visitor::of(stack.ready()).await;
        let locked = begun(&visitor, &account.email).await;
        assert_eq!(locked.state(), "LOCKED", "{signal:?}: {}", locked.summary());
        let now = locked.retry_after();
        assert!(
            Duration::ZERO < now && now <= left,
            "{signal:?}: {now:?} after {left:?}"
        );
        left = now;
    }
}

/// The owner's success leaves the failures of others where they were, so that nobody can tell from the next pause whether
/// there was one: it comes as for a name that nobody has.
#[tokio::test]
async fn a_success_between_failures_is_not_seen() {
    let (_stack, visitor, account) = victim(&strict(), Person::Dora).await;
    fail_until(&visitor, &account.email, 4).await;
    visitor
        .sign_in(&account.email, &Person::Dora.selfie())
        .await;
    let failures = Admin::new(&visitor.ready).failures().await;
    assert_eq!(failures, 4, "the success took none of them away");
    fail_until(&visitor, &account.email, 5).await;
    let known = begun(&visitor, &account.email).await;
    let unknown = "nobody-0123456789@example.com";
    fail_until(&visitor, unknown, 10).await;
    let unknown = begun(&visitor, unknown).await;
    for locked in [&known, &unknown] {
        assert_eq!(locked.state(), "LOCKED", "{}", locked.summary());
        let minutes = locked.retry_after().as_secs() / 60;
        assert!((45..=60).contains(&minutes), "{minutes} minutes");
    }
}

fn once(operation: &str, kind: &str, times: u32) -> Value {
    json!({"service": "rekognition", "operation": operation, "caller": "VerifyFunction", "kind": kind, "times": times})
}

/// One attempt is left, and what a dead run holds of it is free again with its lease. Knocking the judge over neither uses it up nor brings another.
#[tokio::test]
async fn outages_and_crashes_neither_cost_nor_bring_attempts() {
    let (_stack, visitor, account) =
        victim(&strict().set("LockoutFailures", "2"), Person::Ada).await;
    let admin = Admin::new(&visitor.ready);
    fail_until(&visitor, &account.email, 1).await;
    for (operation, kind, times) in [
        ("SearchFacesByImage", "error500", 20),
        ("DetectFaces", "throttle", 20),
        ("SearchFacesByImage", "reset", 20),
        ("SearchFacesByImage", "crash-before", 1),
        ("SearchFacesByImage", "crash-after", 1),
    ] {
        visitor.local.fault(once(operation, kind, times)).await;
        let case = format!("{kind} of {operation}");
        let round = open(&visitor, &account.email).await;
        assert_no_tokens(
            &case,
            &visitor.show_once(&round, &Person::Bea.selfie()).await,
        );
        visitor.local.clear_faults().await;
        assert_eq!(admin.failures().await, 1, "{case}");
    }
    fail_until(&visitor, &account.email, 2).await;
    assert_eq!(begun(&visitor, &account.email).await.state(), "LOCKED");
}
