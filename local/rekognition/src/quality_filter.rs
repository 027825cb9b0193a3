//! The quality bar of `IndexFaces` and `SearchFacesByImage`.

use face_login_face_engine::{Confidence, Face};
use serde::Deserialize;

/// How much is filtered out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum QualityFilter {
    /// Nothing.
    None,
    /// As [`Self::Low`].
    Auto,
    Low,
    Medium,
    High,
}

/// Why a face isn't indexed; the names are those of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    ExceedsMaxFaces,
    ExtremePose,
    LowBrightness,
    LowSharpness,
    LowConfidence,
    SmallBoundingBox,
}

impl Reason {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::ExceedsMaxFaces => "EXCEEDS_MAX_FACES",
            Self::ExtremePose => "EXTREME_POSE",
            Self::LowBrightness => "LOW_BRIGHTNESS",
            Self::LowSharpness => "LOW_SHARPNESS",
            Self::LowConfidence => "LOW_CONFIDENCE",
            Self::SmallBoundingBox => "SMALL_BOUNDING_BOX",
        }
    }
}

/// What a face must reach. AWS doesn't publish its bars; these let ordinary portraits pass (press photos have brightness
/// 28 to 63 and sharpness 18 to 100 in the engine's measure) and stop what the engine recognises badly.
struct Bar {
    /// Degrees, to either side.
    most_yaw: f32,
    /// Degrees, up or down.
    most_pitch: f32,
    least_brightness: f32,
    least_sharpness: f32,
    /// Percent.
    least_confidence: f32,
    /// Pixels, width and height.
    least_side: f32,
}

impl QualityFilter {
    fn bar(self) -> Option<Bar> {
        let bar = |angles: (f32, f32), light: (f32, f32), confidence: f32, side: f32| {
            Some(Bar {
                most_yaw: angles.0,
                most_pitch: angles.1,
                least_brightness: light.0,
                least_sharpness: light.1,
                least_confidence: confidence,
                least_side: side,
            })
        };
        match self {
            Self::None => None,
            Self::Auto | Self::Low => bar((65.0, 55.0), (5.0, 2.0), 50.0, 20.0),
            Self::Medium => bar((55.0, 50.0), (10.0, 4.0), 80.0, 30.0),
            Self::High => bar((45.0, 45.0), (15.0, 8.0), 88.0, 40.0),
        }
    }

    /// What keeps the face below the bar; empty if it passes. `picture` is the picture's width and height in pixels.
    pub(crate) fn objections(self, face: &Face, picture: (f32, f32)) -> Vec<Reason> {
        let measures = Measures {
            yaw: face.pose.yaw,
            pitch: face.pose.pitch,
            brightness: face.quality.brightness,
            sharpness: face.quality.sharpness,
            confidence: Confidence::percent(face.confidence),
            side: (face.bounds.width * picture.0).min(face.bounds.height * picture.1),
        };
        self.bar()
            .map(|bar| bar.objections(&measures))
            .unwrap_or_default()
    }
}

struct Measures {
    yaw: f32,
    pitch: f32,
    brightness: f32,
    sharpness: f32,
    confidence: f32,
    side: f32,
}

impl Bar {
    fn objections(&self, face: &Measures) -> Vec<Reason> {
        let extreme = face.yaw.abs() > self.most_yaw || face.pitch.abs() > self.most_pitch;
        let checks = [
            (extreme, Reason::ExtremePose),
            (
                face.brightness < self.least_brightness,
                Reason::LowBrightness,
            ),
            (face.sharpness < self.least_sharpness, Reason::LowSharpness),
            (
                face.confidence < self.least_confidence,
                Reason::LowConfidence,
            ),
            (face.side < self.least_side, Reason::SmallBoundingBox),
        ];
        checks
            .into_iter()
            .filter_map(|(fails, reason)| fails.then_some(reason))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Measures, QualityFilter, Reason};

    fn portrait() -> Measures {
        Measures {
            yaw: 0.0,
            pitch: 0.0,
            brightness: 50.0,
            sharpness: 60.0,
            confidence: 99.0,
            side: 200.0,
        }
    }

    #[test]
    fn each_fault_has_its_reason() {
        let bar = QualityFilter::High.bar().unwrap();
        for (name, face, want) in [
            ("portrait", portrait(), vec![]),
            (
                "profile",
                Measures {
                    yaw: -60.0,
                    ..portrait()
                },
                vec![Reason::ExtremePose],
            ),
            (
                "looking down",
                Measures {
                    pitch: -50.0,
                    ..portrait()
                },
                vec![Reason::ExtremePose],
            ),
            (
                "dark",
                Measures {
                    brightness: 6.0,
                    ..portrait()
                },
                vec![Reason::LowBrightness],
            ),
            (
                "blurred",
                Measures {
                    sharpness: 1.0,
                    ..portrait()
                },
                vec![Reason::LowSharpness],
            ),
            (
                "doubtful",
                Measures {
                    confidence: 60.0,
                    ..portrait()
                },
                vec![Reason::LowConfidence],
            ),
            (
                "small and dark",
                Measures {
                    side: 20.0,
                    brightness: 6.0,
                    ..portrait()
                },
                vec![Reason::LowBrightness, Reason::SmallBoundingBox],
            ),
        ] {
            assert_eq!(bar.objections(&face), want, "{name}");
        }
    }

    #[test]
    fn no_filter_no_bar() {
        assert!(QualityFilter::None.bar().is_none());
    }
}
