//! A client's side of SRP, written from the published clients' behaviour and sharing nothing but the prime.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use num_bigint::BigUint;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::{OffsetDateTime, macros::format_description};

use super::stage::{CLIENT, Reply, Stage};
use crate::srp::N_HEX;

/// One client that knows a password, or thinks so.
pub(super) struct SrpClient {
    password: String,
    a: BigUint,
}

impl SrpClient {
    pub(super) fn new(password: &str) -> Self {
        Self {
            password: password.to_owned(),
            a: hex("9f3b1c5d7e902846acbd13579bdf02468ace123456789abcdef0fedcba987654"),
        }
    }

    pub(super) fn public(&self) -> String {
        BigUint::from(2_u8)
            .modpow(&self.a, &hex(N_HEX))
            .to_str_radix(16)
    }

    pub(super) async fn begin(&self, stage: &Stage, name: &str) -> Reply {
        let parameters =
            json!({"USERNAME": name, "CHALLENGE_NAME": "SRP_A", "SRP_A": self.public()});
        let body =
            json!({"ClientId": CLIENT, "AuthFlow": "CUSTOM_AUTH", "AuthParameters": parameters});
        stage.call("InitiateAuth", body).await
    }

    /// As [`SrpClient::begin`], in another flow.
    pub(super) async fn begin_in(&self, stage: &Stage, flow: &str, name: &str) -> Reply {
        let mut parameters = json!({"USERNAME": name, "SRP_A": self.public()});
        if flow == "USER_AUTH" {
            parameters["PREFERRED_CHALLENGE"] = json!("PASSWORD_SRP");
        }
        let body = json!({"ClientId": CLIENT, "AuthFlow": flow, "AuthParameters": parameters});
        stage.call("InitiateAuth", body).await
    }

    /// The answer to a `PASSWORD_VERIFIER` challenge, as its `ChallengeResponses`.
    pub(super) fn responses(&self, stage: &Stage, challenge: &Value) -> Value {
        let at = OffsetDateTime::from(stage.now());
        let format = format_description!(
            "[weekday repr:short] [month repr:short] [day padding:none] [hour]:[minute]:[second] UTC [year]"
        );
        self.responses_at(challenge, &at.format(format).unwrap())
    }

    pub(super) fn responses_at(&self, challenge: &Value, timestamp: &str) -> Value {
        let text = |name: &str| challenge["ChallengeParameters"][name].as_str().unwrap();
        let (user_id, block) = (text("USER_ID_FOR_SRP"), text("SECRET_BLOCK"));
        let key = self.key("Example01", user_id, text("SALT"), text("SRP_B"));
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        for part in [
            b"Example01",
            user_id.as_bytes(),
            &STANDARD.decode(block).unwrap(),
            timestamp.as_bytes(),
        ] {
            mac.update(part);
        }
        json!({"USERNAME": text("USERNAME"), "PASSWORD_CLAIM_SECRET_BLOCK": block, "TIMESTAMP": timestamp,
               "PASSWORD_CLAIM_SIGNATURE": STANDARD.encode(mac.finalize().into_bytes())})
    }

    pub(super) async fn prove(&self, stage: &Stage, challenge: &Value) -> Reply {
        respond(stage, challenge, self.responses(stage, challenge)).await
    }

    fn key(&self, pool: &str, user_id: &str, salt: &str, server: &str) -> Vec<u8> {
        let prime = hex(N_HEX);
        let g = BigUint::from(2_u8);
        let k = digest(&[padded(&prime), padded(&g)]);
        let (server, client) = (hex(server), g.modpow(&self.a, &prime));
        let u = digest(&[padded(&client), padded(&server)]);
        let identity = Sha256::digest(format!("{pool}{user_id}:{}", self.password)).to_vec();
        let x = digest(&[padded(&hex(salt)), identity]);
        let base = (server + &prime * &k - &k * g.modpow(&x, &prime)) % &prime;
        let secret = base.modpow(&(&self.a + &u * &x), &prime);
        let mut extract = Hmac::<Sha256>::new_from_slice(&padded(&u)).unwrap();
        extract.update(&padded(&secret));
        let mut expand = Hmac::<Sha256>::new_from_slice(&extract.finalize().into_bytes()).unwrap();
        expand.update(b"Caldera Derived Key\x01");
        expand.finalize().into_bytes()[..16].to_vec()
    }
}

pub(super) async fn respond(stage: &Stage, challenge: &Value, responses: Value) -> Reply {
    let body = json!({"ClientId": CLIENT, "ChallengeName": "PASSWORD_VERIFIER", "Session": challenge["Session"],
                      "ChallengeResponses": responses});
    stage.call("RespondToAuthChallenge", body).await
}

fn hex(text: &str) -> BigUint {
    BigUint::parse_bytes(text.as_bytes(), 16).unwrap()
}

fn digest(parts: &[Vec<u8>]) -> BigUint {
    BigUint::from_bytes_be(&Sha256::digest(parts.concat()))
}

fn padded(value: &BigUint) -> Vec<u8> {
    let digits = value.to_str_radix(16);
    let even = if digits.len().is_multiple_of(2) {
        digits
    } else {
        format!("0{digits}")
    };
    let padded = if even.as_bytes()[0] < b'8' {
        even
    } else {
        format!("00{even}")
    };
    hex::decode(padded).unwrap()
}
