//! What happens to an authorised S3 request: bucket policy, conditions on the `ETag`, the store, events.

use std::time::SystemTime;

use bytes::Bytes;
use face_login_local_gateway::{BackendFuture, Clock, Gateway, Principal, Verdict};
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use std::sync::Arc;

use super::bucket::Bucket;
use super::failure::Failure;
use super::{Announce, object};
use crate::resource_policy::{self, Access};
use crate::s3::store::Store;

/// How an object came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Creation {
    Put,
    Post,
    Copy,
}

impl Creation {
    /// As in an event's `eventName`.
    pub(crate) fn event_name(self) -> &'static str {
        match self {
            Self::Put => "ObjectCreated:Put",
            Self::Post => "ObjectCreated:Post",
            Self::Copy => "ObjectCreated:Copy",
        }
    }
}

/// An object that was just created.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) creation: Creation,
    pub(crate) key: String,
    /// Bytes.
    pub(crate) size: u64,
    /// Without quotes.
    pub(crate) etag: String,
    pub(crate) at: SystemTime,
    /// Who did it, as the call log names callers.
    pub(crate) by: String,
}

pub(crate) struct Backend {
    pub(crate) buckets: Vec<Bucket>,
    pub(crate) store: Store,
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) announce: Announce,
    pub(crate) clock: Clock,
}

impl face_login_local_gateway::Backend for Backend {
    fn handle<'a>(&'a self, request: Request<Bytes>, caller: &'a Principal) -> BackendFuture<'a> {
        Box::pin(async move {
            let creation = if request.headers().contains_key("x-amz-copy-source") {
                Creation::Copy
            } else {
                Creation::Put
            };
            self.run(request, caller, creation)
                .await
                .unwrap_or_else(|failure| failure.response())
        })
    }
}

impl Backend {
    pub(crate) fn bucket(&self, name: &str) -> Option<&Bucket> {
        self.buckets.iter().find(|bucket| bucket.name == name)
    }

    pub(crate) async fn run(
        &self,
        request: Request<Bytes>,
        caller: &Principal,
        creation: Creation,
    ) -> Result<Response<Bytes>, Failure> {
        let (name, key) = object::address(request.uri().path());
        if name.is_empty() {
            return Err(Failure::not_implemented("listing buckets (ListBuckets)"));
        }
        let bucket = self.bucket(&name).ok_or_else(Failure::no_such_bucket)?;
        judge_by_bucket_policy(bucket, &key, &request)?;
        match *request.method() {
            _ if key.is_empty() => self.on_bucket(request).await,
            _ if !object::is_storable(&key) => {
                Err(Failure::not_implemented("a key that is no plain path"))
            }
            Method::GET | Method::HEAD => self.read(bucket, &key, request, caller).await,
            Method::PUT => self.write(bucket, key, request, caller, creation).await,
            Method::DELETE => {
                let answer = self.store.run(request).await;
                self.store.forget(&bucket.name, &key).await;
                Ok(answer)
            }
            _ => Err(Failure::not_implemented("this method")),
        }
    }

    async fn on_bucket(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        match *request.method() {
            Method::GET | Method::HEAD => Ok(self.store.run(request).await),
            _ => Err(Failure::not_implemented(
                "making or removing buckets (CreateBucket, DeleteBucket); the template does that",
            )),
        }
    }

    /// Also answers HEAD, from the bytes themselves: an `ETag` that was stored beside them could be another upload's after a crash.
    async fn read(
        &self,
        bucket: &Bucket,
        key: &str,
        request: Request<Bytes>,
        caller: &Principal,
    ) -> Result<Response<Bytes>, Failure> {
        let (mut head, body) = request.into_parts();
        let is_head = std::mem::replace(&mut head.method, Method::GET) == Method::HEAD;
        let header = |name: http::HeaderName| {
            head.headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let (if_match, if_none_match) = (header(header::IF_MATCH), header(header::IF_NONE_MATCH));
        let in_part = head.headers.contains_key(header::RANGE);
        let mut answer = if self.store.is_folder(&bucket.name, key) {
            Failure::no_such_key(key).response()
        } else {
            self.store.run(Request::from_parts(head, body)).await
        };
        if answer.status() == StatusCode::NOT_FOUND {
            return Err(self.missing(bucket, key, caller));
        }
        if answer.status() == StatusCode::OK && !in_part {
            let etag = etag(answer.body());
            let names = |list: &str| {
                list.split(',')
                    .any(|one| one.trim() == "*" || one.trim().trim_matches('"') == etag)
            };
            if if_match.is_some_and(|list| !names(&list)) {
                return Err(Failure::precondition("If-Match"));
            }
            if if_none_match.is_some_and(|list| names(&list)) {
                *answer.status_mut() = StatusCode::NOT_MODIFIED;
                answer.body_mut().clear();
            }
            set_etag(&mut answer, &etag);
        }
        if is_head {
            let length = HeaderValue::from(answer.body().len());
            answer.headers_mut().insert(header::CONTENT_LENGTH, length);
            answer.body_mut().clear();
        }
        Ok(answer)
    }

    /// Only who may list the bucket learns that a key does not exist.
    fn missing(&self, bucket: &Bucket, key: &str, caller: &Principal) -> Failure {
        match self
            .gateway
            .authorise(caller, "s3:ListBucket", &bucket.arn(""))
        {
            Verdict::Allowed => Failure::no_such_key(key),
            _ => Failure::access_denied("Access Denied"),
        }
    }

    async fn write(
        &self,
        bucket: &Bucket,
        key: String,
        request: Request<Bytes>,
        caller: &Principal,
        creation: Creation,
    ) -> Result<Response<Bytes>, Failure> {
        let size = request.body().len();
        let source = request
            .headers()
            .get("x-amz-copy-source")
            .and_then(|source| source.to_str().ok())
            .map(object::address);
        if let Some((from, source_key)) = &source {
            let known = self.bucket(from).ok_or_else(Failure::no_such_bucket)?;
            if self.store.is_folder(from, source_key) {
                return Err(self.missing(known, source_key, caller));
            }
        }
        if self.store.is_folder(&bucket.name, &key) {
            return Err(Failure::not_implemented(
                "a key that is the beginning of another key",
            ));
        }
        let mut answer = self.store.run(request).await;
        if answer.status() == StatusCode::NOT_FOUND
            && let Some((from, source_key)) = source
        {
            return Err(self.missing(
                self.bucket(&from).ok_or_else(Failure::no_such_bucket)?,
                &source_key,
                caller,
            ));
        }
        if answer.status().is_success() {
            let etag = etag_of(&answer);
            if creation != Creation::Copy {
                set_etag(&mut answer, &etag);
            }
            let size = if creation == Creation::Copy {
                self.size(&bucket.name, &key).await
            } else {
                size as u64
            };
            (self.announce)(
                bucket,
                Event {
                    creation,
                    key,
                    size,
                    etag,
                    at: (self.clock)(),
                    by: caller.label().to_owned(),
                },
            );
        }
        Ok(answer)
    }

    async fn size(&self, bucket: &str, key: &str) -> u64 {
        let file = self.store.bucket_folder(bucket).join(key);
        tokio::fs::metadata(file)
            .await
            .map_or(0, |metadata| metadata.len())
    }
}

fn judge_by_bucket_policy(
    bucket: &Bucket,
    key: &str,
    request: &Request<Bytes>,
) -> Result<(), Failure> {
    let action = match (request.method(), key.is_empty()) {
        (_, true) => "s3:ListBucket",
        (&Method::PUT, _) => "s3:PutObject",
        (&Method::DELETE, _) => "s3:DeleteObject",
        _ => "s3:GetObject",
    };
    let resource = bucket.arn(key);
    let access = Access {
        service: None,
        action,
        resource: &resource,
        source_arn: None,
        source_account: None,
    };
    match resource_policy::judge(&bucket.policy, access) {
        resource_policy::Verdict::Denied => Err(Failure::access_denied("Access Denied")),
        resource_policy::Verdict::Allowed | resource_policy::Verdict::Silent => Ok(()),
    }
}

/// MD5 of the bytes in hex, as S3 gives it for objects that were uploaded in one piece.
fn etag(bytes: &[u8]) -> String {
    use s3s::crypto::Checksum as _;
    let mut md5 = s3s::crypto::Md5::new();
    md5.update(bytes);
    hex::encode(md5.finalize())
}

/// From the header, or for a copy from the document.
pub(super) fn etag_of(answer: &Response<Bytes>) -> String {
    let from_header = answer
        .headers()
        .get(header::ETAG)
        .and_then(|etag| etag.to_str().ok())
        .map(str::to_owned);
    let from_body = || {
        let body = String::from_utf8_lossy(answer.body()).replace("&quot;", "\"");
        Some(
            body.split_once("<ETag>")?
                .1
                .split_once("</ETag>")?
                .0
                .to_owned(),
        )
    };
    from_header
        .or_else(from_body)
        .unwrap_or_default()
        .trim_matches('"')
        .to_owned()
}

fn set_etag(answer: &mut Response<Bytes>, etag: &str) {
    if let Ok(value) = HeaderValue::from_str(&format!("\"{etag}\"")) {
        answer.headers_mut().insert(header::ETAG, value);
    }
}
