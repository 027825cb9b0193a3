//! Members of requests as types that hold only what the shapes allow.

use serde::{Deserialize, de::DeserializeOwned};

use crate::error::ServiceError;

/// Reads a body; members that the operation doesn't take are refused by name.
pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ServiceError> {
    serde_json::from_slice(body).map_err(ServiceError::Unreadable)
}

/// Name of a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CollectionId(String);

impl CollectionId {
    pub(crate) fn new(text: String) -> Result<Self, ServiceError> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        name(text, "collectionId", r"[a-zA-Z0-9_.\-]+", allowed).map(Self)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The caller's name for the picture that a face was indexed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExternalImageId(String);

impl ExternalImageId {
    pub(crate) fn new(text: String) -> Result<Self, ServiceError> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_.-:".contains(c);
        name(text, "externalImageId", r"[a-zA-Z0-9_.\-:]+", allowed).map(Self)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn name(
    text: String,
    member: &'static str,
    pattern: &str,
    allowed: impl Fn(char) -> bool,
) -> Result<String, ServiceError> {
    let refuse = |constraint: String| Err(ServiceError::Constraint { member, constraint });
    match text.len() {
        0 => refuse(String::from(
            "Member must have length greater than or equal to 1",
        )),
        1..=255 if text.chars().all(allowed) => Ok(text),
        1..=255 => refuse(format!(
            "Member must satisfy regular expression pattern: {pattern}"
        )),
        _ => refuse(String::from(
            "Member must have length less than or equal to 255",
        )),
    }
}

/// Ids of faces: 1 to 4096, each shaped like a UUID in lower case.
pub(crate) fn face_ids(ids: Vec<String>) -> Result<Vec<String>, ServiceError> {
    const PATTERN: &str = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    let refuse = |constraint: String| {
        Err(ServiceError::Constraint {
            member: "faceIds",
            constraint,
        })
    };
    match ids.len() {
        0 => refuse(String::from(
            "Member must have length greater than or equal to 1",
        )),
        1..=4096 if ids.iter().all(|id| is_face_id(id)) => Ok(ids),
        1..=4096 => refuse(format!(
            "Member must satisfy regular expression pattern: {PATTERN}"
        )),
        _ => refuse(String::from(
            "Member must have length less than or equal to 4096",
        )),
    }
}

fn is_face_id(text: &str) -> bool {
    let in_place = |(index, byte): (usize, u8)| match index {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    };
    text.len() == 36 && text.bytes().enumerate().all(in_place)
}

/// A whole number that must lie in a range.
pub(crate) fn within(
    value: i64,
    member: &'static str,
    (least, most): (usize, usize),
) -> Result<usize, ServiceError> {
    let refuse = |word: &str, bound: usize| {
        Err(ServiceError::Constraint {
            member,
            constraint: format!("Member must have value {word} than or equal to {bound}"),
        })
    };
    match usize::try_from(value) {
        Ok(value) if value > most => refuse("less", most),
        Ok(value) if value >= least => Ok(value),
        _ => refuse("greater", least),
    }
}

/// 0–100.
pub(crate) fn percent(value: f32, member: &'static str) -> Result<f32, ServiceError> {
    let constraint = || String::from("Member must have value between 0 and 100");
    (0.0..=100.0)
        .contains(&value)
        .then_some(value)
        .ok_or_else(|| ServiceError::Constraint {
            member,
            constraint: constraint(),
        })
}

/// What is to be told about a face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Attribute {
    /// Box, confidence, pose, quality and five landmarks; always told.
    Default,
    /// Everything that is known.
    All,
    Beard,
    Emotions,
    Eyeglasses,
    EyesOpen,
    FaceOccluded,
    MouthOpen,
    Mustache,
    Smile,
    Sunglasses,
    /// The engine doesn't know: asking for it alone is refused, `ALL` leaves it out.
    AgeRange,
    /// As [`Self::AgeRange`].
    Gender,
    /// As [`Self::AgeRange`].
    EyeDirection,
}

/// The attributes asked for; refuses those that can't be told.
pub(crate) fn attributes(asked: Option<Vec<Attribute>>) -> Result<Vec<Attribute>, ServiceError> {
    let asked = asked.unwrap_or_default();
    let unknown = asked.iter().find_map(|attribute| match attribute {
        Attribute::AgeRange => Some("Attribute AGE_RANGE"),
        Attribute::Gender => Some("Attribute GENDER"),
        Attribute::EyeDirection => Some("Attribute EYE_DIRECTION"),
        _ => None,
    });
    match unknown {
        Some(what) => Err(ServiceError::Unsupported {
            what: what.to_owned(),
        }),
        None => Ok(asked),
    }
}

#[cfg(test)]
mod tests {
    use super::{Attribute, CollectionId, ExternalImageId, attributes, face_ids, percent, within};

    #[test]
    fn names_are_checked() {
        let collection = |text: &str| CollectionId::new(text.to_owned()).is_ok();
        assert!(
            collection("stack-1a2b-g1-s0")
                && !collection("")
                && !collection("a b")
                && !collection("a:b")
        );
        assert!(collection(&"a".repeat(255)) && !collection(&"a".repeat(256)));
        let external = |text: &str| ExternalImageId::new(text.to_owned()).is_ok();
        assert!(external("sub:enrolment") && !external("ann@example.com"));
    }

    #[test]
    fn face_ids_are_lower_case_uuids() {
        let one = |id: &str| face_ids(vec![id.to_owned()]).is_ok();
        assert!(one("578e2e1b-d0b0-493c-aa39-ba476a421a34"));
        assert!(
            !one("578E2E1B-D0B0-493C-AA39-BA476A421A34")
                && !one("578e2e1b")
                && face_ids(vec![]).is_err()
        );
    }

    #[test]
    fn numbers_stay_in_range() {
        assert_eq!(within(4096, "maxFaces", (1, 4096)).ok(), Some(4096));
        for value in [-1, 0, 4097] {
            assert!(within(value, "maxFaces", (1, 4096)).is_err(), "{value}");
        }
        assert!(
            percent(100.0, "x").is_ok()
                && percent(100.1, "x").is_err()
                && percent(f32::NAN, "x").is_err()
        );
    }

    #[test]
    fn what_the_engine_cannot_tell_is_refused_by_name() {
        let refused = attributes(Some(vec![Attribute::Smile, Attribute::Gender])).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "Attribute GENDER is not supported by the local Rekognition"
        );
        assert!(attributes(Some(vec![Attribute::All])).is_ok());
    }
}
