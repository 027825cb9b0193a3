//! Where the faces are: two detectors merged, because neither alone is reliable.
//!
//! Measured on 100 portraits and some group pictures (FACE-ENGINE 4.3): the SSD misses some plain close-ups, the tiny
//! net's score is erratic across scales but misses others; together with the last resort they found nearly all.

use crate::{
    geometry::{BoundingBox, Candidate},
    nets::{
        ssd::{self, SsdNet},
        tiny::TinyNet,
    },
    resample::{Letterboxed, letterboxed},
    tensor::Tensor,
};

#[cfg(test)]
mod tests;

/// A picture with a mean below this is looked at once more with more light, so that a face in the dark is found and can be
/// called too dark, as Rekognition does, rather than missed.
const DARK_MEAN: f32 = 45.0;
/// Mean that it's brightened to.
const EXPOSED_MEAN: f32 = 110.0;
/// Most that light is multiplied by: beyond that there is only noise.
const MAX_GAIN: f32 = 12.0;

/// At most this many faces are reported, the largest ones, as Rekognition does.
pub(crate) const MAX_FACES: usize = 100;

const SSD_SCORE: f32 = 0.4;
const SSD_NMS_IOU: f32 = 0.5;
const TINY_SIDE: usize = 224;
const TINY_SCORE: f32 = 0.5;
const TINY_FALLBACK_SIDE: usize = 416;
const TINY_FALLBACK_SCORE: f32 = 0.4;
const TINY_NMS_IOU: f32 = 0.4;
/// A box of the tiny net that overlaps a kept one by this much shows the same face.
const MERGE_IOU: f32 = 0.3;
/// Also the same face: one box mostly inside the other, which the overlap of boxes of unlike size doesn't show.
const MERGE_CONTAINMENT: f32 = 0.6;
/// Size of the black canvas around a picture that the face fills, relative to the picture.
const BORDER: f32 = 1.6;

/// A box that does hold a face, inside the picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Detection {
    /// The detector's own score, 0–1.
    pub(crate) score: f32,
    pub(crate) bounds: BoundingBox,
}

pub(crate) struct Detectors {
    pub(crate) ssd: SsdNet,
    pub(crate) tiny: TinyNet,
}

impl Detectors {
    /// Largest face first.
    pub(crate) fn detect(&self, picture: &Tensor) -> Vec<Detection> {
        let found = merged(
            self.run_ssd(picture),
            &self.run_tiny(picture, TINY_SIDE, TINY_SCORE),
        );
        let found = or_else(found, || {
            self.run_tiny(picture, TINY_FALLBACK_SIDE, TINY_FALLBACK_SCORE)
        });
        let found = or_else(found, || self.run_ssd_with_border(picture));
        let mut found = or_else(found, || {
            exposed(picture).map_or_else(Vec::new, |picture| self.run_ssd(&picture))
        });
        found.sort_by(|a, b| b.bounds.area().total_cmp(&a.bounds.area()));
        found.truncate(MAX_FACES);
        found
    }

    fn run_ssd(&self, picture: &Tensor) -> Vec<Detection> {
        let input = letterboxed(picture, ssd::INPUT_SIDE);
        strongest(
            located(self.ssd.run(&input.square), &input, SSD_SCORE),
            SSD_NMS_IOU,
        )
    }

    fn run_tiny(&self, picture: &Tensor, side: usize, score: f32) -> Vec<Detection> {
        tiny(&self.tiny, &letterboxed(picture, side), score)
    }

    /// Rescues faces that fill the frame: the net wants to see what is around a face.
    fn run_ssd_with_border(&self, picture: &Tensor) -> Vec<Detection> {
        let (canvas, margin_x, margin_y) = with_border(picture);
        let inside = |found: Detection| {
            let BoundingBox {
                left,
                top,
                width,
                height,
            } = found.bounds;
            let bounds = BoundingBox {
                left: (left - margin_x) * BORDER,
                top: (top - margin_y) * BORDER,
                width: width * BORDER,
                height: height * BORDER,
            };
            Detection {
                bounds: bounds.clipped(),
                ..found
            }
        };
        self.run_ssd(&canvas)
            .into_iter()
            .map(inside)
            .filter(|found| found.bounds.area() > 0.0)
            .collect()
    }
}

/// What the small net alone finds, the likeliest first.
pub(crate) fn tiny(net: &TinyNet, input: &Letterboxed, score: f32) -> Vec<Detection> {
    strongest(located(net.run(&input.square), input, score), TINY_NMS_IOU)
}

fn or_else(found: Vec<Detection>, retry: impl FnOnce() -> Vec<Detection>) -> Vec<Detection> {
    if found.is_empty() { retry() } else { found }
}

/// All of `first`, and of `second` what shows other faces.
fn merged(first: Vec<Detection>, second: &[Detection]) -> Vec<Detection> {
    let mut kept = first;
    for candidate in second {
        let known = |kept: &Detection| {
            kept.bounds.iou(&candidate.bounds) >= MERGE_IOU
                || kept.bounds.containment(&candidate.bounds) >= MERGE_CONTAINMENT
        };
        if !kept.iter().any(known) {
            kept.push(*candidate);
        }
    }
    kept
}

/// Candidates with at least this score, from the net's square to the picture.
fn located(candidates: Vec<Candidate>, input: &Letterboxed, least_score: f32) -> Vec<Detection> {
    let place = |candidate: Candidate| {
        let net = candidate.bounds;
        let bounds = BoundingBox {
            left: net.x1 / input.used_width,
            top: net.y1 / input.used_height,
            width: (net.x2 - net.x1) / input.used_width,
            height: (net.y2 - net.y1) / input.used_height,
        };
        Detection {
            score: candidate.score,
            bounds: bounds.clipped(),
        }
    };
    let strong = candidates
        .into_iter()
        .filter(|candidate| candidate.score >= least_score);
    strong
        .map(place)
        .filter(|found| found.bounds.area() > 0.0)
        .collect()
}

/// Non-maximum suppression: of boxes that overlap by more than `iou` the one with the highest score.
fn strongest(mut found: Vec<Detection>, iou: f32) -> Vec<Detection> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Detection> = Vec::new();
    for candidate in found {
        if kept
            .iter()
            .all(|kept| kept.bounds.iou(&candidate.bounds) <= iou)
        {
            kept.push(candidate);
        }
    }
    kept
}

/// The picture in the middle of a black canvas, and the margins as fractions of the canvas.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides of pictures"
)]
fn with_border(picture: &Tensor) -> (Tensor, f32, f32) {
    let side = |length: usize| (length as f32 * BORDER).round() as usize;
    let mut canvas = Tensor::zeros(side(picture.height), side(picture.width), picture.channels);
    let (left, top) = (
        (canvas.width - picture.width) / 2,
        (canvas.height - picture.height) / 2,
    );
    for y in 0..picture.height {
        for x in 0..picture.width {
            canvas
                .pixel_mut(y + top, x + left)
                .copy_from_slice(picture.pixel(y, x));
        }
    }
    let margins = (
        left as f32 / canvas.width as f32,
        top as f32 / canvas.height as f32,
    );
    (canvas, margins.0, margins.1)
}

/// A dark picture with more light; `None` if it isn't dark, or black.
fn exposed(picture: &Tensor) -> Option<Tensor> {
    let mean = picture.channel_means().iter().sum::<f32>() / 3.0;
    let gain = (EXPOSED_MEAN / mean).min(MAX_GAIN);
    (mean > 0.5 && mean < DARK_MEAN).then(|| {
        let mut brighter = picture.clone();
        for value in &mut brighter.data {
            *value = (*value * gain).min(255.0);
        }
        brighter
    })
}
