//! A client as `DescribeUserPoolClient` tells it.

use serde_json::{Value, json};

use super::client::ClientConfig;

/// Numbers, which a template may write as text.
const NUMBERS: [&str; 4] = [
    "AccessTokenValidity",
    "AuthSessionValidity",
    "IdTokenValidity",
    "RefreshTokenValidity",
];
const FLAGS: [&str; 3] = [
    "AllowedOAuthFlowsUserPoolClient",
    "EnablePropagateAdditionalUserContextData",
    "EnableTokenRevocation",
];
const AS_GIVEN: [&str; 6] = [
    "PreventUserExistenceErrors",
    "ReadAttributes",
    "RefreshTokenRotation",
    "SupportedIdentityProviders",
    "TokenValidityUnits",
    "WriteAttributes",
];

impl ClientConfig {
    /// Without ids, name, secret and dates. Defaults that the service fills in are there.
    pub(crate) fn described(&self) -> Value {
        let given = self.properties();
        let mut told = json!({
            "AllowedOAuthFlowsUserPoolClient": false,
            "AuthSessionValidity": 3,
            "EnablePropagateAdditionalUserContextData": false,
            "EnableTokenRevocation": true,
            "ExplicitAuthFlows": self.flow_names(),
            "RefreshTokenValidity": 30,
            "TokenValidityUnits": {},
        });
        for name in NUMBERS {
            let number = match given.get(name) {
                Some(Value::String(text)) => text.trim().parse::<i64>().ok(),
                other => other.and_then(Value::as_i64),
            };
            if let Some(number) = number {
                told[name] = json!(number);
            }
        }
        for name in FLAGS {
            match given.get(name) {
                Some(Value::String(text)) => told[name] = json!(text == "true"),
                Some(flag) => told[name] = flag.clone(),
                None => {}
            }
        }
        for name in AS_GIVEN {
            if let Some(value) = given.get(name) {
                told[name] = value.clone();
            }
        }
        told
    }
}
