//! What has to fit together: a trigger and its permission, a parameter and the variables that carry it, a policy and what it protects.

use serde_json::{Map, Value, json};

use crate::problems::Problems;

/// Least time of the indexer: Rekognition's throttling is waited out for 30 s, then a photo is worked on.
const INDEXER_LEAST: u64 = 45;
/// How often a function's time fits into the visibility timeout of its queue, at the defaults.
const VISIBILITY: u64 = 3;

/// What an app is configured with, and an operator looks for.
const OUTPUTS: [&str; 9] = [
    "PageUrl",
    "UserPoolId",
    "UserPoolClientId",
    "CollectionPrefix",
    "EnrolmentsTableName",
    "ChallengesTableName",
    "SelfiesBucketName",
    "DocumentsBucketName",
    "DeadLetterQueueUrl",
];

/// Checks every relation.
pub(super) fn check(template: &Value, problems: &mut Problems) {
    let empty = Map::new();
    let resources = template["Resources"].as_object().unwrap_or(&empty);
    for (id, resource) in resources {
        let properties = &resource["Properties"];
        match resource["Type"].as_str().unwrap_or_default() {
            "AWS::Lambda::Function" => {
                logs_end_some_day(id, properties, resources, problems);
                variables_carry_their_namesakes(id, properties, template, problems);
            }
            "AWS::Lambda::Permission" => {
                permitted_trigger_is_used(id, properties, resources, problems);
            }
            "AWS::S3::Bucket" => bucket_wants_tls(id, properties, resources, problems),
            "AWS::SQS::QueuePolicy" => queue_policy_is_bound(id, properties, problems),
            "AWS::Lambda::EventSourceMapping" => times_fit(properties, template, problems),
            "AWS::IAM::Role" => policies_say_their_version(id, properties, problems),
            _ => {}
        }
        if let Some(document) = properties.get("PolicyDocument") {
            says_its_version(id, document, problems);
        }
    }
    parameters_are_bounded(template, problems);
    parameters_are_shown(template, problems);
    collections_have_one_name(resources, problems);
    outputs_are_complete(template, problems);
}

/// Each function writes into a group of its own, which this template makes.
fn logs_end_some_day(
    id: &str,
    function: &Value,
    resources: &Map<String, Value>,
    problems: &mut Problems,
) {
    let group = function["LoggingConfig"]["LogGroup"]["Ref"].as_str();
    let own = id.strip_suffix("Function").unwrap_or(id);
    let made = group.and_then(|group| resources.get(group));
    if group != Some(format!("{own}Logs").as_str())
        || made.is_none_or(|made| made["Type"] != "AWS::Logs::LogGroup")
    {
        problems.add(format!(
            "{id} has to log into {own}Logs: the group that Lambda makes keeps everything for ever"
        ));
    }
}

/// `SELFIE_SECONDS` of `SelfieSeconds`.
fn screaming(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(letter.to_ascii_uppercase());
    }
    text
}

/// A variable that is named like a parameter or resource holds just that.
fn variables_carry_their_namesakes(
    id: &str,
    function: &Value,
    template: &Value,
    problems: &mut Problems,
) {
    let names = |section: &str| {
        template[section]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
    };
    for (variable, value) in function["Environment"]["Variables"]
        .as_object()
        .into_iter()
        .flatten()
    {
        let namesake = names("Parameters")
            .chain(names("Resources"))
            .find(|name| screaming(name) == *variable);
        let Some(namesake) = namesake else { continue };
        let by_name = &template["Resources"][namesake]["Properties"]["BucketName"];
        let secret = json!({"Fn::Sub": format!("{{{{resolve:secretsmanager:${{{namesake}}}:SecretString}}}}")});
        let fits = *value == json!({"Ref": namesake})
            || (!by_name.is_null() && value == by_name)
            || *value == secret;
        if !fits {
            problems.add(format!("{id}: {variable} has to carry {namesake}"));
        }
    }
}

/// Whatever Cognito may call is one of the pool's triggers: a trigger that was taken out is a gate that stands open.
fn permitted_trigger_is_used(
    id: &str,
    permission: &Value,
    resources: &Map<String, Value>,
    problems: &mut Problems,
) {
    if permission["Principal"] != "cognito-idp.amazonaws.com" {
        return;
    }
    if permission["Action"] != "lambda:InvokeFunction" {
        problems.add(format!("{id} has to allow lambda:InvokeFunction"));
    }
    let wanted = json!({"Fn::GetAtt": [permission["FunctionName"]["Ref"], "Arn"]});
    let pools = resources
        .values()
        .filter(|resource| resource["Type"] == "AWS::Cognito::UserPool");
    let mut triggers = pools.flat_map(|pool| {
        pool["Properties"]["LambdaConfig"]
            .as_object()
            .into_iter()
            .flatten()
    });
    // A trigger with a version holds its function one level deeper.
    if !triggers.any(|(_, trigger)| *trigger == wanted || trigger["LambdaArn"] == wanted) {
        problems.add(format!(
            "{id} lets Cognito call a function that no trigger of the pool names"
        ));
    }
}

fn bucket_wants_tls(
    id: &str,
    bucket: &Value,
    resources: &Map<String, Value>,
    problems: &mut Problems,
) {
    if bucket["BucketName"].is_null() {
        problems.add(format!(
            "{id} has no BucketName, by which roles and functions know it"
        ));
    }
    let wanted = json!({
        "Sid": "TlsOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": [{"Fn::GetAtt": [id, "Arn"]}, {"Fn::Sub": format!("${{{id}.Arn}}/*")}],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    });
    let policy = resources.values().find(|resource| {
        resource["Type"] == "AWS::S3::BucketPolicy"
            && resource["Properties"]["Bucket"]["Ref"] == *id
    });
    let statements =
        policy.and_then(|policy| policy["Properties"]["PolicyDocument"]["Statement"].as_array());
    let statements = statements.map_or(&[][..], Vec::as_slice);
    if !statements.contains(&wanted) {
        problems.add(format!(
            "{id} has no policy that denies everything, to everybody, without TLS"
        ));
    }
    for other in statements.iter().filter(|other| **other != wanted) {
        if !reads_for_cloudfront(id, other, resources) {
            problems.add(format!(
                "{id} lets somebody in by its policy: roles do that, and the page's distribution"
            ));
        }
    }
}

/// Whether a statement lets one distribution of this template's read objects, and nothing more.
fn reads_for_cloudfront(id: &str, statement: &Value, resources: &Map<String, Value>) -> bool {
    let distributions = resources
        .iter()
        .filter(|(_, resource)| resource["Type"] == "AWS::CloudFront::Distribution");
    distributions.into_iter().any(|(distribution, _)| {
        let arn = format!(
            "arn:${{AWS::Partition}}:cloudfront::${{AWS::AccountId}}:distribution/${{{distribution}}}"
        );
        *statement
            == json!({
                "Sid": "CloudFront", "Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject",
                "Resource": {"Fn::Sub": format!("${{{id}.Arn}}/*")},
                "Condition": {"StringEquals": {"aws:SourceArn": {"Fn::Sub": arn}}},
            })
    })
}

/// Only this account's bucket may send, and only send.
fn queue_policy_is_bound(id: &str, policy: &Value, problems: &mut Problems) {
    for statement in policy["PolicyDocument"]["Statement"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let narrow = statement["Action"] == "sqs:SendMessage" && statement["Resource"] != "*";
        let conditions = &statement["Condition"];
        let bound = !conditions["ArnEquals"]["aws:SourceArn"].is_null()
            && conditions["StringEquals"]["aws:SourceAccount"] == json!({"Ref": "AWS::AccountId"});
        if !(narrow && bound) {
            problems.add(format!(
                "{id} has to let one bucket of this account send, and nothing more"
            ));
        }
    }
}

fn times_fit(mapping: &Value, template: &Value, problems: &mut Problems) {
    let function = mapping["FunctionName"]["Ref"].as_str().unwrap_or_default();
    let timeout = template["Resources"][function]["Properties"]["Timeout"]
        .as_u64()
        .unwrap_or_default();
    let visibility = template["Parameters"]["QueueVisibilitySeconds"]["Default"]
        .as_u64()
        .unwrap_or_default();
    if timeout < INDEXER_LEAST || visibility < timeout * VISIBILITY {
        problems.add(format!(
            "{function}: its Timeout of {timeout} s has to be at least {INDEXER_LEAST} s, and fit {VISIBILITY} times into QueueVisibilitySeconds ({visibility} s)"
        ));
    }
}

fn policies_say_their_version(id: &str, role: &Value, problems: &mut Problems) {
    for policy in role["Policies"].as_array().into_iter().flatten() {
        says_its_version(id, &policy["PolicyDocument"], problems);
    }
}

/// Without one a policy is of 2008, whose variables are plain text.
fn says_its_version(id: &str, document: &Value, problems: &mut Problems) {
    if document["Version"] != "2012-10-17" {
        problems.add(format!("{id}: a policy has to say Version 2012-10-17"));
    }
}

fn parameters_are_bounded(template: &Value, problems: &mut Problems) {
    for (name, parameter) in template["Parameters"].as_object().into_iter().flatten() {
        let has = |bound: &str| !parameter[bound].is_null();
        let bounded = match parameter["Type"].as_str() {
            Some("Number") => has("MinValue") && has("MaxValue"),
            _ => has("AllowedPattern") || has("AllowedValues"),
        };
        if !bounded {
            problems.add(format!("parameter {name} takes anything: give it MinValue and MaxValue, AllowedPattern or AllowedValues"));
        }
    }
}

/// Whoever deploys in a console sees every parameter in its group, under a label.
fn parameters_are_shown(template: &Value, problems: &mut Problems) {
    let interface = &template["Metadata"]["AWS::CloudFormation::Interface"];
    let grouped: Vec<&Value> = interface["ParameterGroups"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|group| group["Parameters"].as_array().into_iter().flatten())
        .collect();
    for (name, parameter) in template["Parameters"].as_object().into_iter().flatten() {
        let groups = grouped
            .iter()
            .filter(|grouped| ***grouped == **name)
            .count();
        let label = &interface["ParameterLabels"][name]["default"];
        if groups != 1 || label.is_null() || parameter["Description"].is_null() {
            problems.add(format!(
                "parameter {name} needs a Description, a label and a place in one group of AWS::CloudFormation::Interface"
            ));
        }
    }
}

/// The functions look for the collections where the custom resource makes them.
fn collections_have_one_name(resources: &Map<String, Value>, problems: &mut Problems) {
    let prefix = &resources
        .get("Collections")
        .map_or(&Value::Null, |resource| &resource["Properties"])["Prefix"];
    for (id, resource) in resources {
        let used = &resource["Properties"]["Environment"]["Variables"]["COLLECTION_PREFIX"];
        if !used.is_null() && used != prefix {
            problems.add(format!(
                "{id}: COLLECTION_PREFIX has to be the Prefix of Collections"
            ));
        }
    }
}

/// What an app and the acceptance suite on AWS are configured with.
fn outputs_are_complete(template: &Value, problems: &mut Problems) {
    for name in OUTPUTS {
        if template["Outputs"][name].is_null() {
            problems.add(format!("the output {name} is missing"));
        }
    }
}
