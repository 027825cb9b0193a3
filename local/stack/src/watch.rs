//! With `--models`: every exchange that passes is held against AWS's own service models, and what breaks them is kept.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use face_login_local_gateway::{AwsService, ConnectionReset};
use face_login_local_models::{Answer, Exchange, Models};
use http::{HeaderMap, HeaderValue, Request, Response, header};
use serde_json::Value;

/// The file in the folder of the violations that outlives the process; a line each.
const FILE: &str = "list.txt";

/// Names the violation on the answer that has it, for whoever can see it there. AWS sends no such header.
const HEADER: &str = "x-local-violation";

/// Holds exchanges against the models and keeps every violation once.
pub(crate) struct Watch {
    models: Models,
    file: PathBuf,
    found: Mutex<BTreeSet<String>>,
}

impl Watch {
    /// `folder` keeps the violations; those of earlier runs with it count on.
    pub(crate) fn new(models: Models, folder: &Path) -> io::Result<Self> {
        let file = folder.join(FILE);
        let known = match std::fs::read_to_string(&file) {
            Ok(text) => text.lines().map(str::to_owned).collect(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeSet::new(),
            Err(error) => return Err(error),
        };
        Ok(Self {
            models,
            file,
            found: Mutex::new(known),
        })
    }

    /// All violations so far, for `/_local/violations`.
    pub(crate) fn list(&self) -> Value {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found
            .iter()
            .map(|line| Value::String(line.clone()))
            .collect()
    }

    /// Notes what of a request the answer will be judged with; `None` where no model speaks of it.
    pub(crate) fn asked(&self, service: AwsService, request: &Request<Bytes>) -> Option<Asked> {
        let prefix = self
            .models
            .service(service.name())?
            .metadata
            .target_prefix
            .as_deref()?;
        let target = text(request.headers(), "x-amz-target");
        let operation = target.strip_prefix(prefix)?.strip_prefix('.')?.to_owned();
        Some(Asked {
            service,
            operation,
            body: request.body().clone(),
        })
    }

    /// Judges the answer; one that breaks the model says so in a header. Judging a picture takes a while: not where faults and
    /// deadlines wait for their turn.
    pub(crate) async fn answered(
        self: Arc<Self>,
        asked: Option<Asked>,
        answer: Result<Response<Bytes>, ConnectionReset>,
    ) -> Result<Response<Bytes>, ConnectionReset> {
        let response = answer?;
        let Some(asked) = asked else {
            return Ok(response);
        };
        let judged = tokio::task::spawn_blocking(move || self.judged(&asked, response));
        judged.await.map_err(|_| ConnectionReset)
    }

    fn judged(&self, asked: &Asked, mut response: Response<Bytes>) -> Response<Bytes> {
        let answer = Answer {
            status: response.status().as_u16(),
            content_type: text(response.headers(), header::CONTENT_TYPE.as_str()),
            request_id: text(response.headers(), "x-amzn-requestid"),
            error_type: text(response.headers(), "x-amzn-errortype"),
            body: response.body(),
        };
        let breaches = self.models.judge(&Exchange {
            service: asked.service.name(),
            operation: &asked.operation,
            request: &asked.body,
            answer,
        });
        let lines: Vec<String> = breaches.iter().map(ToString::to_string).collect();
        self.keep(&lines);
        let first = lines
            .first()
            .and_then(|line| HeaderValue::from_str(line).ok());
        if let Some(first) = first {
            response.headers_mut().insert(HEADER, first);
        }
        response
    }

    fn keep(&self, lines: &[String]) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        for line in lines {
            if found.insert(line.clone()) {
                tracing::error!("breaks the service model: {line}");
                if let Err(error) = append(&self.file, line) {
                    tracing::error!(error = %error, "a violation could not be written down");
                }
            }
        }
    }
}

/// What of a request is needed when its answer comes.
pub(crate) struct Asked {
    service: AwsService,
    operation: String,
    body: Bytes,
}

fn append(file: &Path, line: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(file)?;
    writeln!(file, "{line}")
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
