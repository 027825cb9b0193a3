//! The whole pipeline: picture in, faces out.

use std::path::Path;

use crate::{
    align::{Aligned, align},
    detect::{Detection, Detectors},
    embedding::{Embedding, LENGTH},
    expression::Expression,
    geometry::{BoundingBox, Point},
    nets::{
        expression::ExpressionNet, landmarks::LandmarkNet, recognition::RecognitionNet,
        ssd::SsdNet, tiny::TinyNet,
    },
    picture::DecodedImage,
    pose::{Pose, pose},
    quality::{Quality, quality},
    resample::scaled,
    tensor::Tensor,
    weights::WeightsError,
};

/// All nets in memory (some 50 MB). One can be shared by any number of threads.
pub struct Engine {
    detectors: Detectors,
    landmarks: LandmarkNet,
    recognition: RecognitionNet,
    expression: ExpressionNet,
}

/// A face that was found.
#[derive(Clone)]
pub struct Face {
    /// Where it is in the upright picture.
    pub bounds: BoundingBox,
    /// How sure the detectors are that it is a face.
    pub confidence: Confidence,
    /// The 68 points of iBUG 300-W, as fractions of the picture's width and height.
    pub landmarks: [Point; 68],
    /// How the head is turned.
    pub pose: Pose,
    /// Brightness and sharpness.
    pub quality: Quality,
    chip: Tensor,
}

impl std::fmt::Debug for Face {
    /// Never the pixels.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Face")
            .field("bounds", &self.bounds)
            .finish_non_exhaustive()
    }
}

/// How sure the detectors are, 0–100.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Confidence(f32);

impl Confidence {
    /// A monotone stretch of the detectors' score: `100·(1 − (1 − score)⁴)`.
    ///
    /// Scores of true faces go down to 0.4, where Rekognition would still report nearly 100; stretched, what the detectors
    /// accept lies between 87 and 100. An order, not a measured probability.
    fn of_score(score: f32) -> Self {
        Self(100.0 * (1.0 - (1.0 - score.clamp(0.0, 1.0)).powi(4)))
    }

    /// 0–100.
    pub fn percent(self) -> f32 {
        self.0
    }
}

impl Engine {
    /// Reads the files of [`weight_files`](crate::weight_files) from a folder, checking size and digest of each.
    ///
    /// # Errors
    /// Names the first file that is missing, damaged or another version; [`verify`](crate::verify) lists all of them.
    pub fn load(dir: &Path) -> Result<Self, WeightsError> {
        Ok(Self {
            detectors: Detectors {
                ssd: SsdNet::load(dir)?,
                tiny: TinyNet::load(dir)?,
            },
            landmarks: LandmarkNet::load(dir)?,
            recognition: RecognitionNet::load(dir)?,
            expression: ExpressionNet::load(dir)?,
        })
    }

    /// All faces, at most 100, the largest first. Takes some 0.3 s on one core, more with many faces.
    pub fn analyse(&self, picture: &DecodedImage) -> Vec<Face> {
        self.detectors
            .detect(&picture.to_tensor())
            .iter()
            .map(|found| self.describe(picture, found))
            .collect()
    }

    /// The numbers by which the face is recognised. Takes some 50 ms, so not done before it's needed.
    #[expect(
        clippy::missing_panics_doc,
        reason = "checked weights and 8-bit pixels never give NaN or infinity"
    )]
    pub fn embed(&self, face: &Face) -> Embedding {
        let (direct, mirrored) = (
            self.recognition.run(&face.chip),
            self.recognition.run(&face.chip.mirrored()),
        );
        let mean: [f32; LENGTH] =
            std::array::from_fn(|index| f32::midpoint(direct[index], mirrored[index]));
        Embedding::new(mean).expect("finite pixels and weights give finite numbers")
    }

    /// What the face shows. `picture` must be the one that it was found in.
    pub fn expression(&self, face: &Face) -> Expression {
        self.expression.run(&scaled(&face.chip, 112, 112))
    }

    fn describe(&self, picture: &DecodedImage, found: &Detection) -> Face {
        let Aligned { points, chip } = align(&self.landmarks, picture, found);
        #[expect(clippy::cast_precision_loss, reason = "sides of pictures")]
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        Face {
            bounds: found.bounds,
            confidence: Confidence::of_score(found.score),
            landmarks: points.map(|point| Point {
                x: point.x / width,
                y: point.y / height,
            }),
            pose: pose(&points),
            quality: quality(&chip),
            chip,
        }
    }
}
