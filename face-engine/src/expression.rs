//! What the face shows.

/// Probabilities of seven expressions; they add up to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "each field is the probability of the expression it is named for"
)]
pub struct Expression {
    pub neutral: f32,
    pub happy: f32,
    pub sad: f32,
    pub angry: f32,
    pub fearful: f32,
    pub disgusted: f32,
    pub surprised: f32,
}
