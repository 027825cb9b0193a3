//! The five nets. Each takes a picture of its own input size and gives raw numbers; what they mean is decided outside.

pub(crate) mod expression;
mod features;
pub(crate) mod landmarks;
pub(crate) mod recognition;
pub(crate) mod ssd;
#[cfg(test)]
mod tests;
pub(crate) mod tiny;

use crate::{
    layers::{Conv, Depthwise, Padding, Separable},
    weights::{Weights, WeightsError},
};

/// Mean colour (RGB, 0–255) of the faces that the landmark, expression and recognition nets were trained on.
const FACE_MEAN: [f32; 3] = [122.782, 117.001, 104.298];

/// A separable layer as face-api names its parts.
fn separable(
    weights: &mut Weights,
    name: &str,
    (inputs, outputs): (usize, usize),
    stride: usize,
) -> Result<Separable, WeightsError> {
    let depthwise = weights.take(&format!("{name}/depthwise_filter"), &[3, 3, inputs, 1])?;
    Ok(Separable {
        depthwise: Depthwise {
            stride,
            weights: depthwise,
        },
        pointwise: Conv {
            kernel: 1,
            stride: 1,
            padding: Padding::Valid,
            weights: weights.take(
                &format!("{name}/pointwise_filter"),
                &[1, 1, inputs, outputs],
            )?,
            bias: weights.take(&format!("{name}/bias"), &[outputs])?,
        },
    })
}
