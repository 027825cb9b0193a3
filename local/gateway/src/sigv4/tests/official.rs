//! Signs with the official crate as the SDKs do, verifies with ours.

use std::time::{Duration, SystemTime};

use aws_sigv4::{
    http_request::{
        PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
        SigningSettings, UriPathNormalizationMode, sign,
    },
    sign::v4::SigningParams,
};
use bytes::Bytes;
use http::Request;

use super::{check, keys, request, time};
use crate::{
    credentials::{Keys, Principal},
    sigv4::verify::Dialect,
};

pub(super) const KEY: &str = "ASIAEXAMPLE";
pub(super) const SECRET: &str = "a secret/with+signs";
pub(super) const TOKEN: &str = "a/token+with=signs";
pub(super) const NOW: &str = "20260101T120000Z";

pub(super) fn known() -> Keys {
    keys(KEY, SECRET, Some(TOKEN))
}

/// How the SDKs sign for S3.
pub(super) fn s3_settings() -> SigningSettings {
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings
}

pub(super) fn presigning(mut settings: SigningSettings, seconds: u64) -> SigningSettings {
    settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(Duration::from_secs(seconds));
    settings
}

pub(super) fn signed(
    mut request: Request<Bytes>,
    service: &str,
    settings: SigningSettings,
    body: SignableBody<'_>,
    at: SystemTime,
) -> Request<Bytes> {
    let identity =
        aws_credential_types::Credentials::new(KEY, SECRET, Some(TOKEN.to_owned()), None, "test")
            .into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name(service)
        .time(at)
        .settings(settings)
        .build();
    let params = params.expect("all parameters are set").into();
    let instructions = {
        let headers = request
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().expect("a text")));
        let signable = SignableRequest::new(
            request.method().as_str(),
            request.uri().to_string(),
            headers,
            body,
        )
        .expect("a request that can be signed");
        sign(signable, &params).expect("a signature").into_parts().0
    };
    instructions.apply_to_request_http1x(&mut request);
    request
}

#[test]
fn what_the_official_signer_signs_verifies() {
    let json = r#"{"TableName": "rows"}"#;
    let json_headers = [
        "host: 127.0.0.1:8000",
        "content-type: application/x-amz-json-1.0",
        "x-amz-target: DynamoDB_20120810.DescribeTable",
    ];
    let host = ["host: 127.0.0.1:9000"];
    let odd =
        "http://127.0.0.1:9000/photos/selfies/a%20b%2B%C3%A9%3D~.jpg?x-id=PutObject&prefix=a%2Fb";
    let put = request("PUT", odd, &host, "photo");
    let with_body = SignableBody::Bytes(b"photo");
    let get = request("GET", odd, &host, "");
    let empty = SignableBody::Bytes(b"");
    let open = SignableBody::UnsignedPayload;
    for (name, request, service, settings, body) in [
        (
            "JSON",
            request("POST", "http://127.0.0.1:8000/", &json_headers, json),
            "dynamodb",
            SigningSettings::default(),
            SignableBody::Bytes(json.as_bytes()),
        ),
        ("put", put.clone(), "s3", s3_settings(), with_body),
        (
            "put without the body's digest",
            put.clone(),
            "s3",
            s3_settings(),
            open.clone(),
        ),
        ("get", get.clone(), "s3", s3_settings(), empty),
        (
            "presigned get",
            get,
            "s3",
            presigning(s3_settings(), 60),
            open.clone(),
        ),
        (
            "presigned put",
            put,
            "s3",
            presigning(s3_settings(), 60),
            open,
        ),
    ] {
        let request = signed(request, service, settings, body, time(NOW));
        let dialect = if service == "s3" {
            Dialect::S3
        } else {
            Dialect::Json
        };
        let verified = check(request.clone(), &known(), service, dialect, time(NOW));
        let verified = verified.unwrap_or_else(|error| panic!("{name}: {error:?} of {request:?}"));
        assert_eq!(verified.principal, Principal::Admin, "{name}");
        assert_eq!(verified.request.body(), request.body(), "{name}");
        let passed_on = format!("{:?}", verified.request);
        for secret in ["authorization", "security-token", "X-Amz-", TOKEN] {
            assert!(
                !passed_on.contains(secret),
                "{name}: {secret} is passed on: {passed_on}"
            );
        }
    }
}

#[test]
fn a_checksum_in_the_trailer_becomes_a_header() {
    let framed = "5\r\nphoto\r\n3\r\n.jp\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
    let headers = [
        "host: 127.0.0.1:9000",
        "content-encoding: aws-chunked",
        "x-amz-decoded-content-length: 8",
        "x-amz-trailer: x-amz-checksum-crc32",
    ];
    let framed = request("PUT", "http://127.0.0.1:9000/photos/a", &headers, framed);
    let sent = signed(
        framed,
        "s3",
        s3_settings(),
        SignableBody::StreamingUnsignedPayloadTrailer,
        time(NOW),
    );
    let verified = check(sent.clone(), &known(), "s3", Dialect::S3, time(NOW)).unwrap();
    assert_eq!(verified.request.body(), "photo.jp");
    let headers = verified.request.headers();
    assert_eq!(headers.get("x-amz-checksum-crc32").unwrap(), "AAAAAA==");
    assert_eq!(headers.get("content-length").unwrap(), "8");
    for gone in [
        "content-encoding",
        "x-amz-trailer",
        "x-amz-decoded-content-length",
    ] {
        assert!(!headers.contains_key(gone), "{gone}");
    }
    for (name, body) in [
        ("cut off", "5\r\nphoto\r\n3\r\n.j"),
        ("another length", "5\r\nphoto\r\n0\r\n\r\n"),
        (
            "a trailer that was not announced",
            "5\r\nphoto\r\n3\r\n.jp\r\n0\r\nx-amz-acl:public-read\r\n\r\n",
        ),
    ] {
        let mut altered = sent.clone();
        *altered.body_mut() = Bytes::from(body);
        assert!(
            check(altered, &known(), "s3", Dialect::S3, time(NOW)).is_err(),
            "{name}"
        );
    }
}
