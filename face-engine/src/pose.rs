//! How the head is turned, in degrees, with the signs of Amazon Rekognition.
//!
//! The API reference gives only the range (−180 to 180), and an answer on re:Post words the signs from the camera's point
//! of view. So they were read off recorded `DetectFaces` and `IndexFaces` answers that hold landmarks and pose of the same
//! face (16 upright faces in `thiguet/eye_sync`, `src/mocks/AWSProfiles.js`, and `anharathoi/angular-aws-rekognition`,
//! `src/app/test-images/test-image-responses.js`):
//! - **yaw** is positive when the nose points to the right of the picture (yaw −56: nose 0.7 eye distances left of the
//!   eyes' middle; +49: 0.3 right);
//! - **roll** is positive when the head leans clockwise on the screen (roll −30: the eye on the right is higher);
//! - **pitch** is positive when the face looks up (pitch +23 and +9: the nose at 0.48 of the way from eyes to mouth;
//!   −10 and −11: at 0.60).

use crate::{align::mean_point, geometry::Point};

#[cfg(test)]
mod tests;

/// Rotation of the head in degrees; all zero for a face that looks into the camera.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    /// Positive: leaning clockwise as seen in the picture.
    pub roll: f32,
    /// Positive: turned to the right of the picture.
    pub yaw: f32,
    /// Positive: looking up.
    pub pitch: f32,
}

/// Landmarks with their depth: how far they lie in front of the outer corners of the eyes, in chip pixels.
///
/// Position comes from the mean shape, so the mean face has pose zero; the depths are rough anthropometry (a chip pixel is
/// some 1.2 mm). Eye corners outer and inner, tip and base of the nose, corners of the mouth, chin.
const DEPTHS: [(usize, f32); 9] = [
    (36, 0.0),
    (45, 0.0),
    (39, 6.0),
    (42, 6.0),
    (30, 32.0),
    (33, 20.0),
    (48, 12.0),
    (54, 12.0),
    (8, 10.0),
];

type Vec3 = [f32; 3];

/// Weak-perspective fit of a coarse head to the landmarks (any unit; x right, y down), by least squares.
pub(crate) fn pose(landmarks: &[Point; 68]) -> Pose {
    let head = centred_head();
    let mean = centroid(DEPTHS.map(|(index, _)| landmarks[index]));
    // A = Σ p·mᵀ (Σ m·mᵀ)⁻¹: the 2×3 matrix that maps the head to the picture.
    let mut moments = [[0.0; 3]; 3];
    let mut mixed = [[0.0; 3]; 2];
    for (model, (index, _)) in head.iter().zip(DEPTHS) {
        let seen = [landmarks[index].x - mean.x, landmarks[index].y - mean.y];
        for column in 0..3 {
            (0..3).for_each(|row| moments[row][column] += model[row] * model[column]);
            (0..2).for_each(|row| mixed[row][column] += seen[row] * model[column]);
        }
    }
    let inverse = inverted(&moments);
    let axes = mixed
        .map(|row| std::array::from_fn(|column| (0..3).map(|k| row[k] * inverse[k][column]).sum()));
    let [right, down] = orthonormal(axes);
    angles(right, down)
}

/// Roll, yaw, pitch of the rotation whose first two rows are given (turned by pitch, then yaw, then roll).
fn angles(right: Vec3, down: Vec3) -> Pose {
    let away = cross(right, down);
    Pose {
        roll: down[0].atan2(right[0]).to_degrees(),
        yaw: away[0].clamp(-1.0, 1.0).asin().to_degrees(),
        pitch: (-away[1]).atan2(away[2]).to_degrees(),
    }
}

/// x right, y down, z away from the camera.
fn centred_head() -> [Vec3; 9] {
    let points = DEPTHS.map(|(index, depth)| [mean_point(index).x, mean_point(index).y, -depth]);
    let mean: Vec3 =
        std::array::from_fn(|axis| points.iter().map(|point| point[axis]).sum::<f32>() / 9.0);
    points.map(|point| std::array::from_fn(|axis| point[axis] - mean[axis]))
}

fn centroid(points: [Point; 9]) -> Point {
    Point {
        x: points.iter().map(|p| p.x).sum::<f32>() / 9.0,
        y: points.iter().map(|p| p.y).sum::<f32>() / 9.0,
    }
}

/// The closest pair of orthogonal unit vectors, treating both alike: (A·Aᵀ)^(−1/2)·A.
fn orthonormal([a, b]: [Vec3; 2]) -> [Vec3; 2] {
    let (aa, ab, bb) = (dot(a, a), dot(a, b), dot(b, b));
    // Square root of a symmetric 2×2 matrix: (M + √det·1) / √(trace + 2√det).
    let root_det = (aa * bb - ab * ab).max(f32::MIN_POSITIVE).sqrt();
    let divisor = (aa + bb + 2.0 * root_det).sqrt();
    let (first, mixed, second) = (
        (aa + root_det) / divisor,
        ab / divisor,
        (bb + root_det) / divisor,
    );
    let det = first * second - mixed * mixed;
    let mix = |x: f32, y: f32| std::array::from_fn(|axis| (x * a[axis] + y * b[axis]) / det);
    [mix(second, -mixed), mix(-mixed, first)]
}

fn dot(a: Vec3, b: Vec3) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn cross(a: Vec3, b: Vec3) -> Vec3 {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

/// Inverse by cofactors; the head's moments are never singular.
fn inverted(m: &[Vec3; 3]) -> [Vec3; 3] {
    let columns = [cross(m[1], m[2]), cross(m[2], m[0]), cross(m[0], m[1])];
    let det = dot(m[0], columns[0]);
    std::array::from_fn(|row| std::array::from_fn(|column| columns[column][row] / det))
}
