//! What one frame shows, and what is wrong with it.

use face_login_face_engine::{BoundingBox, Spotted};

use crate::{
    luma::{Luma, WHOLE},
    stance::Stance,
};

/// What to say to the person. The page knows them by their place in [`Hint::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// No face.
    NoFace,
    /// More than one.
    SeveralFaces,
    /// Small.
    TooFar,
    /// Large, or cut off.
    TooNear,
    /// Not in the middle.
    OffCentre,
    /// Leaning to one side.
    Tilted,
    /// Hardly any light on the face.
    TooDark,
    /// Too much of it.
    TooBright,
    /// Elsewhere than in the frame before.
    Moving,
    /// Nothing is wrong.
    Ready,
}

impl Hint {
    /// Every hint, in the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::NoFace,
        Self::SeveralFaces,
        Self::TooFar,
        Self::TooNear,
        Self::OffCentre,
        Self::Tilted,
        Self::TooDark,
        Self::TooBright,
        Self::Moving,
        Self::Ready,
    ];
}

/// Least score of a face. The detector is erratic: below that it sees faces in curtains.
pub const LEAST_SCORE: f32 = 0.5;
/// A second face counts from this share of the largest one's area, as on the server.
const SECOND_FACE: f32 = 0.25;
/// Least and greatest height of the face, as a share of the picture's.
const HEIGHTS: (f32, f32) = (0.32, 0.78);
/// How far the middle of the face may be from the middle of the picture, as shares of its width and height.
const OFF_CENTRE: (f32, f32) = (0.14, 0.15);
/// A face closer to the edge than this is cut off.
const EDGE: f32 = 0.005;
/// Brightness of the face, 0–255.
const BRIGHTNESS: (f32, f32) = (50.0, 215.0);
/// How far the middle of the face may move between two frames that are compared, as a share of the picture.
const MOVEMENT: f32 = 0.035;

/// A frame after the detector has looked at it.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Faces, the likeliest first.
    pub faces: Vec<Spotted>,
    /// How the largest is held.
    pub stance: Option<Stance>,
    /// Mean brightness of the largest face, or of the picture without one; 0–255.
    pub brightness: f32,
    /// The higher, the sharper; only good for comparing frames of one camera. `None` for a frame that the page does not keep.
    pub sharpness: Option<f32>,
}

impl Frame {
    /// Measures a picture in which these faces were found. `detail`: the middle of the same picture, not made smaller, which shows how sharp it is.
    pub fn measured(picture: &Luma, faces: Vec<Spotted>, detail: Option<&Luma>) -> Self {
        let face = largest(&faces).map(|face| face.bounds);
        let area = face.unwrap_or(WHOLE);
        Self {
            stance: face.map(|bounds| Stance::of(picture, &bounds)),
            brightness: picture.mean(&area),
            sharpness: detail.map(Luma::sharpness),
            faces,
        }
    }

    /// What a frame that the page keeps is worth among others that are right: sharp, and the face frontal.
    pub fn worth(&self) -> Option<f32> {
        let frontal = self.stance.map_or(0.0, |stance| stance.upright.max(0.0));
        self.sharpness.map(|sharpness| sharpness * (1.0 + frontal))
    }

    /// What is wrong with it, or [`Hint::Ready`]; `before` is the frame before.
    pub fn judge(&self, before: Option<&Self>) -> Hint {
        let Some(face) = largest(&self.faces) else {
            return if self.brightness < BRIGHTNESS.0 {
                Hint::TooDark
            } else {
                Hint::NoFace
            };
        };
        let BoundingBox {
            left,
            top,
            width,
            height,
        } = face.bounds;
        let counts = |other: &Spotted| SECOND_FACE * face.bounds.area() <= other.bounds.area();
        let mut others = self.faces.iter().filter(|other| *other != face);
        let second = others.any(counts);
        let cut_off =
            left < EDGE || top < EDGE || 1.0 - EDGE < left + width || 1.0 - EDGE < top + height;
        let (across, down) = middle(&face.bounds);
        let moved = before
            .and_then(|before| largest(&before.faces))
            .map(|before| {
                let (x, y) = middle(&before.bounds);
                (across - x).abs().max((down - y).abs())
            });
        match () {
            () if second => Hint::SeveralFaces,
            () if height < HEIGHTS.0 => Hint::TooFar,
            () if HEIGHTS.1 < height => Hint::TooNear,
            () if OFF_CENTRE.0 < (across - 0.5).abs() || OFF_CENTRE.1 < (down - 0.5).abs() => {
                Hint::OffCentre
            }
            () if cut_off => Hint::TooNear,
            () if self.brightness < BRIGHTNESS.0 => Hint::TooDark,
            () if BRIGHTNESS.1 < self.brightness => Hint::TooBright,
            () if self.stance.is_some_and(Stance::leans) => Hint::Tilted,
            () if moved.is_none_or(|moved| MOVEMENT < moved) => Hint::Moving,
            () => Hint::Ready,
        }
    }
}

fn largest(faces: &[Spotted]) -> Option<&Spotted> {
    faces
        .iter()
        .max_by(|a, b| a.bounds.area().total_cmp(&b.bounds.area()))
}

fn middle(bounds: &BoundingBox) -> (f32, f32) {
    (
        bounds.left + bounds.width / 2.0,
        bounds.top + bounds.height / 2.0,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(x: f32, y: f32, height: f32) -> Spotted {
        let width = height;
        Spotted {
            score: 0.9,
            bounds: BoundingBox {
                left: x - width / 2.0,
                top: y - height / 2.0,
                width,
                height,
            },
        }
    }

    fn frame(faces: &[Spotted], brightness: f32) -> Frame {
        Frame {
            faces: faces.to_vec(),
            stance: None,
            brightness,
            sharpness: Some(10.0),
        }
    }

    #[test]
    fn only_one_near_face_in_the_middle_that_keeps_still_is_right() {
        let good = frame(&[face(0.5, 0.5, 0.5)], 120.0);
        for (name, faces, brightness, want) in [
            ("right", vec![face(0.5, 0.5, 0.5)], 120.0, Hint::Ready),
            ("not there", vec![], 120.0, Hint::NoFace),
            ("dark room", vec![], 20.0, Hint::TooDark),
            ("small", vec![face(0.5, 0.5, 0.2)], 120.0, Hint::TooFar),
            ("large", vec![face(0.5, 0.5, 0.85)], 120.0, Hint::TooNear),
            ("left", vec![face(0.3, 0.5, 0.4)], 120.0, Hint::OffCentre),
            ("low", vec![face(0.5, 0.7, 0.4)], 120.0, Hint::OffCentre),
            ("cut off", vec![face(0.37, 0.5, 0.74)], 120.0, Hint::TooNear),
            ("dark", vec![face(0.5, 0.5, 0.5)], 30.0, Hint::TooDark),
            ("bright", vec![face(0.5, 0.5, 0.5)], 230.0, Hint::TooBright),
            ("moving", vec![face(0.56, 0.5, 0.5)], 120.0, Hint::Moving),
            (
                "two people",
                vec![face(0.5, 0.5, 0.5), face(0.85, 0.5, 0.26)],
                120.0,
                Hint::SeveralFaces,
            ),
            (
                "somebody far behind",
                vec![face(0.5, 0.5, 0.5), face(0.85, 0.3, 0.15)],
                120.0,
                Hint::Ready,
            ),
        ] {
            assert_eq!(frame(&faces, brightness).judge(Some(&good)), want, "{name}");
        }
        assert_eq!(
            good.judge(None),
            Hint::Moving,
            "one frame shows no stillness"
        );
        let stance = Stance {
            tilt: 32.0,
            tilted: 0.8,
            upright: 0.1,
        };
        let leaning = Frame {
            stance: Some(stance),
            ..good.clone()
        };
        assert_eq!(leaning.judge(Some(&good)), Hint::Tilted);
    }

    #[test]
    fn sharp_and_frontal_frames_are_worth_more() {
        let frame = |sharpness, upright| Frame {
            stance: Some(Stance {
                tilt: 0.0,
                tilted: upright,
                upright,
            }),
            sharpness: Some(sharpness),
            ..frame(&[face(0.5, 0.5, 0.5)], 120.0)
        };
        assert!(frame(10.0, 0.5).worth() < frame(12.0, 0.5).worth());
        assert!(frame(10.0, 0.5).worth() < frame(10.0, 0.7).worth());
        assert!(frame(10.0, -0.5).worth() < frame(10.0, 0.1).worth());
        let not_kept = Frame {
            sharpness: None,
            ..frame(10.0, 0.5)
        };
        assert_eq!(not_kept.worth(), None);
    }
}
