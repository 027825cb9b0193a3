//! HTTP around the operations.

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use serde_json::json;

use super::stage::{EMAIL, Stage};

fn is_cors(headers: &HeaderMap) -> bool {
    headers["access-control-allow-origin"] == "*"
        && headers["access-control-expose-headers"]
            == "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"
}

#[tokio::test]
async fn errors_say_everything_twice() {
    let stage = Stage::new();
    stage.jane().await;
    stage.script("DefineAuthChallenge", |_| {
        Ok(json!({"failAuthentication": true}))
    });
    let reply = stage.begin(EMAIL).await;
    assert_eq!(reply.status, 400);
    assert_eq!(reply.headers["content-type"], "application/x-amz-json-1.1");
    assert_eq!(reply.headers["x-amzn-errortype"], "NotAuthorizedException:");
    assert_eq!(
        reply.headers["x-amzn-errormessage"],
        "Incorrect username or password."
    );
    assert_eq!(reply.headers["x-amzn-requestid"].len(), 36);
    assert!(is_cors(&reply.headers));
    assert_eq!(
        reply.body,
        json!({"__type": "NotAuthorizedException", "message": "Incorrect username or password."})
    );
}

#[tokio::test]
async fn message_of_a_trigger_fits_the_header() {
    let stage = Stage::new();
    stage.jane().await;
    let message = "zeile eins\r\nx-evil: 1 \u{2713}".to_owned();
    let error = crate::TriggerError::FunctionError { message };
    stage.script("DefineAuthChallenge", move |_| Err(error.clone()));
    let reply = stage.begin(EMAIL).await;
    let header = reply.headers["x-amzn-errormessage"].to_str().unwrap();
    assert_eq!(
        header,
        "DefineAuthChallenge failed with error zeile eins  x-evil: 1  ."
    );
    assert!(!reply.headers.contains_key("x-evil"));
    assert!(reply.body["message"].as_str().unwrap().contains('\u{2713}'));
}

#[tokio::test]
async fn success_is_readable_for_browsers() {
    let stage = Stage::new();
    stage.jane().await;
    let reply = stage.begin(EMAIL).await;
    assert!(is_cors(&reply.headers));
    assert!(
        reply.headers.contains_key("x-amzn-requestid")
            && !reply.headers.contains_key("x-amzn-errortype")
    );
}

#[tokio::test]
async fn preflight_allows_what_is_asked() {
    let stage = Stage::new();
    let request = Request::builder()
        .method(Method::OPTIONS)
        .uri("/")
        .header("origin", "http://127.0.0.1:8080")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "content-type,x-amz-target,x-amz-user-agent",
        )
        .body(Bytes::new())
        .unwrap();
    let reply = stage.send(request).await;
    assert_eq!(reply.status, 200);
    assert!(is_cors(&reply.headers));
    assert_eq!(
        reply.headers["access-control-allow-headers"],
        "content-type,x-amz-target,x-amz-user-agent"
    );
    assert_eq!(reply.headers["access-control-max-age"], "172800");
    assert!(
        reply.headers["access-control-allow-methods"]
            .to_str()
            .unwrap()
            .contains("POST")
    );
}

#[tokio::test]
async fn what_is_not_served_is_named() {
    let stage = Stage::new();
    for operation in [
        "AdminLinkProviderForUser",
        "AdminSetUserMFAPreference",
        "GetUserAuthFactors",
        "SetUserMFAPreference",
        "Nonsense",
    ] {
        let reply = stage.call(operation, json!({})).await;
        let message = format!("{operation} is not supported by the local stack");
        reply.refused("UnknownOperationException", &message);
    }
}

#[tokio::test]
async fn requests_that_are_not_of_the_protocol_are_refused() {
    let stage = Stage::new();
    let target = "AWSCognitoIdentityProviderService.GetUser";
    let json11 = "application/x-amz-json-1.1";
    for (name, target, content_type, body, kind) in [
        ("no JSON", target, json11, "{", "SerializationException"),
        ("no object", target, json11, "[]", "SerializationException"),
        (
            "wrong type",
            target,
            json11,
            r#"{"AccessToken": 1}"#,
            "SerializationException",
        ),
        ("missing", target, json11, "{}", "InvalidParameterException"),
        (
            "with charset",
            target,
            "application/x-amz-json-1.1; charset=utf-8",
            "{}",
            "InvalidParameterException",
        ),
        (
            "other content",
            target,
            "application/json",
            "{}",
            "UnknownOperationException",
        ),
        (
            "other service",
            "DynamoDB_20120810.GetItem",
            json11,
            "{}",
            "UnknownOperationException",
        ),
    ] {
        let request = Request::post("/")
            .header("content-type", content_type)
            .header("x-amz-target", target)
            .body(Bytes::from(body))
            .unwrap();
        assert_eq!(stage.send(request).await.error().0, kind, "{name}");
    }
}
