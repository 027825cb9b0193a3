//! Parameters: their declaration, and the values for one run.

use std::collections::BTreeMap;

use regex_lite::Regex;
use serde_json::Value;

use crate::node::Node;
use crate::problems::{Problem, Problems};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    String,
    Number,
    List,
    NumberList,
}

#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    name: String,
    kind: Type,
    default: Option<String>,
    allowed_values: Option<Vec<String>>,
    allowed_pattern: Option<Regex>,
    /// What `ConstraintDescription` says, for people.
    constraint: Option<String>,
    value_range: (Option<f64>, Option<f64>),
    length_range: (Option<f64>, Option<f64>),
}

impl Parameter {
    pub(crate) fn read(name: &str, node: &Node, problems: &mut Vec<Problem>) -> Option<Self> {
        let place = format!("Parameters.{name}");
        let mut parameter = Self {
            name: name.to_owned(),
            kind: Type::String,
            default: None,
            allowed_values: None,
            allowed_pattern: None,
            constraint: None,
            value_range: (None, None),
            length_range: (None, None),
        };
        if node.get("Type").is_none() {
            problems.push(Problem::at(node.line, &place, "has no Type"));
        }
        let before = problems.len();
        for (key, value) in node.entries() {
            if let Err(text) = parameter.set(key, value) {
                problems.push(Problem::at(value.line, &format!("{place}.{key}"), text));
            }
        }
        (problems.len() == before).then_some(parameter)
    }

    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name == name
    }

    fn set(&mut self, key: &str, value: &Node) -> Result<(), String> {
        let number = || {
            value
                .scalar_text()
                .and_then(|text| text.parse::<f64>().ok())
                .ok_or("has to be a number".to_owned())
        };
        match key {
            "Type" => {
                self.kind = match value.text() {
                    Some("String") => Type::String,
                    Some("Number") => Type::Number,
                    Some("CommaDelimitedList") => Type::List,
                    Some("List<Number>") => Type::NumberList,
                    _ => return Err("has to be String, Number, CommaDelimitedList or List<Number> for the local stack".to_owned()),
                }
            }
            "Default" => self.default = Some(value.scalar_text().ok_or("has to be one value")?),
            "AllowedValues" => {
                let items = value.items().ok_or("has to be a list")?;
                let values: Option<Vec<String>> = items.iter().map(Node::scalar_text).collect();
                self.allowed_values = Some(values.ok_or("has to be a list of values")?);
            }
            "AllowedPattern" => {
                let pattern = value.scalar_text().ok_or("has to be a regular expression")?;
                // CloudFormation wants the whole value to match.
                let regex = Regex::new(&format!("^(?:{pattern})$")).map_err(|error| format!("is no regular expression that the local stack can read: {error}"))?;
                self.allowed_pattern = Some(regex);
            }
            "MinValue" => self.value_range.0 = Some(number()?),
            "MaxValue" => self.value_range.1 = Some(number()?),
            "MinLength" => self.length_range.0 = Some(number()?),
            "MaxLength" => self.length_range.1 = Some(number()?),
            "ConstraintDescription" => self.constraint = value.scalar_text(),
            "Description" | "NoEcho" => {}
            _ => return Err("is no property of a parameter".to_owned()),
        }
        Ok(())
    }

    fn check(&self, text: &str) -> Result<Value, String> {
        match self.kind {
            Type::String | Type::Number => self.check_one(text).map(|()| Value::from(text)),
            Type::List | Type::NumberList => {
                let items: Vec<&str> = text.split(',').map(str::trim).collect();
                items.iter().try_for_each(|item| self.check_one(item))?;
                Ok(Value::from(items))
            }
        }
    }

    fn check_one(&self, text: &str) -> Result<(), String> {
        if let Some(allowed) = &self.allowed_values
            && !allowed.iter().any(|value| value == text)
        {
            return Err(format!("is none of {}", allowed.join(", ")));
        }
        if let Some(pattern) = &self.allowed_pattern
            && !pattern.is_match(text)
        {
            return Err(self
                .constraint
                .clone()
                .unwrap_or_else(|| format!("does not match {pattern}")));
        }
        if matches!(self.kind, Type::Number | Type::NumberList) {
            let number: f64 = text.parse().map_err(|_| "is no number".to_owned())?;
            outside(number, self.value_range)
                .map_or(Ok(()), |limit| Err(format!("has to be {limit}")))?;
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "the length of a parameter value is far below 2^52"
        )]
        let length = text.chars().count() as f64;
        outside(length, self.length_range).map_or(Ok(()), |limit| {
            Err(format!("has to have {limit} characters"))
        })
    }
}

/// The limit that a number breaks.
fn outside(number: f64, (least, most): (Option<f64>, Option<f64>)) -> Option<String> {
    match (least, most) {
        (Some(least), _) if number < least => Some(format!("at least {least}")),
        (_, Some(most)) if number > most => Some(format!("at most {most}")),
        _ => None,
    }
}

/// Values of all parameters: those given, else the defaults.
pub(crate) fn values(
    parameters: &[Parameter],
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Value>, Problems> {
    let mut problems: Vec<Problem> = given
        .keys()
        .filter(|name| !parameters.iter().any(|parameter| parameter.name == **name))
        .map(|name| {
            Problem::new(
                format!("Parameters.{name}"),
                "the template has no such parameter",
            )
        })
        .collect();
    let mut values = BTreeMap::new();
    for parameter in parameters {
        let place = || format!("Parameters.{}", parameter.name);
        match given.get(&parameter.name).or(parameter.default.as_ref()) {
            None => problems.push(Problem::new(place(), "has no default: give it a value")),
            Some(text) => match parameter.check(text) {
                Ok(value) => {
                    values.insert(parameter.name.clone(), value);
                }
                Err(reason) => problems.push(Problem::new(place(), format!("`{text}` {reason}"))),
            },
        }
    }
    Problems::none_or(problems, values)
}
