//! The body's part in a signature: its digest, nothing at all, or the name of a framing (see `chunked`).

use bytes::Bytes;
use http::Request;

use super::{SigV4Error, chunked, same, sha256_hex};

const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// The digest that belongs into the canonical request. JSON services always take the body's own.
pub(super) fn json_hash(body: &[u8]) -> String {
    sha256_hex(body)
}

/// As [`json_hash`] for S3, where `x-amz-content-sha256` says what was signed; presigned addresses leave it out.
pub(super) fn s3_hash(
    request: &Request<Bytes>,
    if_absent: Option<&'static str>,
) -> Result<String, SigV4Error> {
    let declared = request
        .headers()
        .get("x-amz-content-sha256")
        .map(|value| value.to_str());
    let declared = declared.transpose().map_err(|_| SigV4Error::Malformed {
        part: "x-amz-content-sha256",
    })?;
    match declared.or(if_absent) {
        None => Err(SigV4Error::Malformed {
            part: "x-amz-content-sha256",
        }),
        Some(UNSIGNED) => Ok(UNSIGNED.to_owned()),
        Some(kind) if chunked::Kind::of(kind).is_some() => Ok(kind.to_owned()),
        Some(kind) if kind.starts_with("STREAMING-") => Err(SigV4Error::PayloadNotServed {
            kind: kind.to_owned(),
        }),
        Some(digest) if same(digest, &sha256_hex(request.body())) => Ok(digest.to_owned()),
        Some(_) => Err(SigV4Error::BodyMismatch),
    }
}

/// The hash of presigned requests.
pub(super) const PRESIGNED: Option<&str> = Some(UNSIGNED);
