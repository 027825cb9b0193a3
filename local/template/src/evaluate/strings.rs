//! Functions over text and lists, and dynamic references to generated secrets.

use serde_json::Value;

use super::{At, Evaluator, Outcome, as_text};
use crate::node::{Kind, Node};

const DYNAMIC: &str = "{{resolve:";

impl Evaluator<'_> {
    pub(super) fn substitute(&self, argument: &Node, at: At<'_>) -> Outcome {
        let (text, own) = match argument.items() {
            Some([text, own]) if matches!(own.kind, Kind::Mapping(_)) => {
                (text.text(), own.entries())
            }
            Some(_) => (None, &[][..]),
            None => (argument.text(), &[][..]),
        };
        let Some(text) = text else {
            self.fail::<()>(at, "Fn::Sub takes text, or text and a map of names");
            return Outcome::Failed;
        };
        match self.fill(text, own, at) {
            Some(filled) => self.dynamic_references(&filled, at),
            None => Outcome::Failed,
        }
    }

    fn fill(&self, text: &str, own: &[(String, Node)], at: At<'_>) -> Option<String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            filled.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                return self.fail(at, "`${` without `}`");
            };
            match name.strip_prefix('!') {
                Some(literal) => filled.extend(["${", literal, "}"]),
                None => filled.push_str(&self.placeholder(name.trim(), own, at)?),
            }
            rest = after;
        }
        filled.push_str(rest);
        Some(filled)
    }

    fn placeholder(&self, name: &str, own: &[(String, Node)], at: At<'_>) -> Option<String> {
        if let Some((_, node)) = own.iter().find(|(key, _)| key == name) {
            return self.text(node, at.place);
        }
        let value = if name.contains('.') {
            self.attribute_named(name, at)?
        } else {
            let missing = || {
                self.fail(
                    at,
                    &format!(
                        "`{name}` has no value here: its Condition is not met, or it is made later"
                    ),
                )
            };
            self.named(name).or_else(missing)?
        };
        as_text(&value).or_else(|| self.fail(at, &format!("`{name}` is no text")))
    }

    pub(super) fn join(&self, argument: &Node, at: At<'_>) -> Option<String> {
        let Some([delimiter, list]) = argument.items() else {
            return self.fail(at, "Fn::Join takes a delimiter and a list");
        };
        let delimiter = self.text(delimiter, at.place)?;
        let parts: Option<Vec<String>> = self.values(list, at)?.iter().map(as_text).collect();
        parts.map_or_else(
            || self.fail(at, "Fn::Join joins text only"),
            |parts| Some(parts.join(&delimiter)),
        )
    }

    pub(super) fn split(&self, argument: &Node, at: At<'_>) -> Option<Vec<String>> {
        let Some([delimiter, text]) = argument.items() else {
            return self.fail(at, "Fn::Split takes a delimiter and text");
        };
        let delimiter = self.text(delimiter, at.place)?;
        if delimiter.is_empty() {
            return self.fail(at, "Fn::Split needs a delimiter that is not empty");
        }
        Some(
            self.text(text, at.place)?
                .split(&delimiter)
                .map(str::to_owned)
                .collect(),
        )
    }

    pub(super) fn select(&self, argument: &Node, at: At<'_>) -> Option<Value> {
        let Some([index, list]) = argument.items() else {
            return self.fail(at, "Fn::Select takes an index and a list");
        };
        let index: Option<usize> = self.text(index, at.place)?.parse().ok();
        let values = self.values(list, at)?;
        let found = index.and_then(|index| values.get(index)).cloned();
        found.or_else(|| {
            self.fail(
                at,
                &format!("Fn::Select needs an index below {}", values.len()),
            )
        })
    }

    pub(super) fn find_in_map(&self, argument: &Node, at: At<'_>) -> Option<Value> {
        let Some([map, first, second]) = argument.items() else {
            return self.fail(at, "Fn::FindInMap takes a map and two keys");
        };
        let (map, first, second) = (
            self.text(map, at.place)?,
            self.text(first, at.place)?,
            self.text(second, at.place)?,
        );
        let node = self
            .template
            .mappings
            .get(&map)
            .and_then(|map| map.get(&first)?.get(&second));
        match node.map(|node| self.value(node, at.place)) {
            Some(Outcome::Value(value)) => Some(value),
            _ => self.fail(
                at,
                &format!("Mappings.{map}.{first}.{second} does not exist"),
            ),
        }
    }

    fn values(&self, node: &Node, at: At<'_>) -> Option<Vec<Value>> {
        match self.value(node, at.place) {
            Outcome::Value(Value::Array(values)) => Some(values),
            Outcome::Failed => None,
            _ => self.fail(at, "has to be a list"),
        }
    }

    /// Replaces `{{resolve:secretsmanager:<secret>:SecretString}}`.
    pub(super) fn dynamic_references(&self, text: &str, at: At<'_>) -> Outcome {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(DYNAMIC) {
            filled.push_str(before);
            let Some((reference, after)) = after.split_once("}}") else {
                self.fail::<()>(at, "`{{resolve:` without `}}`");
                return Outcome::Failed;
            };
            let Some(secret) = self.facts.secret(reference) else {
                let text = "only `{{resolve:secretsmanager:<secret of this template>:SecretString}}` is known to the local stack";
                self.fail::<()>(at, text);
                return Outcome::Failed;
            };
            filled.push_str(secret);
            rest = after;
        }
        filled.push_str(rest);
        Outcome::Value(Value::String(filled))
    }
}
