//! The small detector alone: for pictures that come many times a second from a camera that looks at one near face.

use crate::{
    detect,
    geometry::BoundingBox,
    nets::tiny::TinyNet,
    resample::Letterboxed,
    tensor::Tensor,
    weights::{Weights, WeightsError},
};

/// Sides of what the net looks at are multiples of this.
const GRID: usize = 32;

/// The detector. Its score is erratic from frame to frame: smooth over some.
pub struct Spotter {
    net: TinyNet,
}

/// A face that was spotted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spotted {
    /// The detector's score, 0–1.
    pub score: f32,
    /// Where it is, inside the picture.
    pub bounds: BoundingBox,
}

impl Spotter {
    /// From the content of `tiny_face_detector_model-weights_manifest.json` and `tiny_face_detector_model.bin`. No digest is checked.
    pub fn new(manifest: &[u8], weights: &[u8]) -> Result<Self, WeightsError> {
        let weights = Weights::parse("tiny_face_detector_model", manifest, weights)?;
        Ok(Self {
            net: TinyNet::from_weights(weights)?,
        })
    }

    /// Faces with at least this score, the likeliest first. `rgba`: row by row, with this many pixels in each. Nothing is scaled: the picture's size decides
    /// how long it takes, and that faces above some 35 pixels are found.
    pub fn spot(&self, rgba: &[u8], width: usize, least_score: f32) -> Vec<Spotted> {
        let Some(input) = padded(rgba, width) else {
            return Vec::new();
        };
        let spotted = |found: detect::Detection| Spotted {
            score: found.score,
            bounds: found.bounds,
        };
        let found = detect::tiny(&self.net, &input, least_score);
        found.into_iter().map(spotted).collect()
    }
}

/// The picture with black beside and below it, up to the net's next size. `None` without a whole row.
#[expect(clippy::cast_precision_loss, reason = "sides of small pictures")]
fn padded(rgba: &[u8], width: usize) -> Option<Letterboxed> {
    let (pixels, _) = rgba.as_chunks::<4>();
    let height = pixels.len().checked_div(width).filter(|rows| 0 < *rows)?;
    let (columns, rows) = (width.next_multiple_of(GRID), height.next_multiple_of(GRID));
    let mut square = Tensor::zeros(rows, columns, 3);
    for (y, row) in pixels.chunks_exact(width).enumerate() {
        for (x, [red, green, blue, _]) in row.iter().enumerate() {
            let colours = [*red, *green, *blue].map(f32::from);
            square.pixel_mut(y, x).copy_from_slice(&colours);
        }
    }
    Some(Letterboxed {
        square,
        used_width: width as f32 / columns as f32,
        used_height: height as f32 / rows as f32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_padded_to_what_the_net_takes() {
        let input = padded(&[200; 4 * 24 * 40], 24).unwrap();
        assert_eq!((input.square.width, input.square.height), (32, 64));
        assert_eq!((input.used_width, input.used_height), (0.75, 0.625));
        assert_eq!(input.square.pixel(39, 23), [200.0; 3]);
        assert_eq!(input.square.pixel(39, 24), [0.0; 3]);
        assert_eq!(input.square.pixel(40, 0), [0.0; 3]);
        assert!(padded(&[0; 8], 0).is_none());
        assert!(padded(&[0; 8], 3).is_none());
    }

    #[test]
    fn weights_of_another_net_are_refused() {
        assert!(Spotter::new(b"[]", &[]).is_err());
        assert!(Spotter::new(b"no json", &[]).is_err());
    }
}
