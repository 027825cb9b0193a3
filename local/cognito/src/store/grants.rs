//! Grants: one per sign-in, with its refresh token and the access tokens made from it.

use rusqlite::{Connection, OptionalExtension, Row};
use sha2::{Digest, Sha256};

use super::StoreError;
use crate::{moment::Moment, names::NameKey};

/// What a sign-in allows, until it expires or is revoked.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    /// `origin_jti` of all tokens of this sign-in.
    pub(crate) origin_jti: String,
    pub(crate) user: NameKey,
    /// Id of the client that the user signed in to.
    pub(crate) client: String,
    pub(crate) auth_time: Moment,
    pub(crate) event_id: String,
    pub(crate) expires: Moment,
    pub(crate) state: GrantState,
}

/// Whether a grant still counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GrantState {
    Live,
    Revoked,
}

impl Grant {
    pub(crate) fn insert(&self, db: &Connection, refresh_token: &str) -> Result<(), StoreError> {
        db.execute(
            "INSERT INTO grants(origin_jti, name_key, auth_time, event_id, expires, revoked, client_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            rusqlite::params![
                self.origin_jti,
                self.user.as_str(),
                self.auth_time.millis(),
                self.event_id,
                self.expires.millis(),
                self.state == GrantState::Revoked,
                self.client,
            ],
        )?;
        self.add_refresh_token(db, refresh_token)
    }

    pub(crate) fn add_refresh_token(&self, db: &Connection, token: &str) -> Result<(), StoreError> {
        db.execute(
            "INSERT INTO refresh_tokens(digest, origin_jti) VALUES (?1, ?2)",
            (digest(token), &self.origin_jti),
        )?;
        Ok(())
    }

    /// The grant of a refresh token, and since when another token stands for this one.
    pub(crate) fn of_refresh_token(
        db: &Connection,
        token: &str,
    ) -> Result<Option<(Self, Option<Moment>)>, StoreError> {
        Ok(db
            .query_row(
                "SELECT * FROM refresh_tokens JOIN grants USING (origin_jti) WHERE digest = ?1",
                [digest(token)],
                |row| {
                    let replaced_at: Option<i64> = row.get("replaced_at")?;
                    Ok((from_row(row)?, replaced_at.map(Moment::from_millis)))
                },
            )
            .optional()?)
    }

    /// Another token stands for this one; the first time counts.
    pub(crate) fn replace_refresh_token(
        db: &Connection,
        token: &str,
        now: Moment,
    ) -> Result<(), StoreError> {
        db.execute(
            "UPDATE refresh_tokens SET replaced_at = ifnull(replaced_at, ?2) WHERE digest = ?1",
            (digest(token), now.millis()),
        )?;
        Ok(())
    }

    pub(crate) fn of_access_token(db: &Connection, jti: &str) -> Result<Option<Self>, StoreError> {
        Ok(db
            .query_row(
                "SELECT grants.* FROM grants JOIN access_tokens USING (origin_jti) WHERE jti = ?1",
                [jti],
                from_row,
            )
            .optional()?)
    }

    pub(crate) fn add_access_token(
        &self,
        db: &Connection,
        jti: &str,
        now: Moment,
        expires: Moment,
    ) -> Result<(), StoreError> {
        db.execute(
            "DELETE FROM access_tokens WHERE expires <= ?1",
            [now.millis()],
        )?;
        db.execute(
            "INSERT INTO access_tokens(jti, origin_jti, expires) VALUES (?1, ?2, ?3)",
            (jti, &self.origin_jti, expires.millis()),
        )?;
        Ok(())
    }

    pub(crate) fn revoke(&self, db: &Connection) -> Result<(), StoreError> {
        db.execute(
            "UPDATE grants SET revoked = 1 WHERE origin_jti = ?1",
            [&self.origin_jti],
        )?;
        Ok(())
    }

    pub(crate) fn revoke_all(db: &Connection, user: &NameKey) -> Result<(), StoreError> {
        db.execute(
            "UPDATE grants SET revoked = 1 WHERE name_key = ?1",
            [user.as_str()],
        )?;
        Ok(())
    }
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Grant> {
    Ok(Grant {
        origin_jti: row.get("origin_jti")?,
        user: NameKey::stored(row.get("name_key")?),
        client: row.get("client_id")?,
        auth_time: Moment::from_millis(row.get("auth_time")?),
        event_id: row.get("event_id")?,
        expires: Moment::from_millis(row.get("expires")?),
        state: if row.get("revoked")? {
            GrantState::Revoked
        } else {
            GrantState::Live
        },
    })
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
