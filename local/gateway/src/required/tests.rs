//! Which permissions each request needs, and which requests are refused because nobody could judge them.

mod json;
mod refused;
mod s3;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::{Need, Place, Required, Unmapped, unsigned};
use crate::AwsService::{self, CognitoIdp, DynamoDb, Rekognition, S3};

const TABLE: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/rows";
const OTHER: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/other";
const FACES: &str = "arn:aws:rekognition:us-east-1:123456789012:collection/faces";
const POOL: &str = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc";

fn place() -> Place {
    Place {
        partition: "aws".to_owned(),
        region: "us-east-1".to_owned(),
        account_id: "123456789012".to_owned(),
        mail_identity: Some("shop.example".to_owned()),
    }
}

fn json_request(service: AwsService, operation: &str, body: &Value) -> Request<Bytes> {
    let prefix = match service {
        DynamoDb => "DynamoDB_20120810",
        Rekognition => "RekognitionService",
        _ => "AWSCognitoIdentityProviderService",
    };
    let request = Request::post("/").header("x-amz-target", format!("{prefix}.{operation}"));
    request
        .body(Bytes::from(body.to_string()))
        .expect("a request")
}

fn s3_request(method: &str, uri: &str, header: Option<(&str, &str)>) -> Request<Bytes> {
    let mut request = Request::builder().method(method).uri(uri);
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    request.body(Bytes::new()).expect("a request")
}

fn needed(request: Result<Required, Unmapped>) -> Result<Vec<(String, String)>, Unmapped> {
    request.map(|required| {
        required
            .needs
            .into_iter()
            .map(
                |Need {
                     action, resource, ..
                 }| (action, resource),
            )
            .collect()
    })
}

fn needs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(action, resource)| ((*action).to_owned(), (*resource).to_owned()))
        .collect()
}

#[test]
fn only_cognitos_public_operations_come_unsigned() {
    #[rustfmt::skip]
    let cases = [
        (CognitoIdp, "InitiateAuth", true),
        (CognitoIdp, "SignUp", true),
        (CognitoIdp, "AdminCreateUser", false),
        (CognitoIdp, "ListUsers", false),
        (CognitoIdp, "Nothing", false),
        (DynamoDb, "GetItem", false),
    ];
    for (service, operation, public) in cases {
        let request = json_request(service, operation, &json!({}));
        assert_eq!(unsigned(service, &request).is_some(), public, "{operation}");
    }
    assert!(
        unsigned(
            CognitoIdp,
            &s3_request("GET", "/us-east-1_abc/.well-known/jwks.json", None)
        )
        .is_some()
    );
    assert!(unsigned(S3, &s3_request("GET", "/photos/a", None)).is_none());
}
