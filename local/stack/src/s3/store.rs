//! Objects on disk, kept by `s3s-fs`. Writers are alone and readers among themselves, so that an object and its `ETag` belong together.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use s3s::service::{S3Service, S3ServiceBuilder};
use tokio::sync::RwLock;

/// Why the store can't be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("making the folder {path}")]
    Folder {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("opening the objects in {path}")]
    Open { path: PathBuf },
}

/// All buckets.
pub(crate) struct Store {
    root: PathBuf,
    service: S3Service,
    gate: RwLock<()>,
}

impl Store {
    pub(crate) fn open<'name>(
        root: &Path,
        buckets: impl Iterator<Item = &'name str>,
    ) -> Result<Self, StoreError> {
        for bucket in buckets {
            let path = root.join(bucket);
            std::fs::create_dir_all(&path).map_err(|source| StoreError::Folder { path, source })?;
        }
        let files = s3s_fs::FileSystem::new(root).map_err(|_| StoreError::Open {
            path: root.to_owned(),
        })?;
        Ok(Self {
            root: root.to_owned(),
            service: S3ServiceBuilder::new(files).build(),
            gate: RwLock::new(()),
        })
    }

    /// Runs a request that was authorised and has lost its signature.
    pub(crate) async fn run(&self, request: Request<Bytes>) -> Response<Bytes> {
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            let _readers = self.gate.read().await;
            self.call(request).await
        } else {
            let _writer = self.gate.write().await;
            self.call(request).await
        }
    }

    /// Removes what `s3s-fs` leaves beside a deleted object.
    pub(crate) async fn forget(&self, bucket: &str, key: &str) {
        let _writer = self.gate.write().await;
        let name = |text: &str| URL_SAFE_NO_PAD.encode(text);
        for kind in ["metadata", "internal"] {
            let file = format!(".bucket-{}.object-{}.{kind}.json", name(bucket), name(key));
            // It is there only for objects that have something to say.
            let _ = tokio::fs::remove_file(self.root.join(file)).await;
        }
    }

    /// Whether the key is only the beginning of other keys: a folder.
    pub(crate) fn is_folder(&self, bucket: &str, key: &str) -> bool {
        self.root.join(bucket).join(key).is_dir()
    }

    /// Keys under a prefix that were last written before a time.
    pub(crate) async fn keys_before(
        &self,
        bucket: &str,
        prefix: &str,
        before: SystemTime,
    ) -> Vec<String> {
        let root = self.root.join(bucket);
        let (mut folders, mut keys) = (vec![root.clone()], Vec::new());
        while let Some(folder) = folders.pop() {
            let Ok(mut entries) = tokio::fs::read_dir(&folder).await else {
                continue;
            };
            while let Ok(Some(entry)) = entries.next_entry().await {
                let (path, Ok(metadata)) = (entry.path(), entry.metadata().await) else {
                    continue;
                };
                let key = path
                    .strip_prefix(&root)
                    .ok()
                    .and_then(Path::to_str)
                    .unwrap_or_default()
                    .to_owned();
                if metadata.is_dir() {
                    folders.push(path);
                } else if key.starts_with(prefix)
                    && metadata.modified().is_ok_and(|written| written < before)
                {
                    keys.push(key);
                }
            }
        }
        keys
    }

    pub(crate) fn bucket_folder(&self, bucket: &str) -> PathBuf {
        self.root.join(bucket)
    }

    async fn call(&self, request: Request<Bytes>) -> Response<Bytes> {
        let request = request.map(s3s::Body::from);
        let answer = match self.service.call(request).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::error!(error = ?error, "the object store failed");
                return internal_error();
            }
        };
        let (head, body) = answer.into_parts();
        match body.collect().await {
            Ok(body) => Response::from_parts(head, body.to_bytes()),
            Err(error) => {
                tracing::error!(error = %error, "reading an object failed");
                internal_error()
            }
        }
    }
}

fn internal_error() -> Response<Bytes> {
    super::failure::Failure::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "InternalError",
        "We encountered an internal error. Please try again.",
    )
    .response()
}
