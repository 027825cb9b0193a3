//! `AWS::DynamoDB::Table` as the template has it.

use face_login_local_template::Resolved;
use serde_json::{Value, json};

use crate::properties::{Fields, Sink};

/// A table to be made.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) key_schema: Value,
    pub(crate) attributes: Value,
    pub(crate) ttl_attribute: Option<String>,
}

impl Table {
    /// `name` is the physical name.
    pub(crate) fn read(resource: &Resolved, name: &str, sink: &Sink) -> Option<Self> {
        let fields = Fields::of(resource, sink)?;
        fields
            .known(&[
                "TableName",
                "BillingMode",
                "AttributeDefinitions",
                "KeySchema",
                "TimeToLiveSpecification",
                "PointInTimeRecoverySpecification",
                "SSESpecification",
                "DeletionProtectionEnabled",
                "Tags",
            ])
            .only("BillingMode", "PAY_PER_REQUEST");
        for name in ["AttributeDefinitions", "KeySchema"] {
            if fields
                .value(name)
                .and_then(Value::as_array)
                .is_none_or(Vec::is_empty)
            {
                fields.refuse(name, "has to be a list with at least one entry");
            }
        }
        let ttl_attribute = fields.inner("TimeToLiveSpecification").and_then(|ttl| {
            ttl.known(&["AttributeName", "Enabled"]);
            let name = ttl.text("AttributeName");
            name.filter(|_| ttl.required("Enabled") == "true")
        });
        let list = |name: &str| fields.value(name).cloned().unwrap_or_default();
        Some(Self {
            name: name.to_owned(),
            key_schema: list("KeySchema"),
            attributes: list("AttributeDefinitions"),
            ttl_attribute,
        })
    }

    pub(super) fn create_request(&self) -> Value {
        json!({
            "TableName": self.name,
            "KeySchema": self.key_schema,
            "AttributeDefinitions": self.attributes,
            "BillingMode": "PAY_PER_REQUEST",
        })
    }
}
