//! Rows as typed attributes.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use face_login_domain::{SCHEMA_VERSION, time::Timestamp};

use super::{Row, StoreError};

/// A row as `DynamoDB` holds it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// A text.
pub(crate) fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

/// A whole number.
pub(crate) fn number(value: impl Into<u64>) -> AttributeValue {
    AttributeValue::N(value.into().to_string())
}

/// A point in time, in milliseconds.
pub(crate) fn time(value: Timestamp) -> AttributeValue {
    number(value.millis())
}

/// A row under construction: version and key first.
pub(crate) fn versioned(key: Item) -> Item {
    let mut item = key;
    item.insert("schemaVersion".to_owned(), number(SCHEMA_VERSION));
    item
}

/// The key of a row of the challenges table.
pub(crate) fn challenge_key(pk: String) -> Item {
    Item::from([("pk".to_owned(), AttributeValue::S(pk))])
}

/// The key of a row of the enrolments table.
pub(crate) fn enrolment_key(pk: String, sk: String) -> Item {
    Item::from([
        ("pk".to_owned(), AttributeValue::S(pk)),
        ("sk".to_owned(), AttributeValue::S(sk)),
    ])
}

/// Reads a row's attributes as domain types.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    row: Row,
    item: &'a Item,
}

impl<'a> Reader<'a> {
    /// `None` for a row that another release wrote.
    pub(crate) fn of_this_version(row: Row, item: &'a Item) -> Option<Self> {
        let written = item
            .get("schemaVersion")
            .and_then(|value| value.as_n().ok());
        (written.map(String::as_str) == Some(&SCHEMA_VERSION.to_string()))
            .then_some(Self { row, item })
    }

    /// The same, where a row of another release is an error.
    pub(crate) fn required(row: Row, item: &'a Item) -> Result<Self, StoreError> {
        Self::of_this_version(row, item).ok_or(StoreError::Malformed {
            row,
            attribute: "schemaVersion",
        })
    }

    /// A text that must be there and parse.
    pub(crate) fn text<T>(
        &self,
        attribute: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        self.optional_text(attribute, parse)?
            .ok_or_else(|| self.malformed(attribute))
    }

    /// A text that may be missing, but parses where it is there.
    pub(crate) fn optional_text<T>(
        &self,
        attribute: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        let Some(value) = self.item.get(attribute) else {
            return Ok(None);
        };
        let parsed = value.as_s().ok().and_then(|text| parse(text));
        parsed.map(Some).ok_or_else(|| self.malformed(attribute))
    }

    /// A whole number that must be there.
    pub(crate) fn number<T: TryFrom<u64>>(&self, attribute: &'static str) -> Result<T, StoreError> {
        let value = self.item.get(attribute).and_then(|value| value.as_n().ok());
        let number = value
            .and_then(|text| text.parse::<u64>().ok())
            .and_then(|number| T::try_from(number).ok());
        number.ok_or_else(|| self.malformed(attribute))
    }

    /// A point in time that must be there.
    pub(crate) fn time(&self, attribute: &'static str) -> Result<Timestamp, StoreError> {
        self.number(attribute).map(Timestamp::from_millis)
    }

    /// A point in time that may be missing.
    pub(crate) fn optional_time(
        &self,
        attribute: &'static str,
    ) -> Result<Option<Timestamp>, StoreError> {
        let there = self.item.contains_key(attribute);
        there.then(|| self.time(attribute)).transpose()
    }

    /// A map of names to points in time; empty if it is missing.
    pub(crate) fn times(
        &self,
        attribute: &'static str,
    ) -> Result<Vec<(&'a str, Timestamp)>, StoreError> {
        let Some(value) = self.item.get(attribute) else {
            return Ok(Vec::new());
        };
        let map = value.as_m().map_err(|_| self.malformed(attribute))?;
        let time = |value: &AttributeValue| {
            value
                .as_n()
                .ok()
                .and_then(|text| text.parse().ok())
                .map(Timestamp::from_millis)
        };
        map.iter()
            .map(|(name, value)| Some((name.as_str(), time(value)?)))
            .collect::<Option<_>>()
            .ok_or_else(|| self.malformed(attribute))
    }

    /// Points in time in their order; none if the attribute is missing.
    pub(crate) fn time_list(&self, attribute: &'static str) -> Result<Vec<Timestamp>, StoreError> {
        let Some(value) = self.item.get(attribute) else {
            return Ok(Vec::new());
        };
        let list = value.as_l().map_err(|_| self.malformed(attribute))?;
        let time = |value: &AttributeValue| value.as_n().ok()?.parse().ok();
        list.iter()
            .map(|value| time(value).map(Timestamp::from_millis))
            .collect::<Option<_>>()
            .ok_or_else(|| self.malformed(attribute))
    }

    /// A row inside this one; `None` if it is missing.
    pub(crate) fn part(&self, attribute: &'static str) -> Result<Option<Self>, StoreError> {
        let part = self.item.get(attribute).map(|value| self.inside(value));
        part.transpose().map_err(|()| self.malformed(attribute))
    }

    /// Every row inside this one whose name begins with `prefix`, under the rest of its name.
    pub(crate) fn parts(&self, prefix: &'static str) -> Result<Vec<(&'a str, Self)>, StoreError> {
        let parts = self.item.iter().filter_map(|(name, value)| {
            let rest = name.strip_prefix(prefix)?;
            Some(self.inside(value).map(|part| (rest, part)))
        });
        parts
            .collect::<Result<_, ()>>()
            .map_err(|()| self.malformed(prefix))
    }

    fn inside(&self, value: &'a AttributeValue) -> Result<Self, ()> {
        let item = value.as_m().map_err(|_| ())?;
        Ok(Self {
            row: self.row,
            item,
        })
    }

    /// The error that this row has no usable `attribute`.
    pub(crate) fn malformed(&self, attribute: &'static str) -> StoreError {
        StoreError::Malformed {
            row: self.row,
            attribute,
        }
    }
}
