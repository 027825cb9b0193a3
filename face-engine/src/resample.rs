//! Scaling and warping. Down-scaling is antialiased: without it the error rate doubles (FACE-ENGINE 4.1).

use crate::{
    geometry::{Point, Transform},
    picture::DecodedImage,
    tensor::Tensor,
};

/// For each output position the weighted input positions it is made of.
struct Taps(Vec<Vec<(usize, f32)>>);

impl Taps {
    /// Triangle filter, as wide as the scale when shrinking.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "pixel positions, clamped to the picture"
    )]
    fn triangle(from: usize, to: usize) -> Self {
        let scale = from as f32 / to as f32;
        let reach = scale.max(1.0);
        let taps = |index: usize| {
            let centre = (index as f32 + 0.5) * scale - 0.5;
            let first = (centre - reach).ceil().max(0.0) as usize;
            let last = ((centre + reach).floor() as usize).min(from - 1);
            let weight = |position: usize| 1.0 - (position as f32 - centre).abs() / reach;
            let sum: f32 = (first..=last).map(weight).sum();
            (first..=last)
                .map(|position| (position, weight(position) / sum))
                .collect()
        };
        Self((0..to).map(taps).collect())
    }
}

/// The picture scaled to exactly this size.
pub(crate) fn scaled(picture: &Tensor, width: usize, height: usize) -> Tensor {
    let (columns, rows) = (
        Taps::triangle(picture.width, width),
        Taps::triangle(picture.height, height),
    );
    let mut narrow = Tensor::zeros(picture.height, width, picture.channels);
    for y in 0..picture.height {
        for (x, taps) in columns.0.iter().enumerate() {
            let sums = narrow.pixel_mut(y, x);
            for (from, weight) in taps {
                sums.iter_mut()
                    .zip(picture.pixel(y, *from))
                    .for_each(|(sum, value)| *sum += value * weight);
            }
        }
    }
    let mut output = Tensor::zeros(height, width, picture.channels);
    let row_length = width * picture.channels;
    for (row, taps) in output.data.chunks_exact_mut(row_length).zip(&rows.0) {
        for (from, weight) in taps {
            let source = &narrow.data[from * row_length..][..row_length];
            row.iter_mut()
                .zip(source)
                .for_each(|(sum, value)| *sum += value * weight);
        }
    }
    output
}

/// A picture in the top-left corner of a black square, with the fractions of the square that it covers.
pub(crate) struct Letterboxed {
    pub(crate) square: Tensor,
    pub(crate) used_width: f32,
    pub(crate) used_height: f32,
}

/// Scales the longer side to `side`, keeping the proportions.
#[expect(clippy::cast_precision_loss, reason = "sides of pictures")]
pub(crate) fn letterboxed(picture: &Tensor, side: usize) -> Letterboxed {
    let longer = picture.width.max(picture.height);
    let fit = |length: usize| ((length * side + longer / 2) / longer).max(1);
    let (width, height) = (fit(picture.width), fit(picture.height));
    let small = scaled(picture, width, height);
    let mut square = Tensor::zeros(side, side, picture.channels);
    for y in 0..height {
        for x in 0..width {
            square.pixel_mut(y, x).copy_from_slice(small.pixel(y, x));
        }
    }
    Letterboxed {
        square,
        used_width: width as f32 / side as f32,
        used_height: height as f32 / side as f32,
    }
}

/// A `side`×`side` picture whose point p shows what lies at `to_picture(p)`; black outside the picture.
///
/// When it shrinks, each output pixel averages a grid of samples.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixel positions; the number of samples is clamped"
)]
pub(crate) fn warped(picture: &DecodedImage, to_picture: &Transform, side: usize) -> Tensor {
    let samples = to_picture.scale().round().clamp(1.0, 16.0) as usize;
    let step = 1.0 / samples as f32;
    let share = step * step;
    let mut output = Tensor::zeros(side, side, 3);
    for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
        let sums = output.pixel_mut(y, x);
        for (row, column) in
            (0..samples).flat_map(|row| (0..samples).map(move |column| (row, column)))
        {
            let at = Point {
                x: x as f32 + (column as f32 + 0.5) * step,
                y: y as f32 + (row as f32 + 0.5) * step,
            };
            let colour = bilinear(picture, to_picture.apply(at));
            sums.iter_mut()
                .zip(colour)
                .for_each(|(sum, value)| *sum += value * share);
        }
    }
    output
}

/// Colour at a position where pixel (i, j) covers the square from (i, j) to (i+1, j+1); black outside.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked"
)]
fn bilinear(picture: &DecodedImage, at: Point) -> [f32; 3] {
    let (x, y) = (at.x - 0.5, at.y - 0.5);
    let (left, top) = (x.floor(), y.floor());
    let (right_share, bottom_share) = (x - left, y - top);
    let mut colour = [0.0; 3];
    for (dx, dy, share) in [
        (0.0, 0.0, (1.0 - right_share) * (1.0 - bottom_share)),
        (1.0, 0.0, right_share * (1.0 - bottom_share)),
        (0.0, 1.0, (1.0 - right_share) * bottom_share),
        (1.0, 1.0, right_share * bottom_share),
    ] {
        let (px, py) = (left + dx, top + dy);
        if px >= 0.0 && py >= 0.0 && px < picture.width() as f32 && py < picture.height() as f32 {
            let pixel = picture.pixel(px as usize, py as usize);
            colour
                .iter_mut()
                .zip(pixel)
                .for_each(|(sum, value)| *sum += value * share);
        }
    }
    colour
}

#[cfg(test)]
mod tests {
    use super::{letterboxed, scaled, warped};
    use crate::{geometry::Transform, picture::DecodedImage, tensor::Tensor};

    fn ramp(width: usize, height: usize) -> DecodedImage {
        let rgb = (0..height)
            .flat_map(|y| (0..width).flat_map(move |x| [x, y, 7]))
            .map(|v| u8::try_from(v).unwrap());
        DecodedImage::from_rgb(width, height, rgb.collect()).unwrap()
    }

    #[test]
    fn shrinking_keeps_the_mean_and_sees_every_pixel() {
        let mut one_bright = Tensor::zeros(64, 64, 3);
        one_bright.pixel_mut(33, 21).fill(255.0);
        let small = scaled(&one_bright, 8, 8);
        let mean = |tensor: &Tensor| tensor.channel_means()[0];
        assert!(
            (mean(&small) - mean(&one_bright)).abs() < 0.01,
            "{} {}",
            mean(&small),
            mean(&one_bright)
        );
    }

    #[test]
    fn letterbox_is_top_left_with_black_below_or_beside() {
        let boxed = letterboxed(&Tensor::filled(50, 100, 3, 200.0), 32);
        assert_eq!((boxed.used_width, boxed.used_height), (1.0, 0.5));
        assert!((boxed.square.pixel(15, 31)[0] - 200.0).abs() < 0.01);
        assert!(boxed.square.pixel(16, 0)[0].abs() < f32::EPSILON);
    }

    #[test]
    fn identity_warp_copies_and_outside_is_black() {
        let picture = ramp(20, 10);
        let copy = warped(
            &picture,
            &Transform {
                a: 1.0,
                b: 0.0,
                dx: 0.0,
                dy: 0.0,
            },
            20,
        );
        assert_eq!(copy.pixel(4, 13), [13.0, 4.0, 7.0]);
        assert_eq!(copy.pixel(15, 3), [0.0; 3]);
    }
}
