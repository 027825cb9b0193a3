//! What the nets say about one picture.

use std::sync::{Arc, OnceLock};

use face_login_face_engine::{DecodeError, DecodedImage, Embedding, Engine, Expression, Face};

use sha2::{Digest as _, Sha256};

use crate::{
    error::ServiceError,
    photo::{Digest, Photo},
};

/// Smallest side of a picture in pixels.
const LEAST_SIDE: usize = 80;

/// The faces of a picture, largest first. The picture itself isn't kept.
pub(crate) struct Analysis {
    engine: Arc<Engine>,
    /// Width and height in pixels, upright.
    pub(crate) size: (f32, f32),
    faces: Vec<Described>,
}

struct Described {
    face: Face,
    embedding: OnceLock<Embedding>,
    expression: OnceLock<Expression>,
}

/// A decoded picture that is large enough for the service, and the digest of its size and pixels.
pub(crate) struct Upright {
    picture: DecodedImage,
    pub(crate) digest: Digest,
}

impl Upright {
    /// Slow: belongs on a thread for computing.
    pub(crate) fn of(photo: &Photo) -> Result<Self, ServiceError> {
        let picture = DecodedImage::decode(&photo.bytes).map_err(|error| match error {
            DecodeError::TooManyPixels { .. } => ServiceError::ImageTooLarge,
            DecodeError::UnknownFormat | DecodeError::Damaged(_) => {
                ServiceError::InvalidImageFormat
            }
        })?;
        if picture.width() < LEAST_SIDE || picture.height() < LEAST_SIDE {
            return Err(ServiceError::InvalidParameters);
        }
        let mut hash = Sha256::new();
        for side in [picture.width(), picture.height()] {
            hash.update(side.to_be_bytes());
        }
        hash.update(picture.rgb());
        Ok(Self {
            digest: hash.finalize().into(),
            picture,
        })
    }
}

impl Analysis {
    /// Slow: belongs on a thread for computing.
    pub(crate) fn of(engine: Arc<Engine>, Upright { picture, .. }: &Upright) -> Self {
        let faces = engine.analyse(picture).into_iter();
        let described = |face| Described {
            face,
            embedding: OnceLock::new(),
            expression: OnceLock::new(),
        };
        #[expect(clippy::cast_precision_loss, reason = "sides of pictures")]
        let size = (picture.width() as f32, picture.height() as f32);
        Self {
            engine,
            size,
            faces: faces.map(described).collect(),
        }
    }

    pub(crate) fn faces(&self) -> impl ExactSizeIterator<Item = &Face> {
        self.faces.iter().map(|described| &described.face)
    }

    /// Slow the first time. `index` must be that of one of [`Self::faces`].
    pub(crate) fn embedding(&self, index: usize) -> &Embedding {
        let Described {
            face, embedding, ..
        } = &self.faces[index];
        embedding.get_or_init(|| self.engine.embed(face))
    }

    /// Slow the first time. `index` must be that of one of [`Self::faces`].
    pub(crate) fn expression(&self, index: usize) -> &Expression {
        let Described {
            face, expression, ..
        } = &self.faces[index];
        expression.get_or_init(|| self.engine.expression(face))
    }
}
