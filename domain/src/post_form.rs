//! The form of an upload: an S3 POST policy, signed with Signature Version 4. The SDK has no presigned POST.
//!
//! Source: Amazon S3 API reference, "Browser-based uploads using POST (AWS Signature Version 4)"; its published example is a
//! test here.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
};

use ::time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{object_key::ObjectKey, time::Timestamp};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// What every upload is stored as: its type is judged by its bytes, and nothing here is ever shown to anybody.
const CONTENT_TYPE: &str = "application/octet-stream";
const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year][month][day]");
const SECOND: &[BorrowedFormatItem<'_>] =
    format_description!("[year][month][day]T[hour][minute][second]Z");
const EXPIRATION: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].000Z");

/// Credentials that a form is signed with. Their role's rights decide what the form may do.
#[derive(Clone)]
pub struct SigningKey {
    /// Names the key; part of the form.
    pub access_key_id: String,
    /// Never leaves the function.
    pub secret_access_key: String,
    /// Comes with temporary credentials; part of the form.
    pub session_token: Option<String>,
}

impl SigningKey {
    /// A key of the same shape that opens nothing, for forms that are not to be used.
    #[must_use]
    pub fn worthless(&self) -> Self {
        Self {
            secret_access_key: String::new(),
            ..self.clone()
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

/// Where uploads go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// An endpoint that stands for S3; `None` for AWS's own.
    pub endpoint: Option<String>,
}

impl Bucket {
    /// The address that the form is sent to: path style at an endpoint, else the bucket's own host in its partition.
    pub fn url(&self) -> String {
        match &self.endpoint {
            Some(endpoint) => format!("{}/{}", endpoint.trim_end_matches('/'), self.name),
            None => format!(
                "https://{}.s3.{}.{}/",
                self.name,
                self.region,
                dns_suffix(&self.region)
            ),
        }
    }
}

/// The DNS suffix of the region's partition: aws, aws-us-gov and aws-cn.
pub fn dns_suffix(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    }
}

/// What one form allows: one object under one key, of limited length, for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload<'a> {
    /// Where.
    pub bucket: &'a Bucket,
    /// The only key.
    pub key: &'a ObjectKey,
    /// Most bytes.
    pub max_bytes: u64,
    /// Until when S3 takes it.
    pub expires_at: Timestamp,
}

impl Upload<'_> {
    /// The fields of the form, signed at `now`. The file comes after them, as `file`.
    pub fn fields(&self, key: &SigningKey, now: Timestamp) -> BTreeMap<String, String> {
        let credential = format!(
            "{}/{}/{}/s3/aws4_request",
            key.access_key_id,
            written(now, DAY),
            self.bucket.region
        );
        let mut fields = BTreeMap::from([
            ("key".to_owned(), self.key.as_str().to_owned()),
            ("Content-Type".to_owned(), CONTENT_TYPE.to_owned()),
            ("x-amz-algorithm".to_owned(), ALGORITHM.to_owned()),
            ("x-amz-credential".to_owned(), credential),
            ("x-amz-date".to_owned(), written(now, SECOND)),
        ]);
        if let Some(token) = &key.session_token {
            fields.insert("x-amz-security-token".to_owned(), token.clone());
        }
        let policy = STANDARD.encode(self.policy(&fields).to_string());
        fields.insert(
            "x-amz-signature".to_owned(),
            signature(&key.secret_access_key, &self.bucket.region, &policy, now),
        );
        fields.insert("policy".to_owned(), policy);
        fields
    }

    /// Every field exactly as it is given, the bucket, and the length.
    fn policy(&self, fields: &BTreeMap<String, String>) -> Value {
        let exactly = |name: &str, value: &str| json!(["eq", format!("${name}"), value]);
        let mut conditions = vec![
            json!({"bucket": self.bucket.name}),
            json!(["content-length-range", 1, self.max_bytes]),
        ];
        conditions.extend(fields.iter().map(|(name, value)| exactly(name, value)));
        json!({"expiration": written(self.expires_at, EXPIRATION), "conditions": conditions})
    }
}

/// The signature of a policy (base64) at `now`: hexadecimal HMAC under the day's signing key for S3.
fn signature(secret: &str, region: &str, policy: &str, now: Timestamp) -> String {
    let start = format!("AWS4{secret}").into_bytes();
    let key = [&written(now, DAY), region, "s3", "aws4_request"]
        .iter()
        .fold(start, |key, part| mac(&key, part));
    let mut written = String::with_capacity(64);
    for byte in mac(&key, policy) {
        write!(written, "{byte:02x}").expect("writing to a text cannot fail");
    }
    written
}

fn mac(key: &[u8], data: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(data.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn written(at: Timestamp, format: &[BorrowedFormatItem<'_>]) -> String {
    let secs = i64::try_from(at.secs())
        .ok()
        .and_then(|secs| OffsetDateTime::from_unix_timestamp(secs).ok());
    secs.and_then(|at| at.format(format).ok())
        .unwrap_or_default()
}

#[cfg(test)]
#[path = "post_form/tests.rs"]
mod tests;
