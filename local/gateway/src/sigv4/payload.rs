//! The body's part in a signature: its digest, nothing at all, or S3's `aws-chunked` framing with a checksum at the end.

use bytes::{Bytes, BytesMut};
use http::{HeaderName, HeaderValue, Request};

use super::{SigV4Error, same, sha256_hex};

const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
const CHUNKED: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

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
        Some(declared @ (UNSIGNED | CHUNKED)) => Ok(declared.to_owned()),
        Some(kind) if kind.starts_with("STREAMING-") => Err(SigV4Error::PayloadNotServed {
            kind: kind.to_owned(),
        }),
        Some(digest) if same(digest, &sha256_hex(request.body())) => Ok(digest.to_owned()),
        Some(_) => Err(SigV4Error::BodyMismatch),
    }
}

/// The hash of presigned requests.
pub(super) const PRESIGNED: Option<&str> = Some(UNSIGNED);

/// Takes `aws-chunked` framing off, so that back ends see a plain body. The checksum in the trailer becomes the header of the same name, which
/// S3 checks.
pub(super) fn unframed(mut request: Request<Bytes>) -> Result<Request<Bytes>, SigV4Error> {
    if request
        .headers()
        .get("x-amz-content-sha256")
        .is_none_or(|declared| declared != CHUNKED)
    {
        return Ok(request);
    }
    let (body, trailers) = parse(request.body()).ok_or(SigV4Error::Malformed {
        part: "aws-chunked body",
    })?;
    let length = request
        .headers()
        .get("x-amz-decoded-content-length")
        .and_then(|length| length.to_str().ok()?.parse().ok());
    let announced = request
        .headers()
        .get("x-amz-trailer")
        .and_then(|name| name.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    if length != Some(body.len())
        || !trailers
            .iter()
            .all(|(name, _)| announced.split(',').any(|one| one.trim() == name.as_str()))
    {
        return Err(SigV4Error::BodyMismatch);
    }
    let headers = request.headers_mut();
    for framing in [
        "content-encoding",
        "x-amz-decoded-content-length",
        "x-amz-trailer",
        "transfer-encoding",
    ] {
        headers.remove(framing);
    }
    headers.extend(trailers);
    headers.insert("content-length", HeaderValue::from(body.len()));
    headers.insert("x-amz-content-sha256", HeaderValue::from_static(UNSIGNED));
    *request.body_mut() = body;
    Ok(request)
}

type Unframed = (Bytes, Vec<(HeaderName, HeaderValue)>);

/// `<size in hex>\r\n<data>\r\n … 0\r\n<trailer>:<value>\r\n\r\n`
fn parse(framed: &[u8]) -> Option<Unframed> {
    let (mut rest, mut body, mut trailers) = (framed, BytesMut::new(), Vec::new());
    loop {
        let (size, after) = line(rest)?;
        let size = usize::from_str_radix(size.split(';').next()?, 16).ok()?;
        if size == 0 {
            rest = after;
            break;
        }
        body.extend_from_slice(after.get(..size)?);
        rest = after.get(size..)?.strip_prefix(b"\r\n")?;
    }
    while !rest.is_empty() && rest != b"\r\n" {
        let (trailer, after) = line(rest)?;
        let (name, value) = trailer.split_once(':')?;
        trailers.push((name.trim().parse().ok()?, value.trim().parse().ok()?));
        rest = after;
    }
    Some((body.freeze(), trailers))
}

fn line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.windows(2).position(|pair| pair == b"\r\n")?;
    Some((std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 2..]))
}
