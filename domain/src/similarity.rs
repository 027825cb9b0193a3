//! How alike two faces are.

/// How alike Rekognition judged two faces, in per cent (0–100), as the service reports it.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Similarity(f32);

impl Similarity {
    /// Returns `None` for NaN or anything outside 0–100.
    pub fn new(percent: f32) -> Option<Self> {
        (0.0..=100.0).contains(&percent).then_some(Self(percent))
    }

    /// Returns `None` unless `text` is a number from 0 to 100.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().and_then(Self::new)
    }

    /// Per cent, 0–100.
    pub fn percent(self) -> f32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_percentages_are_similarities() {
        for (percent, usable) in [
            (0.0, true),
            (99.5, true),
            (100.0, true),
            (-0.1, false),
            (100.1, false),
            (f32::NAN, false),
        ] {
            assert_eq!(Similarity::new(percent).is_some(), usable, "{percent}");
        }
        assert_eq!(Similarity::parse("99"), Similarity::new(99.0));
        assert_eq!(Similarity::parse("many"), None);
    }
}
