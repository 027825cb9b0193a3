//! The Serverless Application Repository: what it demands of the metadata, and which types of resources it takes.
//!
//! Metadata: developer guide of the repository, "Applications" (properties of `CreateApplication`) and the SAM developer guide, "AWS SAM template
//! Metadata section properties". Types: "List of Supported AWS Resources" of the developer guide.

use serde_json::Value;

use crate::problems::Problems;

/// Types on the list as AWS published it in its sources (awsdocs/aws-serverlessrepo-developer-guide, February 2021); later ones may be more.
const TAKEN: [&str; 22] = [
    "AWS::CloudFront::CloudFrontOriginAccessIdentity",
    "AWS::CloudFront::Distribution",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolClient",
    "AWS::DynamoDB::Table",
    "AWS::Events::Rule",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
];
/// Not on that list, and needed: nothing else makes a secret with the stack. `docs/deploying.md` says so to publishers.
const HOPED_FOR: [&str; 1] = ["AWS::SecretsManager::Secret"];
/// Most labels of an application.
const LABELS: usize = 10;

/// Tells what the repository would refuse of the metadata. `version` is the workspace's.
pub(super) fn check(template: &Value, version: &str, problems: &mut Problems) {
    metadata(
        &template["Metadata"]["AWS::ServerlessRepo::Application"],
        version,
        problems,
    );
}

/// Tells which resources of its own template, as translated, the repository would refuse.
pub(crate) fn check_types(template: &Value) -> anyhow::Result<()> {
    let mut problems = Problems::default();
    types(template, &mut problems);
    problems.into_result()
}

fn types(template: &Value, problems: &mut Problems) {
    for (id, resource) in template["Resources"].as_object().into_iter().flatten() {
        let kind = resource["Type"].as_str().unwrap_or_default();
        let known = TAKEN.contains(&kind) || HOPED_FOR.contains(&kind);
        if !known && !kind.starts_with("Custom::") {
            problems.add(format!(
                "{id}: the Serverless Application Repository is not known to take {kind}: look at its list, then write it into template_rules/repository.rs, or leave it out in template_rules/edition.rs"
            ));
        }
    }
}

fn metadata(application: &Value, version: &str, problems: &mut Problems) {
    let text = |name: &str| application[name].as_str().unwrap_or_default();
    let mut demand = |holds: bool, sentence: &str| {
        if !holds {
            problems.add(format!("AWS::ServerlessRepo::Application: {sentence}"));
        }
    };
    let words = |text: &str, allowed: fn(char) -> bool| text.chars().all(allowed);
    let length = |text: &str, most| (1..=most).contains(&text.len());
    demand(
        length(text("Name"), 140) && words(text("Name"), |c| c.is_ascii_alphanumeric() || c == '-'),
        "Name has 1 to 140 letters, digits and hyphens",
    );
    demand(
        length(text("Description"), 256),
        "Description has 1 to 256 characters",
    );
    let author = text("Author");
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    demand(
        length(author, 127)
            && words(author, plain)
            && !author.starts_with('-')
            && !author.ends_with('-')
            && !author.contains("--"),
        "Author has 1 to 127 lower-case letters, digits and single hyphens inside",
    );
    demand(
        text("SpdxLicenseId") == "Apache-2.0",
        "SpdxLicenseId is the workspace's licence, Apache-2.0",
    );
    demand(
        text("LicenseUrl") == "LICENSE" && text("ReadmeUrl") == "README.md",
        "LicenseUrl and ReadmeUrl are LICENSE and README.md, which `cargo xtask package` puts beside the template",
    );
    let labels = application["Labels"].as_array();
    let is_label = |label: &Value| {
        label.as_str().is_some_and(|label| {
            length(label, 127)
                && words(label, |c| c.is_ascii_alphanumeric() || "+-_:/@".contains(c))
        })
    };
    demand(
        labels.is_some_and(|labels| {
            (1..=LABELS).contains(&labels.len()) && labels.iter().all(is_label)
        }),
        "there are 1 to 10 Labels, of letters, digits and +-_:/@",
    );
    demand(
        text("SemanticVersion") == version,
        &format!("SemanticVersion is the workspace's version, {version}"),
    );
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sound() -> Value {
        json!({
            "Metadata": {"AWS::ServerlessRepo::Application": {
                "Name": "face-login", "Description": "d", "Author": "a-b", "SpdxLicenseId": "Apache-2.0", "LicenseUrl": "LICENSE",
                "ReadmeUrl": "README.md", "Labels": ["a", "b:c"], "SemanticVersion": "1.2.3"}},
            "Resources": {"T": {"Type": "AWS::DynamoDB::Table"}, "C": {"Type": "Custom::Thing"}},
        })
    }

    fn told(template: &Value) -> String {
        let mut problems = Problems::default();
        check(template, "1.2.3", &mut problems);
        types(template, &mut problems);
        problems.told()
    }

    #[test]
    fn what_the_repository_refuses_is_told() {
        assert_eq!(told(&sound()), "");
        let eleven: Vec<String> = (0..11).map(|number| number.to_string()).collect();
        for (name, value, want) in [
            ("Name", json!("face login"), "Name has"),
            ("Name", json!("a".repeat(141)), "Name has"),
            ("Description", json!(""), "Description has"),
            ("Description", json!("a".repeat(257)), "Description has"),
            ("Author", json!("Face"), "Author has"),
            ("Author", json!("a--b"), "Author has"),
            ("Author", json!("a-"), "Author has"),
            ("Author", json!({"Ref": "A"}), "Author has"),
            ("SpdxLicenseId", json!("MIT"), "SpdxLicenseId is"),
            ("LicenseUrl", json!("COPYING"), "LicenseUrl and ReadmeUrl"),
            ("ReadmeUrl", Value::Null, "LicenseUrl and ReadmeUrl"),
            ("Labels", json!(eleven), "1 to 10 Labels"),
            ("Labels", json!(["a b"]), "1 to 10 Labels"),
            ("SemanticVersion", json!("1.2.4"), "SemanticVersion is"),
        ] {
            let mut template = sound();
            template["Metadata"]["AWS::ServerlessRepo::Application"][name] = value.clone();
            let text = told(&template);
            assert!(text.contains(want), "{name} {value}: {text}");
        }
        let mut template = sound();
        template["Resources"]["T"]["Type"] = json!("AWS::CloudFront::OriginAccessControl");
        assert!(told(&template).contains("T: the Serverless Application Repository"));
    }
}
