//! The picture of a request, and ids made of it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::error::ServiceError;

/// Largest picture in a request, decoded from base64.
pub(crate) const MAX_BYTES: usize = 5_242_880;

/// Member `Image` of a request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(crate) struct ImageInput {
    bytes: Option<String>,
    #[serde(rename = "S3Object")]
    s3_object: Option<serde_json::Value>,
}

/// SHA-256 of a picture.
pub(crate) type Digest = [u8; 32];

/// Bytes that may be a picture, and their digest.
#[derive(Clone)]
pub(crate) struct Photo {
    pub(crate) bytes: Bytes,
    pub(crate) digest: Digest,
}

impl ImageInput {
    pub(crate) fn photo(&self) -> Result<Photo, ServiceError> {
        if self.s3_object.is_some() {
            return Err(ServiceError::Unsupported {
                what: String::from("Image.S3Object"),
            });
        }
        let encoded = self
            .bytes
            .as_deref()
            .ok_or(ServiceError::InvalidParameters)?;
        // Four characters carry at most three bytes: what is longer than this need not be decoded.
        if encoded.len() > MAX_BYTES.div_ceil(3) * 4 {
            return Err(ServiceError::ImageTooLarge);
        }
        let bytes = STANDARD
            .decode(encoded)
            .map_err(|_| ServiceError::InvalidParameters)?;
        match bytes.len() {
            0 => Err(ServiceError::InvalidParameters),
            1..=MAX_BYTES => Ok(Photo {
                digest: Sha256::digest(&bytes).into(),
                bytes: bytes.into(),
            }),
            _ => Err(ServiceError::ImageTooLarge),
        }
    }
}

impl Photo {
    /// The same for the same bytes, as the service does it.
    pub(crate) fn image_id(&self) -> String {
        uuid_of(&[b"image", &self.digest], UuidVersion::OfContent)
    }
}

/// What the version digit of a UUID says about its origin.
#[derive(Clone, Copy)]
pub(crate) enum UuidVersion {
    /// 5
    OfContent,
    /// 4
    Random,
}

/// A UUID that depends on these parts only.
pub(crate) fn uuid_of(parts: &[&[u8]], version: UuidVersion) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    let digit = match version {
        UuidVersion::OfContent => 0x50,
        UuidVersion::Random => 0x40,
    };
    let mut text = String::with_capacity(36);
    for (index, byte) in digest.iter().take(16).enumerate() {
        let byte = match index {
            6 => byte & 0x0f | digit,
            8 => byte & 0x3f | 0x80,
            _ => *byte,
        };
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push(char::from(HEX[usize::from(byte >> 4)]));
        text.push(char::from(HEX[usize::from(byte & 0x0f)]));
    }
    text
}

const HEX: &[u8; 16] = b"0123456789abcdef";

#[cfg(test)]
mod tests {
    use super::{UuidVersion, uuid_of};

    #[test]
    fn uuids_depend_on_all_parts_and_show_their_version() {
        let id = uuid_of(&[b"a", b"bc"], UuidVersion::Random);
        assert_eq!(id.len(), 36);
        assert_eq!(&id[14..15], "4");
        assert_eq!(id, uuid_of(&[b"a", b"bc"], UuidVersion::Random));
        assert_ne!(id, uuid_of(&[b"ab", b"c"], UuidVersion::Random));
        assert_eq!(&uuid_of(&[b"a"], UuidVersion::OfContent)[14..15], "5");
    }
}
