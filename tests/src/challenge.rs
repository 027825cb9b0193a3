//! A round of the sign-in conversation, as any Cognito client sees it.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;

/// Where an answer of Cognito leaves the client.
#[derive(Debug)]
pub enum Step {
    /// Something more is asked for.
    Round(Round),
    /// Signed in.
    Tokens(Tokens),
}

impl Step {
    /// Reads the answer of `InitiateAuth` or `RespondToAuthChallenge`.
    pub fn read(answer: &Value) -> Self {
        if let Some(name) = answer["ChallengeName"].as_str() {
            let parameters = serde_json::from_value(answer["ChallengeParameters"].clone())
                .expect("parameters are strings");
            let session = answer["Session"]
                .as_str()
                .expect("every round has a session")
                .to_owned();
            return Self::Round(Round {
                name: name.to_owned(),
                session,
                parameters,
            });
        }
        Self::Tokens(Tokens::read(&answer["AuthenticationResult"]))
    }

    /// The round that was expected.
    pub fn round(self) -> Round {
        match self {
            Self::Round(round) => round,
            Self::Tokens(_) => panic!("tokens where a round was expected"),
        }
    }

    /// The tokens that were expected.
    pub fn tokens(self) -> Tokens {
        match self {
            Self::Tokens(tokens) => tokens,
            Self::Round(round) => panic!("no tokens but {}", round.summary()),
        }
    }
}

/// A round that waits for an answer.
#[derive(Clone, Debug)]
pub struct Round {
    /// `PASSWORD_VERIFIER` or `CUSTOM_CHALLENGE`.
    pub name: String,
    /// Cognito's session, good for one answer.
    pub session: String,
    /// What the server says about the round.
    pub parameters: BTreeMap<String, String>,
}

impl Round {
    /// A parameter that must be there.
    pub fn parameter(&self, key: &str) -> &str {
        self.parameters
            .get(key)
            .unwrap_or_else(|| panic!("no parameter {key} in {:?}", self.parameters.keys()))
    }

    /// `SELFIE` or `ENROL_DOCUMENT`.
    pub fn challenge(&self) -> &str {
        self.parameter("challenge")
    }

    /// `CONSENT`, `UPLOAD`, `PENDING`, `LOCKED` or `HELD`.
    pub fn state(&self) -> &str {
        self.parameter("state")
    }

    /// Why the last answer did not pass; empty the first time.
    pub fn reason(&self) -> &str {
        self.parameter("reason")
    }

    /// The round's id, which is its answer too.
    pub fn challenge_id(&self) -> &str {
        self.parameter("challengeId")
    }

    /// How long the server asks to wait before the next answer.
    pub fn retry_after(&self) -> Duration {
        Duration::from_millis(
            self.parameter("retryAfterMs")
                .parse()
                .expect("retryAfterMs is a number"),
        )
    }

    /// Asserts what the client is asked for.
    #[track_caller]
    pub fn must_be(&self, challenge: &str, state: &str) {
        let told = (self.challenge(), self.state());
        assert_eq!(told, (challenge, state), "{}", self.summary());
    }

    /// What failures print: nothing secret.
    pub fn summary(&self) -> String {
        let known = |key: &str| self.parameters.get(key).cloned().unwrap_or_default();
        format!(
            "{} {} {} reason={:?}",
            self.name,
            known("challenge"),
            known("state"),
            known("reason")
        )
    }
}

/// What a passed sign-in is worth.
#[derive(Clone)]
pub struct Tokens {
    /// For the pool's own operations and for APIs.
    pub access: String,
    /// Who signed in.
    pub id: String,
    /// For new ones of the two; absent after a refresh.
    pub refresh: Option<String>,
    /// Lifetime of access and ID token.
    pub expires_in: Duration,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(…)")
    }
}

impl Tokens {
    /// Reads an `AuthenticationResult`.
    pub fn read(result: &Value) -> Self {
        let text = |key: &str| result[key].as_str().map(str::to_owned);
        assert_eq!(result["TokenType"], "Bearer", "token type");
        Self {
            access: text("AccessToken").expect("an access token"),
            id: text("IdToken").expect("an ID token"),
            refresh: text("RefreshToken"),
            expires_in: Duration::from_secs(
                result["ExpiresIn"].as_u64().expect("ExpiresIn is a number"),
            ),
        }
    }

    /// The refresh token, which every sign-in brings.
    pub fn refresh(&self) -> &str {
        self.refresh
            .as_deref()
            .expect("a sign-in brings a refresh token")
    }
}
