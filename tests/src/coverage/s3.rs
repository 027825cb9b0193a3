//! S3, where an operation is a method, an address and a query.

use std::collections::BTreeMap;

use bytes::Bytes;
use face_login_local_models::{Member, Model, Models, Operation as Described};
use http::Method;
use serde_json::Value;

use super::{MADE_UP, Members, Operation, Refusal, Service};
use crate::{clock, http::Http, ready::Ready, sigv4::S3Request};

/// Has a host of its own on AWS, where nothing but it is served.
const ELSEWHERE: &str = "WriteGetObjectResponse";

pub(super) async fn probe(ready: &Ready, http: &Http, models: &Models) -> Service {
    let model = models.service("s3").expect("all models are read");
    let asker = Asker { ready, http, model };
    let mut operations = BTreeMap::new();
    for (name, operation) in &model.operations {
        if name != ELSEWHERE {
            operations.insert(name.clone(), asker.operation(operation).await);
        }
    }
    Service {
        name: "s3",
        operations,
    }
}

struct Asker<'a> {
    ready: &'a Ready,
    http: &'a Http,
    model: &'a Model,
}

impl Asker<'_> {
    async fn operation(&self, operation: &Described) -> Operation {
        let smallest = self.smallest(operation);
        if let Some(refusal) = self.ask(&smallest).await
            && refusal.status == 501
        {
            return Operation::Refused(refusal);
        }
        let mut members = Members::default();
        for (name, member) in self.model.inputs(operation) {
            let mut request = smallest.clone();
            let refused = match self.place(&mut request, member) {
                // The answer to HEAD has no body that could name it.
                Some(sent) => self.ask(&request).await.is_some_and(|refusal| {
                    refusal.is_of_member(&sent)
                        || (refusal.status == 501 && request.method == Method::HEAD)
                }),
                None => false,
            };
            let list = if refused {
                &mut members.refused
            } else {
                &mut members.supported
            };
            list.push(name.to_owned());
        }
        let mut request = smallest;
        request.headers.push((
            format!("x-amz-{}", MADE_UP.to_lowercase()),
            "sample".to_owned(),
        ));
        members.made_up = self.ask(&request).await;
        Operation::Served(members)
    }

    /// Method, address, query and required headers.
    fn smallest(&self, operation: &Described) -> S3Request {
        let (path, query) = operation
            .http
            .request_uri
            .split_once('?')
            .unwrap_or((&operation.http.request_uri, ""));
        let path = path
            .replace("{Bucket}", self.ready.physical("SelfiesBucket"))
            .replace("{Key+}", "coverage");
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let mut request = S3Request {
            method: Method::from_bytes(operation.http.method.as_bytes()).expect("a method"),
            path,
            query: pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            headers: Vec::new(),
            body: Bytes::new(),
        };
        let members = self.model.inputs(operation);
        let required = operation
            .input
            .as_ref()
            .and_then(|input| self.model.shape(&input.shape))
            .map(|shape| shape.required.clone())
            .unwrap_or_default();
        for name in required {
            self.place(&mut request, members[name.as_str()]);
        }
        request
    }

    /// Puts a sample of the member where it belongs, unless it is there already; gives the name under which it travels, and
    /// `None` for what is in the address or the body.
    fn place(&self, request: &mut S3Request, member: &Member) -> Option<String> {
        let value = match self.model.sample(&member.shape) {
            Value::String(text) => text,
            Value::Object(_) => "sample".to_owned(),
            other => other.to_string(),
        };
        let name = member.location_name.clone().unwrap_or_default();
        let (list, name, value) = match member.location.as_deref()? {
            "header" => (
                &mut request.headers,
                name.to_lowercase(),
                header_value(&name, value),
            ),
            "headers" => (&mut request.headers, format!("{name}sample"), value),
            "querystring" => (&mut request.query, name, value),
            _ => return None,
        };
        if !list.iter().any(|(known, _)| *known == name) {
            list.push((name.clone(), value));
        }
        Some(name)
    }

    async fn ask(&self, request: &S3Request) -> Option<Refusal> {
        let reply = self
            .http
            .send(request.signed(self.ready, clock::now()))
            .await;
        if reply.status.is_success() {
            return None;
        }
        let text = reply.text();
        let part = |tag: &str| {
            let inner = text.split_once(&format!("<{tag}>"))?.1;
            Some(inner.split_once(&format!("</{tag}>"))?.0.to_owned())
        };
        Some(Refusal {
            status: reply.status.as_u16(),
            code: part("Code").unwrap_or_default(),
            message: part("Message").unwrap_or_default(),
        })
    }
}

/// Some headers HTTP itself has a say in.
fn header_value(name: &str, value: String) -> String {
    match name {
        "Content-Length" => "0".to_owned(),
        "x-amz-copy-source" => "sample/sample".to_owned(),
        "If-Modified-Since" | "If-Unmodified-Since" | "Expires" => {
            "Wed, 21 Oct 2026 07:28:00 GMT".to_owned()
        }
        _ => value,
    }
}
