//! Signature version 4 by hand, so that a test can get each part of it wrong.

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::Request;
use sha2::{Digest, Sha256};
use time::{OffsetDateTime, macros::format_description};

use crate::ready::Ready;

/// The services that speak JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonService {
    /// User pools.
    CognitoIdp,
    /// Tables.
    DynamoDb,
    /// Faces.
    Rekognition,
}

/// A request to S3, before it is signed.
#[derive(Clone, Debug, Default)]
pub struct S3Request {
    /// HTTP method.
    pub method: http::Method,
    /// `/bucket/key`, of characters that need no escape.
    pub path: String,
    /// Names and values.
    pub query: Vec<(String, String)>,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Bytes,
}

impl S3Request {
    /// The request as it goes over the wire, signed by the stack's owner.
    pub fn signed(&self, ready: &Ready, at: OffsetDateTime) -> Request<Bytes> {
        let date = date(at);
        let host = ready.s3.trim_start_matches("http://");
        let digest = hex::encode(Sha256::digest(&self.body));
        let mut headers = self.headers.clone();
        for (name, value) in [
            ("host", host),
            ("x-amz-content-sha256", &digest),
            ("x-amz-date", &date),
        ] {
            headers.push((name.to_owned(), value.to_owned()));
        }
        headers.sort();
        let mut pairs: Vec<(String, String)> = self
            .query
            .iter()
            .map(|(name, value)| (escaped(name), escaped(value)))
            .collect();
        pairs.sort();
        let query: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let query = query.join("&");
        let lines: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}:{value}\n"))
            .collect();
        let lines = lines.concat();
        let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join(";");
        let canonical = format!(
            "{}\n{}\n{query}\n{lines}\n{names}\n{digest}",
            self.method, self.path
        );
        let key = &ready.admin_key;
        let authorisation = authorisation(
            &Signer {
                key_id: &key.access_key_id,
                secret: &key.secret_access_key,
                region: &ready.region,
                service: "s3",
                date: &date,
                names: &names,
            },
            &canonical,
        );
        let question = if query.is_empty() { "" } else { "?" };
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(format!("{}{}{question}{query}", ready.s3, self.path))
            .header("authorization", authorisation);
        for (name, value) in headers.iter().filter(|(name, _)| name != "host") {
            request = request.header(name, value);
        }
        request
            .body(self.body.clone())
            .expect("names and values of ASCII")
    }
}

/// A JSON request to one of the AWS endpoints, and what it is signed with.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Address of the endpoint.
    pub endpoint: String,
    /// Service name in the credential scope.
    pub service: &'static str,
    /// `X-Amz-Target`.
    pub target: String,
    /// `Content-Type`.
    pub content_type: &'static str,
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
        let body = format!(
            r#"{{"TableName":"{}","KeyConditionExpression":"pk = :pk","ExpressionAttributeValues":{{":pk":{{"S":"U#nobody"}}}}}}"#,
            ready.physical("EnrolmentsTable")
        );
        Self::json(ready, JsonService::DynamoDb, "Query", body, at)
    }

    /// Any operation of a JSON service, signed by the stack's owner.
    pub fn json(
        ready: &Ready,
        service: JsonService,
        operation: &str,
        body: String,
        at: OffsetDateTime,
    ) -> Self {
        let (service, endpoint, prefix, content_type) = match service {
            JsonService::CognitoIdp => (
                "cognito-idp",
                &ready.cognito,
                "AWSCognitoIdentityProviderService",
                "application/x-amz-json-1.1",
            ),
            JsonService::DynamoDb => (
                "dynamodb",
                &ready.dynamodb,
                "DynamoDB_20120810",
                "application/x-amz-json-1.0",
            ),
            JsonService::Rekognition => (
                "rekognition",
                &ready.rekognition,
                "RekognitionService",
                "application/x-amz-json-1.1",
            ),
        };
        Self {
            endpoint: endpoint.clone(),
            service,
            target: format!("{prefix}.{operation}"),
            content_type,
            body,
            region: ready.region.clone(),
            key_id: ready.admin_key.access_key_id.clone(),
            secret: ready.admin_key.secret_access_key.clone(),
            at,
        }
    }

    /// The request as it goes over the wire.
    pub fn request(&self) -> Request<Bytes> {
        let date = date(self.at);
        let host = self
            .endpoint
            .trim_start_matches("http://")
            .trim_end_matches('/');
        let headers = format!(
            "content-type:{}\nhost:{host}\nx-amz-date:{date}\nx-amz-target:{}\n",
            self.content_type, self.target
        );
        let names = "content-type;host;x-amz-date;x-amz-target";
        let canonical = format!(
            "POST\n/\n\n{headers}\n{names}\n{}",
            hex::encode(Sha256::digest(self.body.as_bytes()))
        );
        let signer = Signer {
            key_id: &self.key_id,
            secret: &self.secret,
            region: &self.region,
            service: self.service,
            date: &date,
            names,
        };
        Request::post(&self.endpoint)
            .header("content-type", self.content_type)
            .header("x-amz-date", &date)
            .header("x-amz-target", &self.target)
            .header("authorization", authorisation(&signer, &canonical))
            .body(self.body.clone().into())
            .expect("a POST to a known address")
    }
}

/// Who signs what.
struct Signer<'a> {
    key_id: &'a str,
    secret: &'a str,
    region: &'a str,
    service: &'a str,
    date: &'a str,
    /// Signed headers.
    names: &'a str,
}

fn date(at: OffsetDateTime) -> String {
    at.format(format_description!(
        "[year][month][day]T[hour][minute][second]Z"
    ))
    .expect("a date within the calendar")
}

fn authorisation(signer: &Signer<'_>, canonical: &str) -> String {
    let day = &signer.date[..8];
    let scope = format!("{day}/{}/{}/aws4_request", signer.region, signer.service);
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{}\n{scope}\n{}",
        signer.date,
        hex::encode(Sha256::digest(canonical.as_bytes()))
    );
    let key = [day, signer.region, signer.service, "aws4_request"]
        .iter()
        .fold(
            format!("AWS4{}", signer.secret).into_bytes(),
            |key, part| mac(&key, part),
        );
    let signature = hex::encode(mac(&key, &to_sign));
    format!(
        "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={}, Signature={signature}",
        signer.key_id, signer.names
    )
}

/// Percent-escapes of a query.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}
