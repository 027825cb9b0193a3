//! AWS JSON 1.1 over HTTP, with the CORS headers that browsers need on every answer.

mod members;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use serde_json::{Value, json};

pub(crate) use self::members::{Limits, Members, StringMap};
use crate::refusal::Refusal;

const TARGET_PREFIX: &str = "AWSCognitoIdentityProviderService.";
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// Reads the operation's name and its members.
pub(crate) fn read(request: &Request<Bytes>) -> Result<(String, Members), Refusal> {
    let header = |name: &str| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let Some(operation) = header("x-amz-target").strip_prefix(TARGET_PREFIX) else {
        return Err(Refusal::UnsupportedOperation(
            "a request without the target of an operation".to_owned(),
        ));
    };
    let content_type = header("content-type")
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    if !content_type.eq_ignore_ascii_case(CONTENT_TYPE) {
        return Err(Refusal::UnsupportedOperation(
            "a content type other than application/x-amz-json-1.1".to_owned(),
        ));
    }
    match serde_json::from_slice(request.body()) {
        Ok(Value::Object(members)) => Ok((operation.to_owned(), Members::new(members))),
        _ => Err(Refusal::Serialization("The body is not a JSON object")),
    }
}

/// The answer to an operation.
pub(crate) fn answer(outcome: Result<Value, Refusal>, request_id: &str) -> Response<Bytes> {
    let (status, body, error) = match outcome {
        Ok(body) => (StatusCode::OK, body, None),
        Err(refusal) => {
            let (kind, message) = (refusal.error_type(), refusal.to_string());
            (
                refusal.status(),
                json!({"__type": kind, "message": message}),
                Some((kind, message)),
            )
        }
    };
    let mut response = with_body(status, CONTENT_TYPE, &body);
    let headers = response.headers_mut();
    headers.insert("x-amzn-requestid", header_value(request_id));
    if let Some((kind, message)) = error {
        headers.insert("x-amzn-errortype", header_value(&format!("{kind}:")));
        headers.insert("x-amzn-errormessage", header_value(&message));
    }
    response
}

/// A public document such as the key set.
pub(crate) fn document(body: &Value) -> Response<Bytes> {
    with_body(StatusCode::OK, "application/json", body)
}

/// Nothing is there.
pub(crate) fn not_found() -> Response<Bytes> {
    with_body(
        StatusCode::NOT_FOUND,
        "application/json",
        &json!({"message": "Not found"}),
    )
}

/// The answer to a browser's question whether it may send the request.
pub(crate) fn preflight(headers: &HeaderMap) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    allow_origins(response.headers_mut());
    let answer = response.headers_mut();
    answer.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, POST, OPTIONS"),
    );
    answer.insert(
        header::ACCESS_CONTROL_MAX_AGE,
        HeaderValue::from_static("172800"),
    );
    if let Some(asked) = headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        answer.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
    }
    response
}

/// Whether a request is for a document rather than an operation.
pub(crate) fn asks_for_document(request: &Request<Bytes>) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
}

fn with_body(status: StatusCode, content_type: &'static str, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    allow_origins(response.headers_mut());
    response
}

fn allow_origins(headers: &mut HeaderMap) {
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"),
    );
}

/// A header can't hold what a message of a trigger may: everything but visible ASCII becomes a blank.
fn header_value(text: &str) -> HeaderValue {
    let clean: String = text
        .chars()
        .map(|c| if c.is_ascii_graphic() { c } else { ' ' })
        .collect();
    HeaderValue::from_str(clean.trim()).unwrap_or(HeaderValue::from_static(""))
}
