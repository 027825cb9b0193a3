//! `face_recognition`: dlib's ResNet-29, 150×150 pixels to 128 numbers.

use std::path::Path;

use super::FACE_MEAN;
use crate::{
    embedding::LENGTH,
    layers::{Activation, Conv, Padding, activate, dense, halve, max_pool},
    tensor::Tensor,
    weights::{Weights, WeightsError},
};

/// Side of the aligned face in pixels.
pub(crate) const CHIP_SIDE: usize = 150;

/// Residual units in order: name, channels in, channels out, and how the size changes.
const UNITS: [(&str, usize, usize, Shape); 14] = [
    ("conv32_1", 32, 32, Shape::Keep),
    ("conv32_2", 32, 32, Shape::Keep),
    ("conv32_3", 32, 32, Shape::Keep),
    ("conv64_down", 32, 64, Shape::Halve),
    ("conv64_1", 64, 64, Shape::Keep),
    ("conv64_2", 64, 64, Shape::Keep),
    ("conv64_3", 64, 64, Shape::Keep),
    ("conv128_down", 64, 128, Shape::Halve),
    ("conv128_1", 128, 128, Shape::Keep),
    ("conv128_2", 128, 128, Shape::Keep),
    ("conv256_down", 128, 256, Shape::Halve),
    ("conv256_1", 256, 256, Shape::Keep),
    ("conv256_2", 256, 256, Shape::Keep),
    ("conv256_down_out", 256, 256, Shape::Halve),
];

#[derive(Clone, Copy)]
enum Shape {
    Keep,
    Halve,
}

pub(crate) struct RecognitionNet {
    stem: Conv,
    units: Vec<Unit>,
    projection: Vec<f32>,
}

struct Unit {
    first: Conv,
    second: Conv,
    shape: Shape,
}

impl RecognitionNet {
    pub(crate) fn load(dir: &Path) -> Result<Self, WeightsError> {
        let mut weights = Weights::read(dir, "face_recognition_model")?;
        Ok(Self {
            stem: scaled_conv(
                &mut weights,
                "conv32_down",
                [7, 7, 3, 32],
                2,
                Padding::Valid,
            )?,
            units: UNITS
                .iter()
                .map(|unit| Unit::read(&mut weights, *unit))
                .collect::<Result<_, _>>()?,
            projection: weights.take("fc", &[256, LENGTH])?,
        })
    }

    /// `chip`: RGB 0–255, [`CHIP_SIDE`] squared. The result isn't normalised; its length is about 1.4.
    pub(crate) fn run(&self, chip: &Tensor) -> Vec<f32> {
        let input = chip.clone().normalised(FACE_MEAN, 255.0);
        let stem = max_pool(
            &self.stem.apply(&input, Activation::Relu),
            3,
            2,
            Padding::Valid,
        );
        let features = self
            .units
            .iter()
            .fold(stem, |input, unit| unit.apply(&input));
        dense(&features.channel_means(), &self.projection, LENGTH)
    }
}

impl Unit {
    fn read(
        weights: &mut Weights,
        (name, inputs, outputs, shape): (&str, usize, usize, Shape),
    ) -> Result<Self, WeightsError> {
        let (stride, padding) = match shape {
            Shape::Keep => (1, Padding::Same),
            Shape::Halve => (2, Padding::Valid),
        };
        let first = scaled_conv(
            weights,
            &format!("{name}/conv1"),
            [3, 3, inputs, outputs],
            stride,
            padding,
        )?;
        let second = scaled_conv(
            weights,
            &format!("{name}/conv2"),
            [3, 3, outputs, outputs],
            1,
            Padding::Same,
        )?;
        Ok(Self {
            first,
            second,
            shape,
        })
    }

    fn apply(&self, input: &Tensor) -> Tensor {
        let path = self.second.apply(
            &self.first.apply(input, Activation::Relu),
            Activation::Linear,
        );
        let mut sum = match self.shape {
            Shape::Keep => path.plus(input),
            Shape::Halve => {
                let shortcut = halve(input);
                let (height, width) = (
                    path.height.max(shortcut.height),
                    path.width.max(shortcut.width),
                );
                let channels = path.channels.max(shortcut.channels);
                extended(&path, height, width, channels)
                    .plus(&extended(&shortcut, height, width, channels))
            }
        };
        activate(&mut sum.data, Activation::Relu);
        sum
    }
}

/// Zeros added at the end of each dimension.
fn extended(input: &Tensor, height: usize, width: usize, channels: usize) -> Tensor {
    let mut output = Tensor::zeros(height, width, channels);
    for (y, x) in (0..input.height).flat_map(|y| (0..input.width).map(move |x| (y, x))) {
        output.pixel_mut(y, x)[..input.channels].copy_from_slice(input.pixel(y, x));
    }
    output
}

/// A convolution with the scale layer behind it folded in.
fn scaled_conv(
    weights: &mut Weights,
    name: &str,
    shape: [usize; 4],
    stride: usize,
    padding: Padding,
) -> Result<Conv, WeightsError> {
    let [kernel, _, _, outputs] = shape;
    let mut filters = weights.take(&format!("{name}/conv/filters"), &shape)?;
    let mut bias = weights.take(&format!("{name}/conv/bias"), &[outputs])?;
    let scale = weights.take(&format!("{name}/scale/weights"), &[outputs])?;
    let shift = weights.take(&format!("{name}/scale/biases"), &[outputs])?;
    for filter in filters.chunks_exact_mut(outputs) {
        filter
            .iter_mut()
            .zip(&scale)
            .for_each(|(value, scale)| *value *= scale);
    }
    for ((bias, scale), shift) in bias.iter_mut().zip(&scale).zip(&shift) {
        *bias = *bias * scale + shift;
    }
    Ok(Conv {
        kernel,
        stride,
        padding,
        weights: filters,
        bias,
    })
}
