//! S3's `aws-chunked` framing: SDKs send a stream in chunks, each signed or not, with a checksum at the end. Back ends get the plain body.
//!
//! ```text
//! <size in hex>[;chunk-signature=<hex>]\r\n<data>\r\n … 0[;chunk-signature=<hex>]\r\n[<trailer>:<value>\r\n …]\r\n
//! ```
//!
//! Source: "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks" in S3's API reference.

use bytes::{Bytes, BytesMut};
use http::{HeaderName, HeaderValue, Request};

use super::{SigV4Error, claim::Claim, same, sha256_hex, sign};

/// Names the trailer that signs the others.
const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature";
const MALFORMED: SigV4Error = SigV4Error::Malformed {
    part: "aws-chunked body",
};

/// Whether the chunks are signed one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Unsigned,
    Signed,
}

impl Kind {
    /// By the value of `x-amz-content-sha256`; `None` where the body is not framed.
    pub(super) fn of(declared: &str) -> Option<Self> {
        match declared {
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => Some(Self::Unsigned),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" | "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => {
                Some(Self::Signed)
            }
            _ => None,
        }
    }
}

/// A body as it came.
struct Framed<'a> {
    /// With each chunk its signature. The last one is empty.
    chunks: Vec<(&'a [u8], Option<&'a str>)>,
    trailers: Vec<(&'a str, &'a str)>,
}

/// Takes the framing off, if there is one. The checksum in the trailer becomes the header of the same name, which S3 checks.
pub(super) fn unframed(
    mut request: Request<Bytes>,
    claim: &Claim,
    secret: &str,
) -> Result<Request<Bytes>, SigV4Error> {
    let Some(kind) = text(&request, "x-amz-content-sha256").and_then(Kind::of) else {
        return Ok(request);
    };
    let framed = parse(request.body()).ok_or(MALFORMED)?;
    if kind == Kind::Signed {
        check_signatures(&framed, claim, secret)?;
    }
    let mut body = BytesMut::new();
    framed
        .chunks
        .iter()
        .for_each(|(data, _)| body.extend_from_slice(data));
    if text(&request, "x-amz-decoded-content-length").and_then(|length| length.parse().ok())
        != Some(body.len())
    {
        return Err(SigV4Error::BodyMismatch);
    }
    let trailers = announced(&framed, text(&request, "x-amz-trailer").unwrap_or_default())?;
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
    headers.insert(
        "x-amz-content-sha256",
        HeaderValue::from_static("UNSIGNED-PAYLOAD"),
    );
    *request.body_mut() = body.freeze();
    Ok(request)
}

fn text<'a>(request: &'a Request<Bytes>, name: &str) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

/// The trailers as headers. One that the signed headers did not announce could be anything.
fn announced(
    framed: &Framed<'_>,
    names: &str,
) -> Result<Vec<(HeaderName, HeaderValue)>, SigV4Error> {
    let trailers = framed
        .trailers
        .iter()
        .filter(|(name, _)| *name != TRAILER_SIGNATURE);
    let header = |(name, value): &(&str, &str)| {
        let name: HeaderName = name.parse().map_err(|_| MALFORMED)?;
        if !names.split(',').any(|one| one.trim() == name.as_str()) {
            return Err(SigV4Error::BodyMismatch);
        }
        Ok((name, value.parse().map_err(|_| MALFORMED)?))
    };
    trailers.map(header).collect()
}

/// Each chunk's signature covers the one before, from the request's own on; the trailers' comes last.
fn check_signatures(framed: &Framed<'_>, claim: &Claim, secret: &str) -> Result<(), SigV4Error> {
    let mut previous = claim.signature.as_str();
    let expected = |kind: &str, previous: &str, rest: &str| {
        let text = format!(
            "AWS4-HMAC-SHA256-{kind}\n{}\n{}\n{previous}\n{rest}",
            claim.timestamp,
            claim.scope.text()
        );
        sign(secret, &claim.scope, &text)
    };
    for (data, signature) in &framed.chunks {
        let signature = signature.ok_or(MALFORMED)?;
        if !same(
            &expected(
                "PAYLOAD",
                previous,
                &format!("{}\n{}", sha256_hex(b""), sha256_hex(data)),
            ),
            signature,
        ) {
            return Err(SigV4Error::Mismatch);
        }
        previous = signature;
    }
    let signed: Vec<_> = framed
        .trailers
        .iter()
        .filter(|(name, _)| *name != TRAILER_SIGNATURE)
        .collect();
    if signed.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = signed
        .iter()
        .map(|(name, value)| {
            format!(
                "{name}:{value}
"
            )
        })
        .collect();
    let signature = framed
        .trailers
        .iter()
        .find(|(name, _)| *name == TRAILER_SIGNATURE)
        .ok_or(MALFORMED)?;
    if same(
        &expected("TRAILER", previous, &sha256_hex(lines.concat().as_bytes())),
        signature.1,
    ) {
        Ok(())
    } else {
        Err(SigV4Error::Mismatch)
    }
}

fn parse(body: &[u8]) -> Option<Framed<'_>> {
    let (mut rest, mut chunks, mut trailers) = (body, Vec::new(), Vec::new());
    loop {
        let (head, after) = line(rest)?;
        let (size, signature) = match head.split_once(';') {
            Some((size, extension)) => (size, Some(extension.strip_prefix("chunk-signature=")?)),
            None => (head, None),
        };
        let size = usize::from_str_radix(size, 16).ok()?;
        chunks.push((after.get(..size)?, signature));
        rest = after.get(size..)?;
        if size == 0 {
            break;
        }
        rest = rest.strip_prefix(b"\r\n")?;
    }
    while !rest.is_empty() && rest != b"\r\n" {
        let (trailer, after) = line(rest)?;
        let (name, value) = trailer.split_once(':')?;
        trailers.push((name.trim(), value.trim()));
        rest = after;
    }
    Some(Framed { chunks, trailers })
}

fn line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.windows(2).position(|pair| pair == b"\r\n")?;
    Some((std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 2..]))
}
