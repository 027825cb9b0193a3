//! A stand-in for AWS in tests: answers each HTTP request by a closure and remembers what was asked. Compiled for tests
//! only (feature `stub`). It checks no signatures and no permissions: the local stack does.

use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::http::Connection;
use crate::settings::Settings;

/// One request.
#[derive(Clone, Debug)]
pub struct Call {
    /// `DetectFaces`, `TransactWriteItems` …, or the HTTP method where no header names an operation.
    pub operation: String,
    /// Path and query.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Whole.
    pub body: Vec<u8>,
}

impl Call {
    /// The header's value, if there is one.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null if it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// What the stub says.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Answer {
    /// A status without a body.
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// 200 with JSON, as Rekognition and `DynamoDB` answer.
    pub fn json(body: &serde_json::Value) -> Self {
        Self::status(200)
            .body(body.to_string().into_bytes())
            .header("content-type", "application/x-amz-json-1.1")
    }

    /// An error as Rekognition and `DynamoDB` answer it.
    pub fn error(status: u16, code: &str) -> Self {
        let body = serde_json::json!({"__type": code, "message": "as recorded"});
        Self {
            status,
            ..Self::json(&body)
        }
        .header("x-amzn-errortype", code)
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// With this body.
    #[must_use]
    pub fn body(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }
}

/// A listening stub; stops when dropped.
pub struct Stub {
    url: String,
    calls: Arc<Mutex<Vec<Call>>>,
    server: JoinHandle<()>,
}

impl Stub {
    /// Listens on a free port of 127.0.0.1. `None` from the closure breaks the connection off without an answer.
    ///
    /// # Panics
    /// If the machine has no free port.
    pub async fn start(answer: impl Fn(&Call) -> Option<Answer> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("a bound address"));
        let calls = Arc::new(Mutex::new(Vec::new()));
        let server = tokio::spawn(serve(listener, Arc::new(answer), Arc::clone(&calls)));
        Self { url, calls, server }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Everything that was asked so far.
    pub fn calls(&self) -> Vec<Call> {
        self.calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The operations that were asked for so far.
    pub fn operations(&self) -> Vec<String> {
        self.calls()
            .into_iter()
            .map(|call| call.operation)
            .collect()
    }

    /// A connection whose S3, `DynamoDB` and Rekognition are all this stub.
    ///
    /// # Panics
    /// Never: the settings are complete.
    pub fn connection(&self) -> Connection {
        let mut settings = Settings::new(|name| match name {
            "AWS_REGION" => Some("us-east-1".to_owned()),
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" | "AWS_SESSION_TOKEN" => {
                Some("stub".to_owned())
            }
            name if name.starts_with("AWS_ENDPOINT_URL_") => Some(self.url.clone()),
            _ => None,
        });
        Connection::read(&mut settings).expect("complete settings")
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.server.abort();
    }
}

type Closure = Arc<dyn Fn(&Call) -> Option<Answer> + Send + Sync>;

async fn serve(listener: TcpListener, answer: Closure, calls: Arc<Mutex<Vec<Call>>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (answer, calls) = (Arc::clone(&answer), Arc::clone(&calls));
        let service =
            service_fn(move |request| one(request, Arc::clone(&answer), Arc::clone(&calls)));
        tokio::spawn(
            hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service),
        );
    }
}

async fn one(
    request: hyper::Request<Incoming>,
    answer: Closure,
    calls: Arc<Mutex<Vec<Call>>>,
) -> Result<hyper::Response<Full<Bytes>>, Box<dyn std::error::Error + Send + Sync>> {
    let (head, body) = request.into_parts();
    let text =
        |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers: Vec<_> = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), text(value)))
        .collect();
    let target = head.headers.get("x-amz-target").map(text);
    let call = Call {
        operation: target.map_or_else(
            || head.method.to_string(),
            |target| target.rsplit('.').next().unwrap_or_default().to_owned(),
        ),
        path: head
            .uri
            .path_and_query()
            .map(ToString::to_string)
            .unwrap_or_default(),
        headers,
        body: body.collect().await?.to_bytes().to_vec(),
    };
    let answered = answer(&call);
    calls
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(call);
    let answered = answered.ok_or("the connection breaks off")?;
    let mut response = hyper::Response::builder().status(answered.status);
    for (name, value) in answered.headers {
        response = response.header(name, value);
    }
    Ok(response.body(Full::new(Bytes::from(answered.body)))?)
}
