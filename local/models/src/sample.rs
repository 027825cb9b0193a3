//! Plausible values: small, and within everything that a shape promises where that is easy to meet.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::judge::count;
use crate::model::{Kind, Model, Operation, Shape};

/// Texts that the patterns of ids, names and ARNs admit; the first that fits is taken.
const TEXTS: [&str; 8] = [
    "sample",
    "us-east-1_Sample000",
    "00000000-0000-4000-8000-000000000000",
    "arn:aws:rekognition:us-east-1:123456789012:collection/sample",
    "arn:aws:iam::123456789012:role/sample",
    "123456",
    "sample@example.com",
    "0",
];

/// Shapes that hold themselves end here.
const DEEPEST: usize = 6;

impl Model {
    /// The smallest request of an operation: its required members.
    pub fn smallest_request(&self, operation: &Operation) -> Value {
        let shape = operation
            .input
            .as_ref()
            .and_then(|input| self.shape(&input.shape));
        shape.map_or_else(
            || json!({}),
            |shape| self.structure(shape, Fill::Required, 0),
        )
    }

    /// A value of a shape. Structures without required members have the first one they know.
    pub fn sample(&self, shape: &str) -> Value {
        self.value(shape, 0)
    }

    fn value(&self, name: &str, depth: usize) -> Value {
        let Some(shape) = self.shape(name).filter(|_| depth < DEEPEST) else {
            return json!("sample");
        };
        let below = |reference: &Option<crate::model::Reference>| {
            reference.as_ref().map_or(Value::Null, |reference| {
                self.value(&reference.shape, depth + 1)
            })
        };
        match shape.kind {
            Kind::Structure => self.structure(shape, Fill::Something, depth),
            Kind::List => json!([below(&shape.member)]),
            Kind::Map => match below(&shape.key) {
                Value::String(key) => json!({ key: below(&shape.value) }),
                _ => json!({}),
            },
            Kind::String => json!(text(shape)),
            Kind::Blob => json!(STANDARD.encode("sample")),
            Kind::Integer | Kind::Long => json!(shape.min.map_or(1, whole)),
            Kind::Float | Kind::Double => json!(shape.min.unwrap_or(1.0)),
            Kind::Boolean => json!(true),
            Kind::Timestamp => json!(1_750_000_000),
        }
    }

    fn structure(&self, shape: &Shape, fill: Fill, depth: usize) -> Value {
        let mut names: Vec<&String> = shape.required.iter().collect();
        if names.is_empty() && fill == Fill::Something {
            names.extend(shape.members.keys().next());
        }
        let members = names.into_iter().filter_map(|name| {
            let member = shape.members.get(name)?;
            Some((name.clone(), self.value(&member.shape, depth + 1)))
        });
        Value::Object(members.collect::<Map<_, _>>())
    }
}

/// What a structure without required members holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fill {
    Required,
    Something,
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "least values of the models are small"
)]
fn whole(number: f64) -> i64 {
    number as i64
}

fn text(shape: &Shape) -> String {
    let fits = |text: &&&str| {
        let length = count(text.chars().count());
        shape.min.is_none_or(|min| min <= length)
            && shape.max.is_none_or(|max| length <= max)
            && shape.pattern().is_none_or(|pattern| pattern.is_match(text))
    };
    let first = shape.one_of.first().map(String::as_str);
    if let Some(known) = first.or_else(|| TEXTS.iter().find(fits).copied()) {
        return known.to_owned();
    }
    let mut long = "sample".to_owned();
    while shape.min.is_some_and(|min| count(long.len()) < min) {
        long.push_str("sample");
    }
    long
}
