//! S3 in path style: `/bucket/key`. What an operation is follows from method, path and query, and everything in the query that would make it
//! another operation than the plain ones is refused by name.

use bytes::Bytes;
use http::{Method, Request};
use percent_encoding::percent_decode_str;

use super::{Need, Place, Required, Unmapped, need};

/// Query parameters that leave the operation what it is. `x-id` is the SDKs' own hint.
const HARMLESS: [&str; 9] = [
    "x-id",
    "list-type",
    "prefix",
    "delimiter",
    "max-keys",
    "continuation-token",
    "start-after",
    "encoding-type",
    "marker",
];

/// The headers of S3's own that are served. Every other one asks for something that is not here, or for more than the operation's own
/// permission: it is refused, so that nothing is ignored and no right given by mistake.
const SERVED_HEADERS: [&str; 18] = [
    "x-amz-algorithm",
    "x-amz-checksum-crc32",
    "x-amz-checksum-crc32c",
    "x-amz-checksum-crc64nvme",
    "x-amz-checksum-mode",
    "x-amz-checksum-sha1",
    "x-amz-checksum-sha256",
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-copy-source-if-match",
    "x-amz-copy-source-if-none-match",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-metadata-directive",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-security-token",
    "x-amz-trailer",
    "x-amz-user-agent",
];

/// Whether a header changes what the operation does, in a way that is not served.
fn is_unserved(request: &Request<Bytes>, name: &str) -> bool {
    match name {
        "if-modified-since" | "if-unmodified-since" => true,
        "if-match" | "if-none-match" => {
            request.method() == Method::DELETE
                || request.headers().contains_key("x-amz-copy-source")
        }
        _ => {
            name.starts_with("x-amz-")
                && !SERVED_HEADERS.contains(&name)
                && !name.starts_with("x-amz-meta-")
        }
    }
}

/// The operation by method and path alone.
pub(super) fn operation<T>(request: &Request<T>) -> Option<&'static str> {
    let path = request.uri().path().strip_prefix('/')?;
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    let copies = request.headers().contains_key("x-amz-copy-source");
    match (request.method(), bucket.is_empty(), key.is_empty()) {
        (&Method::GET, true, _) => Some("ListBuckets"),
        (&Method::GET, false, true) if lists_by_version_2(request) => Some("ListObjectsV2"),
        (&Method::GET, false, true) => Some("ListObjects"),
        (&Method::HEAD, false, true) => Some("HeadBucket"),
        (&Method::PUT, false, true) => Some("CreateBucket"),
        (&Method::DELETE, false, true) => Some("DeleteBucket"),
        (&Method::GET, false, false) => Some("GetObject"),
        (&Method::HEAD, false, false) => Some("HeadObject"),
        (&Method::PUT, false, false) if copies => Some("CopyObject"),
        (&Method::PUT, false, false) => Some("PutObject"),
        (&Method::DELETE, false, false) => Some("DeleteObject"),
        _ => None,
    }
}

pub(super) fn required(request: &Request<Bytes>, place: &Place) -> Result<Required, Unmapped> {
    let parameters = request
        .uri()
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|parameter| !parameter.is_empty());
    for name in parameters.map(|parameter| parameter.split('=').next().unwrap_or_default()) {
        if !HARMLESS.contains(&name) {
            return Err(Unmapped::NotServed {
                feature: format!("the query parameter {name}"),
            });
        }
    }
    let mut names = request.headers().keys().map(http::HeaderName::as_str);
    if let Some(header) = names.find(|name| is_unserved(request, name)) {
        return Err(Unmapped::NotServed {
            feature: format!("the header {header}"),
        });
    }
    let operation = operation(request).ok_or_else(|| Unmapped::NotServed {
        feature: format!("{} on this address", request.method()),
    })?;
    let own = address(request.uri().path().trim_start_matches('/'), place)?;
    let needs = match operation {
        "ListBuckets" => vec![need("s3", "ListAllMyBuckets", "*")],
        "ListObjects" | "ListObjectsV2" | "HeadBucket" => vec![need("s3", "ListBucket", own)],
        "HeadObject" => vec![need("s3", "GetObject", own)],
        "CopyObject" => vec![copied(request, place)?, need("s3", "PutObject", own)],
        _ => vec![need("s3", operation, own)],
    };
    Ok(Required {
        operation: operation.to_owned(),
        needs,
    })
}

fn copied(request: &Request<Bytes>, place: &Place) -> Result<Need, Unmapped> {
    let mut sources = request.headers().get_all("x-amz-copy-source").iter();
    let (Some(source), None) = (sources.next(), sources.next()) else {
        return Err(Unmapped::BadAddress);
    };
    let source = source.to_str().map_err(|_| Unmapped::BadAddress)?;
    if source.contains('?') {
        return Err(Unmapped::NotServed {
            feature: "copying a version".to_owned(),
        });
    }
    let source = source.strip_prefix('/').unwrap_or(source);
    let has_key = source
        .split_once('/')
        .is_some_and(|(bucket, key)| !bucket.is_empty() && !key.is_empty());
    if !has_key {
        return Err(Unmapped::BadAddress);
    }
    Ok(need("s3", "GetObject", address(source, place)?))
}

/// The ARN of `bucket` or `bucket/key`. Keys with empty, `.` or `..` segments are refused: a store on a file system takes them for other keys
/// than the one that was judged.
fn address(path: &str, place: &Place) -> Result<String, Unmapped> {
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    if bucket.contains('%') {
        return Err(Unmapped::BadAddress);
    }
    if key.is_empty() {
        return Ok(format!("arn:{}:s3:::{bucket}", place.partition));
    }
    let key = percent_decode_str(key)
        .decode_utf8()
        .map_err(|_| Unmapped::BadAddress)?;
    let misleading =
        |segment: &str| matches!(segment, "" | "." | "..") || segment.contains(['\\', '\0']);
    if key.split('/').any(misleading) {
        return Err(Unmapped::BadAddress);
    }
    Ok(format!("arn:{}:s3:::{bucket}/{key}", place.partition))
}

fn lists_by_version_2<T>(request: &Request<T>) -> bool {
    request
        .uri()
        .query()
        .is_some_and(|query| query.split('&').any(|parameter| parameter == "list-type=2"))
}
