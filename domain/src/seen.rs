//! What a face service saw in a photo: facts, not yet judged.

/// A share of 100, as Rekognition gives qualities and confidences.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Percent(f32);

impl Percent {
    /// Returns `None` for NaN or anything outside 0–100.
    pub fn new(percent: f32) -> Option<Self> {
        (0.0..=100.0).contains(&percent).then_some(Self(percent))
    }

    /// 0–100.
    pub fn get(self) -> f32 {
        self.0
    }
}

/// Where a face is, in fractions of the picture's width and height. May reach beyond the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaceBox {
    left: f32,
    top: f32,
    width: f32,
    height: f32,
}

impl FaceBox {
    /// Returns `None` unless all four are finite and the box has an area.
    pub fn new(left: f32, top: f32, width: f32, height: f32) -> Option<Self> {
        let finite = [left, top, width, height].into_iter().all(f32::is_finite);
        (finite && 0.0 < width && 0.0 < height).then_some(Self {
            left,
            top,
            width,
            height,
        })
    }

    /// Share of the picture's area; above 1 for a box that is larger than the picture.
    pub fn area(&self) -> f32 {
        self.width * self.height
    }

    /// Width as a fraction of the picture's.
    pub fn width(&self) -> f32 {
        self.width
    }

    /// Height as a fraction of the picture's.
    pub fn height(&self) -> f32 {
        self.height
    }

    /// Intersection over union: 1 for the same box, 0 for boxes that don't touch.
    pub fn overlap(&self, other: &Self) -> f32 {
        let across =
            (self.left + self.width).min(other.left + other.width) - self.left.max(other.left);
        let down = (self.top + self.height).min(other.top + other.height) - self.top.max(other.top);
        let shared = across.max(0.0) * down.max(0.0);
        shared / (self.area() + other.area() - shared)
    }
}

/// How a head is turned, in degrees. Positive yaw turns to the person's left side of the picture as Rekognition documents it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    /// Left or right.
    pub yaw: f32,
    /// Up or down.
    pub pitch: f32,
    /// Tilt.
    pub roll: f32,
}

/// Whether something was seen, and how sure the service is of that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Finding {
    /// Seen, with this confidence.
    Yes(Percent),
    /// Not seen, with this confidence.
    No(Percent),
}

/// One face in a photo.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeenFace {
    /// Where.
    pub bounds: FaceBox,
    /// That it is a face.
    pub confidence: Percent,
    /// Of the face; low is dark.
    pub brightness: Percent,
    /// Of the face; low is blurred.
    pub sharpness: Percent,
    /// Of the head.
    pub pose: Pose,
    /// `None` where the service didn't say.
    pub eyes_open: Option<Finding>,
    /// `None` where the service didn't say.
    pub sunglasses: Option<Finding>,
    /// Covered by a mask, a hand or hair. `None` where the service didn't say.
    pub occluded: Option<Finding>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_overlap_by_shared_area() {
        let half = FaceBox::new(0.0, 0.0, 0.5, 0.5).unwrap();
        for (name, other, want) in [
            ("itself", half, 1.0),
            ("beside it", FaceBox::new(0.5, 0.0, 0.5, 0.5).unwrap(), 0.0),
            (
                "its left half",
                FaceBox::new(0.0, 0.0, 0.25, 0.5).unwrap(),
                0.5,
            ),
            (
                "half a box to the right",
                FaceBox::new(0.25, 0.0, 0.5, 0.5).unwrap(),
                1.0 / 3.0,
            ),
        ] {
            assert!(
                (half.overlap(&other) - want).abs() < 1e-6,
                "{name}: {}",
                half.overlap(&other)
            );
        }
        assert_eq!(FaceBox::new(0.0, 0.0, 0.0, 1.0), None, "no area");
        assert_eq!(FaceBox::new(f32::NAN, 0.0, 1.0, 1.0), None, "not a number");
    }
}
