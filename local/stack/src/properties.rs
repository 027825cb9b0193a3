//! Reads the resolved properties of a resource; what is unknown or wrong becomes a problem with its place.

use std::cell::RefCell;

use face_login_local_template::{Problem, Resolved};
use serde_json::{Map, Value};

/// Where problems are collected.
pub(crate) type Sink = RefCell<Vec<Problem>>;

/// The properties of a resource, or an object inside them.
pub(crate) struct Fields<'value> {
    line: usize,
    place: String,
    object: &'value Map<String, Value>,
    sink: &'value Sink,
}

impl<'value> Fields<'value> {
    pub(crate) fn of(resource: &'value Resolved, sink: &'value Sink) -> Option<Self> {
        let place = format!("Resources.{}.Properties", resource.logical_id);
        Some(Self {
            line: resource.line,
            place,
            object: resource.properties.as_object()?,
            sink,
        })
    }

    /// Refuses every property that is not listed.
    pub(crate) fn known(&self, names: &[&str]) -> &Self {
        for name in self
            .object
            .keys()
            .filter(|name| !names.contains(&name.as_str()))
        {
            self.refuse(name, "the local stack does not know this property");
        }
        self
    }

    pub(crate) fn refuse(&self, property: &str, text: impl Into<String>) {
        let place = if property.is_empty() {
            self.place.clone()
        } else {
            format!("{}.{property}", self.place)
        };
        self.sink.borrow_mut().push(Problem {
            line: Some(self.line),
            place,
            text: text.into(),
        });
    }

    pub(crate) fn value(&self, name: &str) -> Option<&'value Value> {
        self.object.get(name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        match self.object.get(name)? {
            Value::String(text) => Some(text.clone()),
            value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
            _ => {
                self.refuse(name, "has to be text");
                None
            }
        }
    }

    /// Empty after a problem.
    pub(crate) fn required(&self, name: &str) -> String {
        if !self.object.contains_key(name) {
            self.refuse(name, "is missing");
        }
        self.text(name).unwrap_or_default()
    }

    pub(crate) fn number(&self, name: &str, allowed: std::ops::RangeInclusive<u64>) -> Option<u64> {
        let number = self
            .text(name)?
            .parse()
            .ok()
            .filter(|number| allowed.contains(number));
        if number.is_none() {
            self.refuse(
                name,
                format!(
                    "has to be a number from {} to {}",
                    allowed.start(),
                    allowed.end()
                ),
            );
        }
        number
    }

    /// The property has to be this, where it is given.
    pub(crate) fn only(&self, name: &str, wanted: &str) {
        if self.text(name).is_some_and(|text| text != wanted) {
            self.refuse(name, format!("the local stack serves {wanted} only"));
        }
    }

    pub(crate) fn inner(&self, name: &str) -> Option<Self> {
        let value = self.object.get(name)?;
        let found = self.object_at(value, name);
        if found.is_none() {
            self.refuse(name, "has to be a map");
        }
        found
    }

    pub(crate) fn list(&self, name: &str) -> Vec<Self> {
        let items = self.object.get(name).and_then(Value::as_array);
        if items.is_none() && self.object.contains_key(name) {
            self.refuse(name, "has to be a list");
        }
        let found = items.into_iter().flatten().enumerate();
        found
            .filter_map(|(index, item)| self.object_at(item, &format!("{name}.{index}")))
            .collect()
    }

    /// A list of texts, or one text.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        match self.object.get(name) {
            None => Vec::new(),
            Some(Value::Array(items)) => items.iter().filter_map(text).collect(),
            Some(value) => text(value).into_iter().collect(),
        }
    }

    fn object_at(&self, value: &'value Value, name: &str) -> Option<Self> {
        let place = format!("{}.{name}", self.place);
        Some(Self {
            line: self.line,
            place,
            object: value.as_object()?,
            sink: self.sink,
        })
    }
}

/// CloudFormation hands every value of a custom resource over as text.
pub(crate) fn texts(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), texts(value)))
            .collect::<std::collections::BTreeMap<_, _>>()
            .into_iter()
            .collect(),
        Value::Array(items) => items.iter().map(texts).collect(),
        Value::String(text) => Value::from(text.as_str()),
        Value::Null => Value::from(""),
        other => Value::from(other.to_string()),
    }
}
