//! The Lambda Runtime API (version 2018-06-01) for one process, on a loopback port of its own.
//!
//! Source: "Using the Lambda runtime API for custom runtimes" in the Lambda developer guide.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
    task::JoinSet,
};

use crate::Clock;

/// Largest synchronous answer on AWS.
const LARGEST_ANSWER: usize = 6 * 1024 * 1024;
const PREFIX: &str = "/2018-06-01/runtime/";

/// An invocation on its way to a process.
pub(crate) struct Job {
    pub(crate) request_id: String,
    pub(crate) payload: Bytes,
    /// Told when the process has taken it: from then on the function's timeout runs.
    pub(crate) taken: oneshot::Sender<()>,
    pub(crate) answer: oneshot::Sender<Answer>,
}

/// What the process hands in.
#[derive(Debug)]
pub(crate) enum Answer {
    Response(Bytes),
    Error(Diagnostic),
}

/// An error as runtimes report it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Diagnostic {
    pub(crate) error_type: String,
    pub(crate) error_message: String,
}

/// The server's side of one process.
pub(crate) struct RuntimeApi {
    arn: String,
    timeout: Duration,
    clock: Clock,
    jobs: tokio::sync::Mutex<mpsc::UnboundedReceiver<Job>>,
    running: Mutex<Option<(String, oneshot::Sender<Answer>)>>,
    init_error: Mutex<Option<Diagnostic>>,
}

impl RuntimeApi {
    pub(crate) fn new(
        arn: String,
        timeout: Duration,
        clock: Clock,
        jobs: mpsc::UnboundedReceiver<Job>,
    ) -> Self {
        Self {
            arn,
            timeout,
            clock,
            jobs: jobs.into(),
            running: Mutex::default(),
            init_error: Mutex::default(),
        }
    }

    /// What the process said about its failed start.
    pub(crate) fn init_error(&self) -> Option<Diagnostic> {
        locked(&self.init_error).clone()
    }

    /// Serves until dropped; all connections end with it.
    pub(crate) async fn serve(self: Arc<Self>, listener: TcpListener) {
        let mut connections = JoinSet::new();
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                tokio::task::yield_now().await;
                continue;
            };
            let api = Arc::clone(&self);
            let service = service_fn(move |request| {
                let api = Arc::clone(&api);
                async move { Ok::<_, Infallible>(api.answer(request).await) }
            });
            connections
                .spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            while connections.try_join_next().is_some() {}
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let path = request.uri().path().to_owned();
        let steps: Vec<&str> = path
            .strip_prefix(PREFIX)
            .unwrap_or_default()
            .split('/')
            .collect();
        match (request.method(), steps.as_slice()) {
            (&Method::GET, ["invocation", "next"]) => self.next().await,
            (&Method::POST, ["invocation", id, "response"]) => {
                self.hand_in(id, response(request).await)
            }
            (&Method::POST, ["invocation", id, "error"]) => {
                self.hand_in(id, Answer::Error(diagnostic(request).await))
            }
            (&Method::POST, ["init", "error"]) => {
                *locked(&self.init_error) = Some(diagnostic(request).await);
                accepted()
            }
            _ => refused(StatusCode::NOT_FOUND, "InvalidPath"),
        }
    }

    /// Waits for an invocation. If the process hangs up meanwhile, this is dropped and the invocation stays.
    async fn next(&self) -> Response<Full<Bytes>> {
        let Some(job) = self.jobs.lock().await.recv().await else {
            return refused(StatusCode::GONE, "Shutdown");
        };
        let now = (self.clock)();
        let deadline = (now + self.timeout)
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_millis();
        let trace = trace_id(
            &job.request_id,
            now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs(),
        );
        let response = Response::builder()
            .header("content-type", "application/json")
            .header("lambda-runtime-aws-request-id", &job.request_id)
            .header("lambda-runtime-deadline-ms", deadline.to_string())
            .header("lambda-runtime-invoked-function-arn", &self.arn)
            .header("lambda-runtime-trace-id", trace)
            .body(Full::new(job.payload));
        *locked(&self.running) = Some((job.request_id, job.answer));
        // Nobody waits any more where the invocation was given up: the process's work then goes nowhere.
        let _ = job.taken.send(());
        response
            .unwrap_or_else(|_| refused(StatusCode::INTERNAL_SERVER_ERROR, "InvalidFunctionArn"))
    }

    fn hand_in(&self, request_id: &str, answer: Answer) -> Response<Full<Bytes>> {
        let mut running = locked(&self.running);
        match running.take() {
            Some((expected, waiting)) if expected == request_id => {
                let _ = waiting.send(answer);
                accepted()
            }
            other => {
                *running = other;
                refused(StatusCode::BAD_REQUEST, "InvalidRequestID")
            }
        }
    }
}

/// `Root=1-<seconds>-<96 bits>;Parent=<64 bits>;Sampled=0`, the bits taken from the request id.
fn trace_id(request_id: &str, seconds: u64) -> String {
    let hex: String = request_id.chars().filter(char::is_ascii_hexdigit).collect();
    let (root, parent) = (
        hex.get(..24).unwrap_or_default(),
        hex.get(16..32).unwrap_or_default(),
    );
    format!("Root=1-{seconds:08x}-{root};Parent={parent};Sampled=0")
}

async fn response(request: Request<Incoming>) -> Answer {
    match Limited::new(request.into_body(), LARGEST_ANSWER)
        .collect()
        .await
    {
        Ok(body) => Answer::Response(body.to_bytes()),
        Err(_) => Answer::Error(Diagnostic {
            error_type: "Function.ResponseSizeTooLarge".to_owned(),
            error_message: format!(
                "Response payload size exceeded maximum allowed payload size ({LARGEST_ANSWER} bytes)."
            ),
        }),
    }
}

/// The body's words; where it has none, the type that the header gives.
async fn diagnostic(request: Request<Incoming>) -> Diagnostic {
    let header = request
        .headers()
        .get("lambda-runtime-function-error-type")
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or("Unknown")
        .to_owned();
    let body = Limited::new(request.into_body(), LARGEST_ANSWER)
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    let mut diagnostic: Diagnostic = serde_json::from_slice(&body).unwrap_or_default();
    if diagnostic.error_type.is_empty() {
        diagnostic.error_type = header;
    }
    diagnostic
}

fn accepted() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(r#"{"status":"OK"}"#));
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}

fn refused(status: StatusCode, error_type: &str) -> Response<Full<Bytes>> {
    let body = serde_json::json!({"errorType": error_type, "errorMessage": error_type}).to_string();
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    response
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
