//! The policy document of a POST form: until when, and what each field may hold.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::failure::Failure;
use super::form::Fields;

/// Fields that no condition has to cover.
const UNCOVERED: [&str; 4] = ["x-amz-signature", "file", "policy", "bucket"];

#[derive(Debug, PartialEq, Eq)]
enum Condition {
    Equal { field: String, value: String },
    StartsWith { field: String, prefix: String },
}

impl Condition {
    fn field(&self) -> &str {
        match self {
            Self::Equal { field, .. } | Self::StartsWith { field, .. } => field,
        }
    }

    fn is_met(&self, actual: &str) -> bool {
        match self {
            Self::Equal { value, .. } => actual == value,
            // A list of content types: each has to begin that way.
            Self::StartsWith { field, prefix } if field == "content-type" => actual
                .split(',')
                .all(|one| one.trim().starts_with(prefix.as_str())),
            Self::StartsWith { prefix, .. } => actual.starts_with(prefix.as_str()),
        }
    }

    /// As S3 shows it in an error.
    fn shown(&self) -> String {
        match self {
            Self::Equal { field, value } => json!(["eq", format!("${field}"), value]),
            Self::StartsWith { field, prefix } => {
                json!(["starts-with", format!("${field}"), prefix])
            }
        }
        .to_string()
        .replace("\",\"", "\", \"")
    }
}

/// A policy that was read but not yet judged.
#[derive(Debug)]
pub(crate) struct PostPolicy {
    expiration: OffsetDateTime,
    conditions: Vec<Condition>,
    /// Least and greatest size of the file in bytes, both allowed.
    pub(crate) length: Option<(u64, u64)>,
}

impl PostPolicy {
    pub(crate) fn read(encoded: &str) -> Result<Self, Failure> {
        let decoded = STANDARD
            .decode(encoded)
            .map_err(|_| invalid("Invalid Policy: Invalid Base64."))?;
        let document: Value = serde_json::from_slice(&decoded)
            .map_err(|_| invalid("Invalid Policy: Invalid JSON."))?;
        let expiration = document
            .get("expiration")
            .and_then(Value::as_str)
            .ok_or_else(|| invalid("Invalid Policy: Policy missing expiration."))?;
        let expiration = OffsetDateTime::parse(expiration, &Rfc3339)
            .map_err(|_| invalid("Invalid Policy: Invalid 'expiration' value"))?;
        let conditions = document
            .get("conditions")
            .and_then(Value::as_array)
            .ok_or_else(|| invalid("Invalid Policy: Policy missing conditions."))?;
        let mut policy = Self {
            expiration,
            conditions: Vec::new(),
            length: None,
        };
        conditions
            .iter()
            .try_for_each(|condition| policy.add(condition))?;
        Ok(policy)
    }

    fn add(&mut self, condition: &Value) -> Result<(), Failure> {
        let wrong = || invalid(&format!("Invalid Policy: Invalid Condition: {condition}"));
        match condition {
            Value::Object(map) if map.len() == 1 => {
                for (field, value) in map {
                    let value = value.as_str().ok_or_else(wrong)?.to_owned();
                    self.conditions.push(Condition::Equal {
                        field: field.to_lowercase(),
                        value,
                    });
                }
            }
            Value::Array(items) => match items.as_slice() {
                [Value::String(kind), least, most]
                    if kind.eq_ignore_ascii_case("content-length-range") =>
                {
                    let number = |value: &Value| {
                        value
                            .as_u64()
                            .or_else(|| value.as_str()?.parse().ok())
                            .ok_or_else(wrong)
                    };
                    self.length = Some((number(least)?, number(most)?));
                }
                [
                    Value::String(kind),
                    Value::String(field),
                    Value::String(value),
                ] => {
                    let field = field.strip_prefix('$').ok_or_else(wrong)?.to_lowercase();
                    let value = value.clone();
                    self.conditions.push(match kind.to_lowercase().as_str() {
                        "eq" => Condition::Equal { field, value },
                        "starts-with" => Condition::StartsWith {
                            field,
                            prefix: value,
                        },
                        _ => return Err(wrong()),
                    });
                }
                _ => return Err(wrong()),
            },
            _ => return Err(wrong()),
        }
        Ok(())
    }

    /// Everything but the size, which only shows while the file is read.
    pub(crate) fn judge(
        &self,
        bucket: &str,
        fields: &Fields,
        now: SystemTime,
    ) -> Result<(), Failure> {
        let denied =
            |text: &str| Failure::access_denied(format!("Invalid according to Policy: {text}"));
        if self.expiration <= OffsetDateTime::from(now) {
            return Err(denied("Policy expired."));
        }
        for condition in &self.conditions {
            let mut found = fields
                .iter()
                .filter(|(name, _)| name == condition.field())
                .map(|(_, value)| value.as_str())
                .peekable();
            let given = found.peek().is_some();
            let met = if condition.field() == "bucket" {
                condition.is_met(bucket)
            } else {
                given && found.all(|value| condition.is_met(value))
            };
            if !met {
                return Err(denied(&format!(
                    "Policy Condition failed: {}",
                    condition.shown()
                )));
            }
        }
        let covered = |name: &str| {
            UNCOVERED.contains(&name)
                || name.starts_with("x-ignore-")
                || self
                    .conditions
                    .iter()
                    .any(|condition| condition.field() == name)
        };
        let extra: Vec<&str> = fields
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| !covered(name))
            .collect();
        if extra.is_empty() {
            Ok(())
        } else {
            Err(denied(&format!("Extra input fields: {}", extra.join(", "))))
        }
    }
}

fn invalid(message: &str) -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, "InvalidPolicyDocument", message)
}
