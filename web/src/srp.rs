//! The client's half of Cognito's SRP-6a: proves the password without sending it.
//!
//! It opens nothing by itself; it ties a confirmed mail code to the browser that confirmed it. The group is the 3072-bit one of RFC 3526 with generator 2,
//! the hash SHA-256, and the key derivation is Cognito's own ("Caldera Derived Key").

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::{base64, moment::Moment, secret::Secret};

#[cfg_attr(target_arch = "wasm32", path = "srp/arithmetic_browser.rs")]
#[cfg_attr(not(target_arch = "wasm32"), path = "srp/arithmetic_native.rs")]
mod arithmetic;

use arithmetic::Natural;

/// RFC 3526 section 4, the 3072-bit MODP group.
const N: &str = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

/// One run of the protocol: the secret exponent and what is sent for it.
pub struct Exchange {
    secret: Natural,
    public: Natural,
}

/// What Cognito sends with `PASSWORD_VERIFIER`.
pub struct Verifier<'a> {
    /// `SALT`, hexadecimal.
    pub salt: &'a str,
    /// `SRP_B`, hexadecimal.
    pub public: &'a str,
    /// `SECRET_BLOCK`, base64.
    pub secret_block: &'a str,
    /// `USER_ID_FOR_SRP`.
    pub user_id: &'a str,
}

impl Exchange {
    /// Begins with a secret exponent. 1024 bits are Amplify's choice too.
    pub fn begin(random: &[u8; 128]) -> Self {
        let secret = Natural::from_bytes(random);
        let public = Natural::from_u32(2).power(&secret, &modulus());
        Self { secret, public }
    }

    /// `SRP_A`, hexadecimal.
    pub fn srp_a(&self) -> String {
        self.public.to_hex()
    }

    /// `PASSWORD_CLAIM_SIGNATURE` for the timestamp of `now`. `None` if the server's values are malformed or would give the password away.
    pub fn sign(
        &self,
        pool: &str,
        password: &Secret,
        verifier: &Verifier<'_>,
        now: Moment,
    ) -> Option<String> {
        let key = self.key(pool, password, verifier)?;
        let block = base64::decode(verifier.secret_block)?;
        let timestamp = now.srp_timestamp();
        Some(base64::encode(&hmac(
            &key,
            &[
                pool.as_bytes(),
                verifier.user_id.as_bytes(),
                &block,
                timestamp.as_bytes(),
            ],
        )))
    }

    fn key(&self, pool: &str, password: &Secret, verifier: &Verifier<'_>) -> Option<[u8; 16]> {
        let (n, generator) = (modulus(), Natural::from_u32(2));
        let (server, salt) = (
            Natural::from_hex(verifier.public)?,
            Natural::from_hex(verifier.salt)?,
        );
        let k = Natural::from_bytes(&sha256(&[&padded(&n), &padded(&generator)]));
        let u = Natural::from_bytes(&sha256(&[&padded(&self.public), &padded(&server)]));
        // B mod N or u of zero would make the key independent of the password.
        if server.rest(&n).is_zero() || u.is_zero() {
            return None;
        }
        let identity = sha256(&[
            pool.as_bytes(),
            verifier.user_id.as_bytes(),
            b":",
            password.reveal().as_bytes(),
        ]);
        let x = Natural::from_bytes(&sha256(&[&padded(&salt), &identity]));
        let base = server.minus_product(&k, &generator.power(&x, &n), &n);
        let shared = base.power(&self.secret.plus_product(&u, &x), &n);
        let pseudo_random = hmac(&padded(&u), &[&padded(&shared)]);
        let derived = hmac(&pseudo_random, &[b"Caldera Derived Key", &[1]]);
        let mut key = [0; 16];
        key.copy_from_slice(&derived[..16]);
        Some(key)
    }
}

fn modulus() -> Natural {
    Natural::from_hex(N).expect("the constant is hexadecimal")
}

/// Big-endian bytes with a zero in front when the first bit is set: the number as a signed one.
fn padded(number: &Natural) -> Vec<u8> {
    let mut hex = number.to_hex();
    if hex.len() % 2 == 1 {
        hex.insert(0, '0');
    }
    let mut bytes: Vec<u8> = hex
        .as_bytes()
        .chunks(2)
        .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
        .collect();
    if bytes.first().is_some_and(|first| *first >= 0x80) {
        bytes.insert(0, 0);
    }
    bytes
}

fn digit(hex: u8) -> u8 {
    match hex {
        b'0'..=b'9' => hex - b'0',
        _ => (hex | 0x20) - b'a' + 10,
    }
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests;
