//! Requests that were signed well and then changed, copied elsewhere, or sent at another time.

use std::time::Duration;

use aws_sigv4::http_request::{SignableBody, SigningSettings};
use bytes::Bytes;
use http::{HeaderValue, Method, Request};

use super::{
    check, keys,
    official::{KEY, NOW, SECRET, TOKEN, known, presigning, s3_settings, signed},
    request, time,
};
use crate::sigv4::{SigV4Error, verify::Dialect};

const JSON: &str = r#"{"TableName": "rows"}"#;

fn json_request() -> Request<Bytes> {
    let headers = [
        "host: 127.0.0.1:8000",
        "x-amz-target: DynamoDB_20120810.DescribeTable",
    ];
    let plain = request("POST", "http://127.0.0.1:8000/", &headers, JSON);
    signed(
        plain,
        "dynamodb",
        SigningSettings::default(),
        SignableBody::Bytes(JSON.as_bytes()),
        time(NOW),
    )
}

fn put() -> Request<Bytes> {
    let plain = request(
        "PUT",
        "http://127.0.0.1:9000/photos/selfies/a?x-id=PutObject",
        &["host: 127.0.0.1:9000"],
        "photo",
    );
    signed(
        plain,
        "s3",
        s3_settings(),
        SignableBody::Bytes(b"photo"),
        time(NOW),
    )
}

fn presigned() -> Request<Bytes> {
    let plain = request(
        "GET",
        "http://127.0.0.1:9000/photos/selfies/a",
        &["host: 127.0.0.1:9000"],
        "",
    );
    signed(
        plain,
        "s3",
        presigning(s3_settings(), 60),
        SignableBody::UnsignedPayload,
        time(NOW),
    )
}

type Make = fn() -> Request<Bytes>;
type Alter = fn(&mut Request<Bytes>);
/// Name, request, service, dialect, how late it arrives, whether it holds.
type Late<'a> = (&'a str, Make, &'a str, Dialect, Duration, bool);

fn set(request: &mut Request<Bytes>, name: &'static str, value: &'static str) {
    request
        .headers_mut()
        .insert(name, HeaderValue::from_static(value));
}

fn replace(request: &mut Request<Bytes>, from: &str, to: &str) {
    let uri = request.uri().to_string();
    assert!(uri.contains(from), "{uri}");
    *request.uri_mut() = uri.replace(from, to).parse().expect("an address");
}

fn edit_authorization(request: &mut Request<Bytes>, from: &str, to: &str) {
    let value = request.headers()["authorization"]
        .to_str()
        .expect("a text")
        .replace(from, to);
    request
        .headers_mut()
        .insert("authorization", value.parse().expect("a header"));
}

fn malformed(part: &'static str) -> SigV4Error {
    SigV4Error::Malformed { part }
}

fn not_signed(header: &str) -> SigV4Error {
    SigV4Error::NotSigned {
        header: header.to_owned(),
    }
}

#[test]
fn altered_json_requests_are_refused() {
    let cases: [(&str, Alter, SigV4Error); 14] = [
        (
            "no signature",
            |r| drop(r.headers_mut().remove("authorization")),
            SigV4Error::Missing,
        ),
        (
            "another body",
            |r| *r.body_mut() = Bytes::from_static(b"{}"),
            SigV4Error::Mismatch,
        ),
        (
            "another operation",
            |r| set(r, "x-amz-target", "DynamoDB_20120810.DeleteTable"),
            SigV4Error::Mismatch,
        ),
        (
            "another host",
            |r| set(r, "host", "127.0.0.1:8001"),
            SigV4Error::Mismatch,
        ),
        (
            "another path",
            |r| *r.uri_mut() = "/x".parse().unwrap(),
            SigV4Error::Mismatch,
        ),
        (
            "a header of AWS's added",
            |r| set(r, "x-amz-acl", "public-read"),
            not_signed("x-amz-acl"),
        ),
        (
            "host not signed",
            |r| edit_authorization(r, "host;", ""),
            not_signed("host"),
        ),
        (
            "no date",
            |r| drop(r.headers_mut().remove("x-amz-date")),
            malformed("X-Amz-Date"),
        ),
        (
            "no token",
            |r| drop(r.headers_mut().remove("x-amz-security-token")),
            SigV4Error::WrongToken,
        ),
        (
            "another token",
            |r| set(r, "x-amz-security-token", "other"),
            SigV4Error::WrongToken,
        ),
        (
            "another key",
            |r| edit_authorization(r, KEY, "ASIAOTHER"),
            SigV4Error::UnknownKey,
        ),
        (
            "another region",
            |r| edit_authorization(r, "us-east-1", "eu-west-1"),
            SigV4Error::WrongRegion {
                found: "eu-west-1".to_owned(),
            },
        ),
        (
            "another day in the scope",
            |r| edit_authorization(r, "/20260101/", "/20260102/"),
            SigV4Error::WrongDate,
        ),
        (
            "another algorithm",
            |r| edit_authorization(r, "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"),
            malformed("Authorization"),
        ),
    ];
    for (name, alter, want) in cases {
        let mut request = json_request();
        alter(&mut request);
        assert_eq!(
            check(request, &known(), "dynamodb", Dialect::Json, time(NOW)).err(),
            Some(want),
            "{name}"
        );
    }
}

#[test]
fn altered_s3_requests_are_refused() {
    let cases: [(&str, Make, Alter, SigV4Error); 11] = [
        (
            "another body",
            put,
            |r| *r.body_mut() = Bytes::from_static(b"other"),
            SigV4Error::BodyMismatch,
        ),
        (
            "the body no longer signed",
            put,
            |r| set(r, "x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
            SigV4Error::Mismatch,
        ),
        (
            "no digest",
            put,
            |r| drop(r.headers_mut().remove("x-amz-content-sha256")),
            malformed("x-amz-content-sha256"),
        ),
        (
            "another key of the bucket",
            put,
            |r| replace(r, "selfies/a", "selfies/b"),
            SigV4Error::Mismatch,
        ),
        (
            "another query",
            put,
            |r| replace(r, "x-id=PutObject", "x-id=PutObject&acl"),
            SigV4Error::Mismatch,
        ),
        (
            "another method",
            put,
            |r| *r.method_mut() = Method::DELETE,
            SigV4Error::Mismatch,
        ),
        (
            "presigned for another key",
            presigned,
            |r| replace(r, "selfies/a", "selfies/b"),
            SigV4Error::Mismatch,
        ),
        (
            "presigned for another method",
            presigned,
            |r| *r.method_mut() = Method::PUT,
            SigV4Error::Mismatch,
        ),
        (
            "presigned for longer",
            presigned,
            |r| replace(r, "Expires=60", "Expires=600"),
            SigV4Error::Mismatch,
        ),
        (
            "presigned for longer than a week",
            presigned,
            |r| replace(r, "Expires=60", "Expires=604801"),
            malformed("X-Amz-Expires"),
        ),
        (
            "presigned and signed",
            presigned,
            |r| set(r, "authorization", "AWS4-HMAC-SHA256 x"),
            SigV4Error::TwoMechanisms,
        ),
    ];
    for (name, make, alter, want) in cases {
        let mut request = make();
        alter(&mut request);
        assert_eq!(
            check(request, &known(), "s3", Dialect::S3, time(NOW)).err(),
            Some(want),
            "{name}"
        );
    }
}

#[test]
fn signatures_are_bound_to_service_secret_and_token() {
    let wrong_service = SigV4Error::WrongService {
        wanted: "rekognition".to_owned(),
    };
    assert_eq!(
        check(
            json_request(),
            &known(),
            "rekognition",
            Dialect::Json,
            time(NOW)
        )
        .err(),
        Some(wrong_service)
    );
    for (name, keys, want) in [
        (
            "another secret",
            keys(KEY, "other", Some(TOKEN)),
            SigV4Error::Mismatch,
        ),
        (
            "a key without token",
            keys(KEY, SECRET, None),
            SigV4Error::WrongToken,
        ),
        (
            "no such key",
            keys("AKIAOTHER", SECRET, Some(TOKEN)),
            SigV4Error::UnknownKey,
        ),
    ] {
        assert_eq!(
            check(json_request(), &keys, "dynamodb", Dialect::Json, time(NOW)).err(),
            Some(want),
            "{name}"
        );
    }
}

#[test]
fn signatures_hold_for_a_time_only() {
    let minutes = |count: u64| Duration::from_secs(60 * count);
    let second = Duration::from_secs(1);
    let json = Dialect::Json;
    let cases: [Late<'_>; 6] = [
        (
            "JSON within five minutes",
            json_request,
            "dynamodb",
            json,
            minutes(5),
            true,
        ),
        (
            "JSON after five minutes",
            json_request,
            "dynamodb",
            json,
            minutes(5) + second,
            false,
        ),
        (
            "S3 within fifteen minutes",
            put,
            "s3",
            Dialect::S3,
            minutes(15),
            true,
        ),
        (
            "S3 after fifteen minutes",
            put,
            "s3",
            Dialect::S3,
            minutes(15) + second,
            false,
        ),
        (
            "presigned within its time",
            presigned,
            "s3",
            Dialect::S3,
            minutes(1),
            true,
        ),
        (
            "presigned after its time",
            presigned,
            "s3",
            Dialect::S3,
            minutes(1) + second,
            false,
        ),
    ];
    for (name, make, service, dialect, late, holds) in cases {
        let later = check(make(), &known(), service, dialect, time(NOW) + late);
        assert_eq!(later.is_ok(), holds, "{name}: {:?}", later.err());
    }
    for (name, request, service, dialect, early, holds) in [
        (
            "JSON from a clock ahead",
            json_request(),
            "dynamodb",
            json,
            minutes(5),
            true,
        ),
        (
            "JSON from a clock far ahead",
            json_request(),
            "dynamodb",
            json,
            minutes(5) + second,
            false,
        ),
        (
            "presigned by a clock far ahead",
            presigned(),
            "s3",
            Dialect::S3,
            minutes(15) + second,
            false,
        ),
    ] {
        let earlier = check(request, &known(), service, dialect, time(NOW) - early);
        assert_eq!(earlier.is_ok(), holds, "{name}: {:?}", earlier.err());
    }
}
