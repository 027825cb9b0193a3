//! What is read, what it comes to, and what is refused.

use std::collections::BTreeMap;

use crate::{Facts, Function, Pseudo, ResourceFacts, Template};
use serde_json::{Value, json};

mod grammar;

const HEADER: &str =
    "AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::Serverless-2016-10-31\n";

fn facts(template: &Template, given: &[(&str, &str)]) -> Facts {
    let given: BTreeMap<String, String> = given
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect();
    let arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:Key-AbCdEf";
    let queue = ResourceFacts {
        reference: "http://queue".into(),
        attributes: BTreeMap::from([("Arn".into(), json!("arn:queue"))]),
    };
    let secret = ResourceFacts {
        reference: arn.into(),
        attributes: BTreeMap::new(),
    };
    Facts {
        parameters: template.parameter_values(&given).unwrap(),
        pseudo: Pseudo {
            region: "us-east-1".into(),
            account_id: "123456789012".into(),
            partition: "aws".into(),
            stack_name: "face-login".into(),
            stack_id:
                "arn:aws:cloudformation:us-east-1:123456789012:stack/face-login/1a2b3c4d-0000"
                    .into(),
        },
        resources: BTreeMap::from([("Queue".into(), queue), ("Key".into(), secret)]),
        secrets: BTreeMap::from([(arn.into(), "s3cret".into())]),
    }
}

/// The properties of a table `T` written as flow YAML, with a few neighbours to refer to.
fn evaluated(property: &str) -> Result<Value, String> {
    let text = format!(
        "{HEADER}
Parameters:
  Colour: {{Type: String, Default: red}}
  Count: {{Type: Number, Default: 3}}
  Names: {{Type: CommaDelimitedList, Default: 'a, b'}}
Mappings: {{Sizes: {{red: {{big: 10}}}}}}
Conditions:
  Red: !Equals [!Ref Colour, red]
  NotRed: !Not [!Condition Red]
  Both: !And [!Condition Red, {{'Fn::Equals': [!Ref Count, '3']}}]
  Either: !Or [!Condition NotRed, !Equals [1, 2]]
Resources:
  Queue: {{Type: AWS::SQS::Queue}}
  Key: {{Type: AWS::SecretsManager::Secret}}
  T: {{Type: AWS::DynamoDB::Table, Properties: {{X: {property}}}}}
"
    );
    let template = Template::parse(&text).map_err(|problems| problems.to_string())?;
    let resolved = template
        .resolve(&facts(&template, &[]))
        .map_err(|problems| problems.to_string())?;
    let table = resolved
        .iter()
        .find(|resource| resource.logical_id == "T")
        .unwrap();
    Ok(table
        .properties
        .get("X")
        .cloned()
        .unwrap_or(json!("(gone)")))
}

#[test]
fn intrinsic_functions() {
    for (written, want) in [
        ("!Ref Colour", json!("red")),
        ("!Ref Count", json!("3")),
        ("!Ref Names", json!(["a", "b"])),
        ("!Ref Queue", json!("http://queue")),
        ("!Ref AWS::Region", json!("us-east-1")),
        ("!Ref AWS::NoValue", json!("(gone)")),
        ("!GetAtt Queue.Arn", json!("arn:queue")),
        ("{'Fn::GetAtt': [Queue, Arn]}", json!("arn:queue")),
        (
            "!Sub '${AWS::StackName}-${Queue.Arn}-${Colour}-${!Literal}'",
            json!("face-login-arn:queue-red-${Literal}"),
        ),
        (
            "!Sub ['${Own}/${Colour}', {Own: !Ref Count}]",
            json!("3/red"),
        ),
        ("!If [Red, 1, 2]", json!(1)),
        ("!If [NotRed, 1, 2]", json!(2)),
        ("!If [Both, yes!, 2]", json!("yes!")),
        ("!If [Either, 1, !Ref AWS::NoValue]", json!("(gone)")),
        ("!Join ['-', [a, !Ref Count]]", json!("a-3")),
        ("!Select [1, !Split ['/', 'x/y']]", json!("y")),
        (
            "!Select [0, !Split ['-', !Select [2, !Split ['/', !Ref 'AWS::StackId']]]]",
            json!("1a2b3c4d"),
        ),
        ("!FindInMap [Sizes, !Ref Colour, big]", json!(10)),
        (
            "!Sub '{{resolve:secretsmanager:${Key}:SecretString}}'",
            json!("s3cret"),
        ),
        (
            "[a, !Ref AWS::NoValue, {b: !Ref Count}]",
            json!(["a", {"b": "3"}]),
        ),
        ("'true'", json!("true")),
    ] {
        assert_eq!(evaluated(written), Ok(want), "{written}");
    }
}

#[test]
fn refused_by_name() {
    for (written, want) in [
        (
            "!Ref Nothing",
            "`Nothing` is neither a parameter nor a resource",
        ),
        ("!Sub '${Nobody.Arn}'", "`Nobody` is neither"),
        ("!GetAtt Queue.Colour", "no attribute `Colour` of `Queue`"),
        ("!ImportValue x", "!ImportValue"),
        ("{'Fn::Transform': x}", "Fn::Transform"),
        ("!Select [2, [a, b]]", "index below 2"),
        ("!FindInMap [Sizes, blue, big]", "Mappings.Sizes.blue.big"),
        ("OFF", "quote `OFF`"),
        ("012", "quote `012`"),
        ("'{{resolve:ssm:/x}}'", "{{resolve:secretsmanager"),
        ("!If [Purple, 1, 2]", "no condition `Purple`"),
        ("{a: 1, a: 2}", "`a` appears twice"),
        ("!Ref T", "circular dependency"),
    ] {
        let problems = evaluated(written).expect_err(written);
        assert!(problems.contains(want), "{written}: {problems}");
    }
}

#[test]
fn every_problem_is_reported_at_once_with_its_place() {
    let text = format!(
        "{HEADER}Rules: {{}}\nResources:\n  A: {{Type: AWS::EC2::Instance}}\n  B: {{Type: AWS::SQS::Queue, CreationPolicy: x}}\n"
    );
    let problems = Template::parse(&text).unwrap_err();
    assert_eq!(
        problems.lines(),
        [
            "line 3, Rules: the local stack does not know this section",
            "line 5, Resources.A.Type: the local stack does not know AWS::EC2::Instance: add it to its table of resource types as served or inert",
            "line 6, Resources.B.CreationPolicy: the local stack does not know this attribute of a resource",
        ]
    );
}

#[test]
fn parameters_are_checked_as_declared() {
    let text = format!(
        "{HEADER}
Parameters:
  Origin: {{Type: String, Default: 'https://a', AllowedPattern: 'https?://[a-z]+'}}
  Percent: {{Type: Number, Default: 99, MinValue: 90, MaxValue: 100}}
  Mode: {{Type: String, Default: ON1, AllowedValues: [ON1, OFF1]}}
  Short: {{Type: String, Default: ab, MinLength: 2, MaxLength: 3}}
Resources: {{Q: {{Type: AWS::SQS::Queue}}}}
"
    );
    let template = Template::parse(&text).unwrap();
    for (name, value, want) in [
        ("Origin", "https://b", None),
        ("Origin", "https://b/path", Some("does not match")),
        ("Origin", "xhttps://b", Some("does not match")),
        ("Percent", "99.5", None),
        ("Percent", "89", Some("at least 90")),
        ("Percent", "101", Some("at most 100")),
        ("Percent", "many", Some("is no number")),
        ("Mode", "OFF1", None),
        ("Mode", "off1", Some("is none of ON1, OFF1")),
        ("Short", "abcd", Some("at most 3 characters")),
        ("Absent", "1", Some("no such parameter")),
    ] {
        let given = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        let got = template
            .parameter_values(&given)
            .map_err(|problems| problems.to_string());
        match (want, got) {
            (None, got) => assert_eq!(got.unwrap()[name], json!(value), "{name}={value}"),
            (Some(want), got) => assert!(
                got.as_ref().is_err_and(|text| text.contains(want)),
                "{name}={value}: {got:?}"
            ),
        }
    }
}

fn function(properties: &str) -> Result<Function, String> {
    let text = format!(
        "{HEADER}
Globals: {{Function: {{Runtime: provided.al2023, Handler: bootstrap, Timeout: 5, Environment: {{Variables: {{SHARED: a, OWN: b}}}}}}}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Metadata: {{BuildProperties: {{Binary: verify}}}}
    Properties: {{{properties}}}
"
    );
    let template = Template::parse(&text).unwrap();
    let resolved = template.resolve(&facts(&template, &[])).unwrap();
    Function::read(&resolved[0]).map_err(|problems| {
        problems
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    })
}

#[test]
fn functions_take_the_globals() {
    let function = function(
        "MemorySize: 256, Environment: {Variables: {OWN: c}}, Policies: [{Statement: []}]",
    )
    .unwrap();
    assert_eq!(
        (
            function.timeout.as_secs(),
            function.memory_mb,
            function.binary.as_str()
        ),
        (5, 256, "verify")
    );
    assert_eq!(
        function.environment,
        [("OWN".into(), "c".into()), ("SHARED".into(), "a".into())]
    );
    assert_eq!(function.policies, [json!({"Statement": []})]);
}

#[test]
fn functions_refuse_what_is_not_served() {
    for (properties, want) in [
        ("Events: {Api: {Type: Api}}", "SAM events are not read"),
        (
            "Policies: [AWSLambdaExecute]",
            "AWSLambdaExecute: managed policies",
        ),
        (
            "Policies: [{S3ReadPolicy: {BucketName: b}}]",
            "S3ReadPolicy: managed policies",
        ),
        ("VpcConfig: {}", "VpcConfig: the local stack does not know"),
        ("Timeout: 901", "from 1 to 900"),
        ("Runtime: nodejs20.x", "has to be provided.al2023"),
        ("Environment: {Variables: {AWS_REGION: x}}", "sets itself"),
        (
            "Environment: {Vars: {A: x}}",
            "Environment.Vars: the local stack does not know",
        ),
        (
            "LoggingConfig: {Format: JSON}",
            "LoggingConfig.Format: the local stack does not know",
        ),
        ("LoggingConfig: JSON", "LoggingConfig: has to be a map"),
        (
            "LoggingConfig: {ApplicationLogLevel: LOUD}",
            "LoggingConfig.ApplicationLogLevel: has to be one of TRACE",
        ),
    ] {
        let problems = function(properties).err().unwrap_or_default();
        assert!(problems.contains(want), "{properties}: {problems}");
    }
}

#[test]
fn the_projects_own_template_is_read() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml"))
        .unwrap();
    let template = Template::parse(&text).unwrap();
    assert!(
        template
            .resource_types()
            .any(|(_, kind)| kind == "AWS::Cognito::UserPool")
    );
    template.parameter_values(&BTreeMap::new()).unwrap();
}
