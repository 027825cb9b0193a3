//! Hashes of photos and names, keyed with the stack's secret: `k1.<43 characters of base64url>`.
//!
//! A plain hash of an e-mail or of a photo can be found by trying; without the key that tells nothing.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization;

use crate::ids::Sub;

/// Least length of the secret, in bytes.
const MIN_SECRET: usize = 32;

/// The stack's secret key of all stored hashes.
#[derive(Clone)]
pub struct Pepper(Vec<u8>);

/// A keyed hash as it is stored, with the version of its key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyedHash(String);

impl Pepper {
    /// Returns `None` if the secret has fewer than 32 bytes.
    pub fn new(secret: &str) -> Option<Self> {
        (MIN_SECRET <= secret.len()).then(|| Self(secret.as_bytes().to_vec()))
    }

    /// The hash of a photo's bytes.
    pub fn photo(&self, bytes: &[u8]) -> KeyedHash {
        KeyedHash::of(self.mac("photo", bytes))
    }

    /// The hash of a user name, known or not: trimmed, NFKC, lower case.
    pub fn name(&self, name: &str) -> KeyedHash {
        KeyedHash::of(self.mac("name", normalised(name).as_bytes()))
    }

    /// The hash of a mail address: trimmed, NFKC, lower case.
    pub fn mail(&self, address: &str) -> KeyedHash {
        KeyedHash::of(self.mac("mail", normalised(address).as_bytes()))
    }

    /// A made-up sub for a name, always the same one.
    pub fn decoy_sub(&self, name: &str) -> Sub {
        let mac = self.mac("decoy", normalised(name).as_bytes());
        Sub::made_up(std::array::from_fn(|at| mac[at]))
    }

    fn mac(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(data);
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pepper(…)")
    }
}

impl KeyedHash {
    /// Returns `None` unless `text` is a hash under a key version that this release knows.
    pub fn parse(text: &str) -> Option<Self> {
        let digest = URL_SAFE_NO_PAD.decode(text.strip_prefix("k1.")?).ok()?;
        (digest.len() == 32).then(|| Self(text.to_owned()))
    }

    /// The hash as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(mac: [u8; 32]) -> Self {
        Self(format!("k1.{}", URL_SAFE_NO_PAD.encode(mac)))
    }
}

fn normalised(name: &str) -> String {
    name.trim().nfkc().collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pepper() -> Pepper {
        Pepper::new("0123456789abcdef0123456789abcdef").unwrap()
    }

    #[test]
    fn one_name_has_one_hash() {
        let want = pepper().name("ana@example.com");
        for same in [
            " Ana@Example.com ",
            "ANA@EXAMPLE.COM",
            "\u{ff21}na@example.com",
        ] {
            assert_eq!(pepper().name(same), want, "{same}");
        }
        assert_ne!(pepper().name("anna@example.com"), want);
    }

    #[test]
    fn hashes_depend_on_key_and_purpose() {
        assert_ne!(
            pepper().name("a"),
            Pepper::new("another secret of at least 32 bytes")
                .unwrap()
                .name("a")
        );
        assert_ne!(pepper().name("a").as_str(), pepper().photo(b"a").as_str());
        assert_ne!(pepper().name("a"), pepper().mail("a"));
    }

    #[test]
    fn hashes_are_read_back() {
        let hash = pepper().photo(b"bytes");
        assert_eq!(hash.as_str().len(), 46);
        assert_eq!(KeyedHash::parse(hash.as_str()), Some(hash));
        assert_eq!(KeyedHash::parse("k2.AAAA"), None);
        assert_eq!(KeyedHash::parse("k1.AAAA"), None);
    }

    #[test]
    fn a_short_secret_is_none_and_a_long_one_is_not_shown() {
        assert!(Pepper::new("short").is_none());
        assert_eq!(format!("{:?}", pepper()), "Pepper(…)");
    }
}
