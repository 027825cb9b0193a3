//! Server side of Amazon Cognito's SRP-6a: 3072-bit group of RFC 5054, SHA-256, and the service's own way of
//! writing numbers as bytes.

use std::{fmt, sync::LazyLock};

use hmac::{Hmac, KeyInit, Mac};
use num_bigint::BigUint;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::randomness::Randomness;

pub(crate) const N_HEX: &str = "\
FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD\
EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F\
83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510\
15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C\
BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

static N: LazyLock<BigUint> = LazyLock::new(|| {
    BigUint::parse_bytes(N_HEX.as_bytes(), 16).expect("the group's prime is hexadecimal")
});
static G: LazyLock<BigUint> = LazyLock::new(|| BigUint::from(2_u8));
static K: LazyLock<BigUint> = LazyLock::new(|| number(&hash(&[&padded(&N), &padded(&G)])));

/// What the pool keeps of a password.
#[derive(Clone)]
pub(crate) struct Credential {
    pub(crate) salt: Vec<u8>,
    pub(crate) verifier: Vec<u8>,
}

impl Credential {
    pub(crate) fn new(
        pool_name: &str,
        user_name: &str,
        password: &str,
        randomness: &Randomness,
    ) -> Self {
        let mut salt: [u8; 16] = randomness.bytes();
        without_leading_zero(&mut salt);
        Self {
            salt: salt.to_vec(),
            verifier: verifier(&salt, pool_name, user_name, password),
        }
    }

    /// Whether this is what was made of the password.
    pub(crate) fn is_of(&self, pool_name: &str, user_name: &str, password: &str) -> bool {
        verifier(&self.salt, pool_name, user_name, password)
            .ct_eq(&self.verifier)
            .into()
    }

    /// Stands for the password of somebody who doesn't exist; no proof will fit it.
    pub(crate) fn simulated(bytes: &[u8; 32]) -> Self {
        let mut salt = [0; 16];
        salt.copy_from_slice(&bytes[..16]);
        without_leading_zero(&mut salt);
        let stretched: Vec<u8> = (0_u8..12).flat_map(|n| hash(&[bytes, &[n]])).collect();
        Self {
            salt: salt.to_vec(),
            verifier: (number(&stretched) % &*N).to_bytes_be(),
        }
    }
}

fn verifier(salt: &[u8], pool_name: &str, user_name: &str, password: &str) -> Vec<u8> {
    let identity = hash(&[
        pool_name.as_bytes(),
        user_name.as_bytes(),
        b":",
        password.as_bytes(),
    ]);
    let x = number(&hash(&[&padded(&number(salt)), &identity]));
    G.modpow(&x, &N).to_bytes_be()
}

/// Clients disagree on how a salt that begins with zeros is hashed.
fn without_leading_zero(salt: &mut [u8; 16]) {
    if salt[0] < 0x10 {
        salt[0] |= 0x10;
    }
}

/// A client's public value that may be worked with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ClientValue(String);

impl ClientValue {
    /// `None` unless the text is hexadecimal and neither zero modulo the prime nor far above it.
    pub(crate) fn parse(hex: &str) -> Option<Self> {
        let plausible = !hex.is_empty()
            && hex.len() <= N_HEX.len() + 2
            && hex.bytes().all(|b| b.is_ascii_hexdigit());
        let value = BigUint::parse_bytes(hex.as_bytes(), 16).filter(|_| plausible)?;
        (value % &*N != BigUint::ZERO).then(|| Self(hex.to_owned()))
    }

    fn value(&self) -> BigUint {
        BigUint::parse_bytes(self.0.as_bytes(), 16).unwrap_or_default()
    }
}

/// The server's half of one exchange, from `SRP_B` to the client's proof. Never printed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Exchange {
    client: ClientValue,
    secret: String,
    public: String,
    salt: String,
    verifier: String,
    secret_block: Vec<u8>,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Exchange(…)")
    }
}

impl Exchange {
    pub(crate) fn begin(
        client: ClientValue,
        credential: &Credential,
        randomness: &Randomness,
    ) -> Self {
        let secret = number(&randomness.bytes::<64>());
        let verifier = number(&credential.verifier);
        let public = (&*K * &verifier + G.modpow(&secret, &N)) % &*N;
        let mut secret_block = vec![0; 768];
        randomness.fill(&mut secret_block);
        Self {
            client,
            secret: secret.to_str_radix(16),
            public: public.to_str_radix(16),
            salt: hex::encode(&credential.salt),
            verifier: verifier.to_str_radix(16),
            secret_block,
        }
    }

    /// `SRP_B`.
    pub(crate) fn public(&self) -> &str {
        &self.public
    }

    /// `SALT`.
    pub(crate) fn salt(&self) -> &str {
        &self.salt
    }

    /// What `SECRET_BLOCK` is the Base64 of; the client sends it back.
    pub(crate) fn secret_block(&self) -> &[u8] {
        &self.secret_block
    }

    /// Whether the client's proof shows that it knows the password.
    pub(crate) fn proves(
        &self,
        pool_name: &str,
        user_id: &str,
        timestamp: &str,
        signature: &[u8],
    ) -> bool {
        let (a, b) = (self.client.value(), parse(&self.public));
        let u = number(&hash(&[&padded(&a), &padded(&b)]));
        if u == BigUint::ZERO {
            return false;
        }
        let s = (a * parse(&self.verifier).modpow(&u, &N)).modpow(&parse(&self.secret), &N);
        let key = derived_key(&padded(&s), &padded(&u));
        let parts = [
            pool_name.as_bytes(),
            user_id.as_bytes(),
            &self.secret_block,
            timestamp.as_bytes(),
        ];
        mac(&key, &parts).ct_eq(signature).into()
    }
}

fn derived_key(s: &[u8], u: &[u8]) -> [u8; 16] {
    let extracted = mac(u, &[s]);
    let expanded = mac(&extracted, &[b"Caldera Derived Key", &[1]]);
    let mut key = [0; 16];
    key.copy_from_slice(&expanded[..16]);
    key
}

/// Big-endian, with a zero in front when the first bit is set, as Java writes positive numbers.
fn padded(value: &BigUint) -> Vec<u8> {
    let mut bytes = value.to_bytes_be();
    if bytes.first().is_some_and(|first| 0x80 <= *first) {
        bytes.insert(0, 0);
    }
    bytes
}

fn number(bytes: &[u8]) -> BigUint {
    BigUint::from_bytes_be(bytes)
}

fn parse(hex: &str) -> BigUint {
    BigUint::parse_bytes(hex.as_bytes(), 16).unwrap_or_default()
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("an HMAC takes keys of every length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests;
