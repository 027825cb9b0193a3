//! Evaluation of the intrinsic functions against the facts of one stack.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::facts::Facts;
use crate::node::{Kind, Node};
use crate::problems::Problem;
use crate::template::Template;

mod conditions;
mod strings;

/// What came of a node. A failure has been recorded as a problem.
#[derive(Debug)]
pub(crate) enum Outcome {
    Value(Value),
    /// `AWS::NoValue`: the property or list item around it goes away.
    Nothing,
    Failed,
}

/// Where a node stands, for the message of a problem.
#[derive(Clone, Copy)]
pub(crate) struct At<'place> {
    line: usize,
    place: &'place str,
}

impl<'place> At<'place> {
    pub(crate) fn new(line: usize, place: &'place str) -> Self {
        Self { line, place }
    }
}

pub(crate) struct Evaluator<'run> {
    template: &'run Template,
    facts: &'run Facts,
    conditions: RefCell<BTreeMap<String, Option<bool>>>,
    pub(crate) problems: RefCell<Vec<Problem>>,
}

impl<'run> Evaluator<'run> {
    pub(crate) fn new(template: &'run Template, facts: &'run Facts) -> Self {
        Self {
            template,
            facts,
            conditions: RefCell::default(),
            problems: RefCell::default(),
        }
    }

    pub(crate) fn value(&self, node: &Node, place: &str) -> Outcome {
        match &node.kind {
            Kind::Scalar(Value::String(text)) => self.dynamic_references(
                text,
                At {
                    line: node.line,
                    place,
                },
            ),
            Kind::Scalar(value) => Outcome::Value(value.clone()),
            Kind::Sequence(items) => self.list(items, place),
            Kind::Mapping(entries) => match entries.as_slice() {
                [(key, argument)] if is_function(key) => self.intrinsic(key, argument, place),
                several => match several.iter().find(|(key, _)| is_function(key)) {
                    Some((key, inner)) => {
                        let at = At::new(inner.line, place);
                        self.fail::<()>(at, &format!("{key} has to stand alone in its map"));
                        Outcome::Failed
                    }
                    None => self.map(entries, place),
                },
            },
        }
    }

    /// The value as text; `None` if there is none (a problem is recorded unless it is `AWS::NoValue`).
    pub(crate) fn text(&self, node: &Node, place: &str) -> Option<String> {
        let at = At {
            line: node.line,
            place,
        };
        match self.value(node, place) {
            Outcome::Value(value) => as_text(&value).or_else(|| self.fail(at, "has to be text")),
            Outcome::Nothing => self.fail(at, "has to be text, not AWS::NoValue"),
            Outcome::Failed => None,
        }
    }

    fn list(&self, items: &[Node], place: &str) -> Outcome {
        let mut values = Vec::new();
        let mut failed = false;
        for (index, item) in items.iter().enumerate() {
            match self.value(item, &format!("{place}.{index}")) {
                Outcome::Value(value) => values.push(value),
                Outcome::Nothing => {}
                Outcome::Failed => failed = true,
            }
        }
        if failed {
            Outcome::Failed
        } else {
            Outcome::Value(Value::Array(values))
        }
    }

    fn map(&self, entries: &[(String, Node)], place: &str) -> Outcome {
        let mut values = Map::new();
        let mut failed = false;
        for (key, node) in entries {
            match self.value(node, &format!("{place}.{key}")) {
                Outcome::Value(value) => {
                    values.insert(key.clone(), value);
                }
                Outcome::Nothing => {}
                Outcome::Failed => failed = true,
            }
        }
        if failed {
            Outcome::Failed
        } else {
            Outcome::Value(Value::Object(values))
        }
    }

    fn intrinsic(&self, function: &str, argument: &Node, place: &str) -> Outcome {
        let at = At {
            line: argument.line,
            place,
        };
        let found = match function {
            "Ref" => return self.reference(argument, at),
            "Fn::If" => return self.choose(argument, at),
            "Fn::GetAtt" => self.attribute(argument, at),
            "Fn::Sub" => return self.substitute(argument, at),
            "Fn::Join" => self.join(argument, at).map(Value::from),
            "Fn::Split" => self.split(argument, at).map(Value::from),
            "Fn::Select" => self.select(argument, at),
            "Fn::FindInMap" => self.find_in_map(argument, at),
            _ => self.fail(
                at,
                &format!("the local stack does not know {function} here"),
            ),
        };
        found.map_or(Outcome::Failed, Outcome::Value)
    }

    fn reference(&self, argument: &Node, at: At<'_>) -> Outcome {
        let found = match argument.text() {
            None => self.fail(at, "Ref takes one name"),
            Some("AWS::NoValue") => return Outcome::Nothing,
            Some(name) => self.named(name).or_else(|| {
                self.fail(
                    at,
                    &format!(
                        "`{name}` has no value here: its Condition is not met, or it is made later"
                    ),
                )
            }),
        };
        found.map_or(Outcome::Failed, Outcome::Value)
    }

    fn named(&self, name: &str) -> Option<Value> {
        let resource = || {
            self.facts
                .resources
                .get(name)
                .map(|resource| Value::from(resource.reference.clone()))
        };
        self.facts
            .pseudo
            .value(name)
            .map(Value::from)
            .or_else(|| self.facts.parameters.get(name).cloned())
            .or_else(resource)
    }

    fn attribute(&self, argument: &Node, at: At<'_>) -> Option<Value> {
        let wrong = || self.fail(at, "Fn::GetAtt takes a resource and an attribute");
        let path = match argument.items() {
            Some([resource, attribute]) => {
                let resource = resource.text().or_else(wrong)?;
                format!("{resource}.{}", self.text(attribute, at.place)?)
            }
            Some(_) => return wrong().map(Value::from),
            None => argument.text().or_else(wrong)?.to_owned(),
        };
        self.attribute_named(&path, at)
    }

    fn attribute_named(&self, path: &str, at: At<'_>) -> Option<Value> {
        let Some((resource, attribute)) = path.split_once('.') else {
            return self.fail(at, "Fn::GetAtt takes `<resource>.<attribute>`");
        };
        let found = self
            .facts
            .resources
            .get(resource)
            .and_then(|known| known.attributes.get(attribute))
            .cloned();
        found.or_else(|| {
            let kind = self.template.resources.get(resource).map_or("", |resource| resource.kind.as_str());
            let text = if crate::catalogue::is_custom(kind) {
                format!("`{path}` is known only once the custom resource is made: the local stack reads it in Outputs only")
            } else {
                format!("the local stack knows no attribute `{attribute}` of `{resource}` ({kind})")
            };
            self.fail(at, &text)
        })
    }

    /// Records a problem.
    fn fail<T>(&self, at: At<'_>, text: &str) -> Option<T> {
        self.problems
            .borrow_mut()
            .push(Problem::at(at.line, at.place, text));
        None
    }
}

fn is_function(key: &str) -> bool {
    key == "Ref" || key.starts_with("Fn::")
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}
