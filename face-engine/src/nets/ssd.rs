//! `ssd_mobilenetv1`: the main detector, trained on WIDER FACE.

use std::path::Path;

use super::tiny::sigmoid;
use crate::{
    geometry::{Candidate, NetBox},
    layers::{Activation, Conv, Depthwise, Padding, activate},
    tensor::Tensor,
    weights::{Weights, WeightsError},
};

/// Side of the square input in pixels.
pub(crate) const INPUT_SIDE: usize = 512;
/// How many anchor boxes the six heads have together.
const ANCHORS: usize = 5118;
/// Background, face, and a third class that isn't used.
const CLASSES: usize = 3;
const BATCH_NORM_EPSILON: f32 = 0.001;

/// Channels in and out of the thirteen depthwise-pointwise pairs.
const PAIRS: [(usize, usize); 13] = [
    (32, 64),
    (64, 128),
    (128, 128),
    (128, 256),
    (256, 256),
    (256, 512),
    (512, 512),
    (512, 512),
    (512, 512),
    (512, 512),
    (512, 512),
    (512, 1024),
    (1024, 1024),
];
/// Kernel, channels in and out of the extra layers; those with kernel 3 halve the size.
const EXTRAS: [(usize, usize, usize); 8] = [
    (1, 1024, 256),
    (3, 256, 512),
    (1, 512, 128),
    (3, 128, 256),
    (1, 256, 128),
    (3, 128, 256),
    (1, 256, 64),
    (3, 64, 128),
];
/// Channels in and boxes per position of the six heads.
const HEADS: [(usize, usize); 6] = [(512, 3), (1024, 6), (512, 6), (256, 6), (256, 6), (128, 6)];

pub(crate) struct SsdNet {
    first: Conv,
    pairs: Vec<Pair>,
    extras: Vec<Conv>,
    heads: Vec<Head>,
    /// `[y1, x1, y2, x2]`, relative.
    anchors: Vec<[f32; 4]>,
}

struct Pair {
    depthwise: Depthwise,
    depthwise_bias: Vec<f32>,
    pointwise: Conv,
}

struct Head {
    boxes: Conv,
    classes: Conv,
}

impl SsdNet {
    pub(crate) fn load(dir: &Path) -> Result<Self, WeightsError> {
        let mut weights = Weights::read(dir, "ssd_mobilenetv1_model")?;
        let weights = &mut weights;
        let anchors = weights.take("Output/extra_dim", &[1, ANCHORS, 4])?;
        Ok(Self {
            first: trunk_conv(weights, "MobilenetV1/Conv2d_0_pointwise", [3, 3, 3, 32], 2)?,
            pairs: (1..)
                .zip(PAIRS)
                .map(|(i, channels)| Pair::read(weights, i, channels))
                .collect::<Result<_, _>>()?,
            extras: EXTRAS
                .iter()
                .enumerate()
                .map(|(i, (kernel, inputs, outputs))| {
                    let stride = if *kernel == 3 { 2 } else { 1 };
                    trunk_conv(
                        weights,
                        &format!("Prediction/Conv2d_{i}_pointwise"),
                        [*kernel, *kernel, *inputs, *outputs],
                        stride,
                    )
                })
                .collect::<Result<_, _>>()?,
            heads: HEADS
                .iter()
                .enumerate()
                .map(|(i, head)| Head::read(weights, i, *head))
                .collect::<Result<_, _>>()?,
            anchors: anchors.as_chunks::<4>().0.to_vec(),
        })
    }

    /// `picture`: RGB 0–255, [`INPUT_SIDE`] squared. One candidate per anchor, boxes relative to that square.
    pub(crate) fn run(&self, picture: &Tensor) -> Vec<Candidate> {
        let maps = self.feature_maps(picture);
        let raw = self
            .heads
            .iter()
            .zip(&maps)
            .flat_map(|(head, map)| head.apply(map));
        raw.zip(&self.anchors)
            .map(|(raw, anchor)| raw.on(anchor))
            .collect()
    }

    /// What the six heads look at, from fine to coarse.
    fn feature_maps(&self, picture: &Tensor) -> Vec<Tensor> {
        let input = picture.clone().normalised([127.5; 3], 127.5);
        let mut features = self.first.apply(&input, Activation::Relu6);
        let mut maps = Vec::with_capacity(HEADS.len());
        for (pair, number) in self.pairs.iter().zip(1..) {
            features = pair.apply(&features);
            if number == 11 || number == 13 {
                maps.push(features.clone());
            }
        }
        for extra in &self.extras {
            features = extra.apply(&features, Activation::Relu6);
            if extra.kernel == 3 {
                maps.push(features.clone());
            }
        }
        maps
    }
}

impl Pair {
    /// Folds the batch normalisation into the depthwise filter.
    fn read(
        weights: &mut Weights,
        number: usize,
        (inputs, outputs): (usize, usize),
    ) -> Result<Self, WeightsError> {
        let name = format!("MobilenetV1/Conv2d_{number}_depthwise");
        let mut filter = weights.take(&format!("{name}/depthwise_weights"), &[3, 3, inputs, 1])?;
        let mut norm = |part: &str| weights.take(&format!("{name}/BatchNorm/{part}"), &[inputs]);
        let (gamma, beta, mean, variance) = (
            norm("gamma")?,
            norm("beta")?,
            norm("moving_mean")?,
            norm("moving_variance")?,
        );
        let scale: Vec<f32> = gamma
            .iter()
            .zip(&variance)
            .map(|(gamma, variance)| gamma / (variance + BATCH_NORM_EPSILON).sqrt())
            .collect();
        for tap in filter.chunks_exact_mut(inputs) {
            tap.iter_mut()
                .zip(&scale)
                .for_each(|(value, scale)| *value *= scale);
        }
        let depthwise_bias = beta
            .iter()
            .zip(&mean)
            .zip(&scale)
            .map(|((beta, mean), scale)| beta - mean * scale)
            .collect();
        let stride = if matches!(number, 2 | 4 | 6 | 12) {
            2
        } else {
            1
        };
        let pointwise = trunk_conv(
            weights,
            &format!("MobilenetV1/Conv2d_{number}_pointwise"),
            [1, 1, inputs, outputs],
            1,
        )?;
        Ok(Self {
            depthwise: Depthwise {
                stride,
                weights: filter,
            },
            depthwise_bias,
            pointwise,
        })
    }

    fn apply(&self, input: &Tensor) -> Tensor {
        let mut depthwise = self.depthwise.apply(input);
        for pixel in depthwise.data.chunks_exact_mut(self.depthwise_bias.len()) {
            pixel
                .iter_mut()
                .zip(&self.depthwise_bias)
                .for_each(|(value, bias)| *value += bias);
        }
        activate(&mut depthwise.data, Activation::Relu6);
        self.pointwise.apply(&depthwise, Activation::Relu6)
    }
}

/// Box offsets and face logit of one anchor.
struct Raw {
    offsets: [f32; 4],
    face: f32,
}

impl Head {
    fn read(
        weights: &mut Weights,
        index: usize,
        (inputs, boxes): (usize, usize),
    ) -> Result<Self, WeightsError> {
        let mut conv = |part: &str, outputs: usize| -> Result<Conv, WeightsError> {
            let name = format!("Prediction/BoxPredictor_{index}/{part}");
            Ok(Conv {
                kernel: 1,
                stride: 1,
                padding: Padding::Same,
                weights: weights.take(&format!("{name}/weights"), &[1, 1, inputs, outputs])?,
                bias: weights.take(&format!("{name}/biases"), &[outputs])?,
            })
        };
        Ok(Self {
            boxes: conv("BoxEncodingPredictor", boxes * 4)?,
            classes: conv("ClassPredictor", boxes * CLASSES)?,
        })
    }

    fn apply(&self, map: &Tensor) -> Vec<Raw> {
        let boxes = self.boxes.apply(map, Activation::Linear);
        let classes = self.classes.apply(map, Activation::Linear);
        let (offsets, classes) = (
            boxes.data.as_chunks::<4>().0,
            classes.data.as_chunks::<CLASSES>().0,
        );
        offsets
            .iter()
            .zip(classes)
            .map(|(offsets, [_, face, _])| Raw {
                offsets: *offsets,
                face: *face,
            })
            .collect()
    }
}

impl Raw {
    fn on(&self, [y1, x1, y2, x2]: &[f32; 4]) -> Candidate {
        let (height, width) = (y2 - y1, x2 - x1);
        let [y, x, log_height, log_width] = self.offsets;
        Candidate {
            score: sigmoid(self.face),
            bounds: NetBox::centred(
                x / 10.0 * width + (x1 + x2) / 2.0,
                y / 10.0 * height + (y1 + y2) / 2.0,
                (log_width / 5.0).exp() * width,
                (log_height / 5.0).exp() * height,
            ),
        }
    }
}

fn trunk_conv(
    weights: &mut Weights,
    name: &str,
    shape: [usize; 4],
    stride: usize,
) -> Result<Conv, WeightsError> {
    Ok(Conv {
        kernel: shape[0],
        stride,
        padding: Padding::Same,
        weights: weights.take(&format!("{name}/weights"), &shape)?,
        bias: weights.take(&format!("{name}/convolution_bn_offset"), &[shape[3]])?,
    })
}
