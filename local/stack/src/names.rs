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
    let facts = Facts {
        parameters,
        pseudo: Pseudo {
            region: REGION.to_owned(),
            account_id: ACCOUNT.to_owned(),
            partition: PARTITION.to_owned(),
            stack_name: STACK_NAME.to_owned(),
            stack_id: identity.stack_id.clone(),
        },
        resources: BTreeMap::new(),
        secrets: BTreeMap::new(),
    };
    let existing = template.existing(&facts)?;
    let mut namer = Namer {
        template,
        facts,
        identity,
        problems: Vec::new(),
    };
    for (logical_id, kind) in existing {
        let described = namer.describe(&logical_id, &kind, addresses);
        if kind == "AWS::Serverless::Function" {
            // SAM makes a role beside each function.
            let role = format!("{logical_id}Role");
            let its_role = self::described(made_up(namer.identity, &role), []);
            namer.facts.resources.insert(role, its_role);
        }
        namer.facts.resources.insert(logical_id, described);
    }
    if namer.problems.is_empty() {
        Ok(namer.facts)
    } else {
        Err(Problems(namer.problems))
    }
}

struct Namer<'run> {
    template: &'run Template,
    facts: Facts,
    identity: &'run mut Identity,
    problems: Vec<Problem>,
}

impl Namer<'_> {
    fn describe(&mut self, logical_id: &str, kind: &str, addresses: &Addresses) -> ResourceFacts {
        match kind {
            "AWS::S3::Bucket" => {
                let given = self.given(logical_id, "BucketName");
                // Bucket names are lower case.
                bucket(&given.unwrap_or_else(|| made_up(self.identity, logical_id).to_lowercase()))
            }
            "AWS::DynamoDB::Table" => {
                with_arn(&self.name(logical_id, "TableName"), "dynamodb", "table/")
            }
            "AWS::SQS::Queue" => queue(&self.name(logical_id, "QueueName")),
            "AWS::Serverless::Function" => with_arn(
                &self.name(logical_id, "FunctionName"),
                "lambda",
                "function:",
            ),
            "AWS::WAFv2::WebACL" => {
                with_arn(&self.name(logical_id, "Name"), "wafv2", "regional/webacl/")
            }
            "AWS::Events::Rule" => with_arn(&self.name(logical_id, "Name"), "events", "rule/"),
            "AWS::SecretsManager::Secret" => self.secret(logical_id),
            "AWS::Cognito::UserPool" => pool(self.identity, addresses),
            "AWS::Cognito::UserPoolClient" => self.client(logical_id),
            "AWS::CloudFront::Distribution" => {
                let id = self.identity.suffix(logical_id).to_uppercase();
                let domain = format!("d{}.cloudfront.net", id.to_lowercase());
                described(id, [("DomainName", domain)])
            }
            "AWS::CloudFront::OriginAccessControl" => {
                let id = self.identity.suffix(logical_id).to_uppercase();
                described(id.clone(), [("Id", id)])
            }
            _ => described(made_up(self.identity, logical_id), []),
        }
    }

    fn client(&mut self, logical_id: &str) -> ResourceFacts {
        let id = self.identity.client(logical_id).to_owned();
        let name = self.name(logical_id, "ClientName");
        let mut client = described(id.clone(), [("ClientId", id), ("Name", name)]);
        let facts = &self.facts;
        let wanted = self
            .template
            .property(logical_id, "GenerateSecret", facts)
            .ok()
            .flatten();
        if wanted.is_some_and(|wanted| wanted == true || wanted == "true") {
            // 24 to 64 characters on AWS.
            let secret = self.identity.secret(logical_id, 52, Punctuation::Exclude);
            let attribute = ("ClientSecret".to_owned(), secret.into());
            client.attributes.extend([attribute]);
        }
        client
    }

    fn name(&mut self, logical_id: &str, property: &str) -> String {
        let given = self.given(logical_id, property);
        given.unwrap_or_else(|| made_up(self.identity, logical_id))
    }

    fn given(&mut self, logical_id: &str, property: &str) -> Option<String> {
        match self.template.property(logical_id, property, &self.facts) {
            Ok(name) => name?.as_str().map(str::to_owned),
            Err(found) => {
                self.problems.extend(found.0);
                None
            }
        }
    }

    /// Only `GenerateSecretString` with a length and without conditions on the characters is served.
    fn secret(&mut self, logical_id: &str) -> ResourceFacts {
        let property = "GenerateSecretString";
        let place = format!("Resources.{logical_id}.Properties.{property}");
        let (mut length, mut punctuation) = (32, Punctuation::Include);
        match self.template.property(logical_id, property, &self.facts) {
            Ok(Some(Value::Object(options))) => {
                for (name, value) in &options {
                    let text = value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned);
                    match (name.as_str(), text.parse::<usize>()) {
                        ("PasswordLength", Ok(wanted)) if (1..=4096).contains(&wanted) => {
                            length = wanted;
                        }
                        ("ExcludePunctuation", _) if text == "true" => {
                            punctuation = Punctuation::Exclude;
                        }
                        ("ExcludePunctuation", _) if text == "false" => {}
                        _ => self.problems.push(Problem::new(
                            format!("{place}.{name}"),
                            "the local stack does not know this, or not this value",
                        )),
                    }
                }
            }
            Ok(_) => self.problems.push(Problem::new(
                place,
                "is missing: the local stack serves generated secrets only",
            )),
            Err(found) => self.problems.extend(found.0),
        }
        let suffix = &self.identity.suffix(logical_id)[..6];
        let arn = arn("secretsmanager", &format!("secret:{logical_id}-{suffix}"));
        let secret = self.identity.secret(logical_id, length, punctuation);
        self.facts.secrets.insert(arn.clone(), secret.to_owned());
        described(arn.clone(), [("Id", arn)])
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
