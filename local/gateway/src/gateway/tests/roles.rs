//! Who gets through, and with what right.

use std::sync::{Arc, Mutex, atomic::Ordering};

use http::StatusCode;
use serde_json::json;

use super::{TABLE, json_of, verify_function, world};
use crate::{Asked, Credentials, Grant};

#[tokio::test]
async fn a_function_may_do_what_its_role_allows_and_no_more() {
    let world = world();
    let credentials = world.gateway.issue(verify_function());
    let allowed = world
        .call(world.request(&credentials, "GetItem"))
        .await
        .unwrap();
    assert_eq!((allowed.status(), world.reached()), (StatusCode::OK, 1));
    let call = world.last_call();
    let want = json!({"seq": 1, "at": "2026-01-01T12:00:00Z", "caller": "Verify", "service": "dynamodb", "operation": "GetItem", "resource": TABLE,
        "verdict": "allowed", "fault": null, "status": 200});
    assert_eq!(call, want);

    let denied = world
        .call(world.request(&credentials, "PutItem"))
        .await
        .unwrap();
    assert_eq!(
        (denied.status(), world.reached()),
        (StatusCode::BAD_REQUEST, 1)
    );
    assert_eq!(
        denied.headers()["x-amzn-errortype"],
        "AccessDeniedException"
    );
    let message = format!(
        "User: arn:aws:sts::123456789012:assumed-role/Verify/Verify is not authorized to perform: dynamodb:PutItem on resource: {TABLE} \
         because no identity-based policy allows the dynamodb:PutItem action"
    );
    assert_eq!(
        json_of(&denied),
        json!({"__type": "AccessDeniedException", "message": message})
    );
    assert_eq!(
        world.last_call()["verdict"],
        format!("denied:dynamodb:PutItem on {TABLE}")
    );
    assert_eq!(world.last_call()["status"], 400);
}

#[tokio::test]
async fn nothing_passes_without_a_good_key() {
    let world = world();
    let credentials = world.gateway.issue(verify_function());
    let stranger = Credentials {
        access_key_id: "ASIAOTHER".to_owned(),
        ..credentials.clone()
    };
    let forged = Credentials {
        secret_access_key: "other".to_owned(),
        ..credentials.clone()
    };
    let tokenless = Credentials {
        session_token: None,
        ..credentials.clone()
    };
    let mut unsigned = world.request(&credentials, "GetItem");
    unsigned.headers_mut().remove("authorization");
    let expired = world.request(&credentials, "GetItem");
    for (name, request, error) in [
        ("unsigned", unsigned, "MissingAuthenticationTokenException"),
        (
            "an unknown key",
            world.request(&stranger, "GetItem"),
            "UnrecognizedClientException",
        ),
        (
            "another secret",
            world.request(&forged, "GetItem"),
            "InvalidSignatureException",
        ),
        (
            "no token",
            world.request(&tokenless, "GetItem"),
            "UnrecognizedClientException",
        ),
    ] {
        let refused = world.call(request).await.unwrap();
        assert_eq!(
            (refused.status(), json_of(&refused)["__type"].as_str()),
            (StatusCode::BAD_REQUEST, Some(error)),
            "{name}"
        );
        assert_eq!(
            world.last_call()["verdict"],
            format!("unauthenticated:{error}"),
            "{name}"
        );
        assert_eq!(world.last_call()["caller"], "anonymous", "{name}");
    }
    world.now.fetch_add(3600, Ordering::SeqCst);
    let late = world
        .call(world.request(&credentials, "GetItem"))
        .await
        .unwrap();
    assert_eq!(json_of(&late)["__type"], "ExpiredTokenException");
    assert_eq!(
        json_of(&world.call(expired).await.unwrap())["__type"],
        "ExpiredTokenException"
    );
    let fresh = world.gateway.issue(verify_function());
    world.gateway.revoke(&fresh.access_key_id);
    let revoked = world.call(world.request(&fresh, "GetItem")).await.unwrap();
    assert_eq!(json_of(&revoked)["__type"], "UnrecognizedClientException");
    assert_eq!(world.reached(), 0);
}

#[tokio::test]
async fn unknown_operations_are_refused_even_to_the_administrator() {
    let world = world();
    let admin = Credentials {
        access_key_id: "AKIAADMIN".to_owned(),
        secret_access_key: "secret".to_owned(),
        session_token: None,
    };
    let refused = world
        .call(world.request(&admin, "ExecuteStatement"))
        .await
        .unwrap();
    assert_eq!(json_of(&refused)["__type"], "UnknownOperationException");
    assert_eq!(
        world.last_call()["verdict"],
        "refused:UnknownOperationException"
    );
    assert_eq!(world.last_call()["operation"], "ExecuteStatement");
    assert!(
        world
            .call(world.request(&admin, "DeleteTable"))
            .await
            .unwrap()
            .status()
            .is_success()
    );
    assert_eq!(world.reached(), 1);
}

/// What the golden list of actions is made from.
#[tokio::test]
async fn an_onlooker_hears_what_each_role_was_asked_for() {
    let world = world();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&heard);
    world.gateway.watch(Arc::new(move |function, asked| {
        kept.lock()
            .unwrap()
            .push((function.to_owned(), asked.clone()));
    }));
    let credentials = world.gateway.issue(verify_function());
    for operation in ["GetItem", "PutItem"] {
        world
            .call(world.request(&credentials, operation))
            .await
            .unwrap();
    }
    let allowed = Grant {
        action: "dynamodb:GetItem".to_owned(),
        resource: TABLE.to_owned(),
    };
    let denied = Asked::Denied {
        action: "dynamodb:PutItem".to_owned(),
        resource: TABLE.to_owned(),
    };
    assert_eq!(
        *heard.lock().unwrap(),
        [
            ("Verify".to_owned(), Asked::Allowed(allowed)),
            ("Verify".to_owned(), denied)
        ]
    );
}
