//! The page, as `CloudFront` serves it from its bucket; for a template without one, from a folder.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::distribution::Distribution;
use crate::net::{text, with_type};
use crate::plan::CustomResource;
use crate::s3::{CLOUDFRONT, S3};

/// What every answer says besides its content: the one list, which a deployment has to keep to as well.
const HEADERS: &str = include_str!("../../../web/headers.json");
/// In these headers, where browsers find Cognito and the photos.
const SERVICES: &str = "{services}";

/// The property of a custom resource that tells one page from another, and what it says before packaging.
const FILES: &str = "Files";
const UNPACKAGED: &str = "unpackaged";

/// The headers for a page whose services are at these origins.
pub(crate) fn headers(services: &[String]) -> HeaderMap {
    let headers: BTreeMap<String, String> = serde_json::from_str(HEADERS).unwrap_or_default();
    let services = services.join(" ");
    let header = |(name, value): (String, String)| {
        let value = value.replace(SERVICES, &services);
        Some((
            HeaderName::try_from(name).ok()?,
            HeaderValue::try_from(value).ok()?,
        ))
    };
    headers.into_iter().filter_map(header).collect()
}

/// What stands at the page's address.
pub(crate) struct Site {
    pub(crate) files: Files,
    /// Of every answer.
    pub(crate) headers: HeaderMap,
}

/// Where the page lies.
pub(crate) enum Files {
    /// Where the stack put it.
    Bucket {
        s3: Arc<S3>,
        bucket: String,
        distribution: Distribution,
    },
    /// Somewhere else, in words of the template: any web server would do.
    Folder {
        folder: PathBuf,
        /// `config.json`
        config: Value,
    },
}

impl Site {
    /// Answers GET and HEAD.
    pub(crate) async fn get(&self, path: &str) -> Response<Bytes> {
        let mut response = match &self.files {
            Files::Bucket {
                s3,
                bucket,
                distribution,
            } => from_bucket(s3, bucket, distribution, path).await,
            Files::Folder { folder, config } => from_folder(folder, config, path).await,
        };
        response.headers_mut().extend(self.headers.clone());
        response
    }
}

/// What the bucket lacks is answered as the distribution says.
async fn from_bucket(
    s3: &S3,
    bucket: &str,
    distribution: &Distribution,
    path: &str,
) -> Response<Bytes> {
    let path = percent_decode_str(path).decode_utf8_lossy();
    let mut found = None;
    for key in [
        Some(distribution.key(&path)),
        distribution.instead.as_deref(),
    ] {
        let key = key.filter(|key| found.is_none() && !key.is_empty());
        if let Some(key) = key {
            found = s3.read_as(CLOUDFRONT, &distribution.arn, bucket, key).await;
        }
    }
    let Some(found) = found else {
        return text(StatusCode::FORBIDDEN, "Access Denied");
    };
    let (stored, content) = found.into_parts();
    let mut response = Response::new(content);
    for name in [header::CONTENT_TYPE, header::CACHE_CONTROL] {
        if let Some(value) = stored.headers.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

async fn from_folder(folder: &Path, config: &Value, path: &str) -> Response<Bytes> {
    if path == "/config.json" {
        return crate::net::json(StatusCode::OK, config);
    }
    let Some(file) = file(path) else {
        return not_found();
    };
    match tokio::fs::read(folder.join(&file)).await {
        Ok(content) => {
            let mut response = with_type(StatusCode::OK, media_type(&file), content.into());
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
            response
        }
        Err(_) => not_found(),
    }
}

/// Does what `cargo xtask package` does: the sum of the page's files goes into the template, so that another page is an update.
pub(crate) fn packaged(custom: &mut [CustomResource], folder: &Path) -> io::Result<()> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<_>>()?;
    files.sort();
    let mut sum = Sha256::new();
    for file in files.iter().filter(|file| file.is_file()) {
        let content = std::fs::read(file)?;
        sum.update(file.as_os_str().as_encoded_bytes());
        sum.update(content.len().to_be_bytes());
        sum.update(content);
    }
    let sum = hex::encode(sum.finalize());
    for resource in custom {
        if resource.properties[FILES] == UNPACKAGED {
            resource.properties[FILES] = sum.as_str().into();
        }
    }
    Ok(())
}

fn not_found() -> Response<Bytes> {
    text(StatusCode::NOT_FOUND, "There is no such file.")
}

/// The file behind a path: `index.html` unless the last part has a dot. Nothing outside the folder.
fn file(path: &str) -> Option<PathBuf> {
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let path = path.strip_prefix('/')?;
    let names_a_file = path
        .rsplit('/')
        .next()
        .is_some_and(|last| last.contains('.'));
    if !names_a_file {
        return Some("index.html".into());
    }
    let plain = |segment: &str| {
        !segment.is_empty() && !segment.starts_with('.') && !segment.contains(['\\', '\0'])
    };
    path.split('/').all(plain).then(|| path.into())
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::{HEADERS, file, headers};

    #[test]
    fn every_header_of_the_list_is_sent_and_services_are_named() {
        let list: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(HEADERS).unwrap();
        let sent = headers(&[
            "http://127.0.0.1:1".to_owned(),
            "http://127.0.0.1:2".to_owned(),
        ]);
        assert_eq!(sent.len(), list.len());
        let policy = sent["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("connect-src 'self' http://127.0.0.1:1 http://127.0.0.1:2;"),
            "{policy}"
        );
    }

    #[test]
    fn paths_stay_inside_the_folder() {
        for (path, want) in [
            ("/", Some("index.html")),
            ("/sign-up", Some("index.html")),
            ("/a/b", Some("index.html")),
            ("/app.js", Some("app.js")),
            ("/nets/x.bin", Some("nets/x.bin")),
            ("/../etc/passwd.txt", None),
            ("/%2e%2e/%2e%2e/etc/pass.wd", None),
            ("/..%2f..%2fx.y", None),
            ("//etc/x.y", None),
            ("/.git/x.y", None),
            ("relative", None),
        ] {
            assert_eq!(
                file(path).as_deref().and_then(|file| file.to_str()),
                want,
                "{path}"
            );
        }
    }
}
