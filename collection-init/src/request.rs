//! What CloudFormation asks for.

use serde::Deserialize;
use serde_json::Value;

use crate::layout::Layout;
use crate::{site, token_client};

/// Whom to answer, and about what. Everything that an answer needs, so that it can be given whatever else is wrong.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Envelope {
    /// Presigned: whoever knows it can answer. Never logged.
    #[serde(rename = "ResponseURL")]
    pub(crate) response_url: String,
    /// ARN of the stack.
    pub(crate) stack_id: String,
    /// Names this request.
    pub(crate) request_id: String,
    /// The resource in the template.
    pub(crate) logical_resource_id: String,
    /// Not there when the resource is created.
    pub(crate) physical_resource_id: Option<String>,
    #[serde(default)]
    resource_type: String,
}

impl Envelope {
    /// The physical id, given once unless a resource decides otherwise.
    pub(crate) fn physical_id(&self) -> &str {
        let new = match self.resource_type.as_str() {
            token_client::TYPE => "token-client",
            site::TYPE => "site",
            _ => "face-collections",
        };
        self.physical_resource_id.as_deref().unwrap_or(new)
    }
}

/// What to do. Layouts are `None` where the properties are unusable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// Make a new resource.
    Create {
        /// To be there afterwards.
        wanted: Option<Layout>,
    },
    /// Change one.
    Update {
        /// Before; unusable properties never made anything.
        current: Option<Layout>,
        /// To be there afterwards.
        wanted: Option<Layout>,
    },
    /// Remove one.
    Delete {
        /// What was there; unusable properties never made anything.
        current: Option<Layout>,
        /// What the operator wants to become of the faces.
        faces: Faces,
    },
    /// Something that CloudFormation doesn't send today.
    Unknown,
}

/// What becomes of collections that hold faces when the stack is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Faces {
    /// They stay, as the rows do that name them. What is said unless something else is.
    Keep,
    /// They go.
    Erase,
}

impl Faces {
    fn of(properties: &Value) -> Self {
        if properties["WhenDeleted"] == "ERASE" {
            Self::Erase
        } else {
            Self::Keep
        }
    }
}

/// The part of the event that tells what to do.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    request_type: Option<String>,
    #[serde(default)]
    resource_properties: Value,
    #[serde(default)]
    old_resource_properties: Value,
}

/// `None` for an event that can't even be answered.
pub(crate) fn envelope(event: &Value) -> Option<Envelope> {
    Envelope::deserialize(event).ok()
}

/// Reads the rest of the event; whatever is wrong with it becomes part of the request.
pub(crate) fn request(event: &Value) -> Request {
    let Ok(body) = Body::deserialize(event) else {
        return Request::Unknown;
    };
    let wanted = layout(&body.resource_properties);
    match body.request_type.as_deref() {
        Some("Create") => Request::Create { wanted },
        Some("Update") => Request::Update {
            current: layout(&body.old_resource_properties),
            wanted,
        },
        Some("Delete") => Request::Delete {
            current: wanted,
            faces: Faces::of(&body.resource_properties),
        },
        _ => Request::Unknown,
    }
}

fn layout(properties: &Value) -> Option<Layout> {
    let prefix = properties.get("Prefix")?.as_str()?;
    Layout::new(
        prefix,
        number(properties.get("Generation")?)?,
        number(properties.get("Shards")?)?,
    )
}

/// CloudFormation writes numbers as text.
fn number(value: &Value) -> Option<u32> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64()?.try_into().ok(),
    }
}
