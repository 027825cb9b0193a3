//! Reads the policies of a function and judges with them. What is not understood is refused by name: a policy half read would allow too much.

use serde_json::{Map, Value};

use super::{
    Verdict,
    pattern::{ResourcePattern, wildcard},
};

/// Why a policy can't be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A managed policy, a SAM policy template or the like.
    #[error("policy {index}: only inline policy documents are understood, not {found}")]
    NotInline {
        /// Place in the list, from 0.
        index: usize,
        /// What stands there.
        found: String,
    },
    /// An element that this evaluator has no meaning for.
    #[error("policy element `{element}` is not understood")]
    UnknownElement {
        /// `Condition`, `NotAction`, ….
        element: String,
    },
    /// An element with a value that it can't have.
    #[error("policy element `{element}` can't be `{found}`")]
    BadValue {
        /// Which element.
        element: &'static str,
        /// Its value.
        found: String,
    },
    /// `Effect`, `Action`, `Resource` or `Statement` is not there.
    #[error("policy element `{element}` is missing")]
    Missing {
        /// Which element.
        element: &'static str,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Allow,
    Deny,
}

#[derive(Clone, Debug)]
struct Statement {
    effect: Effect,
    actions: Vec<String>,
    resources: Vec<ResourcePattern>,
    conditions: Vec<Condition>,
}

/// `StringEquals` of one key: one of the values, to the letter. A request without the key does not meet it.
#[derive(Clone, Debug)]
struct Condition {
    key: String,
    values: Vec<String>,
}

/// The keys of requests that conditions may ask for.
const KEYS: [&str; 1] = ["ses:FromAddress"];

/// One action on one resource that a statement allows, as it is written, wildcards included.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// `dynamodb:GetItem`
    pub action: String,
    /// An ARN, or `*`.
    pub resource: String,
}

/// The policies of one role. An empty one allows nothing.
#[derive(Clone, Debug, Default)]
pub struct RolePolicy {
    statements: Vec<Statement>,
}

impl RolePolicy {
    /// Reads the resolved `Policies` of a function: policy documents (with `Statement`) or bare statements (with `Effect`).
    ///
    /// # Errors
    /// Names the first element that is not understood: managed policies, conditions but `StringEquals` of `ses:FromAddress`, `NotAction`, policy
    /// variables, resources that are no ARN.
    pub fn parse(statements: &[Value]) -> Result<Self, PolicyError> {
        let mut all = Vec::new();
        for (index, policy) in statements.iter().enumerate() {
            let Value::Object(policy) = policy else {
                return Err(PolicyError::NotInline {
                    index,
                    found: policy.to_string(),
                });
            };
            if policy.contains_key("Effect") {
                all.push(statement(policy)?);
            } else if policy.contains_key("Statement") {
                all.extend(document(policy)?);
            } else {
                let names: Vec<&str> = policy.keys().map(String::as_str).collect();
                return Err(PolicyError::NotInline {
                    index,
                    found: names.join(", "),
                });
            }
        }
        Ok(Self { statements: all })
    }

    /// Adds the statements of another policy of the same role.
    pub fn join(&mut self, other: Self) {
        self.statements.extend(other.statements);
    }

    /// Everything that is allowed, each action on each resource.
    pub fn grants(&self) -> Vec<Grant> {
        let allowing = self
            .statements
            .iter()
            .filter(|statement| statement.effect == Effect::Allow);
        let grants = allowing.flat_map(|statement| {
            statement.actions.iter().flat_map(|action| {
                statement.resources.iter().map(|resource| Grant {
                    action: action.clone(),
                    resource: resource.to_string(),
                })
            })
        });
        grants.collect()
    }

    /// The first grant that allows this, whatever may deny it.
    pub fn granting(&self, action: &str, resource: &str) -> Option<Grant> {
        let allowing = self
            .statements
            .iter()
            .filter(|statement| statement.effect == Effect::Allow);
        allowing.into_iter().find_map(|statement| {
            Some(Grant {
                action: statement.action_matching(action)?.to_owned(),
                resource: statement.resource_matching(resource)?.to_string(),
            })
        })
    }

    /// Judges one action (`dynamodb:GetItem`) on one resource (an ARN, or `*` for actions without resources).
    pub fn judge(&self, action: &str, resource: &str) -> Verdict {
        self.judge_in(action, resource, &[])
    }

    /// The same for a request of which conditions may ask this.
    pub fn judge_in(
        &self,
        action: &str,
        resource: &str,
        context: &[(&'static str, String)],
    ) -> Verdict {
        let applies = |statement: &&Statement| {
            statement.action_matching(action).is_some()
                && statement.resource_matching(resource).is_some()
                && statement
                    .conditions
                    .iter()
                    .all(|condition| condition.is_met(context))
        };
        self.statements.iter().filter(applies).fold(
            Verdict::NotAllowed,
            |verdict, statement| match (statement.effect, verdict) {
                (Effect::Deny, _) | (_, Verdict::DeniedExplicitly) => Verdict::DeniedExplicitly,
                (Effect::Allow, _) => Verdict::Allowed,
            },
        )
    }
}

impl Condition {
    fn is_met(&self, context: &[(&'static str, String)]) -> bool {
        context
            .iter()
            .any(|(key, value)| key.eq_ignore_ascii_case(&self.key) && self.values.contains(value))
    }
}

impl Statement {
    /// IAM compares actions without regard to case.
    fn action_matching(&self, action: &str) -> Option<&str> {
        let action = action.to_lowercase();
        let mut actions = self.actions.iter().map(String::as_str);
        actions.find(|pattern| wildcard(&pattern.to_lowercase(), &action))
    }

    fn resource_matching(&self, resource: &str) -> Option<&ResourcePattern> {
        self.resources
            .iter()
            .find(|pattern| pattern.matches(resource))
    }
}

fn document(policy: &Map<String, Value>) -> Result<Vec<Statement>, PolicyError> {
    known(policy, &["Version", "Id", "Statement"])?;
    match policy.get("Version") {
        None => {}
        Some(Value::String(version)) if version == "2012-10-17" || version == "2008-10-17" => {}
        Some(other) => {
            return Err(PolicyError::BadValue {
                element: "Version",
                found: other.to_string(),
            });
        }
    }
    match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.iter().map(parse_statement).collect(),
        Some(one) => Ok(vec![parse_statement(one)?]),
        None => Err(PolicyError::Missing {
            element: "Statement",
        }),
    }
}

fn parse_statement(value: &Value) -> Result<Statement, PolicyError> {
    match value {
        Value::Object(fields) => statement(fields),
        other => Err(PolicyError::BadValue {
            element: "Statement",
            found: other.to_string(),
        }),
    }
}

fn statement(fields: &Map<String, Value>) -> Result<Statement, PolicyError> {
    known(
        fields,
        &["Sid", "Effect", "Action", "Resource", "Condition"],
    )?;
    let effect = match fields.get("Effect") {
        Some(Value::String(effect)) if effect == "Allow" => Effect::Allow,
        Some(Value::String(effect)) if effect == "Deny" => Effect::Deny,
        Some(other) => {
            return Err(PolicyError::BadValue {
                element: "Effect",
                found: other.to_string(),
            });
        }
        None => return Err(PolicyError::Missing { element: "Effect" }),
    };
    let actions = texts(fields, "Action", "Action")?
        .into_iter()
        .map(action)
        .collect::<Result<_, _>>()?;
    let resources = texts(fields, "Resource", "Resource")?
        .into_iter()
        .map(resource)
        .collect::<Result<_, _>>()?;
    Ok(Statement {
        effect,
        actions,
        resources,
        conditions: conditions(fields)?,
    })
}

/// Only `StringEquals`, and only keys that requests are known to have: any other condition would silently never, or always, be met.
fn conditions(fields: &Map<String, Value>) -> Result<Vec<Condition>, PolicyError> {
    let Some(given) = fields.get("Condition") else {
        return Ok(Vec::new());
    };
    let bad = || PolicyError::BadValue {
        element: "Condition",
        found: given.to_string(),
    };
    let operators = given.as_object().ok_or_else(bad)?;
    if let Some(operator) = operators.keys().find(|name| *name != "StringEquals") {
        return Err(PolicyError::UnknownElement {
            element: format!("Condition.{operator}"),
        });
    }
    let equals = operators.get("StringEquals").and_then(Value::as_object);
    let equals = equals.ok_or_else(bad)?;
    let mut conditions = Vec::new();
    for key in equals.keys() {
        if !KEYS.iter().any(|known| known.eq_ignore_ascii_case(key)) {
            return Err(PolicyError::UnknownElement {
                element: format!("Condition.StringEquals.{key}"),
            });
        }
        let values = texts(equals, "Condition", key)?;
        conditions.push(Condition {
            key: key.clone(),
            values: values.into_iter().map(str::to_owned).collect(),
        });
    }
    Ok(conditions)
}

fn known(fields: &Map<String, Value>, names: &[&str]) -> Result<(), PolicyError> {
    match fields.keys().find(|name| !names.contains(&name.as_str())) {
        Some(element) => Err(PolicyError::UnknownElement {
            element: element.clone(),
        }),
        None => Ok(()),
    }
}

/// One text or a list of texts, as IAM writes actions and resources. An empty list is refused, as IAM does.
fn texts<'a>(
    fields: &'a Map<String, Value>,
    element: &'static str,
    name: &str,
) -> Result<Vec<&'a str>, PolicyError> {
    let value = fields.get(name).ok_or(PolicyError::Missing { element })?;
    let found = match value {
        Value::String(text) => Some(vec![text.as_str()]),
        Value::Array(list) if !list.is_empty() => list.iter().map(Value::as_str).collect(),
        _ => None,
    };
    found.ok_or_else(|| PolicyError::BadValue {
        element,
        found: value.to_string(),
    })
}

fn action(text: &str) -> Result<String, PolicyError> {
    let fits = match text.split_once(':') {
        Some((service, name)) => {
            !service.is_empty()
                && !name.is_empty()
                && !service.contains(['*', '?'])
                && !name.contains(':')
        }
        None => text == "*",
    };
    if fits {
        Ok(text.to_owned())
    } else {
        Err(PolicyError::BadValue {
            element: "Action",
            found: text.to_owned(),
        })
    }
}

fn resource(text: &str) -> Result<ResourcePattern, PolicyError> {
    // A policy variable would have to be filled in from the request; taken as plain text it would silently never match.
    let pattern = if text.contains("${") {
        None
    } else {
        ResourcePattern::parse(text)
    };
    pattern.ok_or_else(|| PolicyError::BadValue {
        element: "Resource",
        found: text.to_owned(),
    })
}
