//! Verifies a request: key, session token, scope, time, signed headers, signature, body.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Request;

use super::{
    ALGORITHM, SigV4Error,
    canonical::{PathEncoding, canonical_request},
    chunked,
    claim::{Claim, Placement, decoded},
    payload, same, sha256_hex, sign, timestamp,
};
use crate::credentials::{Key, Keys, Principal};

/// How the service wants to be signed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Clocks may differ by 15 minutes; `x-amz-content-sha256` is required; presigned addresses work.
    S3,
    /// Clocks may differ by 5 minutes; the body's digest is always signed.
    Json,
}

/// What a signature must be made for.
pub(crate) struct Expectation<'a> {
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
    pub(crate) dialect: Dialect,
    pub(crate) now: SystemTime,
}

/// A request whose signer is known. Its signature and token are taken off: back ends have no use for them.
pub(crate) struct Verified {
    pub(crate) principal: Principal,
    pub(crate) request: Request<Bytes>,
}

pub(crate) fn verify(
    request: Request<Bytes>,
    keys: &Keys,
    wanted: &Expectation<'_>,
) -> Result<Verified, SigV4Error> {
    let claim = Claim::read(&request)?;
    if wanted.dialect == Dialect::Json && claim.placement != Placement::Header {
        return Err(SigV4Error::Missing);
    }
    let key = usable_key(
        keys,
        &claim.access_key_id,
        claim.token.as_deref(),
        wanted.now,
    )?;
    check_scope(&claim, wanted)?;
    check_time(&claim, wanted)?;
    check_signed_headers(&request, &claim)?;
    let (encoding, hash) = match wanted.dialect {
        Dialect::Json => (PathEncoding::Double, Ok(payload::json_hash(request.body()))),
        Dialect::S3 => (
            PathEncoding::Single,
            payload::s3_hash(
                &request,
                if claim.placement == Placement::Header {
                    None
                } else {
                    payload::PRESIGNED
                },
            ),
        ),
    };
    let canonical = canonical_request(&request, &claim, &hash?, encoding)?;
    let text = format!(
        "{ALGORITHM}\n{}\n{}\n{}",
        claim.timestamp,
        claim.scope.text(),
        sha256_hex(canonical.as_bytes())
    );
    if !same(&sign(&key.secret, &claim.scope, &text), &claim.signature) {
        return Err(SigV4Error::Mismatch);
    }
    let request = chunked::unframed(without_signature(request), &claim, &key.secret)?;
    Ok(Verified {
        principal: key.principal,
        request,
    })
}

/// The key behind an id, if it is still good and the session token is its own.
pub(super) fn usable_key(
    keys: &Keys,
    access_key_id: &str,
    token: Option<&str>,
    now: SystemTime,
) -> Result<Key, SigV4Error> {
    let key = keys.find(access_key_id).ok_or(SigV4Error::UnknownKey)?;
    let token_is_right = match (&key.token, token) {
        (Some(wanted), Some(given)) => same(wanted, given),
        (None, None) => true,
        _ => false,
    };
    match key.expires {
        _ if !token_is_right => Err(SigV4Error::WrongToken),
        Some(end) if end <= now => Err(SigV4Error::KeyExpired),
        _ => Ok(key),
    }
}

fn check_scope(claim: &Claim, wanted: &Expectation<'_>) -> Result<(), SigV4Error> {
    if claim.scope.region != wanted.region {
        return Err(SigV4Error::WrongRegion {
            found: claim.scope.region.clone(),
        });
    }
    if claim.scope.service != wanted.service {
        return Err(SigV4Error::WrongService {
            wanted: wanted.service.to_owned(),
        });
    }
    if Some(claim.scope.date.as_str()) != claim.timestamp.get(..8) {
        return Err(SigV4Error::WrongDate);
    }
    Ok(())
}

fn check_time(claim: &Claim, wanted: &Expectation<'_>) -> Result<(), SigV4Error> {
    let tolerated = match wanted.dialect {
        Dialect::S3 => Duration::from_mins(15),
        Dialect::Json => Duration::from_mins(5),
    };
    let is_future = wanted.now + tolerated < claim.signed_at;
    let is_past = match claim.placement {
        Placement::Header => claim.signed_at + tolerated < wanted.now,
        Placement::Query { expires } if claim.signed_at + expires < wanted.now => {
            return Err(SigV4Error::PresignExpired);
        }
        Placement::Query { .. } => false,
    };
    if is_future || is_past {
        return Err(SigV4Error::Skewed {
            signed: claim.timestamp.clone(),
            now: timestamp::format(wanted.now),
        });
    }
    Ok(())
}

/// `host` and every `x-amz-…` header must be signed: an added one could change what the request does.
fn check_signed_headers(request: &Request<Bytes>, claim: &Claim) -> Result<(), SigV4Error> {
    let is_signed = |name: &str| claim.signed_headers.iter().any(|signed| signed == name);
    if !is_signed("host") {
        return Err(SigV4Error::NotSigned {
            header: "host".to_owned(),
        });
    }
    let unsigned = request
        .headers()
        .keys()
        .map(http::HeaderName::as_str)
        .find(|name| name.starts_with("x-amz-") && !is_signed(name));
    unsigned.map_or(Ok(()), |header| {
        Err(SigV4Error::NotSigned {
            header: header.to_owned(),
        })
    })
}

fn without_signature(mut request: Request<Bytes>) -> Request<Bytes> {
    request.headers_mut().remove("authorization");
    request.headers_mut().remove("x-amz-security-token");
    let is_signature = |pair: &&str| {
        let name = decoded(pair.split('=').next().unwrap_or_default());
        matches!(
            name.as_str(),
            "X-Amz-Algorithm"
                | "X-Amz-Credential"
                | "X-Amz-Date"
                | "X-Amz-Expires"
                | "X-Amz-SignedHeaders"
                | "X-Amz-Signature"
                | "X-Amz-Security-Token"
        )
    };
    let kept: Vec<&str> = request
        .uri()
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !is_signature(pair))
        .collect();
    let path = request.uri().path();
    let kept = if kept.concat().is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", kept.join("&"))
    };
    if let Ok(uri) = kept.parse() {
        *request.uri_mut() = uri;
    }
    request
}
