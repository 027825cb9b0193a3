//! Faults in the middle of calls.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use serde_json::json;

use super::{Backend, BackendFuture, Principal, json_of, verify_function, world};
use crate::AwsService;

/// Never answers.
struct Silent;

impl Backend for Silent {
    fn handle<'a>(&'a self, _: Request<Bytes>, _: &'a Principal) -> BackendFuture<'a> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_caller_that_hangs_up_does_not_escape_its_crash() {
    let world = world();
    let fault = json!({"service": "dynamodb", "operation": "GetItem", "kind": "crash-after"});
    world.gateway.faults().add(&fault).unwrap();
    let credentials = world.gateway.issue(verify_function());
    let request = world.request(&credentials, "GetItem");
    let call = world.gateway.call(AwsService::DynamoDb, request, &Silent);
    let hung_up = tokio::time::timeout(Duration::from_millis(20), call).await;
    assert!(hung_up.is_err());
    assert_eq!(*world.killed.lock().unwrap(), [7]);
}

#[tokio::test]
async fn faults_befall_the_call() {
    for (fault, status, reached, killed) in [
        (json!({"kind": "throttle"}), Some(400), 0, false),
        (json!({"kind": "error500"}), Some(500), 0, false),
        (json!({"kind": "reset"}), None, 1, false),
        (json!({"kind": "reset", "when": "before"}), None, 0, false),
        (json!({"kind": "delay", "delayMs": 20}), Some(200), 1, false),
        (json!({"kind": "crash-before"}), None, 0, true),
        (json!({"kind": "crash-after"}), None, 1, true),
        (
            json!({"kind": "rewrite", "rewrite": {"/Item/n": 2, "/Item/m": true}}),
            Some(200),
            1,
            false,
        ),
        (
            json!({"kind": "rewrite", "rewrite": {"/Nothing/there": 2}}),
            Some(500),
            1,
            false,
        ),
    ] {
        let world = world();
        let credentials = world.gateway.issue(verify_function());
        let mut full = json!({"service": "dynamodb", "operation": "GetItem", "match": "C#1"});
        full.as_object_mut()
            .unwrap()
            .extend(fault.as_object().unwrap().clone());
        world.gateway.faults().add(&full).unwrap();
        let start = tokio::time::Instant::now();
        let answer = world.call(world.request(&credentials, "GetItem")).await;
        assert_eq!(
            answer.as_ref().ok().map(|answer| answer.status().as_u16()),
            status,
            "{fault}"
        );
        assert_eq!(world.reached(), reached, "{fault}");
        assert_eq!(*world.killed.lock().unwrap() == [7], killed, "{fault}");
        assert_eq!(world.last_call()["fault"], fault["kind"], "{fault}");
        assert_eq!(world.last_call()["status"], json!(status), "{fault}");
        if fault["kind"] == "delay" {
            assert!(Duration::from_millis(20) <= start.elapsed(), "{fault}");
        }
        if fault["kind"] == "rewrite" && status == Some(200) {
            assert_eq!(
                json_of(&answer.unwrap()),
                json!({"Item": {"n": 2, "m": true}}),
                "{fault}"
            );
        }
        let next = world
            .call(world.request(&credentials, "GetItem"))
            .await
            .unwrap();
        assert_eq!(
            json_of(&next),
            json!({"Item": {"n": 1}}),
            "{fault}: once only"
        );
        assert_eq!(world.gateway.faults().list()[0]["hits"], 1, "{fault}");
    }
}

#[tokio::test]
async fn a_fault_is_not_told_apart_by_who_may_and_a_denied_call_changes_nothing() {
    let world = world();
    world.gateway.faults().add(&json!({"service": "dynamodb", "operation": "PutItem", "kind": "rewrite", "rewrite": {"/a": 1}})).unwrap();
    let credentials = world.gateway.issue(verify_function());
    let denied = world
        .call(world.request(&credentials, "PutItem"))
        .await
        .unwrap();
    assert_eq!(json_of(&denied)["__type"], "AccessDeniedException");
    assert_eq!(world.reached(), 0);
}
