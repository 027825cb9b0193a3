//! From a detected box to 68 landmarks and the aligned chip that the recognition net wants.

use crate::{
    detect::Detection,
    geometry::{BoundingBox, Point, Transform},
    nets::{
        landmarks::{INPUT_SIDE, LandmarkNet, POINTS},
        recognition::CHIP_SIDE,
    },
    picture::DecodedImage,
    resample::{scaled, warped},
    tensor::Tensor,
};

mod mean_shape;
#[cfg(test)]
mod tests;

use mean_shape::MEAN_SHAPE;
pub(crate) use mean_shape::mean_point;

/// Centre and side, in chip pixels, of the window in which the second pass looks for landmarks.
const WINDOW_CENTRE: Point = Point { x: 75.0, y: 67.0 };
const WINDOW_SIDE: f32 = 165.0;

/// The points that hold still when mouth and jaw move: nose, eyes, and the mouth's outline.
fn is_anchor(index: usize) -> bool {
    matches!(index, 27..=54 | 60..=64)
}

/// Landmarks in picture pixels, and the chip they lead to.
pub(crate) struct Aligned {
    pub(crate) points: [Point; POINTS],
    pub(crate) chip: Tensor,
}

/// Two passes: the first on the upright box, the second on a window turned, scaled and centred by what the first found,
/// averaged with its mirror image. The second halved the rate of missed matches at no false ones (FACE-ENGINE 4.1).
pub(crate) fn align(net: &LandmarkNet, picture: &DecodedImage, face: &Detection) -> Aligned {
    let first = first_pass(net, picture, &face.bounds);
    let points = second_pass(net, picture, &chip_to_picture(&first));
    let chip = warped(picture, &chip_to_picture(&points), CHIP_SIDE);
    Aligned { points, chip }
}

/// The similarity that brings the mean shape closest to the landmarks.
fn chip_to_picture(points: &[Point; POINTS]) -> Transform {
    let pairs = MEAN_SHAPE
        .iter()
        .zip(points)
        .enumerate()
        .filter(|(index, _)| is_anchor(*index));
    Transform::fit(pairs.map(|(_, (mean, point))| (*mean, *point)))
}

fn first_pass(net: &LandmarkNet, picture: &DecodedImage, bounds: &BoundingBox) -> [Point; POINTS] {
    let crop = Crop::of(picture, bounds);
    let relative = net.run(&scaled(&crop.square(picture), INPUT_SIDE, INPUT_SIDE));
    relative.map(|point| crop.in_picture(point))
}

#[expect(clippy::cast_precision_loss, reason = "a constant of three digits")]
fn second_pass(
    net: &LandmarkNet,
    picture: &DecodedImage,
    chip_to_picture: &Transform,
) -> [Point; POINTS] {
    let corner = Point {
        x: WINDOW_CENTRE.x - WINDOW_SIDE / 2.0,
        y: WINDOW_CENTRE.y - WINDOW_SIDE / 2.0,
    };
    let side = INPUT_SIDE as f32;
    let window_to_picture = chip_to_picture.after_scaling(WINDOW_SIDE / side, corner);
    let window = warped(picture, &window_to_picture, INPUT_SIDE);
    let (direct, mirrored) = (net.run(&window), net.run(&window.mirrored()));
    std::array::from_fn(|index| {
        let other = mirrored[mirror_index(index)];
        let mean = Point {
            x: f32::midpoint(direct[index].x, 1.0 - other.x),
            y: f32::midpoint(direct[index].y, other.y),
        };
        window_to_picture.apply(Point {
            x: mean.x * side,
            y: mean.y * side,
        })
    })
}

/// Which point of a mirrored face corresponds to point `index`.
fn mirror_index(index: usize) -> usize {
    match index {
        0..=16 => 16 - index,
        17..=26 => 43 - index,
        27..=30 => index,
        31..=35 => 66 - index,
        36..=39 | 42..=45 => 81 - index,
        40 | 41 | 46 | 47 => 87 - index,
        48..=54 => 102 - index,
        55..=59 => 114 - index,
        60..=64 => 124 - index,
        _ => 132 - index,
    }
}

/// A detected box in whole pixels.
struct Crop {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

impl Crop {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a clipped box in a picture of at most 40 megapixels"
    )]
    fn of(picture: &DecodedImage, bounds: &BoundingBox) -> Self {
        let (across, down) = (picture.width() as f32, picture.height() as f32);
        let floor = |fraction: f32, length: f32| (fraction * length).floor() as usize;
        let left = floor(bounds.left, across).min(picture.width() - 1);
        let top = floor(bounds.top, down).min(picture.height() - 1);
        Self {
            left,
            top,
            width: floor(bounds.width, across).clamp(1, picture.width() - left),
            height: floor(bounds.height, down).clamp(1, picture.height() - top),
        }
    }

    fn side(&self) -> usize {
        self.width.max(self.height)
    }

    /// How far the crop lies inside the square that is made of it.
    fn margins(&self) -> (usize, usize) {
        (
            (self.side() - self.width) / 2,
            (self.side() - self.height) / 2,
        )
    }

    /// The crop, padded with black to a centred square.
    fn square(&self, picture: &DecodedImage) -> Tensor {
        let (margin_x, margin_y) = self.margins();
        let mut square = Tensor::zeros(self.side(), self.side(), 3);
        for y in 0..self.height {
            for x in 0..self.width {
                let pixel = picture.pixel(self.left + x, self.top + y);
                square
                    .pixel_mut(y + margin_y, x + margin_x)
                    .copy_from_slice(&pixel);
            }
        }
        square
    }

    /// From a point relative to the square to picture pixels.
    #[expect(clippy::cast_precision_loss, reason = "sides of pictures")]
    fn in_picture(&self, relative: Point) -> Point {
        let (margin_x, margin_y) = self.margins();
        let side = self.side() as f32;
        Point {
            x: self.left as f32 + relative.x * side - margin_x as f32,
            y: self.top as f32 + relative.y * side - margin_y as f32,
        }
    }
}
