//! Randomness from the browser's CSPRNG.

use crate::browser::window;

/// Fills `buffer`.
///
/// # Panics
/// If the browser has no CSPRNG: an account without one would be worth nothing.
pub(crate) fn fill(buffer: &mut [u8]) {
    let crypto = window()
        .crypto()
        .expect("every browser that runs WebAssembly has `crypto`");
    crypto
        .get_random_values_with_u8_array(buffer)
        .expect("the buffers here are shorter than the limit of 65,536 bytes");
}

/// An array of random bytes.
pub(crate) fn bytes<const LENGTH: usize>() -> [u8; LENGTH] {
    let mut buffer = [0; LENGTH];
    fill(&mut buffer);
    buffer
}
