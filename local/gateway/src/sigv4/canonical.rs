//! The canonical request: the one text that signer and verifier derive from the same HTTP request.

use http::Request;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{SigV4Error, claim::Claim};

/// RFC 3986's unreserved characters stay as they are.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// How the path gets into the canonical request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathEncoding {
    /// S3: each segment encoded once, nothing normalised.
    Single,
    /// All others: encoded again as it came. Paths with dot segments are not normalised, so their signatures never match; the JSON services
    /// only know `/`.
    Double,
}

pub(super) fn canonical_request<T>(
    request: &Request<T>,
    claim: &Claim,
    payload_hash: &str,
    encoding: PathEncoding,
) -> Result<String, SigV4Error> {
    let headers = claim
        .signed_headers
        .iter()
        .map(|name| header(request, name))
        .collect::<Result<Vec<_>, _>>()?
        .concat();
    Ok(format!(
        "{}\n{}\n{}\n{headers}\n{}\n{payload_hash}",
        request.method(),
        path(request.uri().path(), encoding),
        query(request.uri().query().unwrap_or_default()),
        claim.signed_headers.join(";"),
    ))
}

fn path(path: &str, encoding: PathEncoding) -> String {
    let segments = path.split('/').map(|segment| match encoding {
        PathEncoding::Single => encoded(&percent_decode_str(segment).collect::<Vec<u8>>()),
        PathEncoding::Double => encoded(segment.as_bytes()),
    });
    segments.collect::<Vec<_>>().join("/")
}

/// All parameters but the signature itself, decoded, encoded again and sorted.
fn query(query: &str) -> String {
    let pairs = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let again = |text: &str| encoded(&percent_decode_str(text).collect::<Vec<u8>>());
    let mut pairs: Vec<(String, String)> = pairs
        .map(|(name, value)| (again(name), again(value)))
        .filter(|(name, _)| name != "X-Amz-Signature")
        .collect();
    pairs.sort();
    pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("&")
}

/// `name:value\n`, values of the same name joined in their order, runs of blanks made one.
fn header<T>(request: &Request<T>, name: &str) -> Result<String, SigV4Error> {
    let values = request.headers().get_all(name).iter().map(|value| {
        let value = std::str::from_utf8(value.as_bytes()).map_err(|_| SigV4Error::Malformed {
            part: "a signed header",
        })?;
        Ok(value
            .split([' ', '\t'])
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" "))
    });
    let values = values.collect::<Result<Vec<_>, SigV4Error>>()?;
    if values.is_empty() {
        return Err(SigV4Error::Mismatch);
    }
    Ok(format!("{name}:{}\n", values.join(",")))
}

fn encoded(bytes: &[u8]) -> String {
    // Bytes that are no UTF-8 are encoded one by one, as signers do.
    bytes.utf8_chunks().fold(String::new(), |mut text, chunk| {
        text.extend(utf8_percent_encode(chunk.valid(), ENCODED));
        text.extend(chunk.invalid().iter().map(|byte| format!("%{byte:02X}")));
        text
    })
}
