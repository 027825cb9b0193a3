//! The files of the page in their bucket.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::failure::{BoxError, Failure};
use crate::http::{Connection, Patience};

/// The bucket that the page is served from.
#[derive(Clone, Debug)]
pub struct SiteFiles {
    client: Client,
    bucket: String,
}

/// A file as browsers shall get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteFile {
    /// Its place below the page's address.
    pub key: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// `Content-Type`
    pub media_type: &'static str,
    /// `Cache-Control`
    pub caching: &'static str,
}

/// A request to the bucket that did not come to its end.
#[derive(Debug, thiserror::Error)]
#[error("{what} the page's file {key} ({failure:?})")]
pub struct SiteFilesError {
    what: &'static str,
    key: String,
    failure: Failure,
    #[source]
    source: BoxError,
}

impl SiteFiles {
    /// The bucket of this name.
    pub fn new(connection: &Connection, patience: &Patience, bucket: String) -> Self {
        Self {
            client: connection.s3(patience),
            bucket,
        }
    }

    /// Writes a file, over what may be there.
    ///
    /// # Errors
    /// S3 could not be asked, or refused.
    pub async fn put(&self, file: SiteFile) -> Result<(), SiteFilesError> {
        let request = self.client.put_object().bucket(&self.bucket);
        let request = request
            .key(&file.key)
            .content_type(file.media_type)
            .cache_control(file.caching)
            .body(ByteStream::from(file.bytes));
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(failed("writing", file.key, error)),
        }
    }

    /// Removes a file. Nothing there is success.
    ///
    /// # Errors
    /// S3 could not be asked, or refused.
    pub async fn delete(&self, key: &str) -> Result<(), SiteFilesError> {
        let request = self.client.delete_object().bucket(&self.bucket).key(key);
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(failed("removing", key.to_owned(), error)),
        }
    }

    /// The keys of all files; none where there is no bucket any more.
    ///
    /// # Errors
    /// S3 could not be asked, or refused.
    pub async fn keys(&self) -> Result<Vec<String>, SiteFilesError> {
        let (mut keys, mut after) = (Vec::<String>::new(), None);
        loop {
            let request = self.client.list_objects_v2().bucket(&self.bucket);
            let page = match request.set_start_after(after).send().await {
                Ok(page) => page,
                Err(error) if error.code() == Some("NoSuchBucket") => return Ok(keys),
                Err(error) => return Err(failed("listing", "*".to_owned(), error)),
            };
            let found = page.contents().iter().filter_map(|object| object.key());
            keys.extend(found.map(str::to_owned));
            after = keys.last().cloned();
            if page.is_truncated() != Some(true) || page.contents().is_empty() {
                return Ok(keys);
            }
        }
    }
}

fn failed<E>(what: &'static str, key: String, error: SdkError<E, HttpResponse>) -> SiteFilesError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    SiteFilesError {
        what,
        key,
        failure: Failure::of(&error),
        source: error.into(),
    }
}
