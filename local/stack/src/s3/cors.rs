//! CORS as S3 does it: a preflight is judged by the bucket's rules; other requests run whatever their origin, and only lack the headers.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};

use super::bucket::{Bucket, CorsRule};
use super::failure::Failure;
use crate::resource_policy::wildcard;

const VARY: &str = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";
const NOT_ALLOWED: &str = "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";

/// Answer to OPTIONS.
pub(crate) fn preflight(bucket: Option<&Bucket>, headers: &HeaderMap) -> Response<Bytes> {
    match allowed(bucket, headers) {
        Ok(response) => response,
        Err(failure) => failure.response(),
    }
}

fn allowed(bucket: Option<&Bucket>, headers: &HeaderMap) -> Result<Response<Bytes>, Failure> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bad = |message: &str| Failure::new(StatusCode::BAD_REQUEST, "BadRequest", message);
    let origin = header("origin")
        .ok_or_else(|| bad("Insufficient information. Origin request header needed."))?;
    let method = header("access-control-request-method")
        .ok_or_else(|| bad("Invalid Access-Control-Request-Method: null"))?;
    let forbidden = |message: &str| {
        Failure::new(StatusCode::FORBIDDEN, "AccessForbidden", message)
            .with("Method", method)
            .with("ResourceType", "BUCKET")
    };
    let Some(bucket) = bucket.filter(|bucket| !bucket.cors.is_empty()) else {
        return Err(forbidden(
            "CORSResponse: CORS is not enabled for this bucket.",
        ));
    };
    let wanted: Vec<String> = header("access-control-request-headers")
        .unwrap_or_default()
        .split(',')
        .map(|name| name.trim().to_lowercase())
        .filter(|name| !name.is_empty())
        .collect();
    let rule = bucket
        .cors
        .iter()
        .find(|rule| matches(rule, origin, method) && allows_headers(rule, &wanted));
    let rule = rule.ok_or_else(|| forbidden(NOT_ALLOWED))?;
    let mut response = Response::new(Bytes::new());
    apply(rule, origin, response.headers_mut());
    if !wanted.is_empty() {
        set(
            response.headers_mut(),
            "access-control-allow-headers",
            &wanted.join(", "),
        );
    }
    Ok(response)
}

/// Headers of an answer to a request that names an origin.
pub(crate) fn decorate(bucket: &Bucket, origin: &str, method: &Method, headers: &mut HeaderMap) {
    if let Some(rule) = bucket
        .cors
        .iter()
        .find(|rule| matches(rule, origin, method.as_str()))
    {
        apply(rule, origin, headers);
    }
}

fn matches(rule: &CorsRule, origin: &str, method: &str) -> bool {
    rule.methods.iter().any(|allowed| allowed == method)
        && rule.origins.iter().any(|allowed| wildcard(allowed, origin))
}

fn allows_headers(rule: &CorsRule, wanted: &[String]) -> bool {
    wanted.iter().all(|name| {
        rule.headers
            .iter()
            .any(|allowed| wildcard(&allowed.to_lowercase(), name))
    })
}

fn apply(rule: &CorsRule, origin: &str, headers: &mut HeaderMap) {
    if rule.origins.iter().any(|allowed| allowed == "*") {
        set(headers, "access-control-allow-origin", "*");
    } else {
        set(headers, "access-control-allow-origin", origin);
        set(headers, "access-control-allow-credentials", "true");
    }
    set(
        headers,
        "access-control-allow-methods",
        &rule.methods.join(", "),
    );
    if !rule.exposed.is_empty() {
        set(
            headers,
            "access-control-expose-headers",
            &rule.exposed.join(", "),
        );
    }
    if let Some(seconds) = rule.max_age {
        set(headers, "access-control-max-age", &seconds.to_string());
    }
    set(headers, "vary", VARY);
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
