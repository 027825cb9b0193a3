//! Through `btoa` and `atob`, which know bytes as characters up to U+00FF. The native twin, with the same functions, is what the tests use.

use crate::browser::window;

pub(super) fn encode(bytes: &[u8]) -> String {
    let characters: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    window()
        .btoa(&characters)
        .expect("every character stands for a byte")
}

/// Ordinary alphabet, no padding.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let characters = window().atob(text).ok()?;
    characters.chars().map(|c| u8::try_from(c).ok()).collect()
}
