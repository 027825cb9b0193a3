//! `cargo xtask aws-ready STACKS.json RESOURCES.json OUT.json`: a ready file for a stack in an AWS account, from what the AWS
//! CLI says about it. The key comes from the environment, as the CLI takes it.

use std::path::Path;

use anyhow::{Context as _, bail};
use serde_json::{Map, Value, json};

use crate::say;

/// What the tests need by logical id.
const NEEDED: [&str; 6] = [
    "EnrolmentsTable",
    "ChallengesTable",
    "SelfiesBucket",
    "DocumentsBucket",
    "UserPool",
    "UserPoolClient",
];

/// Writes the file, readable for its owner only.
#[expect(clippy::disallowed_methods, reason = "xtask is the outermost edge")]
pub(crate) fn aws_ready(arguments: &[String]) -> anyhow::Result<()> {
    let [stacks, resources, out] = arguments else {
        bail!(
            "usage: cargo xtask aws-ready STACKS.json RESOURCES.json OUT.json (see docs/testing-on-aws.md)"
        );
    };
    let key = Key::from(|name| std::env::var(name).ok())?;
    let content = ready(&read(stacks)?, &read(resources)?, &key)?;
    write_private(Path::new(out), &format!("{content:#}\n"))?;
    say::line(&format!(
        "{out} holds a secret key: delete it after the tests"
    ));
    Ok(())
}

fn read(path: &str) -> anyhow::Result<Value> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {path}"))?;
    serde_json::from_str(&text).with_context(|| format!("{path} is not JSON"))
}

/// The key that the tests look behind the stack with.
struct Key {
    id: String,
    secret: String,
    session: Option<String>,
}

impl Key {
    fn from(variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let needed = |name: &str| {
            variable(name).with_context(|| {
                format!(
                    "{name} is not set: `aws configure export-credentials --format env` prints it"
                )
            })
        };
        Ok(Self {
            id: needed("AWS_ACCESS_KEY_ID")?,
            secret: needed("AWS_SECRET_ACCESS_KEY")?,
            session: variable("AWS_SESSION_TOKEN"),
        })
    }
}

/// The ready file of the first stack in the answer of `describe-stacks`, with the names in that of
/// `describe-stack-resources`.
fn ready(stacks: &Value, resources: &Value, key: &Key) -> anyhow::Result<Value> {
    let stack = &stacks["Stacks"][0];
    let id = stack["StackId"]
        .as_str()
        .context("no Stacks[0].StackId: is this the answer of describe-stacks?")?;
    let [_, partition, _, region, ..] = id.split(':').collect::<Vec<_>>()[..] else {
        bail!("{id} is no ARN");
    };
    let suffix = if partition == "aws-cn" {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    };
    let names: Map<String, Value> = resources["StackResources"]
        .as_array()
        .context("no StackResources: is this the answer of describe-stack-resources?")?
        .iter()
        .filter_map(|resource| {
            Some((
                resource["LogicalResourceId"].as_str()?.to_owned(),
                resource["PhysicalResourceId"].clone(),
            ))
        })
        .collect();
    let missing: Vec<&str> = NEEDED
        .into_iter()
        .filter(|name| !names.contains_key(*name))
        .collect();
    if !missing.is_empty() {
        bail!("the stack has no {}", missing.join(", "));
    }
    let parameter = |name: &str| {
        let all = stack["Parameters"].as_array().into_iter().flatten();
        let found = all
            .into_iter()
            .find(|parameter| parameter["ParameterKey"] == name);
        found
            .and_then(|parameter| parameter["ParameterValue"].as_str())
            .with_context(|| format!("the stack has no parameter {name}"))
    };
    let outputs = stack["Outputs"].as_array().into_iter().flatten();
    let mut page = outputs.filter(|output| output["OutputKey"] == "PageUrl");
    let page = page
        .next()
        .and_then(|output| output["OutputValue"].as_str());
    // Without a page of its own, the stack knows where it is.
    let page = page.map_or_else(
        || Ok(format!("{}/", parameter("PageOrigin")?)),
        |page| anyhow::Ok(page.to_owned()),
    )?;
    let pool = names["UserPool"].as_str().context("UserPool has no name")?;
    let endpoint = |service: &str| format!("https://{service}.{region}.{suffix}");
    let issuer = format!("{}/{pool}", endpoint("cognito-idp"));
    Ok(json!({
        "version": 1,
        "page": page,
        "consentVersion": parameter("ConsentVersion")?,
        "region": region,
        "userPoolId": pool,
        "clientId": names["UserPoolClient"],
        "jwks": format!("{issuer}/.well-known/jwks.json"),
        "issuer": issuer,
        "cognito": endpoint("cognito-idp"),
        "s3": endpoint("s3"),
        "dynamodb": endpoint("dynamodb"),
        "rekognition": endpoint("rekognition"),
        "adminKey": {"accessKeyId": key.id, "secretAccessKey": key.secret, "sessionToken": key.session},
        "stack": names,
    }))
}

/// Writes a new file that only its owner can read.
#[cfg(unix)]
pub(crate) fn write_private(path: &Path, content: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let mut file = options
        .open(path)
        .with_context(|| format!("making {} (it must not exist yet)", path.display()))?;
    file.write_all(content.as_bytes())
        .with_context(|| format!("writing {}", path.display()))
}

#[cfg(not(unix))]
pub(crate) fn write_private(_: &Path, _: &str) -> anyhow::Result<()> {
    bail!("only Linux and macOS keep the key from others; on Windows use WSL")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(name: &str) -> Value {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("samples")
            .join(name);
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    fn key() -> Key {
        Key::from(|name| Some(name.to_lowercase())).unwrap()
    }

    #[test]
    fn a_ready_file_comes_from_what_the_cli_says() {
        let file = ready(
            &sample("describe-stacks.json"),
            &sample("describe-stack-resources.json"),
            &key(),
        )
        .unwrap();
        assert_eq!(file["page"], "https://d111111abcdef8.cloudfront.net/");
        assert_eq!(file["region"], "eu-west-1");
        assert_eq!(
            file["issuer"],
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab12Cd34E"
        );
        assert_eq!(file["clientId"], "1h57kf5cpq17m0eml12EXAMPLE");
        assert_eq!(
            file["stack"]["SelfiesBucket"],
            "face-login-selfies-111122223333-eu-west-1"
        );
        assert_eq!(file["adminKey"]["sessionToken"], "aws_session_token");
        assert_eq!(file.get("local"), None, "no faults, no call log");
    }

    #[test]
    fn a_page_that_is_elsewhere_is_where_the_operator_says() {
        let mut stacks = sample("describe-stacks.json");
        stacks["Stacks"][0]["Outputs"] = json!([]);
        let resources = sample("describe-stack-resources.json");
        let file = ready(&stacks, &resources, &key()).unwrap();
        assert_eq!(file["page"], "https://login.example.com/");
    }

    #[test]
    fn what_is_missing_is_named() {
        let mut resources = sample("describe-stack-resources.json");
        resources["StackResources"]
            .as_array_mut()
            .unwrap()
            .retain(|resource| resource["LogicalResourceId"] != "ChallengesTable");
        let error = ready(&sample("describe-stacks.json"), &resources, &key()).unwrap_err();
        assert!(error.to_string().contains("ChallengesTable"), "{error}");
        assert!(Key::from(|_| None).is_err());
    }
}
