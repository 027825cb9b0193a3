//! The arithmetic against published figures and a published client.

use std::convert::Infallible;

use base64::{Engine, engine::general_purpose::STANDARD};
use rand::{TryCryptoRng, TryRng};

use super::*;

#[test]
fn multiplier_is_the_one_of_the_published_clients() {
    assert_eq!(
        K.to_str_radix(16),
        "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"
    );
}

#[test]
fn client_values_that_would_fix_the_key_are_refused() {
    let twice = (&*N * 2_u8).to_str_radix(16);
    for (name, hex, usable) in [
        ("one digit", "5", true),
        ("odd length", "abc", true),
        ("zero", "0", false),
        ("the prime", N_HEX, false),
        ("twice the prime", twice.as_str(), false),
        ("no digits", "", false),
        ("a sign", "-5", false),
        ("not hexadecimal", "xyz", false),
    ] {
        assert_eq!(ClientValue::parse(hex).is_some(), usable, "{name}");
    }
    assert_eq!(ClientValue::parse(&"f".repeat(800)), None, "far too long");
}

#[test]
fn numbers_are_padded_like_positive_java_integers() {
    for (value, want) in [
        (0x7f_u32, vec![0x7f]),
        (0x80, vec![0, 0x80]),
        (0x0123, vec![1, 0x23]),
    ] {
        assert_eq!(padded(&BigUint::from(value)), want, "{value:x}");
    }
}

/// Draws the same byte for ever.
struct Constant(u8);

impl TryRng for Constant {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_ne_bytes([self.0; 4]))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_ne_bytes([self.0; 8]))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(self.0);
        Ok(())
    }
}

impl TryCryptoRng for Constant {}

#[test]
fn proofs_of_pycognito_are_told_apart() {
    let randomness = Randomness::new(Box::new(Constant(0x42)));
    let credential = Credential::new("Example01", "jane", "correct-Horse-battery", &randomness);
    let client = G.modpow(&BigUint::from(0x0123_4567_89ab_cdef_u64), &N);
    let client = ClientValue::parse(&client.to_str_radix(16)).unwrap();
    let exchange = Exchange::begin(client, &credential, &randomness);
    let proves = |pool: &str, user: &str, timestamp: &str, signature: &str| {
        exchange.proves(pool, user, timestamp, &STANDARD.decode(signature).unwrap())
    };
    // Made with pycognito 2024.5.1: same exponents, salt and secret block, the right password and a wrong one.
    let right = "tqtVWeJRw16M7ITNLyUZdhtIoIzrNzRRHYrxDXfDLs8=";
    let wrong = "HVI0GPYhK02leWFf/USSoInlMKnZFtdBgiqlYsv0JX4=";
    let at = "Fri Nov 6 09:05:00 UTC 2026";
    assert!(proves("Example01", "jane", at, right));
    assert!(!proves("Example01", "jane", at, wrong), "wrong password");
    assert!(!proves("Example02", "jane", at, right), "other pool");
    assert!(!proves("Example01", "john", at, right), "other user");
    assert!(
        !proves("Example01", "jane", "Fri Nov 6 09:05:01 UTC 2026", right),
        "other time"
    );
    assert!(!proves("Example01", "jane", at, ""), "no signature");
}

#[test]
fn no_proof_fits_a_simulated_password() {
    let simulated = Credential::simulated(&[7; 32]);
    assert_eq!(simulated.salt.len(), 16);
    assert_eq!(
        simulated.salt,
        Credential::simulated(&[7; 32]).salt,
        "the same name has the same salt"
    );
    assert_ne!(simulated.salt, Credential::simulated(&[8; 32]).salt);
    assert!(simulated.verifier.len() > 380, "as long as a real one");
}
