//! `face_landmark_68`: 68 points in the order of the iBUG 300-W annotation.

use std::path::Path;

use super::features::{FEATURES, Features};
use crate::{
    geometry::Point,
    layers::dense,
    tensor::Tensor,
    weights::{Weights, WeightsError},
};

pub(crate) use super::features::INPUT_SIDE;

/// How many points the net finds.
pub(crate) const POINTS: usize = 68;

pub(crate) struct LandmarkNet {
    features: Features,
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl LandmarkNet {
    pub(crate) fn load(dir: &Path) -> Result<Self, WeightsError> {
        let mut weights = Weights::read(dir, "face_landmark_68_model")?;
        Ok(Self {
            features: Features::read(&mut weights)?,
            weights: weights.take("fc/weights", &[FEATURES, 2 * POINTS])?,
            bias: weights.take("fc/bias", &[2 * POINTS])?,
        })
    }

    /// Points relative to the input square (0–1, may lie a little outside).
    pub(crate) fn run(&self, picture: &Tensor) -> [Point; POINTS] {
        let mut flat = dense(&self.features.apply(picture), &self.weights, 2 * POINTS);
        for (value, bias) in flat.iter_mut().zip(&self.bias) {
            *value += bias;
        }
        std::array::from_fn(|index| Point {
            x: flat[2 * index],
            y: flat[2 * index + 1],
        })
    }
}
