//! The models as botocore has them (`service-2.json`), as far as they are read here.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;

use crate::pattern;

/// Why the models can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A file is missing or can't be read.
    #[error("reading the service model {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file is no service model.
    #[error("understanding the service model {}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where it goes wrong.
        #[source]
        source: serde_json::Error,
    },
}

/// The services whose models are read, each from `<name>.json`.
pub(crate) const SERVICES: [&str; 4] = ["cognito-idp", "dynamodb", "rekognition", "s3"];

/// The models of all services of the local stack.
#[derive(Debug)]
pub struct Models(BTreeMap<&'static str, Model>);

impl Models {
    /// Reads the models from the files `cognito-idp.json`, `dynamodb.json`, `rekognition.json` and `s3.json` of a folder.
    ///
    /// # Errors
    /// Names the first file that is missing or is no model.
    pub fn load(folder: &Path) -> Result<Self, ModelError> {
        let read = |name: &'static str| {
            let path = folder.join(format!("{name}.json"));
            let text = match fs::read(&path) {
                Ok(text) => text,
                Err(source) => return Err(ModelError::Unreadable { path, source }),
            };
            serde_json::from_slice(&text)
                .map(|model| (name, model))
                .map_err(|source| ModelError::Malformed { path, source })
        };
        SERVICES
            .into_iter()
            .map(read)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The model of a service by the name in credential scopes (`cognito-idp`, `dynamodb`, `rekognition`, `s3`).
    pub fn service(&self, name: &str) -> Option<&Model> {
        self.0.get(name)
    }
}

/// What one service promises.
#[derive(Debug, Deserialize)]
pub struct Model {
    /// Protocol and names.
    pub metadata: Metadata,
    /// By name.
    pub operations: BTreeMap<String, Operation>,
    shapes: BTreeMap<String, Shape>,
}

impl Model {
    /// A shape by its name; the models name none that they lack.
    pub fn shape(&self, name: &str) -> Option<&Shape> {
        self.shapes.get(name)
    }

    /// Members of an operation's request by name; empty where it has no request.
    pub fn inputs(&self, operation: &Operation) -> BTreeMap<&str, &Member> {
        operation
            .input
            .as_ref()
            .and_then(|input| self.shape(&input.shape))
            .map(|shape| {
                shape
                    .members
                    .iter()
                    .map(|(name, member)| (name.as_str(), member))
                    .collect()
            })
            .unwrap_or_default()
    }
}

/// Protocol and names of a service.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// `json` or `rest-xml`.
    pub protocol: String,
    /// `1.0` or `1.1`, for JSON.
    pub json_version: Option<String>,
    /// What stands before the operation in `X-Amz-Target`.
    pub target_prefix: Option<String>,
}

/// An operation of a service.
#[derive(Debug, Deserialize)]
pub struct Operation {
    /// Method, path and status.
    pub http: Http,
    /// Its request, unless it has no members at all.
    pub input: Option<Reference>,
    /// Its answer, unless it has no members at all.
    pub output: Option<Reference>,
    /// The errors of its own that it may end with.
    #[serde(default)]
    pub errors: Vec<Reference>,
}

/// Method, path and status of an operation.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Http {
    /// `POST`
    pub method: String,
    /// `/{Bucket}/{Key+}?acl`
    pub request_uri: String,
    /// Status of the answer where it is not 200.
    pub response_code: Option<u16>,
}

/// The name of a shape where one is used.
#[derive(Debug, Deserialize)]
pub struct Reference {
    /// Name of the shape.
    pub shape: String,
}

/// A member of a structure.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// Name of its shape.
    pub shape: String,
    /// `header`, `headers`, `querystring`, `uri`, `statusCode`; the body where there is none.
    pub location: Option<String>,
    /// Its name there.
    pub location_name: Option<String>,
}

/// The kinds of shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Named members.
    Structure,
    /// Values of one shape.
    List,
    /// Keys and values.
    Map,
    /// A text.
    String,
    /// Bytes, in base64 on the wire.
    Blob,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits.
    Long,
    /// A number.
    Float,
    /// A number.
    Double,
    /// True or false.
    Boolean,
    /// Seconds since 1970, in JSON.
    Timestamp,
}

/// What a value may be.
#[derive(Debug, Deserialize)]
pub struct Shape {
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Members of a structure.
    #[serde(default)]
    pub members: BTreeMap<String, Member>,
    /// The members that must be there.
    #[serde(default)]
    pub required: Vec<String>,
    /// Shape of a list's entries.
    pub member: Option<Reference>,
    /// Shape of a map's keys.
    pub key: Option<Reference>,
    /// Shape of a map's values.
    pub value: Option<Reference>,
    /// The texts that are allowed; any where the list is empty.
    #[serde(default, rename = "enum")]
    pub one_of: Vec<String>,
    /// Least length, count or number.
    pub min: Option<f64>,
    /// Greatest length, count or number.
    pub max: Option<f64>,
    #[serde(rename = "pattern")]
    pattern_text: Option<String>,
    #[serde(skip)]
    pattern: OnceLock<Option<Regex>>,
    /// Exactly one of the members is there.
    #[serde(default)]
    pub union: bool,
    #[serde(default)]
    fault: bool,
    error: Option<ErrorTraits>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ErrorTraits {
    http_status_code: Option<u16>,
}

impl Shape {
    /// The pattern that the whole text must match, where there is one that can be checked.
    pub(crate) fn pattern(&self) -> Option<&Regex> {
        self.pattern
            .get_or_init(|| self.pattern_text.as_deref().and_then(pattern::compile))
            .as_ref()
    }

    /// HTTP status of an error of this shape.
    pub(crate) fn error_status(&self) -> u16 {
        let own = self.error.as_ref().and_then(|error| error.http_status_code);
        own.unwrap_or(if self.fault { 500 } else { 400 })
    }
}
