//! Both ends of a request, played by a stub.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use face_login_aws::stub::{Answer, Call, Stub};
use serde_json::json;

use super::super::*;

pub(super) const STACK: &str = "arn:aws:cloudformation:us-east-1:123456789012:stack/face-login/1a2b3c4d-0000-1111-2222-333344445555";
pub(super) const AMPLE: Duration = Duration::from_mins(1);

/// Collections by name: whose they are, and how many faces they hold.
pub(super) type World = Arc<Mutex<BTreeMap<String, (String, u64)>>>;

pub(super) fn world(collections: &[(&str, &str, u64)]) -> World {
    let entry = |(name, owner, faces): &(&str, &str, u64)| {
        ((*name).to_owned(), ((*owner).to_owned(), *faces))
    };
    Arc::new(Mutex::new(collections.iter().map(entry).collect()))
}

pub(super) fn names(world: &World) -> Vec<String> {
    world
        .lock()
        .unwrap()
        .keys()
        .map(|name| name.trim_start_matches("p-").to_owned())
        .collect()
}

pub(super) async fn rekognition(world: &World) -> Stub {
    let world = Arc::clone(world);
    Stub::start(move |call| Some(answer(&mut world.lock().unwrap(), call))).await
}

pub(super) fn answer(world: &mut BTreeMap<String, (String, u64)>, call: &Call) -> Answer {
    let asked = call.json();
    let name = asked["CollectionId"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let known = world.get(&name).cloned();
    match (call.operation.as_str(), known) {
        ("PUT", _) => Answer::status(200),
        ("CreateCollection", Some(_)) => Answer::error(400, "ResourceAlreadyExistsException"),
        ("CreateCollection", None) => {
            let owner = asked["Tags"][apply::OWNER_TAG].as_str().unwrap_or_default();
            world.insert(name, (owner.to_owned(), 0));
            Answer::json(
                &json!({"StatusCode": 200, "CollectionArn": "arn", "FaceModelVersion": "7.0"}),
            )
        }
        ("DescribeCollection", Some((_, faces))) => Answer::json(
            &json!({"FaceCount": faces, "CollectionARN": name, "FaceModelVersion": "7.0"}),
        ),
        ("DeleteCollection", Some(_)) => {
            world.remove(&name);
            Answer::json(&json!({"StatusCode": 200}))
        }
        ("ListTagsForResource", _) => {
            let (owner, _) = &world[asked["ResourceArn"].as_str().unwrap()];
            Answer::json(
                &json!({"Tags": if owner.is_empty() { json!({}) } else { json!({apply::OWNER_TAG: owner}) }}),
            )
        }
        _ => Answer::error(400, "ResourceNotFoundException"),
    }
}

pub(super) fn properties(generation: u32, shards: u32) -> Value {
    json!({"ServiceToken": "arn", "ServiceTimeout": "60", "Prefix": "p", "Generation": generation.to_string(), "Shards": shards.to_string(), "StackId": STACK})
}

/// As CloudFormation sends it.
pub(super) fn event(kind: &str, wanted: &Value, old: Option<Value>, stub: &Stub) -> Value {
    let mut event = json!({
        "RequestType": kind, "ServiceToken": "arn", "ResponseURL": format!("{}/answer?X-Amz-Signature=secret", stub.url()), "StackId": STACK,
        "RequestId": "5f1c0f0e-0000-1111-2222-333344445555", "ResourceType": "Custom::FaceCollections", "LogicalResourceId": "Collections",
        "ResourceProperties": wanted,
    });
    if kind != "Create" {
        event["PhysicalResourceId"] = json!("given-once");
    }
    if let Some(old) = old {
        event["OldResourceProperties"] = old;
    }
    event
}

/// A function whose Rekognition is the stub.
pub(super) fn function(stub: &Stub) -> Collections {
    Collections {
        services: Ok(Services::new(&stub.connection(), "challenges".to_owned())),
        http: Http::default(),
    }
}

/// The one answer that CloudFormation got.
pub(super) fn answered(stub: &Stub) -> Value {
    let puts: Vec<Call> = stub
        .calls()
        .into_iter()
        .filter(|call| call.operation == "PUT")
        .collect();
    assert_eq!(puts.len(), 1, "exactly one answer");
    assert_eq!(
        (puts[0].path.as_str(), puts[0].header("content-type")),
        ("/answer?X-Amz-Signature=secret", Some(""))
    );
    puts[0].json()
}

/// Status and reason of the answer to a request in a world.
pub(super) async fn ruled(
    world: &World,
    kind: &str,
    wanted: Value,
    old: Option<Value>,
) -> (String, String) {
    let stub = rekognition(world).await;
    function(&stub)
        .handle(event(kind, &wanted, old, &stub), AMPLE)
        .await
        .unwrap();
    let answer = answered(&stub);
    (
        answer["Status"].as_str().unwrap().to_owned(),
        answer["Reason"].as_str().unwrap().to_owned(),
    )
}
