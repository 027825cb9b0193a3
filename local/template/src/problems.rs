//! What is wrong with a template, all of it at once.

use std::fmt;

/// One thing that has to be changed before the template can be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line of the template, counted from 1, where there is one.
    pub line: Option<usize>,
    /// Path inside the template, such as `Resources.IndexQueue.Properties.DelaySeconds`.
    pub place: String,
    /// What is wrong and what to do about it.
    pub text: String,
}

impl Problem {
    /// A problem with a place but no line of its own.
    pub fn new(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            line: None,
            place: place.into(),
            text: text.into(),
        }
    }

    pub(crate) fn at(line: usize, place: &str, text: impl Into<String>) -> Self {
        Self {
            line: Some(line),
            place: place.to_owned(),
            text: text.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "line {line}, {}: {}", self.place, self.text),
            None => write!(formatter, "{}: {}", self.place, self.text),
        }
    }
}

/// Every problem that was found; never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.lines().join("\n"))]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// One sentence per problem.
    pub fn lines(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }

    pub(crate) fn none_or<T>(problems: Vec<Problem>, value: T) -> Result<T, Self> {
        if problems.is_empty() {
            Ok(value)
        } else {
            Err(Self(problems))
        }
    }
}
