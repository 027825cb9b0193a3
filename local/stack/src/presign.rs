//! Presigned requests to S3: the PUT that CloudFormation hands to a custom resource.

use std::time::{Duration, SystemTime};

use face_login_local_gateway::Credentials;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::identity::REGION;

const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Day and moment of a signature, and what it is good for.
pub(crate) struct Scope {
    date: String,
    /// `20261121T101112Z`
    pub(crate) at: String,
}

impl Scope {
    pub(crate) fn of(now: SystemTime) -> Self {
        let now = OffsetDateTime::from(now);
        let at = format_description!("[year][month][day]T[hour][minute][second]Z");
        let at = now.format(at).unwrap_or_default();
        Self {
            date: at.split('T').next().unwrap_or_default().to_owned(),
            at,
        }
    }

    /// `20261121/us-east-1/s3/aws4_request`
    pub(crate) fn name(&self) -> String {
        format!("{}/{REGION}/s3/aws4_request", self.date)
    }

    /// The signature of any text, in hex.
    pub(crate) fn sign(&self, secret: &str, text: &str) -> String {
        let first = format!("AWS4{secret}").into_bytes();
        let parts = [self.date.as_str(), REGION, "s3", "aws4_request", text];
        hex::encode(parts.iter().fold(first, |key, part| mac(&key, part)))
    }
}

/// `endpoint` is `http://host:port`, `path` is escaped and begins with a slash.
pub(crate) fn address(
    method: &Method,
    endpoint: &str,
    path: &str,
    credentials: &Credentials,
    now: SystemTime,
    valid: Duration,
) -> String {
    let scope = Scope::of(now);
    let credential = format!("{}/{}", credentials.access_key_id, scope.name());
    let mut query = vec![
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned()),
        ("X-Amz-Credential", credential),
        ("X-Amz-Date", scope.at.clone()),
        ("X-Amz-Expires", valid.as_secs().to_string()),
    ];
    let token = credentials.session_token.clone();
    query.extend(token.map(|token| ("X-Amz-Security-Token", token)));
    query.push(("X-Amz-SignedHeaders", "host".to_owned()));
    let pair =
        |(name, value): &(&str, String)| format!("{name}={}", utf8_percent_encode(value, IN_QUERY));
    let query = query.iter().map(pair).collect::<Vec<_>>().join("&");
    let host = endpoint.trim_start_matches("http://");
    let canonical = format!("{method}\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD");
    let digest = hex::encode(Sha256::digest(canonical.as_bytes()));
    let to_sign = format!("AWS4-HMAC-SHA256\n{}\n{}\n{digest}", scope.at, scope.name());
    let signature = scope.sign(&credentials.secret_access_key, &to_sign);
    format!("{endpoint}{path}?{query}&X-Amz-Signature={signature}")
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}
