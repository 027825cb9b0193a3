//! A presigned PUT, as CloudFormation hands one to a custom resource.

use std::time::{Duration, SystemTime};

use face_login_local_gateway::Credentials;
use hmac::{Hmac, KeyInit as _, Mac as _};
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

/// `endpoint` is `http://host:port`, `path` is escaped and begins with a slash.
pub(crate) fn put(
    endpoint: &str,
    path: &str,
    credentials: &Credentials,
    now: SystemTime,
    valid: Duration,
) -> String {
    let now = OffsetDateTime::from(now);
    let date = now
        .format(format_description!("[year][month][day]"))
        .unwrap_or_default();
    let at = now
        .format(format_description!(
            "[year][month][day]T[hour][minute][second]Z"
        ))
        .unwrap_or_default();
    let scope = format!("{date}/{REGION}/s3/aws4_request");
    let mut query = vec![
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned()),
        (
            "X-Amz-Credential",
            format!("{}/{scope}", credentials.access_key_id),
        ),
        ("X-Amz-Date", at.clone()),
        ("X-Amz-Expires", valid.as_secs().to_string()),
    ];
    query.extend(
        credentials
            .session_token
            .clone()
            .map(|token| ("X-Amz-Security-Token", token)),
    );
    query.push(("X-Amz-SignedHeaders", "host".to_owned()));
    let escaped = |text: &str| utf8_percent_encode(text, IN_QUERY).to_string();
    let query = query
        .iter()
        .map(|(name, value)| format!("{name}={}", escaped(value)))
        .collect::<Vec<_>>()
        .join("&");
    let host = endpoint.trim_start_matches("http://");
    let canonical = format!("PUT\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD");
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{at}\n{scope}\n{}",
        hex::encode(Sha256::digest(canonical.as_bytes()))
    );
    let secret = format!("AWS4{}", credentials.secret_access_key);
    let key = [date.as_str(), REGION, "s3", "aws4_request"]
        .iter()
        .fold(secret.into_bytes(), |key, part| mac(&key, part));
    format!(
        "{endpoint}{path}?{query}&X-Amz-Signature={}",
        hex::encode(mac(&key, &to_sign))
    )
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}
