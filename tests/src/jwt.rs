//! Verification of JSON Web Tokens against the pool's published keys, as an app's back end does it.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rsa::{
    BigUint, RsaPublicKey,
    pkcs1v15::{Signature, VerifyingKey},
    sha2::Sha256,
    signature::Verifier,
};
use serde_json::Value;

use crate::{clock, http::Http, ready::Ready};

/// What a token claims to be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// ID token: names the client in `aud`.
    Id,
    /// Access token: names the client in `client_id`.
    Access,
}

impl fmt::Display for Use {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::Id { "id" } else { "access" })
    }
}

fn decode(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD
        .decode(part)
        .unwrap_or_else(|error| panic!("part of a token is not base64url: {error}"))
}

/// Header and claims of a token, unverified.
pub fn peek(token: &str) -> (Value, Value) {
    let mut parts = token
        .split('.')
        .map(|part| serde_json::from_slice(&decode(part)).unwrap_or_default());
    (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    )
}

/// Verifies signature (RS256), issuer, client, use and times; gives the claims.
pub async fn verify(ready: &Ready, http: &Http, token: &str, wanted: Use) -> Value {
    let keys = http.get(&ready.jwks).await.json();
    check(ready, &keys, token, wanted)
}

/// [`verify`] with published keys that were read before.
pub fn check(ready: &Ready, keys: &Value, token: &str, wanted: Use) -> Value {
    let (header, claims) = peek(token);
    assert_eq!(header["alg"], "RS256", "algorithm of the {wanted} token");
    let keys = keys["keys"]
        .as_array()
        .expect("the JWKS lists keys")
        .clone();
    assert_eq!(
        keys.len(),
        2,
        "a pool signs ID and access tokens with a key each"
    );
    let key = keys
        .iter()
        .find(|key| key["kid"] == header["kid"])
        .expect("the token's key is published");
    assert!(signed_by(key, token), "signature of the {wanted} token");

    let client = if wanted == Use::Id {
        "aud"
    } else {
        "client_id"
    };
    assert_eq!(claims["iss"], ready.issuer.as_str(), "issuer");
    assert_eq!(claims[client], ready.client_id.as_str(), "{client}");
    assert_eq!(claims["token_use"], wanted.to_string(), "token_use");
    let now = clock::now().unix_timestamp();
    let time = |key: &str| {
        claims[key]
            .as_i64()
            .unwrap_or_else(|| panic!("{key} is missing"))
    };
    assert!(
        time("iat") <= now + 1 && time("auth_time") <= time("iat"),
        "issued in the past"
    );
    assert!(now < time("exp"), "not expired");
    claims
}

/// Whether the published `key` made the token's signature.
pub fn signed_by(key: &Value, token: &str) -> bool {
    let number =
        |field: &str| BigUint::from_bytes_be(&decode(key[field].as_str().unwrap_or_default()));
    let public = RsaPublicKey::new(number("n"), number("e")).expect("the JWKS holds an RSA key");
    let (signed, signature) = token.rsplit_once('.').expect("a token has three parts");
    let signature = Signature::try_from(decode(signature).as_slice()).expect("an RSA signature");
    VerifyingKey::<Sha256>::new(public)
        .verify(signed.as_bytes(), &signature)
        .is_ok()
}

/// The token as it will look to a page when its time is over; no signature holds any more, which pages don't check.
pub fn expired(token: &str) -> String {
    let (_, mut claims) = peek(token);
    let past = clock::now().unix_timestamp() - 60;
    claims["exp"] = past.into();
    claims["iat"] = (past - 900).into();
    let payload = URL_SAFE_NO_PAD.encode(claims.to_string());
    let mut parts = token.split('.');
    let (header, signature) = (
        parts.next().unwrap_or_default(),
        parts.nth(1).unwrap_or_default(),
    );
    format!("{header}.{payload}.{signature}")
}
