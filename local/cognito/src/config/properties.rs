//! Reads resolved CloudFormation properties and remembers every mistake.

use serde_json::{Map, Value};

/// All mistakes of one resource.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct ConfigError {
    /// In the order in which they were found.
    pub problems: Vec<Problem>,
}

/// One mistake, with the path of the property inside the resource.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nobody here knows the property.
    #[error("property {path} is not supported")]
    Unknown {
        /// Dotted path.
        path: String,
    },
    /// A property that must be there is not.
    #[error("property {path} is missing")]
    Missing {
        /// Dotted path.
        path: String,
    },
    /// The value is outside of what is served.
    #[error("property {path}: only {wanted} is supported")]
    Unsupported {
        /// Dotted path.
        path: String,
        /// What would be accepted.
        wanted: &'static str,
    },
    /// The value has the wrong type or range.
    #[error("property {path} is not {wanted}")]
    Malformed {
        /// Dotted path.
        path: String,
        /// What would be accepted.
        wanted: &'static str,
    },
}

/// One object of properties; what was never asked for is a mistake.
pub(super) struct Properties<'a> {
    path: String,
    values: Map<String, Value>,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Properties<'a> {
    pub(super) fn new(path: &str, value: &Value, problems: &'a mut Vec<Problem>) -> Self {
        let values = if let Value::Object(map) = value {
            map.iter()
                .filter(|(_, v)| !v.is_null())
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect()
        } else {
            problems.push(Problem::Malformed {
                path: path.to_owned(),
                wanted: "an object",
            });
            Map::new()
        };
        Self {
            path: path.to_owned(),
            values,
            problems,
        }
    }

    pub(super) fn path(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.values.remove(name)
    }

    pub(super) fn malformed(&mut self, name: &str, wanted: &'static str) {
        let path = self.path(name);
        self.problems.push(Problem::Malformed { path, wanted });
    }

    pub(super) fn unsupported(&mut self, name: &str, wanted: &'static str) {
        let path = self.path(name);
        self.problems.push(Problem::Unsupported { path, wanted });
    }

    pub(super) fn missing(&mut self, name: &str) {
        let path = self.path(name);
        self.problems.push(Problem::Missing { path });
    }

    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        if let Value::String(text) = self.take(name)? {
            Some(text)
        } else {
            self.malformed(name, "a string");
            None
        }
    }

    /// A whole number, as a number or as the string that a CloudFormation parameter is.
    pub(super) fn integer(&mut self, name: &str) -> Option<i64> {
        let value = self.take(name)?;
        let number = match &value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.malformed(name, "a whole number");
        }
        number
    }

    /// A truth value, as such or as the string `true` or `false`.
    pub(super) fn boolean(&mut self, name: &str) -> Option<bool> {
        let value = self.take(name)?;
        let flag = match &value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        if flag.is_none() {
            self.malformed(name, "a boolean");
        }
        flag
    }

    pub(super) fn list(&mut self, name: &str) -> Option<Vec<Value>> {
        if let Value::Array(items) = self.take(name)? {
            Some(items)
        } else {
            self.malformed(name, "a list");
            None
        }
    }

    pub(super) fn texts(&mut self, name: &str) -> Option<Vec<String>> {
        let items = self.list(name)?;
        let texts: Option<Vec<String>> = items
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect();
        if texts.is_none() {
            self.malformed(name, "a list of strings");
        }
        texts
    }

    pub(super) fn object(&mut self, name: &str) -> Option<Properties<'_>> {
        let value = self.take(name)?;
        let path = self.path(name);
        Some(Properties::new(&path, &value, self.problems))
    }

    /// An object inside a list.
    pub(super) fn item(&mut self, name: &str, index: usize, value: &Value) -> Properties<'_> {
        let path = format!("{}[{index}]", self.path(name));
        Properties::new(&path, value, self.problems)
    }

    /// Refuses a property unless it has the one value that is served.
    pub(super) fn only(
        &mut self,
        name: &str,
        accepted: &'static [&'static str],
        wanted: &'static str,
    ) {
        let Some(value) = self.take(name) else { return };
        let text = match &value {
            Value::String(text) => text.clone(),
            Value::Bool(flag) => flag.to_string(),
            other => other.to_string(),
        };
        if !accepted.contains(&text.as_str()) {
            self.unsupported(name, wanted);
        }
    }

    /// Everything that was not taken is unknown.
    pub(super) fn finish(self) {
        for name in self.values.keys() {
            let path = if self.path.is_empty() {
                name.clone()
            } else {
                format!("{}.{name}", self.path)
            };
            self.problems.push(Problem::Unknown { path });
        }
    }
}
