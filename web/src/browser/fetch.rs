//! Requests of JSON.

use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, Request, RequestCache, RequestInit, Response};

use crate::browser::{json, window};

/// Longer than Cognito's three tries of a trigger.
const TIMEOUT_MILLIS: u32 = 30_000;

/// What came back.
pub(crate) struct Reply {
    /// Whether the status is a 2xx.
    pub(crate) ok: bool,
    /// The body. Undefined if it was no JSON.
    pub(crate) body: JsValue,
    headers: Headers,
}

impl Reply {
    /// A header that the server lets the page see.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).ok().flatten()
    }
}

/// GET, never from a cache.
pub(crate) async fn get(url: &str) -> Option<Reply> {
    send(url, &RequestInit::new()).await
}

/// POST of JSON with the two headers that AWS's JSON protocol needs.
pub(crate) async fn post(url: &str, target: &str, body: &JsValue) -> Option<Reply> {
    let options = RequestInit::new();
    options.set_method("POST");
    options.set_body(&JsValue::from_str(&json::print(body)));
    let headers = Headers::new().ok()?;
    headers
        .set("content-type", "application/x-amz-json-1.1")
        .ok()?;
    headers.set("x-amz-target", target).ok()?;
    options.set_headers(&headers);
    send(url, &options).await
}

/// `None` if no answer came.
async fn send(url: &str, options: &RequestInit) -> Option<Reply> {
    options.set_cache(RequestCache::NoStore);
    options.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MILLIS)));
    let request = Request::new_with_str_and_init(url, options).ok()?;
    let response: Response = JsFuture::from(window().fetch_with_request(&request))
        .await
        .ok()?
        .dyn_into()
        .ok()?;
    let text = JsFuture::from(response.text().ok()?)
        .await
        .ok()?
        .as_string()?;
    Some(Reply {
        ok: response.ok(),
        body: json::parse(&text).unwrap_or(JsValue::UNDEFINED),
        headers: response.headers(),
    })
}
