//! What the template grants each function, in the words of the golden list of actions: a grant that comes or goes shows without a run of the suite.

use std::collections::BTreeSet;

use serde_json::Value;

use super::one_or_many;

/// `VerifyFunction dynamodb:GetItem {ChallengesTable}` for every action on every resource that a role allows.
pub(super) fn granted(template: &Value) -> BTreeSet<String> {
    let mut granted = BTreeSet::new();
    for (role, resource) in template["Resources"].as_object().into_iter().flatten() {
        let Some((role, policies)) = policies(role, resource) else {
            continue;
        };
        // SAM names the role of a function after it.
        let function = role.strip_suffix("Role").unwrap_or(role);
        let statements = policies.iter().flat_map(|policy| {
            policy["PolicyDocument"]["Statement"]
                .as_array()
                .into_iter()
                .flatten()
        });
        for statement in statements.filter(|statement| statement["Effect"] == "Allow") {
            let resources = match &statement["Resource"] {
                Value::Array(several) => several.clone(),
                one => vec![one.clone()],
            };
            for action in one_or_many(&statement["Action"]) {
                for resource in &resources {
                    granted.insert(format!(
                        "{function} {action} {}",
                        logical(resource, template)
                    ));
                }
            }
        }
    }
    granted
}

/// The role and its policies, which it holds itself or a resource of their own holds.
fn policies<'value>(
    id: &'value str,
    resource: &'value Value,
) -> Option<(&'value str, &'value [Value])> {
    let properties = &resource["Properties"];
    match resource["Type"].as_str()? {
        "AWS::IAM::Role" => Some((
            id,
            properties["Policies"].as_array().map_or(&[], Vec::as_slice),
        )),
        "AWS::IAM::Policy" => Some((
            properties["Roles"][0]["Ref"].as_str()?,
            std::slice::from_ref(properties),
        )),
        _ => None,
    }
}

/// A resource as the local stack records it.
fn logical(resource: &Value, template: &Value) -> String {
    if let (Some(id), Some("Arn")) = (
        resource["Fn::GetAtt"][0].as_str(),
        resource["Fn::GetAtt"][1].as_str(),
    ) {
        return format!("{{{id}}}");
    }
    let substituted = &resource["Fn::Sub"];
    let text = substituted
        .as_str()
        .or_else(|| substituted[0].as_str())
        .or_else(|| resource.as_str());
    let Some(text) = text else {
        return resource.to_string();
    };
    let text = buckets(template)
        .into_iter()
        .fold(text.to_owned(), |text, (id, name)| {
            match text.strip_prefix(&format!("arn:${{AWS::Partition}}:s3:::{name}")) {
                Some(key) => format!("{{{id}}}{key}"),
                None => text,
            }
        });
    let collections = "arn:${AWS::Partition}:rekognition:${AWS::Region}:${AWS::AccountId}:collection/${AWS::StackName}-${Short}";
    let identity =
        "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${Identity}";
    let arns = text
        .replace(collections, "{collections}")
        .replace(identity, "{identity}");
    // `${Table.Arn}/index/*`
    match arns
        .strip_prefix("${")
        .and_then(|rest| rest.split_once(".Arn}"))
    {
        Some((id, rest)) => format!("{{{id}}}{rest}"),
        None => arns,
    }
}

/// Buckets that are named by `Fn::Sub`, longest name first: one name may begin like another.
fn buckets(template: &Value) -> Vec<(String, String)> {
    let resources = template["Resources"].as_object().into_iter().flatten();
    let mut buckets: Vec<(String, String)> = resources
        .filter(|(_, resource)| resource["Type"] == "AWS::S3::Bucket")
        .filter_map(|(id, bucket)| {
            Some((
                id.clone(),
                bucket["Properties"]["BucketName"]["Fn::Sub"]
                    .as_str()?
                    .to_owned(),
            ))
        })
        .collect();
    buckets.sort_by_key(|(_, name)| std::cmp::Reverse(name.len()));
    buckets
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn grants_are_told_as_the_stack_records_them() {
        let template = json!({"Resources": {
            "PhotosBucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "${AWS::StackName}-photos"}}},
            "FRole": {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": {"Statement": [
                {"Effect": "Allow", "Action": ["d:Get", "d:Put"], "Resource": [{"Fn::GetAtt": ["T", "Arn"]}, {"Fn::Sub": "${T.Arn}/index/*"}]},
                {"Effect": "Allow", "Action": "s3:Get", "Resource": {"Fn::Sub": "arn:${AWS::Partition}:s3:::${AWS::StackName}-photos/a/*"}},
                {"Effect": "Allow", "Action": "r:Search", "Resource": {"Fn::Sub": ["arn:${AWS::Partition}:rekognition:${AWS::Region}:${AWS::AccountId}:collection/${AWS::StackName}-${Short}-g*", {}]}},
                {"Effect": "Allow", "Action": "r:Detect", "Resource": "*"},
                {"Effect": "Deny", "Action": "x:Y", "Resource": "*"},
            ]}}]}},
            "More": {"Type": "AWS::IAM::Policy", "Properties": {"Roles": [{"Ref": "GRole"}], "PolicyDocument": {"Statement": [
                {"Effect": "Allow", "Action": "c:Out", "Resource": {"Fn::GetAtt": ["Pool", "Arn"]}}]}}},
        }});
        let told: Vec<String> = granted(&template).into_iter().collect();
        assert_eq!(
            told,
            [
                "F d:Get {T}",
                "F d:Get {T}/index/*",
                "F d:Put {T}",
                "F d:Put {T}/index/*",
                "F r:Detect *",
                "F r:Search {collections}-g*",
                "F s3:Get {PhotosBucket}/a/*",
                "G c:Out {Pool}",
            ]
        );
    }
}
