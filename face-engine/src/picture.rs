//! From the bytes of a JPEG or PNG to upright RGB pixels.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, metadata::Orientation};

use crate::tensor::Tensor;

#[cfg(test)]
mod tests;

/// Largest picture that is decoded, in pixels. A 5 MB PNG may state dimensions that would need gigabytes; 40 megapixels
/// (120 MB) is more than any phone's default.
pub const MAX_PIXELS: u64 = 40_000_000;

/// An upright RGB picture.
#[derive(Clone)]
pub struct DecodedImage {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

/// Why bytes could not become a picture.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The content is neither JPEG nor PNG, whatever the name says.
    #[error("the picture is neither JPEG nor PNG")]
    UnknownFormat,
    /// More than [`MAX_PIXELS`].
    #[error("the picture has {width} × {height} pixels, more than can be handled")]
    TooManyPixels {
        /// Stated width.
        width: u32,
        /// Stated height.
        height: u32,
    },
    /// Starts like a picture but can't be read to its end.
    #[error("the picture can't be decoded")]
    Damaged(#[source] image::ImageError),
}

impl DecodedImage {
    /// Decodes JPEG or PNG, told apart by content. Dimensions are checked before pixels are allocated.
    ///
    /// The EXIF orientation of a JPEG is applied, as Rekognition does before it states bounding boxes; in a PNG it is
    /// ignored, as there (API reference of `DetectFaces`, `OrientationCorrection`).
    #[expect(
        clippy::missing_panics_doc,
        reason = "a side of at most MAX_PIXELS fits into usize, wasm32 included"
    )]
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png)) = image::guess_format(bytes) else {
            return Err(DecodeError::UnknownFormat);
        };
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        reader.limits(limits());
        let mut decoder = reader.into_decoder().map_err(DecodeError::Damaged)?;
        let (width, height) = decoder.dimensions();
        if u64::from(width) * u64::from(height) > MAX_PIXELS {
            return Err(DecodeError::TooManyPixels { width, height });
        }
        let orientation = match format {
            // Broken EXIF is no reason to refuse a photo that can be shown.
            ImageFormat::Jpeg => decoder.orientation().unwrap_or(Orientation::NoTransforms),
            _ => Orientation::NoTransforms,
        };
        let mut picture = DynamicImage::from_decoder(decoder).map_err(DecodeError::Damaged)?;
        picture.apply_orientation(orientation);
        let rgb = picture.into_rgb8();
        let size = |side: u32| usize::try_from(side).expect("MAX_PIXELS fits into 32 bits");
        Ok(Self {
            width: size(rgb.width()),
            height: size(rgb.height()),
            rgb: rgb.into_raw(),
        })
    }

    /// From rows of RGB bytes; `None` if there aren't exactly `width × height × 3` of them, or none at all.
    pub fn from_rgb(width: usize, height: usize, rgb: Vec<u8>) -> Option<Self> {
        let expected = width.checked_mul(height)?.checked_mul(3)?;
        (expected > 0 && rgb.len() == expected).then_some(Self { width, height, rgb })
    }

    /// Width in pixels, after orientation.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Height in pixels, after orientation.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Rows of red, green and blue bytes: what two pictures have in common if they are the same.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// Red, green and blue (0–255) of a pixel inside the picture.
    pub(crate) fn pixel(&self, x: usize, y: usize) -> [f32; 3] {
        let start = (y * self.width + x) * 3;
        [0, 1, 2].map(|channel| f32::from(self.rgb[start + channel]))
    }

    pub(crate) fn to_tensor(&self) -> Tensor {
        let data = self.rgb.iter().map(|byte| f32::from(*byte)).collect();
        Tensor {
            height: self.height,
            width: self.width,
            channels: 3,
            data,
        }
    }
}

impl std::fmt::Debug for DecodedImage {
    /// Never the pixels: it's somebody's face.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DecodedImage({}×{})", self.width, self.height)
    }
}

/// Room for the pixels (16-bit RGBA at worst) and what the decoder itself needs.
fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_PIXELS * 8 + (64 << 20));
    limits
}
