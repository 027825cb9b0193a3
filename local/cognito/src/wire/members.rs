//! Members of a request: each is read with its limits, and none is ignored.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// A map of strings, as authentication parameters and client metadata are.
pub(crate) type StringMap = BTreeMap<String, String>;

/// Lengths in characters and the class of characters that the service model states for a string.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    min: usize,
    max: usize,
    pattern: &'static str,
    allowed: fn(char) -> bool,
}

impl Limits {
    pub(crate) const CLIENT_ID: Self = Self {
        min: 1,
        max: 128,
        pattern: r"[\w+]+",
        allowed: word,
    };
    pub(crate) const POOL_ID: Self = Self {
        min: 1,
        max: 55,
        pattern: r"[\w-]+_[0-9a-zA-Z]+",
        allowed: pool,
    };
    pub(crate) const USERNAME: Self = Self {
        min: 1,
        max: 128,
        pattern: r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+",
        allowed: visible,
    };
    /// The model allows any length; the service refuses fewer than six characters in this form.
    pub(crate) const PASSWORD: Self = Self {
        min: 6,
        max: 256,
        pattern: r"[\S]+",
        allowed: visible,
    };
    pub(crate) const CODE: Self = Self {
        min: 1,
        max: 2048,
        pattern: r"[\S]+",
        allowed: visible,
    };
    pub(crate) const SESSION: Self = Self {
        min: 20,
        max: 4096,
        pattern: r"[\S]+",
        allowed: visible,
    };
    pub(crate) const TOKEN: Self = Self {
        min: 1,
        max: 131_072,
        pattern: "[A-Za-z0-9-_=.]+",
        allowed: token,
    };
    pub(crate) const FILTER: Self = Self {
        min: 0,
        max: 256,
        pattern: ".*",
        allowed: |_| true,
    };
    pub(crate) const PAGE: Self = Self {
        min: 1,
        max: 131_072,
        pattern: r"[\S]+",
        allowed: visible,
    };
    /// A password that is compared, not set.
    pub(crate) const GIVEN_PASSWORD: Self = Self {
        min: 0,
        ..Self::PASSWORD
    };
    pub(crate) const ATTRIBUTE: Self = Self {
        min: 1,
        max: 32,
        pattern: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+",
        allowed: |c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'),
    };
    pub(crate) const ANY: Self = Self {
        min: 0,
        max: 131_072,
        pattern: ".*",
        allowed: |_| true,
    };
}

fn word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '+'
}

fn pool(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

fn token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '=' | '.')
}

fn visible(c: char) -> bool {
    !c.is_whitespace() && !c.is_control()
}

/// The members that have not been read yet, and what was wrong with those that have.
pub(crate) struct Members {
    values: Map<String, Value>,
    violations: Vec<String>,
    wrong_type: bool,
}

impl Members {
    pub(crate) fn new(mut values: Map<String, Value>) -> Self {
        values.retain(|_, value| !value.is_null());
        Self {
            values,
            violations: Vec::new(),
            wrong_type: false,
        }
    }

    /// A string that must be there. Empty if it is not: [`Members::finish`] then fails.
    pub(crate) fn required(&mut self, name: &'static str, limits: Limits) -> String {
        if let Some(text) = self.optional(name, limits) {
            return text;
        }
        self.missing(name);
        String::new()
    }

    /// Remembers that a member is missing.
    pub(crate) fn missing(&mut self, name: &'static str) {
        self.violation(name, "Member must not be null");
    }

    pub(crate) fn optional(&mut self, name: &'static str, limits: Limits) -> Option<String> {
        let Value::String(text) = self.values.remove(name)? else {
            self.wrong_type = true;
            return Some(String::new());
        };
        let length = text.chars().count();
        if length < limits.min {
            self.violation(
                name,
                &format!(
                    "Member must have length greater than or equal to {}",
                    limits.min
                ),
            );
        }
        if limits.max < length {
            self.violation(
                name,
                &format!(
                    "Member must have length less than or equal to {}",
                    limits.max
                ),
            );
        }
        if !text.chars().all(limits.allowed) {
            self.violation(
                name,
                &format!(
                    "Member must satisfy regular expression pattern: {}",
                    limits.pattern
                ),
            );
        }
        Some(text)
    }

    pub(crate) fn flag(&mut self, name: &'static str) -> Option<bool> {
        let value = self.values.remove(name)?;
        self.wrong_type |= !value.is_boolean();
        value.as_bool()
    }

    /// A whole number inside these bounds.
    pub(crate) fn integer(&mut self, name: &'static str, min: i64, max: i64) -> Option<i64> {
        let value = self.values.remove(name)?;
        let Some(number) = value.as_i64() else {
            self.wrong_type = true;
            return None;
        };
        if number < min {
            self.violation(
                name,
                &format!("Member must have value greater than or equal to {min}"),
            );
        }
        if max < number {
            self.violation(
                name,
                &format!("Member must have value less than or equal to {max}"),
            );
        }
        Some(number)
    }

    /// A list of strings.
    pub(crate) fn texts(&mut self, name: &'static str) -> Option<Vec<String>> {
        let value = self.values.remove(name)?;
        let texts = value.as_array().and_then(|items| {
            items
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect()
        });
        self.wrong_type |= texts.is_none();
        texts
    }

    pub(crate) fn map(&mut self, name: &'static str) -> Option<StringMap> {
        let Value::Object(entries) = self.values.remove(name)? else {
            self.wrong_type = true;
            return None;
        };
        let too_long = |text: &str| Limits::ANY.max < text.chars().count();
        let mut map = StringMap::new();
        for (key, value) in entries {
            if too_long(&key) || value.as_str().is_some_and(too_long) {
                self.violation(
                    name,
                    "Map value must satisfy constraint: [Member must have length less than or equal to 131072, \
                     Member must have length greater than or equal to 0]",
                );
            }
            match value {
                Value::String(text) => drop(map.insert(key, text)),
                Value::Null => {}
                _ => self.wrong_type = true,
            }
        }
        Some(map)
    }

    /// A list of strings that must be there.
    pub(crate) fn required_texts(&mut self, name: &'static str) -> Vec<String> {
        let items = match self.values.remove(name) {
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.wrong_type = true;
                return Vec::new();
            }
            None => {
                self.violation(name, "Member must not be null");
                return Vec::new();
            }
        };
        self.wrong_type |= !items.iter().all(Value::is_string);
        let text = |item: Value| item.as_str().map(str::to_owned);
        items.into_iter().filter_map(text).collect()
    }

    /// A list of `{Name, Value}` that must be there.
    pub(crate) fn required_attributes(&mut self, name: &'static str) -> Vec<(String, String)> {
        if !self.values.contains_key(name) {
            self.violation(name, "Member must not be null");
        }
        self.attributes(name)
    }

    /// A list of `{Name, Value}`, in the order given.
    pub(crate) fn attributes(&mut self, name: &'static str) -> Vec<(String, String)> {
        let Some(value) = self.values.remove(name) else {
            return Vec::new();
        };
        let Value::Array(items) = value else {
            self.wrong_type = true;
            return Vec::new();
        };
        let mut attributes = Vec::new();
        for item in &items {
            let members = item.as_object().into_iter().flat_map(|item| item.keys());
            for foreign in members.filter(|member| !matches!(member.as_str(), "Name" | "Value")) {
                self.values.insert(format!("{name}.{foreign}"), Value::Null);
            }
            let text = |member: &str| item.get(member).and_then(Value::as_str);
            match (text("Name"), text("Value").unwrap_or_default()) {
                (Some(key), text) if text.len() <= 2048 => {
                    attributes.push((key.to_owned(), text.to_owned()));
                }
                (Some(_), _) => {
                    self.violation(name, "Member must have length less than or equal to 2048");
                }
                (None, _) => self.wrong_type = true,
            }
        }
        attributes
    }

    /// Threat protection would read it; a pool without threat protection is the only one served.
    pub(crate) fn user_context_data(&mut self) {
        if let Some(value) = self.values.remove("UserContextData") {
            self.wrong_type |= !value.is_object();
        }
    }

    /// The same, as an administrator sends it.
    pub(crate) fn context_data(&mut self) {
        if let Some(value) = self.values.remove("ContextData") {
            self.wrong_type |= !value.is_object();
        }
    }

    /// # Errors
    /// What was wrong so far, or the first member that nobody read.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        if self.wrong_type {
            return Err(Refusal::Serialization(
                "A member of the request has the wrong type",
            ));
        }
        if let Some((name, _)) = self.values.into_iter().next() {
            return Err(Refusal::UnsupportedParameter(name));
        }
        if self.violations.is_empty() {
            Ok(())
        } else {
            Err(Refusal::Validation(self.violations))
        }
    }

    /// Everything that was not read, for operations whose members are the properties of a resource.
    ///
    /// # Errors
    /// What was wrong so far.
    pub(crate) fn remaining(mut self) -> Result<Map<String, Value>, Refusal> {
        let values = std::mem::take(&mut self.values);
        self.finish()?;
        Ok(values)
    }

    fn violation(&mut self, name: &str, constraint: &str) {
        let mut letters = name.chars();
        let first: String = letters
            .next()
            .map(|c| c.to_lowercase().collect())
            .unwrap_or_default();
        self.violations.push(format!(
            "Value at '{first}{}' failed to satisfy constraint: {constraint}",
            letters.as_str()
        ));
    }
}
