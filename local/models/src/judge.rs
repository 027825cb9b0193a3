//! Whether a JSON value has a shape.

use serde_json::{Map, Value};

use crate::model::{Kind, Model, Shape};

/// What is wrong with a value, and where: `Users[].Attributes[].Name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flaw {
    pub(crate) path: String,
    pub(crate) problem: String,
}

/// What a member that is null counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Null {
    /// In requests: the services take it for a member that is not there.
    Absent,
    /// In answers: the services leave such a member out.
    Wrong,
}

/// Everything that is wrong with `value` as a `shape` of the model.
pub(crate) fn flaws(model: &Model, shape: &str, value: &Value, null: Null) -> Vec<Flaw> {
    let mut judge = Judge {
        model,
        null,
        flaws: Vec::new(),
    };
    judge.value("", shape, value);
    judge.flaws
}

struct Judge<'a> {
    model: &'a Model,
    null: Null,
    flaws: Vec<Flaw>,
}

impl Judge<'_> {
    fn flaw(&mut self, path: &str, problem: impl Into<String>) {
        let flaw = Flaw {
            path: path.to_owned(),
            problem: problem.into(),
        };
        if !self.flaws.contains(&flaw) {
            self.flaws.push(flaw);
        }
    }

    fn value(&mut self, path: &str, name: &str, value: &Value) {
        let Some(shape) = self.model.shape(name) else {
            return self.flaw(path, format!("its shape {name} is not in the model"));
        };
        match (shape.kind, value) {
            (Kind::Structure, Value::Object(members)) => self.structure(path, shape, members),
            (Kind::List, Value::Array(entries)) => self.list(path, shape, entries),
            (Kind::Map, Value::Object(entries)) => self.map(path, shape, entries),
            (Kind::String, Value::String(text)) => self.text(path, shape, text),
            (Kind::Blob, Value::String(text)) => match decoded_length(text) {
                Some(length) => self.limits(path, shape, "bytes", count(length)),
                None => self.flaw(path, "is not base64"),
            },
            (Kind::Integer | Kind::Long, Value::Number(number)) if !number.is_f64() => {
                self.limits(
                    path,
                    shape,
                    "as its value",
                    number.as_f64().unwrap_or(f64::NAN),
                );
            }
            (Kind::Float | Kind::Double, Value::Number(number)) => {
                self.limits(
                    path,
                    shape,
                    "as its value",
                    number.as_f64().unwrap_or(f64::NAN),
                );
            }
            (Kind::Boolean, Value::Bool(_)) | (Kind::Timestamp, Value::Number(_)) => {}
            (kind, other) => self.flaw(path, format!("is {}, not a {kind:?}", kind_of(other))),
        }
    }

    fn structure(&mut self, path: &str, shape: &Shape, members: &Map<String, Value>) {
        for name in &shape.required {
            if members.get(name).is_none_or(Value::is_null) {
                self.flaw(&below(path, name), "is required and missing");
            }
        }
        if shape.union && members.values().filter(|value| !value.is_null()).count() != 1 {
            self.flaw(path, "is a union without exactly one member");
        }
        for (name, value) in members {
            let path = below(path, name);
            match shape.members.get(name) {
                _ if value.is_null() && self.null == Null::Absent => {}
                _ if value.is_null() => self.flaw(&path, "is null instead of left out"),
                Some(member) => self.value(&path, &member.shape, value),
                None => self.flaw(&path, "is not in the model"),
            }
        }
    }

    fn list(&mut self, path: &str, shape: &Shape, entries: &[Value]) {
        self.limits(path, shape, "entries", count(entries.len()));
        if let Some(member) = &shape.member {
            let path = format!("{path}[]");
            for entry in entries {
                self.value(&path, &member.shape, entry);
            }
        }
    }

    /// Keys are not told: they may be names of people.
    fn map(&mut self, path: &str, shape: &Shape, entries: &Map<String, Value>) {
        self.limits(path, shape, "entries", count(entries.len()));
        let (of_keys, of_values) = (format!("{path}{{key}}"), format!("{path}{{}}"));
        for (key, value) in entries {
            if let Some(reference) = &shape.key {
                self.value(&of_keys, &reference.shape, &Value::String(key.clone()));
            }
            match &shape.value {
                Some(_) if value.is_null() && self.null == Null::Absent => {}
                Some(reference) => self.value(&of_values, &reference.shape, value),
                None => {}
            }
        }
    }

    fn text(&mut self, path: &str, shape: &Shape, text: &str) {
        self.limits(path, shape, "characters", count(text.chars().count()));
        if !shape.one_of.is_empty() && !shape.one_of.iter().any(|allowed| allowed == text) {
            self.flaw(
                path,
                format!("is none of the {} values of the model", shape.one_of.len()),
            );
        }
        if let Some(pattern) = shape.pattern()
            && !pattern.is_match(text)
        {
            self.flaw(path, format!("does not match {pattern}"));
        }
    }

    fn limits(&mut self, path: &str, shape: &Shape, unit: &str, number: f64) {
        if shape.min.is_some_and(|min| number < min) {
            self.flaw(
                path,
                format!("has fewer than {} {unit}", shape.min.unwrap_or_default()),
            );
        }
        if shape.max.is_some_and(|max| max < number) {
            self.flaw(
                path,
                format!("has more than {} {unit}", shape.max.unwrap_or_default()),
            );
        }
    }
}

/// How many bytes the base64 text stands for. Not decoded: pictures are long, and the stack answers while this is looked at.
fn decoded_length(text: &str) -> Option<usize> {
    let padded = text.len() - text.trim_end_matches('=').len();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let is_base64 = text.len().is_multiple_of(4)
        && padded <= 2
        && text.bytes().take(text.len() - padded).all(plain);
    is_base64.then(|| text.len() / 4 * 3 - padded)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "no limit of a model comes near 2^52"
)]
pub(crate) fn count(number: usize) -> f64 {
    number as f64
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
