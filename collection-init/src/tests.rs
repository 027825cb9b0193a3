//! Whole requests: CloudFormation's event in, Rekognition's and CloudFormation's ends both played by a stub.

use std::sync::Mutex;

use face_login_aws::stub::{Answer, Stub};
use serde_json::json;

use super::*;
use crate::reply::FOR_THE_ANSWER;

use world::*;

#[path = "tests/world.rs"]
mod world;

#[tokio::test]
async fn the_answer_names_the_request_and_keeps_the_physical_id() {
    for (kind, physical) in [
        ("Create", "face-collections"),
        ("Update", "given-once"),
        ("Delete", "given-once"),
    ] {
        let stub = rekognition(&world(&[])).await;
        function(&stub)
            .handle(event(kind, &properties(1, 1), None, &stub), AMPLE)
            .await
            .unwrap();
        let data = if kind == "Delete" {
            json!({})
        } else {
            json!({"Prefix": "p"})
        };
        let want = json!({
            "Status": "SUCCESS", "Reason": "", "PhysicalResourceId": physical, "StackId": STACK,
            "RequestId": "5f1c0f0e-0000-1111-2222-333344445555", "LogicalResourceId": "Collections", "Data": data,
        });
        assert_eq!(answered(&stub), want, "{kind}");
    }
}

#[tokio::test]
async fn collections_follow_the_stack() {
    let world = world(&[]);
    for (kind, wanted, old, want) in [
        (
            "Create",
            properties(1, 2),
            None,
            &["g1-s0", "g1-s1"] as &[_],
        ),
        ("Create", properties(1, 2), None, &["g1-s0", "g1-s1"]),
        (
            "Update",
            properties(1, 3),
            Some(properties(1, 2)),
            &["g1-s0", "g1-s1", "g1-s2"],
        ),
        (
            "Update",
            properties(2, 1),
            Some(properties(1, 3)),
            &["g1-s0", "g1-s1", "g1-s2", "g2-s0"],
        ),
        ("Delete", properties(2, 1), None, &[]),
        ("Delete", properties(2, 1), None, &[]),
    ] {
        assert_eq!(
            ruled(&world, kind, wanted, old).await.0,
            "SUCCESS",
            "{kind} for {want:?}"
        );
        assert_eq!(names(&world), want, "{kind}");
    }
}

#[tokio::test]
async fn faces_never_lose_their_place() {
    for (name, collections, wanted, old, want) in [
        (
            "a full shard",
            &[("p-g1-s1", STACK, 7)],
            properties(1, 1),
            properties(1, 2),
            "p-g1-s1 holds 7 faces",
        ),
        (
            "a full generation",
            &[("p-g2-s0", STACK, 1)],
            properties(1, 1),
            properties(2, 1),
            "p-g2-s0 holds 1 faces",
        ),
    ] {
        let world = world(collections);
        let (status, reason) = ruled(&world, "Update", wanted, Some(old)).await;
        assert_eq!(status, "FAILED", "{name}");
        assert!(reason.contains(want), "{name}: {reason}");
        assert_eq!(
            names(&world).len(),
            1,
            "{name}: nothing was made or removed"
        );
    }
}

#[tokio::test]
async fn an_update_that_grew_can_be_rolled_back() {
    let world = world(&[("p-g1-s0", STACK, 3), ("p-g1-s1", STACK, 0)]);
    assert_eq!(
        ruled(&world, "Update", properties(1, 1), Some(properties(1, 2)))
            .await
            .0,
        "SUCCESS"
    );
    assert_eq!(
        names(&world),
        ["g1-s0", "g1-s1"],
        "left as it is: a face may be on its way"
    );
    assert_eq!(
        ruled(&world, "Delete", properties(1, 1), None).await.0,
        "SUCCESS"
    );
    assert_eq!(names(&world), ["g1-s0"], "three people's faces are in it");
    let mut erase = properties(1, 1);
    erase["WhenDeleted"] = json!("ERASE");
    assert_eq!(ruled(&world, "Delete", erase, None).await.0, "SUCCESS");
    assert_eq!(names(&world), Vec::<String>::new());
}

#[tokio::test]
async fn foreign_collections_are_neither_used_nor_removed() {
    for owner in [
        "",
        "arn:aws:cloudformation:us-east-1:123456789012:stack/other/1",
    ] {
        let world = world(&[("p-g1-s1", owner, 0)]);
        let (status, reason) = ruled(&world, "Create", properties(1, 2), None).await;
        assert_eq!(status, "FAILED");
        assert!(
            reason.contains("p-g1-s1 exists and is not tagged as this stack's"),
            "{reason}"
        );
        assert_eq!(
            ruled(&world, "Delete", properties(1, 2), None).await.0,
            "SUCCESS",
            "the rollback of that creation"
        );
        assert_eq!(names(&world), ["g1-s1"]);
    }
}

#[tokio::test]
async fn bad_properties_are_told_and_can_be_deleted() {
    let bad = json!({"ServiceToken": "arn", "Prefix": "p", "Generation": "1", "Shards": "0"});
    let world = world(&[("p-g1-s0", STACK, 1)]);
    for kind in ["Create", "Update", "Anything"] {
        assert_eq!(
            ruled(&world, kind, bad.clone(), None).await.0,
            "FAILED",
            "{kind}"
        );
    }
    assert_eq!(ruled(&world, "Delete", bad, None).await.0, "SUCCESS");
    assert_eq!(names(&world), ["g1-s0"]);
}

#[tokio::test]
async fn every_other_failure_is_answered_too() {
    let denied = Stub::start(|call| {
        Some(if call.operation == "PUT" {
            Answer::status(200)
        } else {
            Answer::error(400, "AccessDeniedException")
        })
    })
    .await;
    function(&denied)
        .handle(event("Create", &properties(1, 1), None, &denied), AMPLE)
        .await
        .unwrap();
    let reason = answered(&denied)["Reason"].to_string();
    assert!(
        reason.contains("p-g1-s0") && reason.contains("Denied"),
        "{reason}"
    );

    let late = rekognition(&world(&[])).await;
    function(&late)
        .handle(
            event("Create", &properties(1, 1), None, &late),
            FOR_THE_ANSWER,
        )
        .await
        .unwrap();
    assert_eq!(answered(&late)["Status"], "FAILED", "out of time");
    assert_eq!(late.operations(), ["PUT"], "nothing begun");

    // Refused connections are tried again for longer than is left.
    let silent = Stub::start(|call| (call.operation == "PUT").then(|| Answer::status(200))).await;
    let left = FOR_THE_ANSWER + Duration::from_millis(50);
    function(&silent)
        .handle(event("Create", &properties(1, 1), None, &silent), left)
        .await
        .unwrap();
    let reason = answered(&silent)["Reason"].to_string();
    assert!(reason.contains("not done in time"), "{reason}");

    let unconfigured = rekognition(&world(&[])).await;
    let collections = Collections::connect(|_| None);
    collections
        .handle(
            event("Create", &properties(1, 1), None, &unconfigured),
            AMPLE,
        )
        .await
        .unwrap();
    let reason = answered(&unconfigured)["Reason"].to_string();
    assert!(
        reason.contains("AWS_REGION is not set; AWS_ACCESS_KEY_ID is not set"),
        "{reason}"
    );
}

#[tokio::test]
async fn the_answer_is_tried_again_and_its_loss_is_an_error() {
    for (failures, want) in [(1, true), (2, true), (3, false)] {
        let left = Mutex::new(failures);
        let stub =
            Stub::start(
                move |call| match (call.operation.as_str(), &mut *left.lock().unwrap()) {
                    ("PUT", 0) => Some(Answer::status(200)),
                    ("PUT", failures) => {
                        *failures -= 1;
                        Some(Answer::status(503))
                    }
                    _ => Some(Answer::error(400, "ResourceNotFoundException")),
                },
            )
            .await;
        let handled = function(&stub)
            .handle(event("Delete", &properties(1, 1), None, &stub), AMPLE)
            .await;
        assert_eq!(handled.is_ok(), want, "{failures} failures");
        if let Err(error) = handled {
            assert!(
                !format!("{error:?}").contains("secret"),
                "the presigned URL stays out of the log"
            );
        }
    }
    let function = Collections {
        services: Err(Settings::new(|_| None).finish()),
        http: Http::default(),
    };
    assert!(matches!(
        function.handle(json!({}), AMPLE).await,
        Err(Unanswered::NoRequest)
    ));
}

/// An app client of the template, noted and struck out again.
#[tokio::test]
async fn the_app_client_is_noted_with_the_stack() {
    let noted = |kind: &'static str, new: &'static str, old: Option<&'static str>| async move {
        let stub = Stub::start(|call| {
            Some(match call.operation.as_str() {
                "PUT" => Answer::status(200),
                _ => Answer::json(&json!({})),
            })
        })
        .await;
        let properties = |client: &str| json!({"ServiceToken": "arn", "ClientId": client});
        let mut event = event(kind, &properties(new), old.map(properties), &stub);
        event["ResourceType"] = json!("Custom::TokenClient");
        function(&stub).handle(event, AMPLE).await.unwrap();
        let status = answered(&stub)["Status"].as_str().unwrap().to_owned();
        let writes = stub.calls().into_iter().filter_map(|call| {
            let asked = (call.operation != "PUT").then(|| call.json())?;
            let key = if call.operation == "PutItem" {
                "Item"
            } else {
                "Key"
            };
            Some(format!(
                "{} {}",
                call.operation,
                asked[key]["pk"]["S"].as_str().unwrap()
            ))
        });
        (status, writes.collect::<Vec<_>>())
    };
    for (kind, new, old, want) in [
        ("Create", "a1", None, vec!["PutItem CLIENT#a1"]),
        (
            "Update",
            "b2",
            Some("a1"),
            vec!["PutItem CLIENT#b2", "DeleteItem CLIENT#a1"],
        ),
        ("Delete", "b2", None, vec!["DeleteItem CLIENT#b2"]),
    ] {
        let (status, writes) = noted(kind, new, old).await;
        assert_eq!(
            (status.as_str(), writes),
            ("SUCCESS", want.iter().map(ToString::to_string).collect()),
            "{kind}"
        );
    }
    assert_eq!(
        noted("Create", "", None).await,
        ("FAILED".to_owned(), Vec::new())
    );
}
