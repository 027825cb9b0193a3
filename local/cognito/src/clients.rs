//! App clients: those of the template, and those that an operator made while the pool ran.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use rusqlite::Connection;
use serde_json::Value;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::{
    config::ClientConfig,
    moment::Moment,
    refusal::Refusal,
    store::{ClientRow, StoreError, User},
    triggers::user_attributes,
    wire::StringMap,
};

/// A client as the template describes it.
#[derive(Clone)]
pub struct TemplateClient {
    /// Made up once by the stack and kept.
    pub id: String,
    /// Set if the client has `GenerateSecret`. Made up once by the stack and kept.
    pub secret: Option<String>,
    /// What the template says.
    pub config: ClientConfig,
}

impl fmt::Debug for TemplateClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TemplateClient")
            .field("id", &self.id)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// A client as it is now.
pub(crate) struct AppClient {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) secret: Option<String>,
    pub(crate) config: ClientConfig,
    pub(crate) created: Moment,
    pub(crate) modified: Moment,
}

/// How a client with a secret shows that it knows it.
pub(crate) enum ClientProof {
    /// A hash over user name and client id.
    Hash(Option<String>),
    /// The secret itself.
    Secret(Option<String>),
}

impl AppClient {
    pub(crate) fn find(db: &Connection, id: &str) -> Result<Option<Self>, StoreError> {
        ClientRow::get(db, id)?.map(Self::read).transpose()
    }

    /// In the order in which they were made.
    pub(crate) fn all(db: &Connection) -> Result<Vec<Self>, StoreError> {
        let rows = ClientRow::all(db)?.into_iter();
        rows.map(Self::read).collect()
    }

    fn read(row: ClientRow) -> Result<Self, StoreError> {
        let malformed = || StoreError::Malformed { what: "app client" };
        let properties: Value = serde_json::from_str(&row.properties).map_err(|_| malformed())?;
        Ok(Self {
            id: row.id,
            name: row.name,
            secret: row.secret,
            config: ClientConfig::from_properties(&properties).map_err(|_| malformed())?,
            created: row.created,
            modified: row.modified,
        })
    }

    /// # Errors
    /// The client has a secret and the proof is missing or wrong, or it has none and was sent a proof.
    pub(crate) fn check(&self, proof: &ClientProof, user_name: &str) -> Result<(), Refusal> {
        match proof {
            ClientProof::Hash(hash) => self.check_secret_hash(user_name, hash.as_deref()),
            ClientProof::Secret(secret) => self.check_secret(secret.as_deref()),
        }
    }

    /// As [`AppClient::check`]; the hash is over the user name as the client gave it.
    pub(crate) fn check_secret_hash(
        &self,
        user_name: &str,
        hash: Option<&str>,
    ) -> Result<(), Refusal> {
        let wanted = self.secret.as_ref().map(|secret| {
            let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
                .expect("an HMAC takes keys of every length");
            mac.update(user_name.as_bytes());
            mac.update(self.id.as_bytes());
            STANDARD.encode(mac.finalize().into_bytes())
        });
        self.compare(wanted.as_deref(), hash)
    }

    pub(crate) fn check_secret(&self, given: Option<&str>) -> Result<(), Refusal> {
        self.compare(self.secret.as_deref(), given)
    }

    fn compare(&self, wanted: Option<&str>, given: Option<&str>) -> Result<(), Refusal> {
        match (wanted, given) {
            (None, None) => Ok(()),
            (Some(wanted), Some(given)) if wanted.as_bytes().ct_eq(given.as_bytes()).into() => {
                Ok(())
            }
            _ => Err(Refusal::SecretHash(self.id.clone())),
        }
    }

    /// What the client may read of a user, `sub` always.
    pub(crate) fn readable_attributes(&self, user: &User) -> StringMap {
        let mut attributes = user_attributes(user);
        if let Some(readable) = &self.config.read_attributes {
            attributes.retain(|name, _| name == "sub" || readable.contains(name));
        }
        attributes
    }
}

/// Does what a deployment does: clients that the template no longer has go; those that it describes otherwise than at the last
/// deployment become what it says. What an operator changed since stays while the template says the same, as on AWS.
pub(crate) fn deploy(
    db: &Connection,
    clients: &[TemplateClient],
    now: Moment,
) -> Result<(), StoreError> {
    let mut known = ClientRow::deployed(db)?;
    for client in clients {
        let properties = client.config.properties().to_string();
        let before = known.iter().position(|row| row.id == client.id);
        let before = before.map(|index| known.swap_remove(index));
        let same = |row: &ClientRow| row.deployed.as_deref() == Some(properties.as_str());
        if !before.as_ref().is_some_and(same) {
            ClientRow {
                id: client.id.clone(),
                name: client.config.name().unwrap_or(&client.id).to_owned(),
                secret: client.secret.clone(),
                deployed: Some(properties.clone()),
                properties,
                created: before.map_or(now, |row| row.created),
                modified: now,
            }
            .put(db)?;
        }
    }
    for gone in known {
        ClientRow::remove(db, &gone.id)?;
    }
    match clients.first() {
        // Grants of the time when there was one client only.
        Some(client) => ClientRow::adopt_grants(db, &client.id),
        None => Ok(()),
    }
}
