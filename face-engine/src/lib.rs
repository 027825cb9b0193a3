//! Finds, describes and recognises faces in pure Rust, natively and as WebAssembly.
//!
//! The nets are those of the npm package `@vladmandic/face-api` 1.7.15 (MIT); recognition is dlib's ResNet-29 (CC0),
//! quantised to bytes. The engine is for development: it has **no liveness check**, a photo of a photo passes.
//!
//! ```no_run
//! # use face_login_face_engine::{DecodedImage, Engine, similarity};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let engine = Engine::load("target/weights".as_ref())?;
//! let [a, b] = [std::fs::read("a.jpg")?, std::fs::read("b.jpg")?].map(|bytes| DecodedImage::decode(&bytes));
//! let (a, b) = (engine.analyse(&a?), engine.analyse(&b?));
//! println!("{}", similarity(&engine.embed(&a[0]), &engine.embed(&b[0])).percent());
//! # Ok(()) }
//! ```

mod align;
mod detect;
mod embedding;
mod engine;
mod expression;
mod gemm;
mod geometry;
mod layers;
mod nets;
mod picture;
mod pose;
mod quality;
mod resample;
mod spotter;
mod tensor;
#[cfg(test)]
mod testing;
mod weights;

pub use embedding::{Embedding, LENGTH as EMBEDDING_LENGTH, Similarity, similarity};
pub use engine::{Confidence, Engine, Face};
pub use expression::Expression;
pub use geometry::{BoundingBox, Point};
pub use picture::{DecodeError, DecodedImage, MAX_PIXELS};
pub use pose::Pose;
pub use quality::Quality;
pub use spotter::{Spotted, Spotter};
pub use weights::{WEIGHT_FILES, WeightFile, WeightsError, verify, weight_files};
