//! HTTP over hyper, with TLS where an address asks for it: no cookies, no redirects, no retries.

use std::{sync::OnceLock, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;

/// Longest that one answer may take: Cognito's three tries of five seconds, and some air for a busy machine.
const LONGEST: Duration = Duration::from_secs(40);

/// An answer, read whole.
#[derive(Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: StatusCode,
    /// Headers of the answer.
    pub headers: HeaderMap,
    /// Body of the answer.
    pub body: Bytes,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value, empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// The other end hung up, was not there or took too long.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// No connection, or it broke.
    #[error("no connection, or it broke")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Nothing came in time.
    #[error("nothing came within {LONGEST:?}")]
    TooLong,
}

/// A client; make one per test (it belongs to the test's runtime).
#[derive(Clone, Debug)]
pub struct Http(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl Default for Http {
    fn default() -> Self {
        // A server that refuses an upload before its end hangs up afterwards: no connection is used twice.
        Self(
            Client::builder(TokioExecutor::new())
                .pool_max_idle_per_host(0)
                .build(connector()),
        )
    }
}

/// Trusts whom the machine trusts; asked for once, since reading its certificates takes a while.
fn connector() -> HttpsConnector<HttpConnector> {
    static CONNECTOR: OnceLock<HttpsConnector<HttpConnector>> = OnceLock::new();
    let make = || {
        let provider = rustls::crypto::ring::default_provider();
        HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(provider)
            .expect("the machine trusts somebody")
            .https_or_http()
            .enable_http1()
            .build()
    };
    CONNECTOR.get_or_init(make).clone()
}

impl Http {
    /// Sends a request and reads the answer whole.
    pub async fn try_send(&self, request: Request<Bytes>) -> Result<Reply, NoAnswer> {
        let whole = async {
            let answer = self
                .0
                .request(request.map(Full::new))
                .await
                .map_err(|error| NoAnswer::Broken(error.into()))?;
            let (head, body) = answer.into_parts();
            let body = body
                .collect()
                .await
                .map_err(|error| NoAnswer::Broken(error.into()))?
                .to_bytes();
            Ok(Reply {
                status: head.status,
                headers: head.headers,
                body,
            })
        };
        tokio::time::timeout(LONGEST, whole)
            .await
            .unwrap_or(Err(NoAnswer::TooLong))
    }

    /// [`Self::try_send`] where an answer must come, and one that AWS could have given.
    pub async fn send(&self, request: Request<Bytes>) -> Reply {
        let what = format!("{} {}", request.method(), request.uri());
        let reply = self
            .try_send(request)
            .await
            .unwrap_or_else(|error| panic!("{what}: {error:?}"));
        let violation = reply.header("x-local-violation");
        assert_eq!(violation, "", "{what} broke AWS's service model");
        reply
    }

    /// GET.
    pub async fn get(&self, address: &str) -> Reply {
        self.send(
            Request::get(address)
                .body(Bytes::new())
                .expect("a GET of a known address"),
        )
        .await
    }

    /// POST of a JSON body.
    pub async fn post_json(&self, address: &str, body: &Value) -> Reply {
        let request = Request::post(address).header("content-type", "application/json");
        self.send(
            request
                .body(body.to_string().into())
                .expect("a POST to a known address"),
        )
        .await
    }

    /// DELETE.
    pub async fn delete(&self, address: &str) -> Reply {
        self.send(
            Request::delete(address)
                .body(Bytes::new())
                .expect("a DELETE of a known address"),
        )
        .await
    }
}
