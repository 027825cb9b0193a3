//! Amazon Rekognition's face operations on this machine: JSON 1.1 in, JSON 1.1 out, nets of `face-login-face-engine`.
//!
//! What the service refuses is refused here, with its error types and texts. What it has but this doesn't (an operation,
//! a parameter) is refused by name, never ignored. What the engine can't know is reported with confidence 50.
//! Requests are taken as authenticated and authorised: that is the gateway's work.

mod analyses;
mod analysis;
mod detail;
mod error;
mod input;
mod operations;
mod photo;
mod quality_filter;
mod store;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use bytes::Bytes;
use face_login_face_engine::Engine;
use http::{Method, Request, Response, StatusCode};

use analyses::Analyses;
use error::ServiceError;
pub use store::OpenError;
use store::Store;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// Version of the vectors in the collections, as the operations report it.
pub const FACE_MODEL_VERSION: &str = "7.0-local";

/// What the service needs to know of its surroundings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Region in the ARNs.
    pub region: String,
    /// Account in the ARNs.
    pub account_id: String,
    /// How many pictures are worked on at a time; one keeps a core busy.
    pub max_concurrent: usize,
    /// How many more may wait; past that requests get `ProvisionedThroughputExceededException`.
    pub max_waiting: usize,
}

/// The service with its collections.
pub struct Rekognition {
    settings: Settings,
    store: Arc<Store>,
    analyses: Analyses,
    clock: Clock,
    answered: AtomicU64,
}

impl Rekognition {
    /// Opens the collections kept in `dir`, which is created if it isn't there.
    ///
    /// # Errors
    /// When the folder or the database in it can't be used, or was written by a newer version.
    pub fn open(
        dir: &Path,
        settings: Settings,
        engine: Arc<Engine>,
        clock: Clock,
    ) -> Result<Self, OpenError> {
        let store = Arc::new(Store::open(dir)?);
        let analyses = Analyses::new(
            engine,
            settings.max_concurrent,
            settings.max_waiting,
            Arc::clone(&clock),
        );
        Ok(Self {
            settings,
            store,
            analyses,
            clock,
            answered: AtomicU64::new(0),
        })
    }

    /// Answers one request; never fails, errors are answers too.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let request_id = self.request_id();
        match self.answer(&request).await {
            Ok(body) => respond(StatusCode::OK, &request_id, &body, None),
            Err(error) => {
                tracing::info!(error.code = error.code(), "rekognition refused a request");
                respond(
                    error.status(),
                    &request_id,
                    &error.body(&request_id),
                    Some(error.code()),
                )
            }
        }
    }

    async fn answer(&self, request: &Request<Bytes>) -> Result<serde_json::Value, ServiceError> {
        let target = request
            .headers()
            .get("x-amz-target")
            .and_then(|value| value.to_str().ok());
        let operation = target.and_then(|target| target.strip_prefix("RekognitionService."));
        match operation {
            Some(operation) if request.method() == Method::POST => {
                self.perform(operation, request.body()).await
            }
            _ => Err(ServiceError::UnknownOperation {
                operation: target.unwrap_or_default().to_owned(),
            }),
        }
    }

    /// Shaped like a UUID; distinct as long as the clock doesn't stand still over a restart.
    fn request_id(&self) -> String {
        let count = self.answered.fetch_add(1, Ordering::Relaxed);
        let now = (self.clock)()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default()
            .as_nanos();
        photo::uuid_of(
            &[b"request", &count.to_be_bytes(), &now.to_be_bytes()],
            photo::UuidVersion::Random,
        )
    }
}

fn respond(
    status: StatusCode,
    request_id: &str,
    body: &serde_json::Value,
    error: Option<&str>,
) -> Response<Bytes> {
    let mut response = Response::builder()
        .status(status)
        .header(http::header::CONTENT_TYPE, "application/x-amz-json-1.1")
        .header("x-amzn-requestid", request_id);
    if let Some(code) = error {
        response = response.header("x-amzn-errortype", code);
    }
    response
        .body(Bytes::from(body.to_string()))
        .expect("all headers are made of plain ASCII")
}
