//! POST forms, beginning with AWS's published example.

use super::{keys, time};
use crate::{
    credentials::{Keys, Principal},
    sigv4::{PostFormError, verify_form},
};

/// The policy of "Example: Browser-Based Upload using HTTP POST" in S3's API reference, with its line ends, as one line of base64.
const POLICY: &str = concat!(
    "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBb",
    "InN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDov",
    "L3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2Uv",
    "Il0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFy",
    "dHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3",
    "czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9",
);
const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const NOW: &str = "20151229T000000Z";

/// The example's form; `changes` replace, add or (with an empty value) remove fields.
fn form(changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = vec![
        ("key", "user/user1/${filename}"),
        (
            "X-Amz-Credential",
            "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request",
        ),
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
        ("X-Amz-Date", "20151229T000000Z"),
        ("Policy", POLICY),
        (
            "X-Amz-Signature",
            "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e",
        ),
    ];
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        if !value.is_empty() {
            fields.push((name, value));
        }
    }
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn signer(changes: &[(&str, &str)], keys: &Keys) -> Result<Principal, PostFormError> {
    verify_form(&form(changes), keys, "us-east-1", time(NOW))
}

#[test]
fn the_published_example_verifies() {
    assert_eq!(signer(&[], &keys(KEY, SECRET, None)), Ok(Principal::Admin));
}

#[test]
fn other_forms_are_refused() {
    let longer = format!("{POLICY}x");
    let missing = |field| PostFormError::Missing { field };
    let malformed = |field| PostFormError::Malformed { field };
    for (name, changes, want) in [
        (
            "another policy",
            [("Policy", longer.as_str())],
            PostFormError::Mismatch,
        ),
        (
            "another signature",
            [("X-Amz-Signature", "8afdbf")],
            PostFormError::Mismatch,
        ),
        (
            "no signature",
            [("X-Amz-Signature", "")],
            missing("x-amz-signature"),
        ),
        ("no policy", [("Policy", "")], missing("policy")),
        (
            "a second policy",
            [("policy", POLICY)],
            PostFormError::Twice { field: "policy" },
        ),
        (
            "a token for a key that has none",
            [("x-amz-security-token", "t")],
            PostFormError::WrongToken,
        ),
        (
            "another day",
            [("X-Amz-Date", "20151230T000000Z")],
            malformed("x-amz-credential"),
        ),
        (
            "another region",
            [(
                "X-Amz-Credential",
                "AKIAIOSFODNN7EXAMPLE/20151229/us-west-1/s3/aws4_request",
            )],
            malformed("x-amz-credential"),
        ),
        (
            "another service",
            [(
                "X-Amz-Credential",
                "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/sns/aws4_request",
            )],
            malformed("x-amz-credential"),
        ),
        (
            "another key",
            [(
                "X-Amz-Credential",
                "AKIAOTHER/20151229/us-east-1/s3/aws4_request",
            )],
            PostFormError::UnknownKey,
        ),
        (
            "the old algorithm",
            [("X-Amz-Algorithm", "AWS-HMAC-SHA1")],
            malformed("x-amz-algorithm"),
        ),
    ] {
        assert_eq!(
            signer(&changes, &keys(KEY, SECRET, None)),
            Err(want),
            "{name}"
        );
    }
}

#[test]
fn a_temporary_keys_form_needs_its_token_and_ends_with_it() {
    let temporary = keys(KEY, SECRET, Some("token"));
    assert_eq!(signer(&[], &temporary), Err(PostFormError::WrongToken));
    assert_eq!(
        signer(&[("x-amz-security-token", "other")], &temporary),
        Err(PostFormError::WrongToken)
    );
    assert_eq!(
        signer(&[("x-amz-security-token", "token")], &temporary),
        Ok(Principal::Admin)
    );
}
