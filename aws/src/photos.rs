//! The photos in one S3 bucket. A photo is read once, as a whole, and pinned by its `ETag`: an upload form can be used again
//! until it expires, so that the bytes under a key may change between two looks at it.

use std::fmt;
use std::time::{Duration, SystemTime};

use aws_sdk_s3::Client;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::DateTime;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use face_login_domain::ids::Etag;

use crate::failure::{BoxError, Failure};
use crate::http::{Connection, Patience};

/// The photos of one bucket.
#[derive(Clone)]
pub struct Photos {
    client: Client,
    bucket: String,
    /// Limit for reading a body: the SDK's limits end with the headers.
    body_limit: Duration,
}

/// A photo as it was when it was read.
#[derive(Clone)]
pub struct Photo {
    /// The whole object.
    pub bytes: Vec<u8>,
    /// Of exactly these bytes.
    pub etag: Etag,
    /// When it was uploaded, to the second.
    pub last_modified: SystemTime,
}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Photo")
            .field("bytes", &self.bytes.len())
            .field("etag", &self.etag)
            .finish_non_exhaustive()
    }
}

/// What a look at a key found, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Of the bytes that are there now.
    pub etag: Etag,
    /// Length.
    pub bytes: u64,
    /// When it was uploaded, to the second.
    pub last_modified: SystemTime,
}

/// Outcome of [`Photos::fetch`].
#[derive(Clone, Debug)]
pub enum Fetched {
    /// The photo, whole.
    Photo(Photo),
    /// Nothing under this key.
    Missing,
    /// Other bytes than the pinned ones; not read.
    Replaced,
    /// Longer than allowed; not read.
    TooLarge,
}

/// Some keys of the bucket, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Key, and when it was written, to the second.
    pub found: Vec<(String, SystemTime)>,
    /// The last key of this page, if there are more.
    pub next: Option<String>,
}

/// What was being done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `HeadObject`
    Head,
    /// `GetObject`
    Get,
    /// `PutObject`
    Put,
    /// `DeleteObject`
    Delete,
    /// `ListObjectsV2`
    List,
}

/// A call to S3 that gave no answer to what was asked. The key is left out: it is a challenge's id.
#[derive(Debug, thiserror::Error)]
#[error("{operation:?} of a photo failed: {failure:?}")]
pub struct PhotosError {
    /// What was being done.
    pub operation: Operation,
    /// Why it failed, as far as anybody acts on it.
    pub failure: Failure,
    #[source]
    source: BoxError,
}

impl Photos {
    /// `bucket` by name.
    pub fn new(connection: &Connection, patience: &Patience, bucket: String) -> Self {
        Self {
            client: connection.s3(patience),
            bucket,
            body_limit: patience.overall,
        }
    }

    /// What is under `key` now; `None` if nothing is.
    ///
    /// # Errors
    /// S3 could not be asked, or refused.
    pub async fn head(&self, key: &str) -> Result<Option<Head>, PhotosError> {
        let answer = match self
            .client
            .head_object()
            .bucket(&self.bucket)
            .key(key)
            .send()
            .await
        {
            Ok(answer) => answer,
            Err(error) if status(&error) == Some(404) => return Ok(None),
            Err(error) => return Err(failed(Operation::Head, error)),
        };
        let etag = answer.e_tag().and_then(Etag::parse);
        let length = answer
            .content_length()
            .and_then(|length| u64::try_from(length).ok());
        match (etag, length, answer.last_modified().and_then(system_time)) {
            (Some(etag), Some(bytes), Some(last_modified)) => Ok(Some(Head {
                etag,
                bytes,
                last_modified,
            })),
            _ => Err(malformed(Operation::Head)),
        }
    }

    /// Reads the photo under `key` if it is at most `max_bytes` long and, where `pinned` is given, still has that `ETag`.
    ///
    /// # Errors
    /// S3 could not be asked, or refused, or broke off.
    pub async fn fetch(
        &self,
        key: &str,
        pinned: Option<&Etag>,
        max_bytes: u64,
    ) -> Result<Fetched, PhotosError> {
        let request = self.client.get_object().bucket(&self.bucket).key(key);
        let request = request.set_if_match(pinned.map(|etag| format!("\"{}\"", etag.as_str())));
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) => {
                return match status(&error) {
                    Some(404) => Ok(Fetched::Missing),
                    Some(412) => Ok(Fetched::Replaced),
                    _ => Err(failed(Operation::Get, error)),
                };
            }
        };
        let Some(etag) = answer.e_tag().and_then(Etag::parse) else {
            return Err(malformed(Operation::Get));
        };
        let Some(last_modified) = answer.last_modified().and_then(system_time) else {
            return Err(malformed(Operation::Get));
        };
        let Some(length) = answer
            .content_length()
            .and_then(|length| u64::try_from(length).ok())
        else {
            return Err(malformed(Operation::Get));
        };
        if pinned.is_some_and(|pinned| *pinned != etag) {
            return Ok(Fetched::Replaced);
        }
        if max_bytes < length {
            return Ok(Fetched::TooLarge);
        }
        let bytes = self.body(answer.body).await?;
        if u64::try_from(bytes.len()) != Ok(length) {
            return Err(malformed(Operation::Get));
        }
        Ok(Fetched::Photo(Photo {
            bytes,
            etag,
            last_modified,
        }))
    }

    /// Writes bytes under `key`, over what may be there.
    ///
    /// # Errors
    /// S3 could not be asked, or refused.
    pub async fn put(
        &self,
        key: &str,
        bytes: Vec<u8>,
        media_type: &str,
    ) -> Result<(), PhotosError> {
        let request = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .content_type(media_type);
        match request.body(ByteStream::from(bytes)).send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(failed(Operation::Put, error)),
        }
    }

    /// Deletes what is under `key`. Nothing there is success.
    ///
    /// # Errors
    /// S3 could not be asked, or refused.
    pub async fn delete(&self, key: &str) -> Result<(), PhotosError> {
        match self
            .client
            .delete_object()
            .bucket(&self.bucket)
            .key(key)
            .send()
            .await
        {
            Ok(_) => Ok(()),
            Err(error) if status(&error) == Some(404) => Ok(()),
            Err(error) => Err(failed(Operation::Delete, error)),
        }
    }

    /// At most `count` of the keys that begin with `prefix` and come after `after`.
    ///
    /// # Errors
    /// S3 could not be asked, or refused.
    pub async fn list(
        &self,
        prefix: &str,
        after: Option<String>,
        count: i32,
    ) -> Result<Listed, PhotosError> {
        let request = self.client.list_objects_v2().bucket(&self.bucket);
        let request = request.prefix(prefix).set_start_after(after);
        let page = request
            .max_keys(count)
            .send()
            .await
            .map_err(|error| failed(Operation::List, error))?;
        let object = |object: &aws_sdk_s3::types::Object| {
            let written = system_time(object.last_modified()?)?;
            Some((object.key()?.to_owned(), written))
        };
        let found: Option<Vec<_>> = page.contents().iter().map(object).collect();
        let found = found.ok_or_else(|| malformed(Operation::List))?;
        let more = page.is_truncated() == Some(true);
        let last = found.last().map(|(key, _)| key.clone());
        Ok(Listed {
            next: last.filter(|_| more),
            found,
        })
    }

    async fn body(&self, body: ByteStream) -> Result<Vec<u8>, PhotosError> {
        let unavailable = |source: BoxError| PhotosError {
            operation: Operation::Get,
            failure: Failure::Unavailable,
            source,
        };
        match tokio::time::timeout(self.body_limit, body.collect()).await {
            Ok(Ok(collected)) => Ok(collected.to_vec()),
            Ok(Err(broken)) => Err(unavailable(broken.into())),
            Err(elapsed) => Err(unavailable(elapsed.into())),
        }
    }
}

fn status<E>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    error.raw_response().map(|answer| answer.status().as_u16())
}

fn failed<E>(operation: Operation, error: SdkError<E, HttpResponse>) -> PhotosError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    PhotosError {
        operation,
        failure: Failure::of(&error),
        source: error.into(),
    }
}

fn malformed(operation: Operation) -> PhotosError {
    PhotosError {
        operation,
        failure: Failure::Unavailable,
        source: "the answer lacks its ETag, length or date, or broke off".into(),
    }
}

fn system_time(date: &DateTime) -> Option<SystemTime> {
    SystemTime::try_from(*date).ok()
}

#[cfg(test)]
mod tests;
