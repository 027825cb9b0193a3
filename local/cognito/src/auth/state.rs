//! What the service remembers between two rounds. It is stored under the digest of the session that the client holds.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::{
    clients::AppClient,
    names::NameKey,
    refusal::Refusal,
    service::Service,
    srp::{ClientValue, Exchange},
    store::{Flow, Spent, StoreError, StoredSession, User},
    tokens::admit_sign_in,
    triggers::{AuthRequest, Round},
    wire::StringMap,
};

/// Bytes in a session; the service's own are longer, the limit is 4,096 characters.
const SESSION_BYTES: usize = 640;

/// A sign-in between two rounds.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Attempt {
    pub(super) flow: Flow,
    pub(super) kind: Kind,
    /// Id of the client.
    pub(super) client: String,
    /// The name that the client began with.
    pub(super) given: NameKey,
    pub(super) subject: Subject,
    pub(super) history: Vec<Round>,
    pub(super) srp_a: Option<ClientValue>,
}

/// Which flow the client began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    /// `CUSTOM_AUTH`: Define decides.
    Custom,
    /// `USER_SRP_AUTH`: its only session is the secret block that the client sends back.
    Srp,
    /// `USER_PASSWORD_AUTH` and `ADMIN_USER_PASSWORD_AUTH`.
    Password,
    /// `USER_AUTH`: the client chooses.
    Choice,
}

/// Who is signing in.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Subject {
    Known(NameKey),
    /// Nobody has the name; this one is invented.
    Unknown(String),
}

/// The challenge that waits for its answer.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Pending {
    Custom {
        private: StringMap,
        metadata: Option<String>,
    },
    Password(Exchange),
    Select,
    NewPassword,
}

impl Pending {
    pub(super) fn challenge_name(&self) -> &'static str {
        match self {
            Self::Custom { .. } => "CUSTOM_CHALLENGE",
            Self::Password(_) => "PASSWORD_VERIFIER",
            Self::Select => "SELECT_CHALLENGE",
            Self::NewPassword => "NEW_PASSWORD_REQUIRED",
        }
    }
}

/// The subject of a round, freshly read.
pub(super) enum Person {
    Known(Box<User>),
    Unknown(String),
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(…)")
    }
}

impl Person {
    /// As events and challenges name the user.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Known(user) => &user.name,
            Self::Unknown(name) => name,
        }
    }

    pub(super) fn request<'a>(&'a self, metadata: Option<&'a StringMap>) -> AuthRequest<'a> {
        AuthRequest {
            user_name: self.name(),
            user: self.user(),
            metadata,
        }
    }

    fn user(&self) -> Option<&User> {
        match self {
            Self::Known(user) => Some(user),
            Self::Unknown(_) => None,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    attempt: Attempt,
    pending: Pending,
}

impl Attempt {
    /// The name under which wrong passwords are counted.
    pub(super) fn counted_name(&self) -> &NameKey {
        match &self.subject {
            Subject::Known(key) => key,
            Subject::Unknown(_) => &self.given,
        }
    }

    fn belongs_to(&self, name: &NameKey) -> bool {
        *name == self.given
            || match &self.subject {
                Subject::Known(key) => name == key,
                Subject::Unknown(invented) => name.as_str() == invented,
            }
    }
}

impl Service {
    /// Keeps the state of a round and names the session that leads to it.
    pub(super) fn save(
        &self,
        client: &AppClient,
        attempt: &Attempt,
        pending: &Pending,
    ) -> Result<String, Refusal> {
        // Clients of this flow send back nothing but the secret block.
        let token = match (attempt.kind, pending) {
            (Kind::Srp, Pending::Password(exchange)) => STANDARD.encode(exchange.secret_block()),
            _ => self.randomness.opaque(SESSION_BYTES),
        };
        let stored = Stored {
            attempt: attempt.clone(),
            pending: pending.clone(),
        };
        let state = serde_json::to_string(&stored)
            .map_err(|_| StoreError::Malformed { what: "session" })?;
        self.store.transact(|tx| {
            let validity = client.config.session_validity;
            StoredSession::put(tx, &token, &attempt.flow, &state, self.now(), validity)
                .map_err(Refusal::from)
        })?;
        Ok(token)
    }

    /// Uses a session up: it must be this client's and this user's, wait for this challenge, and be neither old nor spent.
    pub(super) fn spend(
        &self,
        client: &AppClient,
        token: &str,
        user_name: &NameKey,
        challenge: &str,
    ) -> Result<(Attempt, Pending), Refusal> {
        self.store.transact(|tx| {
            let session = StoredSession::find(tx, token)?.ok_or(Refusal::InvalidSession)?;
            let stored = match session.state.as_str() {
                "" => None,
                state => {
                    let stored: Stored = serde_json::from_str(state)
                        .map_err(|_| StoreError::Malformed { what: "session" })?;
                    if stored.attempt.client != client.id
                        || !stored.attempt.belongs_to(user_name)
                        || stored.pending.challenge_name() != challenge
                    {
                        return Err(Refusal::InvalidSession);
                    }
                    Some(stored)
                }
            };
            match (session.spend(tx, self.now())?, stored) {
                (Spent::Now, Some(Stored { attempt, pending })) => Ok((attempt, pending)),
                (Spent::FlowFailed, _) | (Spent::Now, None) => Err(Refusal::InvalidSession),
                (Spent::Before, _) => Err(Refusal::UsedSession),
                (Spent::Expired, _) => Err(Refusal::ExpiredSession),
            }
        })
    }

    /// The subject as it is now: users may have been disabled or deleted since the last round.
    pub(super) fn person(&self, attempt: &Attempt) -> Result<Person, Refusal> {
        match &attempt.subject {
            Subject::Unknown(name) => Ok(Person::Unknown(name.clone())),
            Subject::Known(key) => {
                let user = self
                    .store
                    .transact(|tx| User::by_name(tx, key).map_err(Refusal::from))?;
                let user = user.ok_or(Refusal::WrongCredentials)?;
                admit_sign_in(&user)?;
                Ok(Person::Known(Box::new(user)))
            }
        }
    }

    /// Ends the flow: none of its sessions is good any more.
    pub(super) fn fail(&self, attempt: &Attempt) -> Result<Refusal, Refusal> {
        self.store
            .transact(|tx| attempt.flow.fail(tx, self.now()).map_err(Refusal::from))?;
        Ok(Refusal::WrongCredentials)
    }
}
