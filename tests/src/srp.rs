//! The client's half of Cognito's SRP: 3072-bit group of RFC 5054, SHA-256, Cognito's padding and key derivation.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use num_bigint::BigUint;
use sha2::{Digest, Sha256};
use time::{OffsetDateTime, macros::format_description};

use crate::invent;

const N: &str = "\
FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD\
EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F\
83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510\
15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C\
BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

fn group() -> (BigUint, BigUint) {
    (number(N), BigUint::from(2_u8))
}

fn number(hex: &str) -> BigUint {
    BigUint::parse_bytes(hex.as_bytes(), 16).expect("hexadecimal digits")
}

/// Big-endian bytes, with a zero byte in front when the first bit is set: as Cognito's clients write numbers.
fn pad(number: &BigUint) -> Vec<u8> {
    let mut bytes = number.to_bytes_be();
    if bytes[0] >= 0x80 {
        bytes.insert(0, 0);
    }
    bytes
}

fn hash(parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().to_vec()
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

/// One run of the exchange.
#[derive(Debug)]
pub struct Exchange {
    secret: BigUint,
    public: BigUint,
}

/// What Cognito sends with `PASSWORD_VERIFIER`.
#[derive(Debug)]
pub struct Verifier<'a> {
    /// `SALT`, hexadecimal.
    pub salt: &'a str,
    /// `SRP_B`, hexadecimal.
    pub srp_b: &'a str,
    /// `SECRET_BLOCK`, base64.
    pub secret_block: &'a str,
    /// `USER_ID_FOR_SRP`.
    pub user_id: &'a str,
}

/// The answer to `PASSWORD_VERIFIER`.
#[derive(Debug)]
pub struct Claim {
    /// `TIMESTAMP`.
    pub timestamp: String,
    /// `PASSWORD_CLAIM_SIGNATURE`, base64.
    pub signature: String,
}

impl Exchange {
    /// A new exchange with a secret of 1024 random bits.
    pub fn begin() -> Self {
        let (n, g) = group();
        let secret = BigUint::from_bytes_be(&invent::bytes::<128>()) % &n;
        let public = g.modpow(&secret, &n);
        Self { secret, public }
    }

    /// `SRP_A`, hexadecimal.
    pub fn srp_a(&self) -> String {
        self.public.to_str_radix(16)
    }

    /// Proves knowledge of `password` to the pool named `pool_id`.
    pub fn claim(
        &self,
        verifier: &Verifier<'_>,
        pool_id: &str,
        password: &str,
        now: OffsetDateTime,
    ) -> Claim {
        let (_, pool) = pool_id
            .split_once('_')
            .expect("a pool id is <region>_<name>");
        let identity = hash(&[
            pool.as_bytes(),
            verifier.user_id.as_bytes(),
            b":",
            password.as_bytes(),
        ]);
        let private = BigUint::from_bytes_be(&hash(&[&pad(&number(verifier.salt)), &identity]));
        let (scramble, shared) = self.agree(&number(verifier.srp_b), &private);
        let key = mac(
            &mac(&pad(&scramble), &[&pad(&shared)]),
            &[b"Caldera Derived Key", &[1]],
        );
        let timestamp = timestamp(now);
        let block = STANDARD
            .decode(verifier.secret_block)
            .expect("SECRET_BLOCK is base64");
        let signed = mac(
            &key[..16],
            &[
                pool.as_bytes(),
                verifier.user_id.as_bytes(),
                &block,
                timestamp.as_bytes(),
            ],
        );
        Claim {
            timestamp,
            signature: STANDARD.encode(signed),
        }
    }

    /// `u` and `S` of the exchange, from the server's public value and the password's private one (`x`).
    fn agree(&self, server: &BigUint, private: &BigUint) -> (BigUint, BigUint) {
        let (n, g) = group();
        let multiplier = BigUint::from_bytes_be(&hash(&[&pad(&n), &pad(&g)]));
        let scramble = BigUint::from_bytes_be(&hash(&[&pad(&self.public), &pad(server)]));
        let base = (server + &n * &multiplier - &multiplier * g.modpow(private, &n)) % &n;
        let shared = base.modpow(&(&self.secret + &scramble * private), &n);
        (scramble, shared)
    }
}

fn timestamp(now: OffsetDateTime) -> String {
    let format = format_description!(
        "[weekday repr:short] [month repr:short] [day padding:none] [hour]:[minute]:[second] UTC [year]"
    );
    now.format(&format).expect("a date within the calendar")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The multiplier is fixed by group and hash; its value is in the clients' sources.
    #[test]
    fn group_and_padding_give_the_known_multiplier() {
        let (n, g) = group();
        assert_eq!(
            hex::encode(hash(&[&pad(&n), &pad(&g)])),
            "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"
        );
    }

    #[test]
    fn timestamps_have_cognitos_form() {
        let first = time::macros::datetime!(2026-03-01 07:08:09 UTC);
        assert_eq!(timestamp(first), "Sun Mar 1 07:08:09 UTC 2026");
    }
}
