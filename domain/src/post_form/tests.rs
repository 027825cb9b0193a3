//! AWS's published example, the shape of our own form, and its address in every partition.

use super::*;
use crate::{ids::ChallengeId, words::Kind};

/// 2015-12-29T00:00:00Z
const PUBLISHED_AT: Timestamp = Timestamp::from_millis(1_451_347_200_000);

/// The policy of AWS's example, encoded as published.
const PUBLISHED_POLICY: &str = "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9";

fn key() -> SigningKey {
    SigningKey {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
        session_token: Some("the token".to_owned()),
    }
}

fn bucket(region: &str, endpoint: Option<&str>) -> Bucket {
    Bucket {
        name: "photos".to_owned(),
        region: region.to_owned(),
        endpoint: endpoint.map(str::to_owned),
    }
}

fn form(key: &SigningKey) -> BTreeMap<String, String> {
    let object = ObjectKey::of_challenge(Kind::Selfie, &ChallengeId::from_random([1; 16]));
    let bucket = bucket("us-east-1", None);
    let upload = Upload {
        bucket: &bucket,
        key: &object,
        max_bytes: 2_097_152,
        expires_at: PUBLISHED_AT.plus(std::time::Duration::from_mins(2)),
    };
    upload.fields(key, PUBLISHED_AT)
}

#[test]
fn the_published_example_has_the_published_signature() {
    let signed = signature(
        &key().secret_access_key,
        "us-east-1",
        PUBLISHED_POLICY,
        PUBLISHED_AT,
    );
    assert_eq!(
        signed,
        "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e"
    );
}

#[test]
fn the_policy_pins_every_field() {
    let fields = form(&key());
    let policy: Value =
        serde_json::from_slice(&STANDARD.decode(&fields["policy"]).unwrap()).unwrap();
    let want = json!({
        "expiration": "2015-12-29T00:02:00.000Z",
        "conditions": [
            {"bucket": "photos"},
            ["content-length-range", 1, 2_097_152],
            ["eq", "$Content-Type", "application/octet-stream"],
            ["eq", "$key", "selfies/AQEBAQEBAQEBAQEBAQEBAQ"],
            ["eq", "$x-amz-algorithm", "AWS4-HMAC-SHA256"],
            ["eq", "$x-amz-credential", "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"],
            ["eq", "$x-amz-date", "20151229T000000Z"],
            ["eq", "$x-amz-security-token", "the token"],
        ],
    });
    assert_eq!(policy, want);
    let signed = signature(
        &key().secret_access_key,
        "us-east-1",
        &fields["policy"],
        PUBLISHED_AT,
    );
    assert_eq!(fields["x-amz-signature"], signed);
    let uncovered: Vec<_> = fields
        .keys()
        .filter(|name| !want.to_string().contains(&format!("${name}\"")))
        .collect();
    assert_eq!(uncovered, ["policy", "x-amz-signature"]);
}

#[test]
fn a_worthless_form_differs_in_nothing_but_the_signature() {
    let (good, worthless) = (form(&key()), form(&key().worthless()));
    let differing: Vec<_> = good
        .keys()
        .filter(|name| good[*name] != worthless[*name])
        .collect();
    assert_eq!(differing, ["x-amz-signature"]);
    assert_eq!(
        good["x-amz-signature"].len(),
        worthless["x-amz-signature"].len()
    );
    assert_eq!(good.len(), worthless.len());
}

#[test]
fn addresses_follow_partition_and_endpoint() {
    for (region, endpoint, want) in [
        (
            "us-east-1",
            None,
            "https://photos.s3.us-east-1.amazonaws.com/",
        ),
        (
            "us-gov-west-1",
            None,
            "https://photos.s3.us-gov-west-1.amazonaws.com/",
        ),
        (
            "cn-north-1",
            None,
            "https://photos.s3.cn-north-1.amazonaws.com.cn/",
        ),
        (
            "us-east-1",
            Some("http://127.0.0.1:4566/"),
            "http://127.0.0.1:4566/photos",
        ),
    ] {
        assert_eq!(bucket(region, endpoint).url(), want);
    }
}

#[test]
fn a_key_is_not_shown() {
    assert_eq!(format!("{:?}", key()), "SigningKey(…)");
}
