//! The one source of random bytes.

use std::sync::{Mutex, PoisonError};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::CryptoRng;
use uuid::{Builder, Uuid};

/// A shared generator that is fit for keys.
pub(crate) struct Randomness(Mutex<Box<dyn CryptoRng + Send>>);

impl Randomness {
    pub(crate) fn new(rng: Box<dyn CryptoRng + Send>) -> Self {
        Self(Mutex::new(rng))
    }

    pub(crate) fn fill(&self, bytes: &mut [u8]) {
        // A panic while bytes were drawn leaves a generator that still works.
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill_bytes(bytes);
    }

    pub(crate) fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// `length` random bytes as base64url without padding.
    pub(crate) fn opaque(&self, length: usize) -> String {
        let mut bytes = vec![0; length];
        self.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Lower-case letters and digits, as ids and secrets of clients are.
    pub(crate) fn letters(&self, length: usize) -> String {
        const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let draw = |_| {
            let number = u64::from_be_bytes(self.bytes()) % 36;
            char::from(ALPHABET[usize::try_from(number).unwrap_or_default()])
        };
        (0..length).map(draw).collect()
    }

    pub(crate) fn uuid(&self) -> Uuid {
        Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// Six digits, as mailed codes have.
    pub(crate) fn code(&self) -> String {
        format!("{:06}", u64::from_be_bytes(self.bytes()) % 1_000_000)
    }
}

/// Lets the RSA crate, which knows an older interface, draw from the same source.
pub(crate) struct ForRsa<'a>(pub(crate) &'a Randomness);

impl rsa::rand_core::RngCore for ForRsa<'_> {
    fn next_u32(&mut self) -> u32 {
        u32::from_le_bytes(self.0.bytes())
    }

    fn next_u64(&mut self) -> u64 {
        u64::from_le_bytes(self.0.bytes())
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl rsa::rand_core::CryptoRng for ForRsa<'_> {}
