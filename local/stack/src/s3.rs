//! S3: `s3s-fs` keeps the objects; POST forms, CORS, bucket policies, exact `ETags` and events in front of it are ours.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use face_login_local_gateway::{AwsService, Clock, ConnectionReset, Gateway};
use http::{Method, Request, Response};
use hyper::body::Incoming;

mod backend;
mod bucket;
mod cors;
mod failure;
mod form;
mod object;
mod post;
mod post_policy;
mod store;

#[cfg(test)]
mod tests;

pub(crate) use backend::Event;
pub(crate) use bucket::{Bucket, CLOUDFRONT, Notification, read_policy};
pub(crate) use object::event_key;
pub(crate) use store::{Store, StoreError};

use crate::identity::ACCOUNT;
use crate::net::read_body;
use crate::resource_policy::{self, Access, Verdict};
use backend::Backend;
use failure::Failure;

/// Told of every created object.
pub(crate) type Announce = Arc<dyn Fn(&Bucket, Event) + Send + Sync>;

/// Requests above this are refused before they are read to the end: far above the product's own limits.
const MAX_BODY: usize = 64 << 20;

/// The S3 endpoint, path style.
pub(crate) struct S3 {
    gateway: Arc<Gateway>,
    backend: Backend,
    clock: Clock,
    /// `http://127.0.0.1:PORT`
    endpoint: String,
}

impl S3 {
    pub(crate) fn new(
        buckets: Vec<Bucket>,
        store: Store,
        gateway: Arc<Gateway>,
        announce: Announce,
        clock: Clock,
        endpoint: String,
    ) -> Self {
        let backend = Backend {
            buckets,
            store,
            gateway: Arc::clone(&gateway),
            announce,
            clock: Arc::clone(&clock),
        };
        Self {
            gateway,
            backend,
            clock,
            endpoint,
        }
    }

    /// Reads an object for a service of AWS's, if the bucket's policy lets that service.
    pub(crate) async fn read_as(
        &self,
        service: &str,
        source_arn: &str,
        bucket: &str,
        key: &str,
    ) -> Option<Response<Bytes>> {
        let known = self.backend.bucket(bucket)?;
        let resource = known.arn(key);
        let access = Access {
            service: Some(service),
            action: "s3:GetObject",
            resource: &resource,
            source_arn: Some(source_arn),
            source_account: Some(ACCOUNT),
        };
        let allowed = resource_policy::judge(&known.policy, access) == Verdict::Allowed;
        if !allowed || !object::is_storable(key) || self.backend.store.is_folder(bucket, key) {
            return None;
        }
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = object::path(bucket, key).parse().ok()?;
        let found = self.backend.store.run(request).await;
        found.status().is_success().then_some(found)
    }

    /// Reads an object and deletes it; for the stack itself.
    pub(crate) async fn take(&self, bucket: &str, key: &str) -> Option<Bytes> {
        let request = |method: Method| {
            let mut request = Request::new(Bytes::new());
            *request.method_mut() = method;
            *request.uri_mut() = object::path(bucket, key).parse().ok()?;
            Some(request)
        };
        let found = self.backend.store.run(request(Method::GET)?).await;
        if !found.status().is_success() {
            return None;
        }
        self.backend.store.run(request(Method::DELETE)?).await;
        self.backend.store.forget(bucket, key).await;
        Some(found.into_body())
    }

    /// Removes objects whose lifecycle is over.
    pub(crate) async fn expire(&self, now: SystemTime) {
        for bucket in &self.backend.buckets {
            for expiration in &bucket.expirations {
                let before = now - Duration::from_secs(expiration.days * 86_400);
                for key in self
                    .backend
                    .store
                    .keys_before(&bucket.name, &expiration.prefix, before)
                    .await
                {
                    self.take(&bucket.name, &key).await;
                }
            }
        }
    }

    pub(crate) async fn handle(
        &self,
        request: Request<Incoming>,
    ) -> Result<Response<Bytes>, ConnectionReset> {
        let (bucket, _) = object::address(request.uri().path());
        let bucket = self.backend.bucket(&bucket).cloned();
        let origin = request
            .headers()
            .get("origin")
            .and_then(|origin| origin.to_str().ok())
            .map(str::to_owned);
        let method = request.method().clone();
        if method == Method::OPTIONS {
            return Ok(cors::preflight(bucket.as_ref(), request.headers()));
        }
        let response = match &bucket {
            Some(bucket) if is_form(&request) => self.post(bucket, request).await,
            None if is_form(&request) => Ok(Failure::no_such_bucket().response()),
            _ => match read_body(request, MAX_BODY).await {
                Ok(request) => {
                    self.gateway
                        .call(AwsService::S3, request, &self.backend)
                        .await
                }
                Err(refusal) => Ok(refusal),
            },
        };
        response.map(|mut response| {
            if let (Some(bucket), Some(origin)) = (&bucket, origin) {
                cors::decorate(bucket, &origin, &method, response.headers_mut());
            }
            response
        })
    }
}

/// A form has a bucket's plain address; with a query it would be another operation.
fn is_form<B>(request: &Request<B>) -> bool {
    let (bucket, key) = object::address(request.uri().path());
    *request.method() == Method::POST
        && !bucket.is_empty()
        && key.is_empty()
        && request.uri().query().is_none_or(str::is_empty)
}
