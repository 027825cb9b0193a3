//! What a request means for the page's bucket, as data.

use serde::Deserialize;
use serde_json::Value;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Put the page in place.
    Publish(Target),
    /// Take everything out of a bucket.
    Empty(String),
    /// Nothing was ever put anywhere.
    Nothing,
    /// Unusable properties, or a request that CloudFormation doesn't send today.
    Refuse,
}

/// The properties.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Target {
    /// Its name.
    pub(crate) bucket: String,
    /// Of the pool.
    pub(crate) region: String,
    pub(crate) user_pool_id: String,
    pub(crate) client_id: String,
    /// Of the consent text that an enrolment needs.
    pub(crate) consent_version: String,
    /// Origins that the page may lead back to, separated by commas.
    pub(crate) app_origins: String,
}

impl Target {
    fn is_whole(&self) -> bool {
        [
            &self.bucket,
            &self.region,
            &self.user_pool_id,
            &self.client_id,
            &self.consent_version,
        ]
        .iter()
        .all(|text| !text.is_empty())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    request_type: String,
    #[serde(default)]
    resource_properties: Target,
}

/// Reads a request.
pub(crate) fn plan(event: &Value) -> Plan {
    let Ok(body) = Body::deserialize(event) else {
        return Plan::Refuse;
    };
    let target = body.resource_properties;
    match body.request_type.as_str() {
        "Create" | "Update" if target.is_whole() => Plan::Publish(target),
        "Delete" if target.bucket.is_empty() => Plan::Nothing,
        "Delete" => Plan::Empty(target.bucket),
        _ => Plan::Refuse,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_request_has_its_plan() {
        let target = |bucket: &str| Target {
            bucket: bucket.to_owned(),
            region: "r".to_owned(),
            user_pool_id: "u".to_owned(),
            client_id: "c".to_owned(),
            consent_version: "v".to_owned(),
            app_origins: String::new(),
        };
        let properties = |bucket: &str| json!({"Bucket": bucket, "Region": "r", "UserPoolId": "u", "ClientId": "c", "ConsentVersion": "v", "Files": "f"});
        let publish = |bucket: &str| Plan::Publish(target(bucket));
        for (kind, new, want) in [
            ("Create", properties("a"), publish("a")),
            ("Update", properties("b"), publish("b")),
            ("Delete", properties("a"), Plan::Empty("a".to_owned())),
            ("Delete", json!({}), Plan::Nothing),
            ("Create", properties(""), Plan::Refuse),
            ("Create", json!({"Bucket": "a"}), Plan::Refuse),
            ("Invent", properties("a"), Plan::Refuse),
        ] {
            let event = json!({"RequestType": kind, "ResourceProperties": new});
            assert_eq!(plan(&event), want, "{event}");
        }
        assert_eq!(plan(&json!({})), Plan::Refuse);
    }
}
