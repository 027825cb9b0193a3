//! What no linter finds in the translated template, and what our security promises of it.

use serde_json::Value;

use crate::problems::Problems;

/// Cognito gives a synchronous trigger five seconds, whatever the function says.
const TRIGGER_SECONDS: u64 = 5;

/// Actions that AWS offers for all resources only.
const ALL_RESOURCES_ONLY: [&str; 1] = ["rekognition:DetectFaces"];

/// Checks every rule and tells all that are broken.
pub(crate) fn check(template: &Value) -> anyhow::Result<()> {
    let mut problems = Problems::default();
    for (id, resource) in template["Resources"].as_object().into_iter().flatten() {
        let properties = &resource["Properties"];
        match resource["Type"].as_str().unwrap_or_default() {
            "AWS::Cognito::UserPool" => triggers_are_quick(template, properties, &mut problems),
            "AWS::Lambda::Permission" => permission_is_bound(id, properties, &mut problems),
            "AWS::S3::Bucket" => bucket_is_private(id, properties, &mut problems),
            "AWS::IAM::Role" => role_is_narrow(id, properties, &mut problems),
            _ => {}
        }
    }
    problems.into_result()
}

fn triggers_are_quick(template: &Value, pool: &Value, problems: &mut Problems) {
    for (trigger, arn) in pool["LambdaConfig"].as_object().into_iter().flatten() {
        let Some(function) = arn["Fn::GetAtt"][0].as_str() else {
            problems.add(format!(
                "LambdaConfig.{trigger} is not the Arn of a function of this template"
            ));
            continue;
        };
        let timeout = template["Resources"][function]["Properties"]["Timeout"].as_u64();
        if timeout.is_none_or(|seconds| seconds > TRIGGER_SECONDS) {
            problems.add(format!("{function} is Cognito's {trigger}: its Timeout is {timeout:?}, more than {TRIGGER_SECONDS} s"));
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

fn role_is_narrow(id: &str, role: &Value, problems: &mut Problems) {
    let policies = role["Policies"].as_array().into_iter().flatten();
    for statement in policies.flat_map(|policy| {
        policy["PolicyDocument"]["Statement"]
            .as_array()
            .into_iter()
            .flatten()
    }) {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sound() -> Value {
        json!({"Resources": {
            "Pool": {"Type": "AWS::Cognito::UserPool", "Properties": {"LambdaConfig": {"PreSignUp": {"Fn::GetAtt": ["F", "Arn"]}}}},
            "F": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": 5}},
            "P": {"Type": "AWS::Lambda::Permission", "Properties": {"FunctionName": {"Ref": "F"}, "SourceArn": "a", "SourceAccount": "b"}},
            "B": {"Type": "AWS::S3::Bucket", "Properties": {
                "PublicAccessBlockConfiguration":
                    {"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true},
                "NotificationConfiguration": {"QueueConfigurations": [{"Event": "s3:ObjectCreated:*"}]}}},
            "R": {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": {"Statement": [
                {"Action": ["s3:GetObject"], "Resource": "arn"}, {"Action": "rekognition:DetectFaces", "Resource": "*"}]}}]}},
        }})
    }

    #[test]
    fn a_sound_template_passes() {
        assert!(check(&sound()).is_ok());
    }

    #[test]
    fn every_rule_finds_its_mistake() {
        for (pointer, value, want) in [
            ("/Resources/F/Properties/Timeout", json!(6), "more than 5 s"),
            (
                "/Resources/P/Properties/FunctionName/Ref",
                json!("G"),
                "Cognito may not call F",
            ),
            (
                "/Resources/P/Properties/SourceArn",
                Value::Null,
                "no SourceArn",
            ),
            (
                "/Resources/P/Properties/SourceAccount",
                Value::Null,
                "no SourceAccount",
            ),
            (
                "/Resources/B/Properties/PublicAccessBlockConfiguration/BlockPublicAcls",
                json!(false),
                "BlockPublicAcls",
            ),
            (
                "/Resources/B/Properties/NotificationConfiguration/QueueConfigurations/0/Event",
                json!("s3:Created"),
                "notifies on",
            ),
            (
                "/Resources/R/Properties/Policies/0/PolicyDocument/Statement/0/Action/0",
                json!("s3:*"),
                "name each action",
            ),
            (
                "/Resources/R/Properties/Policies/0/PolicyDocument/Statement/0/Resource",
                json!("*"),
                "on all resources",
            ),
        ] {
            let mut template = sound();
            *template.pointer_mut(pointer).unwrap() = value;
            let text = check(&template).unwrap_err().to_string();
            assert!(text.contains(want), "{pointer}: {text}");
        }
    }
}
