//! Addresses of objects.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What stands unescaped in the path of an object.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

/// Bucket and decoded key of a path-style address; the key is empty for the bucket itself.
pub(crate) fn address(path: &str) -> (String, String) {
    let path = path.strip_prefix('/').unwrap_or(path);
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    (
        bucket.to_owned(),
        percent_decode_str(key).decode_utf8_lossy().into_owned(),
    )
}

/// `/bucket/key`, escaped.
pub(crate) fn path(bucket: &str, key: &str) -> String {
    format!("/{bucket}/{}", utf8_percent_encode(key, IN_PATH))
}

/// The key as it stands in events: form encoding, a space is `+`.
pub(crate) fn event_key(key: &str) -> String {
    utf8_percent_encode(key, IN_PATH)
        .to_string()
        .replace("%20", "+")
}

/// Keys that a file system would take for another one, or that S3 refuses.
pub(crate) fn is_storable(key: &str) -> bool {
    let misleading = |segment: &str| {
        matches!(segment, "" | "." | "..") || segment.len() > 200 || segment.contains(['\\', '\0'])
    };
    key.len() <= 1024 && !key.split('/').any(misleading)
}
