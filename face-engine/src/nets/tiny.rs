//! `tiny_face_detector`: a small separable YOLO (version 2). Erratic over scales, so used beside the SSD, at fixed sizes.

use std::path::Path;

use super::separable;
use crate::{
    geometry::{Candidate, NetBox},
    layers::{Activation, Conv, Padding, Separable, max_pool},
    tensor::Tensor,
    weights::{Weights, WeightsError},
};

const MEAN: [f32; 3] = [117.001, 114.697, 97.404];
/// Width and height of the five anchor boxes, in grid cells.
const ANCHORS: [(f32, f32); 5] = [
    (1.603_231, 2.094_468),
    (6.041_143, 7.080_126),
    (2.882_459, 3.518_061),
    (4.266_906, 5.178_857),
    (9.041_765, 10.663_08),
];
/// Per anchor: x, y, width, height, objectness.
const VALUES: usize = 5;

pub(crate) struct TinyNet {
    first: Conv,
    middle: [Separable; 5],
    last: Conv,
}

impl TinyNet {
    pub(crate) fn load(dir: &Path) -> Result<Self, WeightsError> {
        Self::from_weights(Weights::read(dir, "tiny_face_detector_model")?)
    }

    pub(crate) fn from_weights(mut weights: Weights) -> Result<Self, WeightsError> {
        let weights = &mut weights;
        Ok(Self {
            first: conv(weights, "conv0", [3, 3, 3, 16])?,
            middle: [
                separable(weights, "conv1", (16, 32), 1)?,
                separable(weights, "conv2", (32, 64), 1)?,
                separable(weights, "conv3", (64, 128), 1)?,
                separable(weights, "conv4", (128, 256), 1)?,
                separable(weights, "conv5", (256, 512), 1)?,
            ],
            last: conv(weights, "conv8", [1, 1, 512, ANCHORS.len() * VALUES])?,
        })
    }

    /// `picture`: RGB 0–255, square, side a multiple of 32. Boxes are relative to that square.
    pub(crate) fn run(&self, picture: &Tensor) -> Vec<Candidate> {
        let grid = self.grid(picture);
        let cells =
            (0..grid.height).flat_map(|row| (0..grid.width).map(move |column| (row, column)));
        cells
            .flat_map(|(row, column)| cell_candidates(&grid, row, column))
            .collect()
    }

    /// Raw outputs per cell: for each anchor x, y, width, height, objectness.
    pub(super) fn grid(&self, picture: &Tensor) -> Tensor {
        let input = picture.clone().normalised(MEAN, 255.0);
        let mut features = max_pool(
            &self.first.apply(&input, Activation::Leaky),
            2,
            2,
            Padding::Same,
        );
        for (index, layer) in self.middle.iter().enumerate() {
            let stride = if index + 1 == self.middle.len() { 1 } else { 2 };
            features = max_pool(
                &layer.apply(&features, Activation::Leaky),
                2,
                stride,
                Padding::Same,
            );
        }
        self.last.apply(&features, Activation::Linear)
    }
}

fn conv(weights: &mut Weights, name: &str, shape: [usize; 4]) -> Result<Conv, WeightsError> {
    Ok(Conv {
        kernel: shape[0],
        stride: 1,
        padding: Padding::Valid,
        weights: weights.take(&format!("{name}/filters"), &shape)?,
        bias: weights.take(&format!("{name}/bias"), &[shape[3]])?,
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a grid has some dozens of cells"
)]
fn cell_candidates(grid: &Tensor, row: usize, column: usize) -> Vec<Candidate> {
    let (rows, columns) = (grid.height as f32, grid.width as f32);
    let values = grid.pixel(row, column).as_chunks::<VALUES>().0;
    let candidate = |([x, y, width, height, objectness], (anchor_width, anchor_height)): (
        &[f32; VALUES],
        _,
    )| Candidate {
        score: sigmoid(*objectness),
        bounds: NetBox::centred(
            (column as f32 + sigmoid(*x)) / columns,
            (row as f32 + sigmoid(*y)) / rows,
            width.exp() * anchor_width / columns,
            height.exp() * anchor_height / rows,
        ),
    };
    values.iter().zip(ANCHORS).map(candidate).collect()
}

pub(super) fn sigmoid(value: f32) -> f32 {
    1.0 / (1.0 + (-value).exp())
}
