//! Policies of buckets and queues: who may do what to the resource. What is not understood is refused by name.

use serde_json::Value;

use crate::properties::Fields;

/// A request, as far as resource policies look at it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Access<'call> {
    /// `s3.amazonaws.com`, or `None` for a caller of the account.
    pub(crate) service: Option<&'call str>,
    pub(crate) action: &'call str,
    pub(crate) resource: &'call str,
    /// `aws:SourceArn`, for services.
    pub(crate) source_arn: Option<&'call str>,
    /// `aws:SourceAccount`, for services.
    pub(crate) source_account: Option<&'call str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// What the policy says; silence is neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Allowed,
    Denied,
    Silent,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Who {
    Everybody,
    Service(String),
}

#[derive(Clone, Debug)]
struct Condition {
    operator: String,
    key: String,
    values: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) effect: Effect,
    who: Who,
    actions: Vec<String>,
    resources: Vec<String>,
    conditions: Vec<Condition>,
}

/// The statements of `PolicyDocument`.
pub(crate) fn read(resource: &Fields<'_>) -> Vec<Statement> {
    let Some(document) = resource.inner("PolicyDocument") else {
        resource.refuse("PolicyDocument", "is missing");
        return Vec::new();
    };
    document
        .known(&["Version", "Id", "Statement"])
        .only("Version", "2012-10-17");
    document
        .list("Statement")
        .iter()
        .filter_map(statement)
        .collect()
}

fn statement(fields: &Fields<'_>) -> Option<Statement> {
    fields.known(&[
        "Sid",
        "Effect",
        "Principal",
        "Action",
        "Resource",
        "Condition",
    ]);
    let effect = match fields.text("Effect").as_deref() {
        Some("Allow") => Effect::Allow,
        Some("Deny") => Effect::Deny,
        _ => {
            fields.refuse("Effect", "has to be Allow or Deny");
            return None;
        }
    };
    let (actions, resources) = (fields.texts("Action"), fields.texts("Resource"));
    if actions.is_empty() || resources.is_empty() {
        fields.refuse("", "needs an Action and a Resource");
    }
    Some(Statement {
        effect,
        who: who(fields)?,
        actions,
        resources,
        conditions: conditions(fields),
    })
}

fn who(fields: &Fields<'_>) -> Option<Who> {
    let who = match fields.value("Principal") {
        Some(Value::String(text)) if text == "*" => Some(Who::Everybody),
        Some(Value::Object(map)) => match (
            map.len(),
            map.get("AWS"),
            map.get("Service").and_then(Value::as_str),
        ) {
            (1, Some(Value::String(text)), None) if text == "*" => Some(Who::Everybody),
            (1, None, Some(service)) => Some(Who::Service(service.to_owned())),
            _ => None,
        },
        _ => None,
    };
    if who.is_none() {
        fields.refuse(
            "Principal",
            "the local stack knows \"*\" and one Service only",
        );
    }
    who
}

fn conditions(fields: &Fields<'_>) -> Vec<Condition> {
    let mut conditions = Vec::new();
    for (operator, keys) in fields
        .value("Condition")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        for (key, values) in keys.as_object().into_iter().flatten() {
            let known = matches!(
                (operator.as_str(), key.as_str()),
                ("Bool", "aws:SecureTransport")
                    | (
                        "ArnEquals" | "ArnLike" | "StringEquals" | "StringLike",
                        "aws:SourceArn"
                    )
                    | ("StringEquals", "aws:SourceAccount")
            );
            if !known {
                fields.refuse(
                    &format!("Condition.{operator}.{key}"),
                    "the local stack does not know this condition",
                );
            }
            let values = values
                .as_array()
                .cloned()
                .unwrap_or_else(|| vec![values.clone()]);
            let text = |value: &Value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            };
            conditions.push(Condition {
                operator: operator.clone(),
                key: key.clone(),
                values: values.iter().map(text).collect(),
            });
        }
    }
    conditions
}

/// Deny wins over Allow, Allow over silence.
pub(crate) fn judge(statements: &[Statement], access: Access<'_>) -> Verdict {
    let applies = |statement: &&Statement| statement.applies_to(access);
    statements
        .iter()
        .filter(applies)
        .fold(Verdict::Silent, |verdict, statement| {
            match (statement.effect, verdict) {
                (Effect::Deny, _) | (_, Verdict::Denied) => Verdict::Denied,
                (Effect::Allow, _) => Verdict::Allowed,
            }
        })
}

impl Statement {
    /// Whether a service of AWS's is meant, and no other.
    pub(crate) fn is_for(&self, service: &str) -> bool {
        matches!(&self.who, Who::Service(name) if name == service)
    }

    fn applies_to(&self, access: Access<'_>) -> bool {
        let who = match &self.who {
            Who::Everybody => true,
            Who::Service(name) => access.service == Some(name),
        };
        let action = access.action.to_lowercase();
        who && self
            .actions
            .iter()
            .any(|pattern| wildcard(&pattern.to_lowercase(), &action))
            && self
                .resources
                .iter()
                .any(|pattern| wildcard(pattern, access.resource))
            && self
                .conditions
                .iter()
                .all(|condition| condition.is_met(access))
    }
}

impl Condition {
    fn is_met(&self, access: Access<'_>) -> bool {
        let actual = match self.key.as_str() {
            // The stack listens on the machine itself: plain HTTP there stands for TLS on AWS.
            "aws:SecureTransport" => Some("true"),
            "aws:SourceArn" => access.source_arn,
            _ => access.source_account,
        };
        let exact = self.operator == "StringEquals" || self.operator == "Bool";
        let matches = |actual: &str| {
            self.values.iter().any(|value| {
                if exact {
                    value == actual
                } else {
                    wildcard(value, actual)
                }
            })
        };
        actual.is_some_and(matches)
    }
}

/// `*` is any run of characters, `?` one.
pub(crate) fn wildcard(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut read, mut star) = (0, 0, None);
    while read < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(expected) if *expected == '?' || *expected == text[read] => {
                at += 1;
                read += 1;
            }
            _ => match star {
                Some((position, consumed)) => {
                    star = Some((position, consumed + 1));
                    at = position + 1;
                    read = consumed + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::wildcard;

    #[test]
    fn wildcards() {
        for (pattern, text, want) in [
            ("s3:*", "s3:getobject", true),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b", false),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b/a/c", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*a*b", "xaxxab", true),
            ("a", "ab", false),
        ] {
            assert_eq!(wildcard(pattern, text), want, "{pattern} on {text}");
        }
    }
}
