//! Signature version 4 by hand, so that a test can get each part of it wrong.

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::Request;
use sha2::{Digest, Sha256};
use time::{OffsetDateTime, macros::format_description};

use crate::ready::Ready;

/// A JSON request to one of the AWS endpoints, and what it is signed with.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Address of the endpoint.
    pub endpoint: String,
    /// Service name in the credential scope.
    pub service: &'static str,
    /// `X-Amz-Target`.
    pub target: &'static str,
    /// JSON body.
    pub body: String,
    /// Region of the credential scope.
    pub region: String,
    /// Access key id.
    pub key_id: String,
    /// Secret to sign with.
    pub secret: String,
    /// Date to sign with.
    pub at: OffsetDateTime,
}

impl Signed {
    /// A request of the stack's owner, signed as it should be: a query that finds nothing.
    pub fn query(ready: &Ready, at: OffsetDateTime) -> Self {
        Self {
            endpoint: ready.dynamodb.clone(),
            service: "dynamodb",
            target: "DynamoDB_20120810.Query",
            body: format!(
                r#"{{"TableName":"{}","KeyConditionExpression":"pk = :pk","ExpressionAttributeValues":{{":pk":{{"S":"U#nobody"}}}}}}"#,
                ready.physical("EnrolmentsTable")
            ),
            region: ready.region.clone(),
            key_id: ready.admin_key.access_key_id.clone(),
            secret: ready.admin_key.secret_access_key.clone(),
            at,
        }
    }

    /// The request as it goes over the wire.
    pub fn request(&self) -> Request<Bytes> {
        let date = self
            .at
            .format(format_description!(
                "[year][month][day]T[hour][minute][second]Z"
            ))
            .expect("a date within the calendar");
        let day = &date[..8];
        let host = self
            .endpoint
            .trim_start_matches("http://")
            .trim_end_matches('/');
        let headers = format!(
            "content-type:application/x-amz-json-1.0\nhost:{host}\nx-amz-date:{date}\nx-amz-target:{}\n",
            self.target
        );
        let names = "content-type;host;x-amz-date;x-amz-target";
        let canonical = format!(
            "POST\n/\n\n{headers}\n{names}\n{}",
            hex::encode(Sha256::digest(self.body.as_bytes()))
        );
        let scope = format!("{day}/{}/{}/aws4_request", self.region, self.service);
        let to_sign = format!(
            "AWS4-HMAC-SHA256\n{date}\n{scope}\n{}",
            hex::encode(Sha256::digest(canonical.as_bytes()))
        );
        let key = [day, &self.region, self.service, "aws4_request"]
            .iter()
            .fold(format!("AWS4{}", self.secret).into_bytes(), |key, part| {
                mac(&key, part)
            });
        let signature = hex::encode(mac(&key, &to_sign));
        let authorisation = format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={signature}",
            self.key_id
        );
        Request::post(&self.endpoint)
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-date", date)
            .header("x-amz-target", self.target)
            .header("authorization", authorisation)
            .body(self.body.clone().into())
            .expect("a POST to a known address")
    }
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}
