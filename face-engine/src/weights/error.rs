//! What can be wrong with the weights.

use std::{io, path::PathBuf};

/// Names the file and what is wrong with it.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// The file isn't there.
    #[error("weights file {} is missing", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file is there but can't be read.
    #[error("reading weights file {}", path.display())]
    Unreadable {
        /// Where it lies.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file has another length than the pinned one.
    #[error("weights file {} has {found} bytes instead of {expected}", path.display())]
    WrongSize {
        /// Where it lies.
        path: PathBuf,
        /// Bytes of the pinned file.
        expected: u64,
        /// Bytes found.
        found: u64,
    },
    /// The file has the right length but other content than the pinned one.
    #[error("weights file {} is damaged or another version: its SHA-256 is not {expected}", path.display())]
    WrongDigest {
        /// Where it lies.
        path: PathBuf,
        /// Digest of the pinned file, lower-case hex.
        expected: String,
    },
    /// The manifest isn't the JSON that this reader knows.
    #[error("weights manifest of {stem} can't be understood")]
    Manifest {
        /// Name of the net's files.
        stem: &'static str,
        /// Where the JSON went wrong.
        #[source]
        source: serde_json::Error,
    },
    /// The binary ends inside a tensor.
    #[error("weights of {stem} end inside tensor {tensor}")]
    TooShort {
        /// Name of the net's files.
        stem: &'static str,
        /// The tensor that isn't complete.
        tensor: String,
    },
    /// The binary goes on after the last tensor.
    #[error("weights of {stem} have {bytes} bytes after the last tensor")]
    LeftOver {
        /// Name of the net's files.
        stem: &'static str,
        /// How many bytes no tensor claims.
        bytes: usize,
    },
    /// The net needs a tensor that the manifest doesn't list.
    #[error("weights of {stem} lack tensor {tensor}")]
    NoSuchTensor {
        /// Name of the net's files.
        stem: &'static str,
        /// The tensor looked for.
        tensor: String,
    },
    /// A tensor has other dimensions than the net.
    #[error("tensor {tensor} of {stem} has shape {found:?} instead of {expected:?}")]
    WrongShape {
        /// Name of the net's files.
        stem: &'static str,
        /// The tensor.
        tensor: String,
        /// Shape that the net needs.
        expected: Vec<usize>,
        /// Shape that the manifest states.
        found: Vec<usize>,
    },
}
