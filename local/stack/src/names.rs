//! Physical names and attributes of every resource, before any of them exists.

use std::collections::BTreeMap;

use face_login_local_template::{Facts, Problem, Problems, Pseudo, ResourceFacts, Template};
use serde_json::Value;

use crate::identity::{ACCOUNT, Identity, PARTITION, Punctuation, REGION, STACK_NAME};
use crate::ports::Addresses;

/// Facts of the stack: names as they were made up, attributes derived from them.
pub(crate) fn facts(
    template: &Template,
    parameters: BTreeMap<String, Value>,
    identity: &mut Identity,
    addresses: &Addresses,
) -> Result<Facts, Problems> {
    let pseudo = Pseudo {
        region: REGION.to_owned(),
        account_id: ACCOUNT.to_owned(),
        partition: PARTITION.to_owned(),
        stack_name: STACK_NAME.to_owned(),
        stack_id: identity.stack_id.clone(),
    };
    let mut facts = Facts {
        parameters,
        pseudo,
        resources: BTreeMap::new(),
        secrets: BTreeMap::new(),
    };
    let mut problems = Vec::new();
    for (logical_id, kind) in template.existing(&facts)? {
        let mut named = |property: &str| match template.property(&logical_id, property, &facts) {
            Ok(name) => name.and_then(|name| name.as_str().map(str::to_owned)),
            Err(found) => {
                problems.extend(found.0);
                None
            }
        };
        let described = match kind.as_str() {
            "AWS::S3::Bucket" => bucket(
                &named("BucketName")
                    .unwrap_or_else(|| made_up(identity, &logical_id).to_lowercase()),
            ),
            "AWS::DynamoDB::Table" => with_arn(
                &named("TableName").unwrap_or_else(|| made_up(identity, &logical_id)),
                "dynamodb",
                "table/",
            ),
            "AWS::SQS::Queue" => {
                queue(&named("QueueName").unwrap_or_else(|| made_up(identity, &logical_id)))
            }
            "AWS::Serverless::Function" => with_arn(
                &named("FunctionName").unwrap_or_else(|| made_up(identity, &logical_id)),
                "lambda",
                "function:",
            ),
            "AWS::SecretsManager::Secret" => {
                let (described, secret) =
                    secret(template, &logical_id, &facts, identity, &mut problems);
                facts.secrets.insert(described.reference.clone(), secret);
                described
            }
            "AWS::Cognito::UserPool" => pool(identity, addresses),
            "AWS::Cognito::UserPoolClient" => {
                let attributes =
                    BTreeMap::from([("ClientId".to_owned(), identity.client_id.clone().into())]);
                ResourceFacts {
                    reference: identity.client_id.clone(),
                    attributes,
                }
            }
            _ => ResourceFacts {
                reference: made_up(identity, &logical_id),
                attributes: BTreeMap::new(),
            },
        };
        facts.resources.insert(logical_id, described);
    }
    if problems.is_empty() {
        Ok(facts)
    } else {
        Err(Problems(problems))
    }
}

fn made_up(identity: &mut Identity, logical_id: &str) -> String {
    format!("{STACK_NAME}-{logical_id}-{}", identity.suffix(logical_id))
}

fn arn(service: &str, resource: &str) -> String {
    format!("arn:{PARTITION}:{service}:{REGION}:{ACCOUNT}:{resource}")
}

fn with_arn(name: &str, service: &str, kind: &str) -> ResourceFacts {
    let attributes = BTreeMap::from([(
        "Arn".to_owned(),
        arn(service, &format!("{kind}{name}")).into(),
    )]);
    ResourceFacts {
        reference: name.to_owned(),
        attributes,
    }
}

fn bucket(name: &str) -> ResourceFacts {
    let attributes = [
        ("Arn", format!("arn:{PARTITION}:s3:::{name}")),
        ("DomainName", format!("{name}.s3.amazonaws.com")),
        (
            "RegionalDomainName",
            format!("{name}.s3.{REGION}.amazonaws.com"),
        ),
    ];
    described(name.to_owned(), attributes)
}

fn queue(name: &str) -> ResourceFacts {
    let url = format!("https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}");
    described(
        url.clone(),
        [
            ("Arn", arn("sqs", name)),
            ("QueueName", name.to_owned()),
            ("QueueUrl", url),
        ],
    )
}

fn pool(identity: &Identity, addresses: &Addresses) -> ResourceFacts {
    let id = &identity.pool_id;
    let attributes = [
        ("Arn", identity.pool_arn()),
        ("UserPoolId", id.clone()),
        (
            "ProviderName",
            format!("cognito-idp.{REGION}.amazonaws.com/{id}"),
        ),
        ("ProviderURL", format!("{}/{id}", addresses.url("cognito"))),
    ];
    described(id.clone(), attributes)
}

fn described<const N: usize>(reference: String, attributes: [(&str, String); N]) -> ResourceFacts {
    ResourceFacts {
        reference,
        attributes: attributes
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect(),
    }
}

/// Only `GenerateSecretString` with a length and without conditions on the characters is served.
fn secret(
    template: &Template,
    logical_id: &str,
    facts: &Facts,
    identity: &mut Identity,
    problems: &mut Vec<Problem>,
) -> (ResourceFacts, String) {
    let place = |property: &str| format!("Resources.{logical_id}.Properties.{property}");
    let (mut length, mut punctuation) = (32, Punctuation::Include);
    match template.property(logical_id, "GenerateSecretString", facts) {
        Ok(Some(Value::Object(options))) => {
            for (name, value) in &options {
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                match (name.as_str(), text.parse::<usize>()) {
                    ("PasswordLength", Ok(wanted)) if (1..=4096).contains(&wanted) => {
                        length = wanted
                    }
                    ("ExcludePunctuation", _) if text == "true" => {
                        punctuation = Punctuation::Exclude
                    }
                    ("ExcludePunctuation", _) if text == "false" => {}
                    _ => problems.push(Problem::new(
                        place(&format!("GenerateSecretString.{name}")),
                        "the local stack does not know this, or not this value",
                    )),
                }
            }
        }
        Ok(_) => problems.push(Problem::new(
            place("GenerateSecretString"),
            "is missing: the local stack serves generated secrets only",
        )),
        Err(found) => problems.extend(found.0),
    }
    let reference = arn(
        "secretsmanager",
        &format!("secret:{logical_id}-{}", &identity.suffix(logical_id)[..6]),
    );
    let secret = identity.secret(logical_id, length, punctuation).to_owned();
    (described(reference.clone(), [("Id", reference)]), secret)
}
