//! The brightness of a small picture.

use face_login_face_engine::BoundingBox;

/// Brightness, 0–255, row by row.
#[derive(Debug)]
pub struct Luma {
    width: usize,
    height: usize,
    shades: Vec<f32>,
}

impl Luma {
    /// Of an RGBA picture with this many pixels in a row.
    pub fn of(rgba: &[u8], width: usize) -> Self {
        let (pixels, _) = rgba.as_chunks::<4>();
        let height = pixels.len().checked_div(width).unwrap_or_default();
        let shade = |[red, green, blue, _]: &[u8; 4]| {
            0.299 * f32::from(*red) + 0.587 * f32::from(*green) + 0.114 * f32::from(*blue)
        };
        Self {
            width,
            height,
            shades: pixels[..width * height].iter().map(shade).collect(),
        }
    }

    /// Width and height in pixels.
    #[expect(clippy::cast_precision_loss, reason = "sides of a small picture")]
    pub fn size(&self) -> (f32, f32) {
        (self.width as f32, self.height as f32)
    }

    fn at(&self, x: usize, y: usize) -> f32 {
        self.shades[y * self.width + x]
    }

    /// Mean brightness of a part. Nothing is dark.
    pub fn mean(&self, area: &BoundingBox) -> f32 {
        let (columns, rows) = self.inside(area);
        let (mut count, mut sum) = (0.0_f32, 0.0);
        for y in rows {
            for x in columns.clone() {
                count += 1.0;
                sum += self.at(x, y);
            }
        }
        if 0.0 < count { sum / count } else { 0.0 }
    }

    /// Variance of the edges: the higher, the sharper. Only good for comparing pictures of one camera.
    pub fn sharpness(&self) -> f32 {
        let (columns, rows) = self.inside(&WHOLE);
        let (mut count, mut sum, mut squares) = (0.0_f32, 0.0, 0.0);
        for y in rows {
            for x in columns.clone() {
                let around =
                    self.at(x - 1, y) + self.at(x + 1, y) + self.at(x, y - 1) + self.at(x, y + 1);
                let edge = around - 4.0 * self.at(x, y);
                count += 1.0;
                sum += edge;
                squares += edge * edge;
            }
        }
        if count < 1.0 {
            return 0.0;
        }
        let mean = sum / count;
        squares / count - mean * mean
    }

    /// Mean of four samples of a square with this side around a point, in pixels; beyond the edges as at them.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to a small picture"
    )]
    pub fn near(&self, x: f32, y: f32, side: f32) -> f32 {
        let (width, height) = self.size();
        let reach = side / 4.0;
        let sample = |(dx, dy): (f32, f32)| {
            let column = (x + dx).clamp(0.0, width - 1.0) as usize;
            let row = (y + dy).clamp(0.0, height - 1.0) as usize;
            self.at(column, row)
        };
        let around = [
            (-reach, -reach),
            (reach, -reach),
            (-reach, reach),
            (reach, reach),
        ];
        around.map(sample).iter().sum::<f32>() / 4.0
    }

    /// Columns and rows of a part, without the outermost of the picture, which have no neighbours.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sides of a small picture"
    )]
    fn inside(&self, area: &BoundingBox) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
        let span = |start: f32, length: f32, side: usize| {
            let at = |share: f32| (share * side as f32) as usize;
            at(start).max(1)..at(start + length).min(side.saturating_sub(1))
        };
        (
            span(area.left, area.width, self.width),
            span(area.top, area.height, self.height),
        )
    }
}

/// The whole of a picture.
pub const WHOLE: BoundingBox = BoundingBox {
    left: 0.0,
    top: 0.0,
    width: 1.0,
    height: 1.0,
};

#[cfg(test)]
mod tests {
    use super::*;

    const MIDDLE: BoundingBox = BoundingBox {
        left: 0.35,
        top: 0.35,
        width: 0.3,
        height: 0.3,
    };

    fn picture(shade: &dyn Fn(usize, usize) -> u8) -> Luma {
        let pixels = (0..64).flat_map(|y| (0..64).map(move |x| (x, y)));
        let rgba: Vec<u8> = pixels
            .flat_map(|(x, y)| [[shade(x, y); 3].as_slice(), &[255]].concat())
            .collect();
        Luma::of(&rgba, 64)
    }

    #[test]
    fn light_is_that_of_the_part() {
        let striped = picture(&|x, y| {
            if (20..44).contains(&x) && (20..44).contains(&y) {
                if x.is_multiple_of(2) { 200 } else { 100 }
            } else {
                10
            }
        });
        assert!((striped.mean(&MIDDLE) - 150.0).abs() < 6.0);
        assert!(striped.mean(&WHOLE) < 50.0);
        assert!(100.0 < striped.sharpness());
        let soft = picture(&|_, _| 150);
        assert!((soft.mean(&MIDDLE) - 150.0).abs() < 0.1);
        assert!(soft.sharpness() < 0.1);
    }

    #[test]
    fn nothing_is_dark_and_blurred() {
        for nothing in [Luma::of(&[], 64), Luma::of(&[1, 2, 3, 4], 0)] {
            assert_eq!((nothing.mean(&WHOLE), nothing.sharpness()), (0.0, 0.0));
        }
    }
}
