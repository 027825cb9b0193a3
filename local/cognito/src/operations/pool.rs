//! The pool as an operator sees it: `ListUserPools`, `DescribeUserPool`; `UpdateUserPool` is refused.

use serde_json::{Map, Value, json};

use crate::{
    config::STANDARD_ATTRIBUTES,
    refusal::Refusal,
    service::Service,
    store::{PoolRow, User},
    wire::{Limits, Members},
};

/// Properties that are described as the template has them.
const AS_GIVEN: [&str; 11] = [
    "AliasAttributes",
    "AutoVerifiedAttributes",
    "DeletionProtection",
    "EmailVerificationMessage",
    "EmailVerificationSubject",
    "LambdaConfig",
    "MfaConfiguration",
    "UserAttributeUpdateSettings",
    "UserPoolAddOns",
    "UserPoolTier",
    "VerificationMessageTemplate",
];

/// The same, but numbers and truth values in them may be text, as CloudFormation takes them.
const TYPED: [&str; 4] = [
    "AccountRecoverySetting",
    "AdminCreateUserConfig",
    "Policies",
    "UsernameConfiguration",
];

impl Service {
    pub(crate) fn list_user_pools(&self, mut members: Members) -> Result<Value, Refusal> {
        let limit = members.integer("MaxResults", 1, 60);
        let token = members.optional("NextToken", Limits::PAGE);
        if limit.is_none() {
            members.missing("MaxResults");
        }
        members.finish()?;
        if token.is_some() {
            // There is one pool, so there is no second page.
            return Err(Refusal::PaginationToken);
        }
        let row = self
            .store
            .transact(|tx| PoolRow::get(tx).map_err(Refusal::from))?;
        let properties = self.pool.properties();
        Ok(json!({"UserPools": [{
            "Id": self.settings.pool_id,
            "Name": properties["UserPoolName"],
            "LambdaConfig": properties.get("LambdaConfig").unwrap_or(&json!({})),
            "CreationDate": row.created.timestamp(),
            "LastModifiedDate": row.modified.timestamp(),
        }]}))
    }

    pub(crate) fn describe_user_pool(&self, mut members: Members) -> Result<Value, Refusal> {
        let pool_id = members.required("UserPoolId", Limits::POOL_ID);
        members.finish()?;
        self.check_pool(pool_id)?;
        let (row, users) = self.store.transact(|tx| {
            let users = User::after(tx, 0)?.len();
            Ok::<_, Refusal>((PoolRow::get(tx)?, users))
        })?;
        let settings = &self.settings;
        let properties = self.pool.properties();
        let mut pool = json!({
            "Id": settings.pool_id,
            "Name": properties["UserPoolName"],
            "Arn": format!("arn:aws:cognito-idp:{}:{}:userpool/{}", settings.region, settings.account_id, settings.pool_id),
            "CreationDate": row.created.timestamp(),
            "LastModifiedDate": row.modified.timestamp(),
            "EstimatedNumberOfUsers": users,
            "SchemaAttributes": self.schema_attributes(),
            "DeletionProtection": "INACTIVE",
            "LambdaConfig": {},
            "MfaConfiguration": "OFF",
            "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": false},
            "UserPoolTags": properties.get("UserPoolTags").unwrap_or(&json!({})),
            "UserPoolTier": "ESSENTIALS",
        });
        for name in AS_GIVEN {
            if let Some(value) = properties.get(name) {
                pool[name] = value.clone();
            }
        }
        for name in TYPED {
            if let Some(value) = properties.get(name) {
                pool[name] = typed(value);
            }
        }
        Ok(json!({"UserPool": pool}))
    }

    /// A change at run time would make the template a lie, so nothing of the pool can be changed here.
    pub(crate) fn update_user_pool(&self, mut members: Members) -> Result<Value, Refusal> {
        let pool_id = members.required("UserPoolId", Limits::POOL_ID);
        let changes = members.remaining()?;
        self.check_pool(pool_id)?;
        let names: Vec<&str> = changes.keys().map(String::as_str).collect();
        Err(Refusal::UnsupportedOperation(format!(
            "UpdateUserPool ({})",
            names.join(", ")
        )))
    }

    fn schema_attributes(&self) -> Value {
        let mut attributes = vec![json!({
            "Name": "sub", "AttributeDataType": "String", "DeveloperOnlyAttribute": false, "Mutable": false,
            "Required": true, "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "2048"},
        })];
        let custom = self.pool.schema.keys().map(String::as_str);
        let custom = custom.filter(|name| name.starts_with("custom:"));
        for name in STANDARD_ATTRIBUTES.into_iter().chain(custom) {
            let rule = self.pool.schema.get(name);
            let mut attribute = json!({
                "Name": name,
                "AttributeDataType": "String",
                "DeveloperOnlyAttribute": false,
                "Mutable": rule.is_none_or(|rule| rule.mutable),
                "Required": rule.is_some_and(|rule| rule.required),
            });
            if name == "updated_at" {
                attribute["AttributeDataType"] = json!("Number");
                attribute["NumberAttributeConstraints"] = json!({"MinValue": "0"});
            } else {
                let (least, most) = match (name, rule) {
                    (_, Some(rule)) => (rule.min_length, rule.max_length),
                    ("birthdate", None) => (10, 10),
                    (_, None) => (0, 2048),
                };
                attribute["StringAttributeConstraints"] =
                    json!({"MinLength": least.to_string(), "MaxLength": most.to_string()});
            }
            attributes.push(attribute);
        }
        for name in ["email_verified", "phone_number_verified"] {
            attributes.push(json!({
                "Name": name, "AttributeDataType": "Boolean", "DeveloperOnlyAttribute": false, "Mutable": true, "Required": false,
            }));
        }
        json!(attributes)
    }
}

/// The service answers with the types of the model.
fn typed(value: &Value) -> Value {
    match value {
        Value::String(text) => match (text.parse::<i64>(), text.parse::<bool>()) {
            (Ok(number), _) => json!(number),
            (_, Ok(flag)) => json!(flag),
            _ => value.clone(),
        },
        Value::Array(items) => items.iter().map(typed).collect(),
        Value::Object(entries) => {
            let entries = entries
                .iter()
                .map(|(name, value)| (name.clone(), typed(value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}
