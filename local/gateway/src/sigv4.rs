//! AWS Signature Version 4, the verifying side: the Authorization header, presigned queries and S3's POST forms.
//!
//! Source: "Signature Version 4 signing process" and "Authenticating Requests (AWS Signature Version 4)" in AWS's reference; the tests hold
//! against AWS's published vectors and the official signer.

mod canonical;
mod chunked;
mod claim;
mod form;
mod payload;
mod timestamp;
mod verify;

#[cfg(test)]
mod tests;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

pub use form::PostFormError;
pub(crate) use form::verify_form;
pub(crate) use verify::{Dialect, Expectation, Verified, verify};

pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Why a request's signature does not hold. None of them prints a key, a token or a signature.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SigV4Error {
    #[error("the request is not signed")]
    Missing,
    #[error("both a header and a query signature")]
    TwoMechanisms,
    #[error("{part} is missing or malformed")]
    Malformed { part: &'static str },
    #[error("the access key is not known")]
    UnknownKey,
    #[error("the session token is missing or not the key's")]
    WrongToken,
    #[error("the temporary key has expired")]
    KeyExpired,
    #[error("Credential should be scoped to a valid region, not '{found}'. ")]
    WrongRegion { found: String },
    #[error("Credential should be scoped to correct service: '{wanted}'. ")]
    WrongService { wanted: String },
    #[error(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP"
    )]
    WrongDate,
    #[error("the request was signed at {signed}, which is too far from {now}")]
    Skewed { signed: String, now: String },
    #[error("the presigned request has expired")]
    PresignExpired,
    #[error("the header {header} is not signed")]
    NotSigned { header: String },
    #[error("the signature does not match")]
    Mismatch,
    #[error("the body is not the one that was signed")]
    BodyMismatch,
    #[error("{kind} is not served here")]
    PayloadNotServed { kind: String },
}

fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn hmac(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(data);
    mac.finalize().into_bytes().to_vec()
}

/// The signature of `text` as lower-case hex, with the key derived for one day, region and service.
fn sign(secret: &str, scope: &claim::Scope, text: &str) -> String {
    let day = hmac(format!("AWS4{secret}").as_bytes(), scope.date.as_bytes());
    let key = [
        scope.region.as_str(),
        scope.service.as_str(),
        "aws4_request",
    ]
    .iter()
    .fold(day, |key, part| hmac(&key, part.as_bytes()));
    hex::encode(hmac(&key, text.as_bytes()))
}

/// Compares without telling by its duration where the first difference is.
fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}
