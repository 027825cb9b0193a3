//! Errors as the service words them (developer guide, "Error handling"), and how they travel.

use http::StatusCode;
use serde_json::{Value, json};

use crate::store::StoreError;

/// Why a request is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServiceError {
    /// An operation that doesn't exist, or isn't offered here.
    #[error("Unknown or unsupported operation: {operation}")]
    UnknownOperation { operation: String },
    /// The body isn't the JSON that the operation takes; names the member.
    #[error("Request can't be read, or holds what the local Rekognition does not support: {0}")]
    Unreadable(#[source] serde_json::Error),
    /// A member breaks the constraint of its shape.
    #[error(
        "1 validation error detected: Value at '{member}' failed to satisfy constraint: {constraint}"
    )]
    Constraint {
        member: &'static str,
        constraint: String,
    },
    /// A value that the service has but this one doesn't.
    #[error("{what} is not supported by the local Rekognition")]
    Unsupported { what: String },
    /// The service's text for everything without one of its own.
    #[error("Request has invalid parameters.")]
    InvalidParameters,
    /// Only where a face is needed to go on.
    #[error("There are no faces in the image. Should be at least 1.")]
    NoFace,
    #[error("Image size is too large.")]
    ImageTooLarge,
    #[error("Request has invalid image format.")]
    InvalidImageFormat,
    #[error("The collection id: {collection} does not exist")]
    NoSuchCollection { collection: String },
    #[error("The collection id: {collection} already exists.")]
    CollectionExists { collection: String },
    #[error("The provided pagination token is not valid")]
    InvalidPaginationToken,
    #[error("Provisioned Rate exceeded.")]
    Busy,
    /// Ours, not the caller's.
    #[error("Internal server error.")]
    Storage(#[source] StoreError),
    /// An analysis ended without a result.
    #[error("Internal server error.")]
    Crashed,
}

impl ServiceError {
    /// The type, as the SDKs know it.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::UnknownOperation { .. } => "UnknownOperationException",
            Self::Unreadable(_)
            | Self::Constraint { .. }
            | Self::Unsupported { .. }
            | Self::InvalidParameters
            | Self::NoFace => "InvalidParameterException",
            Self::ImageTooLarge => "ImageTooLargeException",
            Self::InvalidImageFormat => "InvalidImageFormatException",
            Self::NoSuchCollection { .. } => "ResourceNotFoundException",
            Self::CollectionExists { .. } => "ResourceAlreadyExistsException",
            Self::InvalidPaginationToken => "InvalidPaginationTokenException",
            Self::Busy => "ProvisionedThroughputExceededException",
            Self::Storage(_) | Self::Crashed => "InternalServerError",
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Storage(_) | Self::Crashed => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    pub(crate) fn body(&self, request_id: &str) -> Value {
        json!({ "__type": self.code(), "Code": self.code(), "Logref": request_id, "Message": self.to_string() })
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoSuchCollection { collection } => Self::NoSuchCollection { collection },
            StoreError::CollectionExists { collection } => Self::CollectionExists { collection },
            other => Self::Storage(other),
        }
    }
}
