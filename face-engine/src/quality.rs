//! Brightness and sharpness of a face.

use crate::tensor::Tensor;

/// Both 0–100, like Rekognition's `Quality`, but not calibrated against it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// Mean luma. Portraits of the press (LFW) have 39 to 61.
    pub brightness: f32,
    /// From the strength of edges in the middle of the face. LFW has 32 to 91, studio pictures nearly 100.
    pub sharpness: f32,
}

/// Side of the square in the middle of the chip that sharpness looks at: the face without hair and background.
const CENTRE_SIDE: usize = 100;
/// Variance of the Laplacian at which sharpness is 63.
const SHARPNESS_SCALE: f32 = 60.0;

/// Judged on the aligned chip, so that the size of the photo plays no part.
pub(crate) fn quality(chip: &Tensor) -> Quality {
    let luma = luma(chip);
    #[expect(clippy::cast_precision_loss, reason = "22,500 pixels")]
    let mean = luma.iter().sum::<f32>() / luma.len() as f32;
    let variance = edge_variance(&luma, chip.width);
    Quality {
        brightness: mean / 2.55,
        sharpness: 100.0 * (1.0 - (-variance / SHARPNESS_SCALE).exp()),
    }
}

fn luma(chip: &Tensor) -> Vec<f32> {
    chip.data
        .as_chunks::<3>()
        .0
        .iter()
        .map(|[r, g, b]| 0.299 * r + 0.587 * g + 0.114 * b)
        .collect()
}

/// Variance of the 4-neighbour Laplacian in the centre.
fn edge_variance(luma: &[f32], side: usize) -> f32 {
    let margin = (side - CENTRE_SIDE) / 2;
    let inner = margin..side - margin;
    let at = |x: usize, y: usize| luma[y * side + x];
    let laplacian = |x: usize, y: usize| {
        at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4.0 * at(x, y)
    };
    let values: Vec<f32> = inner
        .clone()
        .flat_map(|y| inner.clone().map(move |x| (x, y)))
        .map(|(x, y)| laplacian(x, y))
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "10,000 pixels")]
    let count = values.len() as f32;
    let mean = values.iter().sum::<f32>() / count;
    values
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .sum::<f32>()
        / count
}

#[cfg(test)]
mod tests {
    use super::quality;
    use crate::tensor::Tensor;

    #[test]
    fn flat_grey_is_half_bright_and_not_sharp() {
        let flat = quality(&Tensor::filled(150, 150, 3, 127.5));
        assert!((flat.brightness - 50.0).abs() < 0.1, "{flat:?}");
        assert!(flat.sharpness.abs() < 0.01, "{flat:?}");
    }

    #[test]
    fn a_fine_pattern_is_sharp() {
        let mut stripes = Tensor::zeros(150, 150, 3);
        (0..150).for_each(|y| {
            (0..150)
                .step_by(2)
                .for_each(|x| stripes.pixel_mut(y, x).fill(200.0));
        });
        assert!(quality(&stripes).sharpness > 99.0);
    }
}
