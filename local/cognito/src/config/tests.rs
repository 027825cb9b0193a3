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
            json!({"LambdaConfig": {"CustomMessage": "arn", "CustomEmailSender": {"LambdaArn": "arn"}}}),
            "property LambdaConfig.CustomEmailSender is not supported",
        ),
        (
            json!({"LambdaConfig": {"PreAuthentication": "arn", "PostAuthentication": "arn", "UserMigration": "arn"}}),
            "property LambdaConfig.UserMigration is not supported",
        ),
        (
            json!({"LambdaConfig": {"PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": "arn"}}}),
            "",
        ),
        (
            json!({"LambdaConfig": {"PreTokenGenerationConfig": {"LambdaVersion": "V3_0", "LambdaArn": "arn"}}}),
            "property LambdaConfig.PreTokenGenerationConfig.LambdaVersion: only V1_0 or V2_0 is supported",
        ),
        (
            json!({"LambdaConfig": {"PreTokenGenerationConfig": {}}}),
            "property LambdaConfig.PreTokenGenerationConfig.LambdaVersion is missing; property LambdaConfig.PreTokenGenerationConfig.LambdaArn is missing",
        ),
        (
            json!({"LambdaConfig": {"PreTokenGeneration": "other", "PreTokenGenerationConfig": {"LambdaVersion": "V1_0", "LambdaArn": "arn"}}}),
            "property LambdaConfig.PreTokenGenerationConfig is not about the same function as PreTokenGeneration",
        ),
        (
            json!({"UserPoolTier": "LITE", "LambdaConfig": {"PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": "arn"}}}),
            "property LambdaConfig.PreTokenGenerationConfig.LambdaVersion: only V1_0 of the tier LITE is supported",
        ),
        (
            json!({"UserPoolTier": "GOLD"}),
            "property UserPoolTier is not LITE, ESSENTIALS or PLUS",
        ),
        (
            json!({"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}}),
            "property UserAttributeUpdateSettings is not about attributes that AutoVerifiedAttributes names",
        ),
        (
            json!({"AutoVerifiedAttributes": ["email"],
                   "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["phone_number"]}}),
            "property UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate: only email is supported",
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
        (json!({}), ""),
        (
            json!({"ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH"]}),
            "property ExplicitAuthFlows is not complete: REFRESH_TOKEN_AUTH should always be allowed",
        ),
        (
            json!({"ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "CUSTOM_AUTH_FLOW_ONLY"]}),
            "property ExplicitAuthFlows: only a list of the flows that begin with ALLOW_ is supported",
        ),
        (with("GenerateSecret", json!("true")), ""),
        (
            with("GenerateSecret", json!("maybe")),
            "property GenerateSecret is not a boolean",
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
            "property ExplicitAuthFlows is not without ALLOW_REFRESH_TOKEN_AUTH, as it has to be where refresh tokens rotate",
        ),
        (
            with("RefreshTokenRotation", json!({"Feature": "DISABLED"})),
            "",
        ),
        (
            json!({"ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH"], "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": "60"}}),
            "",
        ),
        (
            with(
                "RefreshTokenRotation",
                json!({"Feature": "ON", "RetryGracePeriodSeconds": 61}),
            ),
            "property RefreshTokenRotation.RetryGracePeriodSeconds is not between 0 and 60; property RefreshTokenRotation.Feature is not ENABLED or DISABLED",
        ),
        (
            with("RefreshTokenRotation", json!({})),
            "property RefreshTokenRotation.Feature is missing",
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

#[test]
fn a_client_that_names_no_flow_allows_those_of_the_service() {
    let flows = |properties: Value| {
        let client = ClientConfig::from_properties(&properties).unwrap();
        client.described()["ExplicitAuthFlows"].clone()
    };
    assert_eq!(
        flows(json!({})),
        json!([
            "ALLOW_CUSTOM_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
            "ALLOW_USER_SRP_AUTH"
        ])
    );
    let named = json!(["ALLOW_REFRESH_TOKEN_AUTH"]);
    assert_eq!(flows(json!({"ExplicitAuthFlows": named})), named);
}
