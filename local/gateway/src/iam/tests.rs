//! Tables of what policies allow and which ones are refused.

use serde_json::{Value, json};

use super::{Grant, PolicyError, RolePolicy, Verdict, pattern::wildcard};

const ROWS: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/rows";
const OTHER: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/other";
const SELFIE: &str = "arn:aws:s3:::photos/selfies/abc";

fn judge(policies: &Value, action: &str, resource: &str) -> Verdict {
    RolePolicy::parse(policies.as_array().unwrap())
        .unwrap()
        .judge(action, resource)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the calls read like the JSON they make"
)]
fn statement(effect: &str, action: Value, resource: Value) -> Value {
    json!({"Effect": effect, "Action": action, "Resource": resource})
}

#[test]
fn only_what_is_allowed_and_not_denied_passes() {
    let get = json!([{"Version": "2012-10-17", "Statement": [statement("Allow", json!("dynamodb:GetItem"), json!(ROWS))]}]);
    let keys = json!([statement(
        "Allow",
        json!(["s3:Get*", "s3:PutObject"]),
        json!("arn:aws:s3:::photos/selfies/*")
    )]);
    let denied = json!([
        statement("Allow", json!("*"), json!("*")),
        statement("Deny", json!("dynamodb:*"), json!([OTHER, ROWS]))
    ]);
    let denied_first = json!([
        statement("Deny", json!("s3:*"), json!("*")),
        statement("Allow", json!("s3:*"), json!("*"))
    ]);
    let any_region = json!([statement(
        "Allow",
        json!("dynamodb:Get?tem"),
        json!("arn:aws:dynamodb:*:123456789012:table/ro?s")
    )]);
    let table = "arn:aws:dynamodb:us-east-1:123456789012:table/rows/index/by-mail";
    for (name, policy, action, resource, want) in [
        (
            "no policy",
            &json!([]),
            "dynamodb:GetItem",
            ROWS,
            Verdict::NotAllowed,
        ),
        (
            "the very action and resource",
            &get,
            "dynamodb:GetItem",
            ROWS,
            Verdict::Allowed,
        ),
        (
            "actions know no case",
            &get,
            "DynamoDB:getitem",
            ROWS,
            Verdict::Allowed,
        ),
        (
            "another action",
            &get,
            "dynamodb:PutItem",
            ROWS,
            Verdict::NotAllowed,
        ),
        (
            "another table",
            &get,
            "dynamodb:GetItem",
            OTHER,
            Verdict::NotAllowed,
        ),
        (
            "an index of the table",
            &get,
            "dynamodb:GetItem",
            table,
            Verdict::NotAllowed,
        ),
        (
            "resources know case",
            &get,
            "dynamodb:GetItem",
            &ROWS.to_uppercase(),
            Verdict::NotAllowed,
        ),
        (
            "a prefix with star",
            &keys,
            "s3:GetObject",
            SELFIE,
            Verdict::Allowed,
        ),
        (
            "a star reaches over slashes",
            &keys,
            "s3:GetObject",
            "arn:aws:s3:::photos/selfies/a/b:c",
            Verdict::Allowed,
        ),
        (
            "outside the prefix",
            &keys,
            "s3:GetObject",
            "arn:aws:s3:::photos/documents/abc",
            Verdict::NotAllowed,
        ),
        (
            "the bucket is not its objects",
            &keys,
            "s3:GetObject",
            "arn:aws:s3:::photos",
            Verdict::NotAllowed,
        ),
        (
            "deny beats a later or earlier allow",
            &denied,
            "dynamodb:GetItem",
            ROWS,
            Verdict::DeniedExplicitly,
        ),
        (
            "deny stated first beats allow",
            &denied_first,
            "s3:GetObject",
            SELFIE,
            Verdict::DeniedExplicitly,
        ),
        (
            "deny elsewhere leaves the allow",
            &denied,
            "s3:GetObject",
            SELFIE,
            Verdict::Allowed,
        ),
        (
            "star and question mark",
            &any_region,
            "dynamodb:GetItem",
            ROWS,
            Verdict::Allowed,
        ),
        (
            "a star stays in its segment",
            &any_region,
            "dynamodb:GetItem",
            "arn:aws:dynamodb:a:b:123456789012:table/rows",
            Verdict::NotAllowed,
        ),
        (
            "no resource needs a star",
            &get,
            "dynamodb:GetItem",
            "*",
            Verdict::NotAllowed,
        ),
    ] {
        assert_eq!(judge(policy, action, resource), want, "{name}");
    }
}

#[test]
fn what_is_not_understood_is_refused_by_name() {
    let unknown = |element: &str| PolicyError::UnknownElement {
        element: element.to_owned(),
    };
    let bad = |element, found: &str| PolicyError::BadValue {
        element,
        found: found.to_owned(),
    };
    let mut condition = statement("Allow", json!("s3:GetObject"), json!("*"));
    condition["Condition"] = json!({"Bool": {"aws:SecureTransport": true}});
    let mut other_key = condition.clone();
    other_key["Condition"] = json!({"StringEquals": {"aws:SourceVpc": "v"}});
    for (name, policy, want) in [
        (
            "managed policy",
            json!(["AWSLambdaBasicExecutionRole"]),
            PolicyError::NotInline {
                index: 0,
                found: "\"AWSLambdaBasicExecutionRole\"".to_owned(),
            },
        ),
        (
            "SAM template",
            json!([{"S3ReadPolicy": {"BucketName": "b"}}]),
            PolicyError::NotInline {
                index: 0,
                found: "S3ReadPolicy".to_owned(),
            },
        ),
        ("condition", json!([condition]), unknown("Condition.Bool")),
        (
            "key of a condition",
            json!([other_key]),
            unknown("Condition.StringEquals.aws:SourceVpc"),
        ),
        (
            "not action",
            json!([{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}]),
            unknown("NotAction"),
        ),
        (
            "not resource",
            json!([{"Effect": "Allow", "Action": "s3:*", "NotResource": "*"}]),
            unknown("NotResource"),
        ),
        (
            "principal",
            json!([{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": "*"}]),
            unknown("Principal"),
        ),
        (
            "no action",
            json!([{"Effect": "Allow", "Resource": "*"}]),
            PolicyError::Missing { element: "Action" },
        ),
        (
            "no resource",
            json!([{"Effect": "Allow", "Action": "s3:*"}]),
            PolicyError::Missing {
                element: "Resource",
            },
        ),
        (
            "effect",
            json!([statement("allow", json!("s3:*"), json!("*"))]),
            bad("Effect", "\"allow\""),
        ),
        (
            "version",
            json!([{"Version": "2020-01-01", "Statement": []}]),
            bad("Version", "\"2020-01-01\""),
        ),
        (
            "wildcard service",
            json!([statement("Allow", json!("*:GetItem"), json!("*"))]),
            bad("Action", "*:GetItem"),
        ),
        (
            "no ARN",
            json!([statement("Allow", json!("s3:*"), json!("photos/*"))]),
            bad("Resource", "photos/*"),
        ),
        (
            "short ARN",
            json!([statement("Allow", json!("s3:*"), json!("arn:aws:s3*"))]),
            bad("Resource", "arn:aws:s3*"),
        ),
        (
            "variable",
            json!([statement(
                "Allow",
                json!("s3:*"),
                json!("arn:aws:s3:::b/${aws:username}")
            )]),
            bad("Resource", "arn:aws:s3:::b/${aws:username}"),
        ),
        (
            "unresolved",
            json!([statement("Allow", json!("s3:*"), json!({"Ref": "Bucket"}))]),
            bad("Resource", "{\"Ref\":\"Bucket\"}"),
        ),
    ] {
        assert_eq!(
            RolePolicy::parse(policy.as_array().unwrap()).unwrap_err(),
            want,
            "{name}"
        );
    }
}

#[test]
fn wildcards_match_runs_and_single_characters() {
    for (pattern, text, want) in [
        ("", "", true),
        ("*", "", true),
        ("a*b*c", "aXXbYbZc", true),
        ("a*b*c", "aXXbYbZ", false),
        ("a?c", "ac", false),
        ("a?c", "abc", true),
        ("*a", "aaab", false),
        ("abc", "abcd", false),
        ("é?", "éü", true),
    ] {
        assert_eq!(wildcard(pattern, text), want, "{pattern} on {text}");
    }
}

#[test]
fn the_grant_that_allows_is_named_as_it_is_written() {
    let policies = json!([
        statement(
            "Allow",
            json!(["dynamodb:GetItem", "dynamodb:Put*"]),
            json!([OTHER, ROWS])
        ),
        statement("Deny", json!("dynamodb:PutItem"), json!(OTHER)),
        statement("Allow", json!("rekognition:DetectFaces"), json!("*")),
    ]);
    let role = RolePolicy::parse(policies.as_array().unwrap()).unwrap();
    let grant = |action: &str, resource: &str| Grant {
        action: action.to_owned(),
        resource: resource.to_owned(),
    };
    assert_eq!(
        role.grants(),
        [
            grant("dynamodb:GetItem", OTHER),
            grant("dynamodb:GetItem", ROWS),
            grant("dynamodb:Put*", OTHER),
            grant("dynamodb:Put*", ROWS),
            grant("rekognition:DetectFaces", "*"),
        ]
    );
    for (action, resource, want) in [
        (
            "dynamodb:getitem",
            ROWS,
            Some(grant("dynamodb:GetItem", ROWS)),
        ),
        ("dynamodb:PutItem", ROWS, Some(grant("dynamodb:Put*", ROWS))),
        (
            "rekognition:DetectFaces",
            "*",
            Some(grant("rekognition:DetectFaces", "*")),
        ),
        ("dynamodb:DeleteItem", ROWS, None),
    ] {
        assert_eq!(
            role.granting(action, resource),
            want,
            "{action} on {resource}"
        );
    }
}

#[test]
fn a_condition_is_met_by_one_of_its_values_to_the_letter() {
    let mut sends = statement("Allow", json!("ses:SendEmail"), json!("*"));
    sends["Condition"] =
        json!({"StringEquals": {"ses:FromAddress": ["face@shop.example", "me@shop.example"]}});
    let policy = RolePolicy::parse(&[sends]).unwrap();
    for (context, want) in [
        (
            vec![("ses:FromAddress", "me@shop.example")],
            Verdict::Allowed,
        ),
        (
            vec![("ses:FromAddress", "ME@shop.example")],
            Verdict::NotAllowed,
        ),
        (
            vec![("ses:Recipients", "me@shop.example")],
            Verdict::NotAllowed,
        ),
        (vec![], Verdict::NotAllowed),
    ] {
        let context: Vec<(&str, String)> = context
            .into_iter()
            .map(|(key, value)| (key, value.to_owned()))
            .collect();
        let verdict = policy.judge_in(
            "ses:SendEmail",
            "arn:aws:ses:us-east-1:1:identity/x",
            &context,
        );
        assert_eq!(verdict, want, "{context:?}");
    }
}
