//! Properties: honoured or refused by name.

use serde_json::{Value, json};

use super::{ClientConfig, PoolConfig};

fn pool_problems(properties: &Value) -> String {
    PoolConfig::from_properties(properties)
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

fn client_problems(properties: &Value) -> String {
    ClientConfig::from_properties(properties)
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

#[test]
fn pool_properties_are_refused_by_name() {
    for (properties, want) in [
        (json!({}), ""),
        (
            json!({"UserPoolTags": {"a": "b"}, "DeletionProtection": "INACTIVE"}),
            "",
        ),
        (json!({"Colour": "red"}), "property Colour is not supported"),
        (
            json!({"LambdaConfig": {"CustomMessage": "arn"}}),
            "property LambdaConfig.CustomMessage is not supported",
        ),
        (
            json!({"LambdaConfig": {"PreAuthentication": "arn", "UserMigration": "arn"}}),
            "property LambdaConfig.PreAuthentication is not supported; property LambdaConfig.UserMigration is not supported",
        ),
        (
            json!({"AliasAttributes": ["email", "phone_number"]}),
            "property AliasAttributes: only email is supported",
        ),
        (
            json!({"UsernameAttributes": ["email"]}),
            "property UsernameAttributes: only an empty list is supported",
        ),
        (
            json!({"MfaConfiguration": "ON"}),
            "property MfaConfiguration: only OFF is supported",
        ),
        (
            json!({"UsernameConfiguration": {}}),
            "property UsernameConfiguration.CaseSensitive is missing",
        ),
        (
            json!({"UsernameConfiguration": {"CaseSensitive": "no"}}),
            "property UsernameConfiguration.CaseSensitive is not a boolean; property UsernameConfiguration.CaseSensitive is missing",
        ),
        (
            json!({"Policies": {"PasswordPolicy": {"MinimumLength": "5"}}}),
            "property Policies.PasswordPolicy.MinimumLength is not between 6 and 99",
        ),
        (
            json!({"Policies": {"SignInPolicy": {}}}),
            "property Policies.SignInPolicy is not supported",
        ),
        (
            json!({"Schema": [{"Name": "email", "Required": "true"}, {"Name": "n", "AttributeDataType": "Number"}]}),
            "property Schema[1].AttributeDataType: only String is supported",
        ),
        (
            json!({"AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_phone_number", "Priority": 1}]}}),
            "property AccountRecoverySetting.RecoveryMechanisms[0].Name: only verified_email or admin_only is supported",
        ),
        (
            json!({"DeviceConfiguration": {}}),
            "property DeviceConfiguration is not supported",
        ),
        (json!("text"), "property  is not an object"),
    ] {
        assert_eq!(pool_problems(&properties), want, "{properties}");
    }
}

#[test]
fn client_properties_are_refused_by_name() {
    let flows = json!(["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
    let with = |name: &str, value: Value| {
        let mut properties = json!({"ExplicitAuthFlows": flows});
        properties[name] = value;
        properties
    };
    for (properties, want) in [
        (json!({"ExplicitAuthFlows": flows}), ""),
        (json!({}), "property ExplicitAuthFlows is missing"),
        (
            json!({"ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH"]}),
            "property ExplicitAuthFlows is not complete: REFRESH_TOKEN_AUTH should always be allowed",
        ),
        (
            json!({"ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]}),
            "property ExplicitAuthFlows: only ALLOW_CUSTOM_AUTH and ALLOW_REFRESH_TOKEN_AUTH is supported",
        ),
        (
            with("GenerateSecret", json!("true")),
            "property GenerateSecret: only false is supported",
        ),
        (
            with("CallbackURLs", json!([])),
            "property CallbackURLs is not supported",
        ),
        (
            with("AuthSessionValidity", json!(16)),
            "property AuthSessionValidity is not between 3 and 15 minutes",
        ),
        (
            with("AuthSessionValidity", json!("x")),
            "property AuthSessionValidity is not a whole number",
        ),
        (
            with("AccessTokenValidity", json!(25)),
            "property AccessTokenValidity is not between 5 minutes and a day",
        ),
        (
            with("AccessTokenValidity", json!(0)),
            "property AccessTokenValidity is not between 5 minutes and a day",
        ),
        (with("RefreshTokenValidity", json!(0)), ""),
        (
            with("TokenValidityUnits", json!({"RefreshToken": "minutes"})),
            "",
        ),
        (
            with("TokenValidityUnits", json!({"AccessToken": "weeks"})),
            "property TokenValidityUnits.AccessToken is not seconds, minutes, hours or days",
        ),
        (
            with("PreventUserExistenceErrors", json!("SOME")),
            "property PreventUserExistenceErrors is not ENABLED or LEGACY",
        ),
        (
            with("RefreshTokenRotation", json!({"Feature": "ENABLED"})),
            "property RefreshTokenRotation.Feature: only DISABLED is supported",
        ),
    ] {
        assert_eq!(client_problems(&properties), want, "{properties}");
    }
}

#[test]
fn tokens_that_outlive_their_refresh_token_are_refused() {
    let properties = json!({"ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"], "AccessTokenValidity": 2,
                            "RefreshTokenValidity": "60", "TokenValidityUnits": {"RefreshToken": "minutes"}});
    assert!(client_problems(&properties).contains("RefreshTokenValidity is not at least as long"));
}
