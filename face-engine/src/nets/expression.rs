//! `face_expression`: probabilities of seven expressions.

use std::path::Path;

use super::features::{FEATURES, Features};
use crate::{
    expression::Expression,
    layers::dense,
    tensor::Tensor,
    weights::{Weights, WeightsError},
};

const CLASSES: usize = 7;

pub(crate) struct ExpressionNet {
    features: Features,
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl ExpressionNet {
    pub(crate) fn load(dir: &Path) -> Result<Self, WeightsError> {
        let mut weights = Weights::read(dir, "face_expression_model")?;
        Ok(Self {
            features: Features::read(&mut weights)?,
            weights: weights.take("fc/weights", &[FEATURES, CLASSES])?,
            bias: weights.take("fc/bias", &[CLASSES])?,
        })
    }

    pub(crate) fn run(&self, picture: &Tensor) -> Expression {
        let mut logits = dense(&self.features.apply(picture), &self.weights, CLASSES);
        for (value, bias) in logits.iter_mut().zip(&self.bias) {
            *value += bias;
        }
        let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let powers: Vec<f32> = logits.iter().map(|logit| (logit - largest).exp()).collect();
        let sum: f32 = powers.iter().sum();
        let probability = |class: usize| powers[class] / sum;
        Expression {
            neutral: probability(0),
            happy: probability(1),
            sad: probability(2),
            angry: probability(3),
            fearful: probability(4),
            disgusted: probability(5),
            surprised: probability(6),
        }
    }
}
