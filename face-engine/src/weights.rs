//! The weights files: which ones, how they are checked, how tensors are read out of them.
//!
//! Format (as TensorFlow.js writes it): a manifest lists tensors in the order in which they lie in the one binary file
//! beside it, each as little-endian `f32` or as bytes with `value = byte * scale + min`.

use std::{collections::HashMap, fs, path::Path};

use serde::Deserialize;
use sha2::{Digest, Sha256};

mod error;
#[cfg(test)]
mod tests;

pub use error::WeightsError;

/// The table of weights files as JSON: `[{"file", "bytes", "sha256"}]`.
///
/// `cargo xtask` includes the same file to know what to unpack and verify, without compiling this crate.
pub const WEIGHT_FILES: &str = include_str!("../weights.json");

/// One file of the table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct WeightFile {
    /// File name, without a folder.
    #[serde(rename = "file")]
    pub name: String,
    /// Exact size.
    pub bytes: u64,
    /// SHA-256 of the content, lower-case hex.
    pub sha256: String,
}

/// The table [`WEIGHT_FILES`], parsed.
#[expect(
    clippy::missing_panics_doc,
    reason = "the table is part of the source, and a test reads it"
)]
pub fn weight_files() -> Vec<WeightFile> {
    serde_json::from_str(WEIGHT_FILES).expect("weights.json is part of the source and tested")
}

/// Everything that is wrong with the files in `dir`; empty if the engine can be loaded from it.
pub fn verify(dir: &Path) -> Vec<WeightsError> {
    weight_files()
        .iter()
        .filter_map(|file| read_checked(dir, file).err())
        .collect()
}

/// The tensors of one net.
pub(crate) struct Weights {
    stem: &'static str,
    tensors: HashMap<String, Values>,
}

struct Values {
    shape: Vec<usize>,
    data: Vec<f32>,
}

impl Weights {
    /// Reads and verifies `<stem>-weights_manifest.json` and `<stem>.bin`.
    pub(crate) fn read(dir: &Path, stem: &'static str) -> Result<Self, WeightsError> {
        let read = |name: String| {
            let file = weight_files()
                .into_iter()
                .find(|file| file.name == name)
                .expect("every net is in weights.json");
            read_checked(dir, &file)
        };
        Self::parse(
            stem,
            &read(format!("{stem}-weights_manifest.json"))?,
            &read(format!("{stem}.bin"))?,
        )
    }

    /// Reads tensors from a manifest and its binary, without checking any digest.
    pub(crate) fn parse(
        stem: &'static str,
        manifest: &[u8],
        binary: &[u8],
    ) -> Result<Self, WeightsError> {
        let groups: Vec<Group> = serde_json::from_slice(manifest)
            .map_err(|source| WeightsError::Manifest { stem, source })?;
        let mut rest = binary;
        let mut tensors = HashMap::new();
        for tensor in groups.into_iter().flat_map(|group| group.weights) {
            let Some((values, after)) = tensor.values(rest) else {
                return Err(WeightsError::TooShort {
                    stem,
                    tensor: tensor.name,
                });
            };
            rest = after;
            tensors.insert(
                tensor.name,
                Values {
                    shape: tensor.shape,
                    data: values,
                },
            );
        }
        match rest.len() {
            0 => Ok(Self { stem, tensors }),
            bytes => Err(WeightsError::LeftOver { stem, bytes }),
        }
    }

    /// Takes the tensor `name` out, which must have exactly this shape.
    pub(crate) fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, WeightsError> {
        match self.tensors.remove(name) {
            None => Err(WeightsError::NoSuchTensor {
                stem: self.stem,
                tensor: name.to_owned(),
            }),
            Some(found) if found.shape == shape => Ok(found.data),
            Some(found) => Err(WeightsError::WrongShape {
                stem: self.stem,
                tensor: name.to_owned(),
                expected: shape.to_vec(),
                found: found.shape,
            }),
        }
    }
}

#[derive(Deserialize)]
struct Group {
    weights: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    name: String,
    shape: Vec<usize>,
    quantization: Option<Quantization>,
}

#[derive(Deserialize)]
struct Quantization {
    scale: f64,
    min: f64,
}

impl Listed {
    /// The values at the head of `bytes`, and what follows them; `None` if there are too few bytes.
    fn values<'a>(&self, bytes: &'a [u8]) -> Option<(Vec<f32>, &'a [u8])> {
        let count: usize = self.shape.iter().product();
        if let Some(Quantization { scale, min }) = &self.quantization {
            let (head, rest) = bytes.split_at_checked(count)?;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "computed in f64, kept as f32, as the format says"
            )]
            let values = head
                .iter()
                .map(|byte| (f64::from(*byte) * scale + min) as f32)
                .collect();
            return Some((values, rest));
        }
        let (head, rest) = bytes.split_at_checked(count * 4)?;
        let (floats, _) = head.as_chunks::<4>();
        Some((
            floats
                .iter()
                .map(|float| f32::from_le_bytes(*float))
                .collect(),
            rest,
        ))
    }
}

fn read_checked(dir: &Path, file: &WeightFile) -> Result<Vec<u8>, WeightsError> {
    let path = dir.join(&file.name);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => {
            return Err(WeightsError::Missing { path });
        }
        Err(source) => return Err(WeightsError::Unreadable { path, source }),
    };
    let found = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if found != file.bytes {
        return Err(WeightsError::WrongSize {
            path,
            expected: file.bytes,
            found,
        });
    }
    if !matches_digest(&bytes, &file.sha256) {
        return Err(WeightsError::WrongDigest {
            path,
            expected: file.sha256.clone(),
        });
    }
    Ok(bytes)
}

fn matches_digest(bytes: &[u8], expected_hex: &str) -> bool {
    use std::fmt::Write as _;
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        write!(hex, "{byte:02x}").expect("writing to a String does not fail");
    }
    hex == expected_hex
}
