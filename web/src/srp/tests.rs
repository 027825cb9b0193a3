//! The client against a server written down independently, straight from Cognito's formulas, over `num-bigint`.

use num_bigint::BigUint;

use super::*;

const POOL: &str = "abcDEF123";
const USER: &str = "03670b97-8dee-3875-a0a4-5c1f3a1d2e3f";

fn pad(number: &BigUint) -> Vec<u8> {
    let mut bytes = number.to_bytes_be();
    if bytes[0] >= 0x80 {
        bytes.insert(0, 0);
    }
    bytes
}

fn number(parts: &[&[u8]]) -> BigUint {
    BigUint::from_bytes_be(&sha256(parts))
}

/// What a server that knows `password` computes as the claim, for its secret `b` and the client's `A`.
struct Server {
    salt: BigUint,
    verifier: BigUint,
    b: BigUint,
    public: BigUint,
}

impl Server {
    fn new(password: &str, seed: u8) -> Self {
        let n = BigUint::parse_bytes(N.as_bytes(), 16).unwrap();
        let generator = BigUint::from(2_u32);
        let salt = BigUint::from_bytes_be(&[seed | 0x81; 16]);
        let x = number(&[
            &pad(&salt),
            &sha256(&[format!("{POOL}{USER}:{password}").as_bytes()]),
        ]);
        let verifier = generator.modpow(&x, &n);
        let b = BigUint::from_bytes_be(&[seed.wrapping_add(3); 128]);
        let k = number(&[&pad(&n), &pad(&generator)]);
        let public = (k * &verifier + generator.modpow(&b, &n)) % &n;
        Self {
            salt,
            verifier,
            b,
            public,
        }
    }

    fn claim(&self, a: &str, block: &[u8], timestamp: &str) -> String {
        let n = BigUint::parse_bytes(N.as_bytes(), 16).unwrap();
        let a = BigUint::parse_bytes(a.as_bytes(), 16).unwrap();
        let u = number(&[&pad(&a), &pad(&self.public)]);
        let shared = (a * self.verifier.modpow(&u, &n)).modpow(&self.b, &n);
        let key = hmac(
            &hmac(&pad(&u), &[&pad(&shared)]),
            &[b"Caldera Derived Key\x01"],
        );
        base64::encode(&hmac(
            &key[..16],
            &[
                POOL.as_bytes(),
                USER.as_bytes(),
                block,
                timestamp.as_bytes(),
            ],
        ))
    }
}

fn claims(seed: u8, known: &str, typed: &str) -> (String, String) {
    let server = Server::new(known, seed);
    let exchange = Exchange::begin(&[seed.wrapping_mul(7).wrapping_add(1); 128]);
    let now = Moment::from_seconds(1_793_500_205);
    let block = [seed; 48];
    let (salt, public, secret_block) = (
        server.salt.to_str_radix(16),
        server.public.to_str_radix(16),
        base64::encode(&block),
    );
    let verifier = Verifier {
        salt: &salt,
        public: &public,
        secret_block: &secret_block,
        user_id: USER,
    };
    let signature = exchange
        .sign(POOL, &Secret::new(typed), &verifier, now)
        .unwrap();
    (
        signature,
        server.claim(&exchange.srp_a(), &block, &now.srp_timestamp()),
    )
}

#[test]
fn k_is_the_published_one() {
    let k = sha256(&[&padded(&modulus()), &padded(&Natural::from_u32(2))]);
    assert_eq!(
        Natural::from_bytes(&k).to_hex(),
        "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"
    );
}

#[test]
fn client_and_server_agree_on_the_right_password_only() {
    for seed in 0..12 {
        let (client, server) = claims(seed, "right", "right");
        assert_eq!(client, server, "seed {seed}");
    }
    let (client, server) = claims(1, "right", "wrong");
    assert_ne!(client, server);
}

#[test]
fn a_server_value_that_would_reveal_the_key_is_refused() {
    let exchange = Exchange::begin(&[9; 128]);
    for public in ["0", N, "nonsense"] {
        let verifier = Verifier {
            salt: "81",
            public,
            secret_block: "AAAA",
            user_id: USER,
        };
        assert_eq!(
            exchange.sign(POOL, &Secret::new("p"), &verifier, Moment::from_seconds(0)),
            None,
            "{public}"
        );
    }
}

#[test]
fn padding_keeps_numbers_positive_and_even() {
    for (hex, want) in [
        ("1", vec![1]),
        ("7f", vec![0x7f]),
        ("80", vec![0, 0x80]),
        ("abc", vec![0x0a, 0xbc]),
    ] {
        assert_eq!(padded(&Natural::from_hex(hex).unwrap()), want, "{hex}");
    }
}
