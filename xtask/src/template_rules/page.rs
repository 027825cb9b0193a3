//! The page: what CloudFront adds to its answers is the one list, `web/headers.json`, which the local stack sends too.

use serde_json::{Map, Value, json};

use crate::problems::Problems;

const HEADERS: &str = include_str!("../../../web/headers.json");
/// In the list, where browsers find Cognito and the photos.
const SERVICES: &str = "{services}";
/// The same in a stack: nothing else of AWS, and no other bucket.
const SERVICES_OF_A_STACK: &str = "https://cognito-idp.${AWS::Region}.${AWS::URLSuffix} \
    https://${AWS::StackName}-selfies-${AWS::AccountId}-${AWS::Region}.s3.${AWS::Region}.${AWS::URLSuffix} \
    https://${AWS::StackName}-documents-${AWS::AccountId}-${AWS::Region}.s3.${AWS::Region}.${AWS::URLSuffix}";

/// Compares the template's headers with the list.
pub(super) fn check(template: &Value, problems: &mut Problems) {
    match serde_json::from_str(HEADERS) {
        Ok(Value::Object(headers)) => same_headers(template, &headers, problems),
        _ => problems.add("web/headers.json is not an object of names and values".to_owned()),
    }
}

fn same_headers(template: &Value, headers: &Map<String, Value>, problems: &mut Problems) {
    let own = &template["Resources"]["SiteHeaders"]["Properties"]["ResponseHeadersPolicyConfig"];
    for group in ["SecurityHeadersConfig", "CustomHeadersConfig"] {
        let want = &wanted(headers)[group];
        if own[group] != *want {
            problems.add(format!(
                "SiteHeaders.{group} and web/headers.json are two lists; the second says {want}"
            ));
        }
    }
    // What else a policy can do: let other origins read, take headers away, tell times.
    let known = [
        "Name",
        "Comment",
        "SecurityHeadersConfig",
        "CustomHeadersConfig",
    ];
    let more = own.as_object().into_iter().flatten();
    for (name, _) in more.filter(|(name, _)| !known.contains(&name.as_str())) {
        problems.add(format!(
            "SiteHeaders.{name}: web/headers.json says nothing of the kind"
        ));
    }
    let cache = &template["Resources"]["SiteDistribution"]["Properties"]["DistributionConfig"];
    if cache["DefaultCacheBehavior"]["ResponseHeadersPolicyId"] != json!({"Ref": "SiteHeaders"})
        || !cache["CacheBehaviors"].is_null()
    {
        problems.add("SiteDistribution has to answer everything with SiteHeaders alone".to_owned());
    }
}

/// The list as CloudFront takes it: some headers have properties of their own and are refused as custom ones.
fn wanted(headers: &Map<String, Value>) -> Value {
    let (mut security, mut custom) = (Map::new(), Vec::new());
    for (name, value) in headers {
        let text = value.as_str().unwrap_or_default();
        let (property, value) = match name.as_str() {
            "content-security-policy" => (
                "ContentSecurityPolicy",
                json!({"ContentSecurityPolicy": {"Fn::Sub": text.replace(SERVICES, SERVICES_OF_A_STACK)}, "Override": true}),
            ),
            // CloudFront knows one value: nosniff.
            "x-content-type-options" if text == "nosniff" => {
                ("ContentTypeOptions", json!({"Override": true}))
            }
            "x-frame-options" => (
                "FrameOptions",
                json!({"FrameOption": text, "Override": true}),
            ),
            "referrer-policy" => (
                "ReferrerPolicy",
                json!({"ReferrerPolicy": text, "Override": true}),
            ),
            "strict-transport-security" => ("StrictTransportSecurity", transport(text)),
            _ => {
                custom.push(json!({"Header": name, "Value": value, "Override": true}));
                continue;
            }
        };
        security.insert(property.to_owned(), value);
    }
    json!({"SecurityHeadersConfig": security, "CustomHeadersConfig": {"Items": custom}})
}

fn transport(text: &str) -> Value {
    let words: Vec<&str> = text.split(';').map(str::trim).collect();
    let age = words.iter().find_map(|word| word.strip_prefix("max-age="));
    let age: Option<u64> = age.and_then(|age| age.parse().ok());
    json!({"AccessControlMaxAgeSec": age, "IncludeSubdomains": words.contains(&"includeSubDomains"),
        "Preload": words.contains(&"preload"), "Override": true})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> Value {
        let Ok(Value::Object(headers)) = serde_json::from_str(HEADERS) else {
            panic!("web/headers.json is an object");
        };
        let mut config = wanted(&headers);
        config["Name"] = json!("n");
        json!({"Resources": {
            "SiteHeaders": {"Properties": {"ResponseHeadersPolicyConfig": config}},
            "SiteDistribution": {"Properties": {"DistributionConfig": {"DefaultCacheBehavior": {"ResponseHeadersPolicyId": {"Ref": "SiteHeaders"}}}}},
        }})
    }

    fn told(template: &Value) -> String {
        let mut problems = Problems::default();
        check(template, &mut problems);
        problems.told()
    }

    #[test]
    fn every_header_of_the_list_has_its_place() {
        let Ok(Value::Object(headers)) = serde_json::from_str::<Value>(HEADERS) else {
            panic!("web/headers.json is an object");
        };
        let wanted = wanted(&headers);
        let security = wanted["SecurityHeadersConfig"].as_object().unwrap();
        let custom = wanted["CustomHeadersConfig"]["Items"].as_array().unwrap();
        assert_eq!(security.len() + custom.len(), headers.len());
        let policy = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
            .as_str()
            .unwrap();
        assert!(
            policy.contains("connect-src 'self' https://cognito-idp.${AWS::Region}.")
                && !policy.contains(SERVICES),
            "{policy}"
        );
        assert_eq!(
            transport("max-age=5; includeSubDomains; preload"),
            json!({"AccessControlMaxAgeSec": 5, "IncludeSubdomains": true, "Preload": true, "Override": true})
        );
    }

    #[test]
    fn two_lists_that_differ_are_told() {
        assert_eq!(told(&sound()), "");
        let config = "/Resources/SiteHeaders/Properties/ResponseHeadersPolicyConfig";
        let behaviour = "/Resources/SiteDistribution/Properties/DistributionConfig";
        for (at, value, want) in [
            (
                format!("{config}/SecurityHeadersConfig/FrameOptions/FrameOption"),
                json!("SAMEORIGIN"),
                "SiteHeaders.SecurityHeadersConfig",
            ),
            (
                format!("{config}/SecurityHeadersConfig/ContentSecurityPolicy/Override"),
                json!(false),
                "SiteHeaders.SecurityHeadersConfig",
            ),
            (
                format!("{config}/CustomHeadersConfig/Items"),
                json!([]),
                "SiteHeaders.CustomHeadersConfig",
            ),
            (
                config.to_owned(),
                json!({"CorsConfig": {}}),
                "SiteHeaders.CorsConfig",
            ),
            (
                format!("{behaviour}/DefaultCacheBehavior/ResponseHeadersPolicyId"),
                json!("67f7725c-6f97-4210-82d7-5512b31e9d03"),
                "SiteDistribution has to answer",
            ),
            (
                behaviour.to_owned(),
                json!({"CacheBehaviors": [], "DefaultCacheBehavior": {"ResponseHeadersPolicyId": {"Ref": "SiteHeaders"}}}),
                "SiteDistribution has to answer",
            ),
        ] {
            let mut template = sound();
            *template.pointer_mut(&at).unwrap() = value;
            let text = told(&template);
            assert!(text.contains(want), "{at}: {text}");
        }
    }
}
