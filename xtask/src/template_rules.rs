//! What no linter finds in the translated template, and what our security promises of it.

pub(crate) mod edition;
mod grants;
mod page;
mod promises;
pub(crate) mod repository;
#[cfg(test)]
mod tests;
mod wiring;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::problems::Problems;

/// Cognito gives a synchronous trigger five seconds, whatever the function says; Verify needs most of them.
const TRIGGER_SECONDS: u64 = 5;

/// Actions that AWS offers for all resources only.
const ALL_RESOURCES_ONLY: [&str; 1] = ["rekognition:DetectFaces"];

/// Checks every rule and tells all that are broken. `golden` are the grants of the golden list of actions.
pub(crate) fn check(template: &Value, golden: &BTreeSet<String>) -> anyhow::Result<()> {
    let mut problems = Problems::default();
    general(template, &mut problems);
    wiring::check(template, &mut problems);
    repository::check(template, env!("CARGO_PKG_VERSION"), &mut problems);
    promises::check(template, &mut problems);
    page::check(template, &mut problems);
    grants_are_golden(template, golden, &mut problems);
    problems.into_result()
}

fn grants_are_golden(template: &Value, golden: &BTreeSet<String>, problems: &mut Problems) {
    let granted = grants::granted(template);
    for grant in golden.difference(&granted) {
        problems.add(format!(
            "{grant} is in tests/golden/actions.txt and not granted"
        ));
    }
    for grant in granted.difference(golden) {
        problems.add(format!("{grant} is granted and not in tests/golden/actions.txt: run `cargo xtask test`, then `cargo xtask actions --write`"));
    }
}

fn general(template: &Value, problems: &mut Problems) {
    for (id, resource) in template["Resources"].as_object().into_iter().flatten() {
        let properties = &resource["Properties"];
        match resource["Type"].as_str().unwrap_or_default() {
            "AWS::Cognito::UserPool" => triggers_are_quick(template, properties, problems),
            "AWS::Lambda::Permission" => permission_is_bound(id, properties, problems),
            "AWS::S3::Bucket" => bucket_is_private(id, properties, problems),
            "AWS::IAM::Role" => {
                for policy in properties["Policies"].as_array().into_iter().flatten() {
                    policy_is_narrow(id, &policy["PolicyDocument"], problems);
                }
            }
            "AWS::IAM::Policy" => policy_is_narrow(id, &properties["PolicyDocument"], problems),
            _ => {}
        }
    }
}

fn triggers_are_quick(template: &Value, pool: &Value, problems: &mut Problems) {
    for (trigger, arn) in pool["LambdaConfig"].as_object().into_iter().flatten() {
        // A trigger with a version holds its function one level deeper.
        let arn = arn.get("LambdaArn").unwrap_or(arn);
        let Some(function) = arn["Fn::GetAtt"][0].as_str() else {
            problems.add(format!(
                "LambdaConfig.{trigger} is not the Arn of a function of this template"
            ));
            continue;
        };
        let timeout = template["Resources"][function]["Properties"]["Timeout"].as_u64();
        if timeout != Some(TRIGGER_SECONDS) {
            problems.add(format!("{function} is Cognito's {trigger}: its Timeout is {timeout:?}, not {TRIGGER_SECONDS} s"));
        }
        let permitted =
            template["Resources"]
                .as_object()
                .into_iter()
                .flatten()
                .any(|(_, resource)| {
                    resource["Type"] == "AWS::Lambda::Permission"
                        && resource["Properties"]["FunctionName"]["Ref"] == function
                });
        if !permitted {
            problems.add(format!(
                "Cognito may not call {function}: it has no AWS::Lambda::Permission"
            ));
        }
    }
}

fn permission_is_bound(id: &str, permission: &Value, problems: &mut Problems) {
    for property in ["SourceArn", "SourceAccount"] {
        if permission[property].is_null() {
            problems.add(format!(
                "{id} has no {property}: anybody's resource could call the function"
            ));
        }
    }
}

fn bucket_is_private(id: &str, bucket: &Value, problems: &mut Problems) {
    for block in [
        "BlockPublicAcls",
        "BlockPublicPolicy",
        "IgnorePublicAcls",
        "RestrictPublicBuckets",
    ] {
        if bucket["PublicAccessBlockConfiguration"][block] != true {
            problems.add(format!(
                "{id} does not set PublicAccessBlockConfiguration.{block}"
            ));
        }
    }
    for queue in bucket["NotificationConfiguration"]["QueueConfigurations"]
        .as_array()
        .into_iter()
        .flatten()
    {
        if queue["Event"] != "s3:ObjectCreated:*" {
            problems.add(format!(
                "{id} notifies on {}, which is not the event that the indexer knows",
                queue["Event"]
            ));
        }
    }
}

fn policy_is_narrow(id: &str, document: &Value, problems: &mut Problems) {
    for statement in document["Statement"].as_array().into_iter().flatten() {
        let actions = one_or_many(&statement["Action"]);
        for action in &actions {
            if action.contains('*') {
                problems.add(format!("{id} allows {action}: name each action"));
            }
        }
        let all = one_or_many(&statement["Resource"]).contains(&"*");
        for action in actions
            .iter()
            .filter(|action| all && !ALL_RESOURCES_ONLY.contains(action))
        {
            problems.add(format!("{id} allows {action} on all resources: name them"));
        }
    }
}

fn one_or_many(value: &Value) -> Vec<&str> {
    match value {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}
