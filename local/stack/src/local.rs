//! The page's listener: the site, and the stack's own paths under `/_local`.

use std::sync::Arc;

use bytes::Bytes;
use face_login_local_gateway::{Clock, Gateway};
use http::{Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::functions::{Functions, Scheduled};
use crate::inbox::{self, Inbox};
use crate::metrics::Metrics;
use crate::net::{json, read_body, text, with_type};
use crate::queue::Queues;
use crate::schedule::Schedule;
use crate::site::Site;
use crate::watch::Watch;

/// Faults and the like are small.
const MAX_BODY: usize = 1 << 20;

/// Everything on the page's listener.
pub(crate) struct Local {
    pub(crate) site: Site,
    pub(crate) inbox: Arc<Inbox>,
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) metrics: Metrics,
    pub(crate) queues: Arc<Queues>,
    /// Names, for `/_local/queues`.
    pub(crate) queue_names: Vec<String>,
    pub(crate) clock: Clock,
    pub(crate) watch: Option<Arc<Watch>>,
    pub(crate) functions: Arc<Functions>,
    pub(crate) schedules: Vec<Schedule>,
}

impl Local {
    pub(crate) async fn handle(&self, request: Request<Incoming>) -> Response<Bytes> {
        let path = request.uri().path().to_owned();
        let is_own = path == "/_local" || path.starts_with("/_local/");
        if is_own && request.method() != Method::GET && is_from_another_site(&request) {
            return text(StatusCode::FORBIDDEN, "Other web sites may not do that.");
        }
        match (request.method(), path.as_str()) {
            (&Method::GET, "/_local/inbox") => self.mails(&request, Form::Json),
            (&Method::GET, "/_local/inbox/") => self.mails(&request, Form::Page),
            (&Method::GET, "/_local/faults") => json(StatusCode::OK, &self.gateway.faults().list()),
            (&Method::POST, "/_local/faults") => self.add_faults(request).await,
            (&Method::DELETE, "/_local/faults") => {
                self.gateway.faults().clear();
                json(StatusCode::OK, &json!([]))
            }
            (&Method::GET, "/_local/calls") => {
                let after = query(&request, "after")
                    .and_then(|after| after.parse().ok())
                    .unwrap_or(0);
                json(StatusCode::OK, &self.gateway.calls().list(after))
            }
            (&Method::DELETE, "/_local/calls") => {
                self.gateway.calls().clear();
                json(StatusCode::OK, &json!([]))
            }
            (&Method::GET, "/_local/metrics" | "/_local/metrics/") => {
                let wants_text =
                    request.uri().path() == "/_local/metrics" && prefers_text(&request);
                self.figures(if wants_text { Form::Text } else { Form::Page })
            }
            (&Method::GET, "/_local/metrics/prometheus") => self.figures(Form::Text),
            (&Method::GET, "/_local/queues") => self.depths(),
            (&Method::GET, "/_local/violations") => self.violations(),
            (&Method::POST, path) if path.starts_with("/_local/schedules/") => {
                self.call_now(path.trim_start_matches("/_local/schedules/"))
                    .await
            }
            _ if is_own => text(
                StatusCode::NOT_FOUND,
                "Here are: inbox, inbox/, faults, calls, metrics/, metrics/prometheus, queues, violations, schedules/RULE (POST).",
            ),
            (&Method::GET | &Method::HEAD, path) => self.site.get(path).await,
            _ => text(StatusCode::METHOD_NOT_ALLOWED, "The page is read with GET."),
        }
    }

    fn mails(&self, request: &Request<Incoming>, form: Form) -> Response<Bytes> {
        match (self.inbox.list(query(request, "to").as_deref()), form) {
            (Ok(mails), Form::Json | Form::Text) => json(StatusCode::OK, &Value::Array(mails)),
            (Ok(mails), Form::Page) => with_type(
                StatusCode::OK,
                "text/html; charset=utf-8",
                inbox::page(&mails).into(),
            ),
            (Err(error), _) => failed(&error),
        }
    }

    fn figures(&self, form: Form) -> Response<Bytes> {
        let (written, kind) = match form {
            Form::Text => (
                self.metrics.prometheus(),
                "text/plain; version=0.0.4; charset=utf-8",
            ),
            Form::Page | Form::Json => (
                self.metrics.page((self.clock)()),
                "text/html; charset=utf-8",
            ),
        };
        match written {
            Ok(text) => with_type(StatusCode::OK, kind, text.into()),
            Err(error) => failed(&error),
        }
    }

    async fn add_faults(&self, request: Request<Incoming>) -> Response<Bytes> {
        let request = match read_body(request, MAX_BODY).await {
            Ok(request) => request,
            Err(refusal) => return refusal,
        };
        let refuse = |problem: String| json(StatusCode::BAD_REQUEST, &json!({"problem": problem}));
        match serde_json::from_slice(request.body()) {
            Ok(faults) => match self.gateway.faults().add(&faults) {
                Ok(list) => json(StatusCode::OK, &list),
                Err(error) => refuse(error.to_string()),
            },
            Err(error) => refuse(error.to_string()),
        }
    }

    /// Calls what a rule calls, without waiting for its time.
    async fn call_now(&self, rule: &str) -> Response<Bytes> {
        let Some(schedule) = self.schedules.iter().find(|known| known.logical_id == rule) else {
            return text(
                StatusCode::NOT_FOUND,
                "The template has no such rule, by its logical id.",
            );
        };
        match schedule.call(&self.functions, (self.clock)()).await {
            Scheduled::Answered(answer) => json(StatusCode::OK, &answer),
            Scheduled::Failed => text(
                StatusCode::BAD_GATEWAY,
                "The function failed; its log says how.",
            ),
            Scheduled::Denied => text(
                StatusCode::FORBIDDEN,
                "No AWS::Lambda::Permission lets the rule call the function.",
            ),
        }
    }

    fn violations(&self) -> Response<Bytes> {
        match &self.watch {
            Some(watch) => json(StatusCode::OK, &watch.list()),
            None => text(
                StatusCode::NOT_FOUND,
                "Nothing is held against the service models: start with --models.",
            ),
        }
    }

    fn depths(&self) -> Response<Bytes> {
        let now = (self.clock)();
        let depth = |name: &String| {
            Ok((
                name.clone(),
                self.queues
                    .depth(name, now)
                    .map(|(visible, hidden)| json!({"visible": visible, "hidden": hidden}))?,
            ))
        };
        match self
            .queue_names
            .iter()
            .map(depth)
            .collect::<Result<serde_json::Map<_, _>, crate::queue::QueueError>>()
        {
            Ok(depths) => json(StatusCode::OK, &Value::Object(depths)),
            Err(error) => failed(&error),
        }
    }
}

#[derive(Clone, Copy)]
enum Form {
    Json,
    Page,
    Text,
}

fn failed(error: &dyn std::error::Error) -> Response<Bytes> {
    tracing::error!(error = %error, "one of the stack's own pages failed");
    text(
        StatusCode::INTERNAL_SERVER_ERROR,
        "That failed; the stack's output says why.",
    )
}

/// Programs send no Origin; a browser does, and then it has to be the page's own.
fn is_from_another_site(request: &Request<Incoming>) -> bool {
    let header = |name: header::HeaderName| {
        request
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap_or_default().to_owned())
    };
    let own = header(header::HOST).map(|host| format!("http://{host}"));
    header(header::ORIGIN).is_some_and(|origin| Some(origin) != own)
}

/// Prometheus asks for text, a browser for a page.
fn prefers_text(request: &Request<Incoming>) -> bool {
    let accepted = request.headers().get(header::ACCEPT);
    let accepted = accepted
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    !accepted.contains("text/html") && accepted.contains("text/plain")
}

/// A parameter of the query. `+` stands for itself: it is common in mail addresses.
fn query(request: &Request<Incoming>, name: &str) -> Option<String> {
    let pairs = request
        .uri()
        .query()?
        .split('&')
        .filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.into_iter().find(|(key, _)| *key == name)?;
    Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
}
