//! The pool's two RSA keys: ID tokens and access tokens are signed with different ones.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use rsa::{
    RsaPrivateKey,
    pkcs1v15::{Signature, SigningKey, VerifyingKey},
    pkcs8::{DecodePrivateKey, EncodePrivateKey},
    sha2::{Digest, Sha256},
    signature::{Keypair, SignatureEncoding, Signer, Verifier},
    traits::PublicKeyParts,
};
use serde_json::{Value, json};

use crate::{
    randomness::{ForRsa, Randomness},
    store::{Store, StoreError},
};

const BITS: usize = 2048;

/// Why the keys could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The store failed.
    #[error("keeping the token keys")]
    Store(#[from] StoreError),
    /// RSA failed.
    #[error("making an RSA key")]
    Generate(#[from] rsa::Error),
    /// What is stored is no key.
    #[error("reading or writing an RSA key")]
    Encoding(#[from] rsa::pkcs8::Error),
}

/// Keys of one pool.
pub(crate) struct PoolKeys {
    pub(crate) id: TokenKey,
    pub(crate) access: TokenKey,
}

impl PoolKeys {
    /// The keys of the store; made the first time.
    pub(crate) fn open(store: &Store, randomness: &Randomness) -> Result<Self, KeyError> {
        let key = |name: &str| -> Result<TokenKey, KeyError> {
            let der = store.secret(name, || -> Result<Vec<u8>, KeyError> {
                let key = RsaPrivateKey::new(&mut ForRsa(randomness), BITS)?;
                Ok(key.to_pkcs8_der()?.as_bytes().to_vec())
            })?;
            Ok(TokenKey::new(RsaPrivateKey::from_pkcs8_der(&der)?))
        };
        Ok(Self {
            id: key("id-token-key")?,
            access: key("access-token-key")?,
        })
    }

    /// The public halves, as the key set's address shows them.
    pub(crate) fn jwks(&self) -> Value {
        json!({"keys": [self.id.jwk(), self.access.jwk()]})
    }
}

/// One key with its public name.
pub(crate) struct TokenKey {
    kid: String,
    modulus: String,
    exponent: String,
    signing: SigningKey<Sha256>,
}

impl TokenKey {
    fn new(key: RsaPrivateKey) -> Self {
        let modulus = key.n().to_bytes_be();
        Self {
            kid: STANDARD.encode(Sha256::digest(&modulus)),
            modulus: URL_SAFE_NO_PAD.encode(&modulus),
            exponent: URL_SAFE_NO_PAD.encode(key.e().to_bytes_be()),
            signing: SigningKey::new(key),
        }
    }

    fn jwk(&self) -> Value {
        json!({"alg": "RS256", "e": self.exponent, "kid": self.kid, "kty": "RSA", "n": self.modulus, "use": "sig"})
    }

    /// A compact JWT with these claims.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        let header = json!({"kid": self.kid, "alg": "RS256"});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(&header), part(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.signing.sign(text.as_bytes()).to_bytes());
        format!("{text}.{signature}")
    }

    /// The claims of a JWT that this key signed, whatever they say.
    pub(crate) fn verified(&self, token: &str) -> Option<Value> {
        let (text, signature) = token.rsplit_once('.')?;
        let (header, claims) = text.split_once('.')?;
        let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        if header["kid"] != self.kid.as_str() || header["alg"] != "RS256" {
            return None;
        }
        let signature =
            Signature::try_from(URL_SAFE_NO_PAD.decode(signature).ok()?.as_slice()).ok()?;
        let verifying: VerifyingKey<Sha256> = self.signing.verifying_key();
        verifying.verify(text.as_bytes(), &signature).ok()?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }
}
