//! The densely connected trunk that landmarks and expressions share.

use super::{FACE_MEAN, separable};
use crate::{
    layers::{Activation, Conv, Padding, Separable, activate},
    tensor::Tensor,
    weights::{Weights, WeightsError},
};

/// Side of the square input in pixels.
pub(crate) const INPUT_SIDE: usize = 112;
/// How many features come out.
pub(super) const FEATURES: usize = 256;

/// Four blocks of 32, 64, 128 and 256 channels, each halving the size.
pub(super) struct Features {
    blocks: [Block; 4],
}

struct Block {
    first: First,
    rest: [Separable; 3],
}

enum First {
    Full(Conv),
    Separable(Separable),
}

impl Features {
    pub(super) fn read(weights: &mut Weights) -> Result<Self, WeightsError> {
        let first = Conv {
            kernel: 3,
            stride: 2,
            padding: Padding::Same,
            weights: weights.take("dense0/conv0/filters", &[3, 3, 3, 32])?,
            bias: weights.take("dense0/conv0/bias", &[32])?,
        };
        let mut later =
            |block: usize, (inputs, outputs): (usize, usize)| -> Result<Block, WeightsError> {
                let first = separable(
                    weights,
                    &format!("dense{block}/conv0"),
                    (inputs, outputs),
                    2,
                )?;
                Ok(Block {
                    first: First::Separable(first),
                    rest: rest(weights, block, outputs)?,
                })
            };
        let blocks = [
            later(1, (32, 64))?,
            later(2, (64, 128))?,
            later(3, (128, 256))?,
        ];
        let [second, third, fourth] = blocks;
        let first = Block {
            first: First::Full(first),
            rest: rest(weights, 0, 32)?,
        };
        Ok(Self {
            blocks: [first, second, third, fourth],
        })
    }

    /// `picture`: RGB 0–255, [`INPUT_SIDE`] squared.
    pub(super) fn apply(&self, picture: &Tensor) -> Vec<f32> {
        let input = picture.clone().normalised(FACE_MEAN, 255.0);
        self.blocks
            .iter()
            .fold(input, |input, block| block.apply(&input))
            .channel_means()
    }
}

fn rest(
    weights: &mut Weights,
    block: usize,
    channels: usize,
) -> Result<[Separable; 3], WeightsError> {
    let mut layer = |index: usize| {
        separable(
            weights,
            &format!("dense{block}/conv{index}"),
            (channels, channels),
            1,
        )
    };
    Ok([layer(1)?, layer(2)?, layer(3)?])
}

impl Block {
    /// Each layer sees the rectified sum of all layers before it.
    fn apply(&self, input: &Tensor) -> Tensor {
        let mut sum = match &self.first {
            First::Full(conv) => conv.apply(input, Activation::Relu),
            First::Separable(conv) => conv.apply(input, Activation::Relu),
        };
        let mut next_input = sum.clone();
        for layer in &self.rest {
            sum = sum.plus(&layer.apply(&next_input, Activation::Linear));
            next_input = sum.clone();
            activate(&mut next_input.data, Activation::Relu);
        }
        next_input
    }
}
