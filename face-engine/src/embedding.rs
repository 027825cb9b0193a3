//! A face as 128 numbers, and how alike two of them are.

/// Numbers in an embedding.
pub const LENGTH: usize = 128;

/// Mean of the net's answers for an aligned face and its mirror image; not normalised (normalising gains nothing).
#[derive(Clone, PartialEq)]
pub struct Embedding([f32; LENGTH]);

impl Embedding {
    /// `None` unless all numbers are finite.
    pub fn new(values: [f32; LENGTH]) -> Option<Self> {
        values
            .iter()
            .all(|value| value.is_finite())
            .then_some(Self(values))
    }

    /// The numbers, to store them.
    pub fn values(&self) -> &[f32; LENGTH] {
        &self.0
    }

    /// Euclidean distance. About 0.4 between photos of one person, 0.76 between those of two.
    pub fn distance(&self, other: &Self) -> f32 {
        self.0
            .iter()
            .zip(&other.0)
            .map(|(a, b)| (a - b) * (a - b))
            .sum::<f32>()
            .sqrt()
    }
}

impl std::fmt::Debug for Embedding {
    /// Never the numbers: they are biometric data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Embedding(…)")
    }
}

/// How alike two faces are, 0–100, meant like Rekognition's `Similarity`.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Similarity(f32);

/// Distance at which the similarity is 50.
const MIDDLE: f32 = 0.615;
/// How fast it changes there.
const STEEPNESS: f32 = 40.0;

impl Similarity {
    /// `100 / (1 + exp(40 · (distance − 0.615)))`: chosen so that the thresholds people use with Rekognition mean the
    /// same here. Measured in FACE-ENGINE section 5: 80 lets through one stranger in some 1,000 pairs, 90 none in 17,690.
    pub fn of_distance(distance: f32) -> Self {
        Self(100.0 / (1.0 + (STEEPNESS * (distance - MIDDLE)).exp()))
    }

    /// 0–100.
    pub fn percent(self) -> f32 {
        self.0
    }
}

/// How alike the two faces are.
pub fn similarity(a: &Embedding, b: &Embedding) -> Similarity {
    Similarity::of_distance(a.distance(b))
}

#[cfg(test)]
mod tests {
    use super::{Embedding, LENGTH, Similarity, similarity};

    #[test]
    fn mapping_follows_the_table() {
        for (distance, want) in [
            (0.40, 99.98),
            (0.50, 99.0),
            (0.54, 95.3),
            (0.56, 90.0),
            (0.615, 50.0),
            (0.757, 0.3),
        ] {
            let got = Similarity::of_distance(distance).percent();
            assert!((got - want).abs() < 0.06, "{distance}: {got}");
        }
    }

    #[test]
    fn equal_faces_are_alike_and_nan_is_no_embedding() {
        let face = Embedding::new([0.1; LENGTH]).unwrap();
        assert!(similarity(&face, &face).percent() > 99.99);
        assert!(Embedding::new([f32::NAN; LENGTH]).is_none());
        assert_eq!(format!("{face:?}"), "Embedding(…)");
    }
}
