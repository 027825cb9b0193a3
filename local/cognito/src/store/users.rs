//! Users and the mail aliases that lead to them.

use std::{collections::BTreeMap, fmt};

use rusqlite::{Connection, OptionalExtension, Row};

use super::StoreError;
use crate::{moment::Moment, names::NameKey, srp::Credential};

/// One user. `Debug` shows nothing of the person.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) key: NameKey,
    /// As given at sign-up.
    pub(crate) name: String,
    pub(crate) sub: String,
    pub(crate) status: UserStatus,
    pub(crate) enabled: Enabled,
    pub(crate) email_verified: bool,
    /// Without `sub`, `email_verified` and the `cognito:` ones.
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) credential: Credential,
    /// When a temporary password stops to count.
    pub(crate) temporary_until: Option<Moment>,
    pub(crate) created: Moment,
    pub(crate) modified: Moment,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("status", &self.status)
            .field("enabled", &self.enabled)
            .finish_non_exhaustive()
    }
}

impl User {
    pub(crate) fn email(&self) -> Option<&str> {
        self.attributes.get("email").map(String::as_str)
    }
}

/// How far a user has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UserStatus {
    Unconfirmed,
    Confirmed,
    /// The password is a temporary one.
    ForceChangePassword,
    /// An administrator wants a new password.
    ResetRequired,
}

impl UserStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Unconfirmed => "UNCONFIRMED",
            Self::Confirmed => "CONFIRMED",
            Self::ForceChangePassword => "FORCE_CHANGE_PASSWORD",
            Self::ResetRequired => "RESET_REQUIRED",
        }
    }
}

/// Whether an administrator has shut a user out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Enabled {
    Yes,
    No,
}

/// What a deletion found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Removed {
    Yes,
    NothingThere,
}

impl User {
    pub(crate) fn insert(&self, db: &Connection) -> Result<(), StoreError> {
        db.execute(
            "INSERT INTO users(name_key, name, sub, status, enabled, email_verified, attributes, salt, verifier, created, modified,
                 temporary_until)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            rusqlite::params![
                self.key.as_str(),
                self.name,
                self.sub,
                self.status.as_str(),
                self.enabled == Enabled::Yes,
                self.email_verified,
                attributes_text(&self.attributes)?,
                self.credential.salt,
                self.credential.verifier,
                self.created.millis(),
                self.modified.millis(),
                self.temporary_until.map(Moment::millis),
            ],
        )?;
        Ok(())
    }

    /// Writes what can change after sign-up.
    pub(crate) fn update(&self, db: &Connection) -> Result<(), StoreError> {
        db.execute(
            "UPDATE users SET status = ?2, enabled = ?3, email_verified = ?4, attributes = ?5, salt = ?6, verifier = ?7, modified = ?8,
                 temporary_until = ?9
             WHERE name_key = ?1",
            rusqlite::params![
                self.key.as_str(),
                self.status.as_str(),
                self.enabled == Enabled::Yes,
                self.email_verified,
                attributes_text(&self.attributes)?,
                self.credential.salt,
                self.credential.verifier,
                self.modified.millis(),
                self.temporary_until.map(Moment::millis),
            ],
        )?;
        Ok(())
    }

    /// The user with this name, aliases aside.
    pub(crate) fn by_name(db: &Connection, key: &NameKey) -> Result<Option<Self>, StoreError> {
        let row = db
            .query_row(
                "SELECT * FROM users WHERE name_key = ?1",
                [key.as_str()],
                |row| Ok(from_row(row)),
            )
            .optional()?;
        row.transpose()
    }

    /// The user with this name or with this verified alias. An alias leads to confirmed users only.
    pub(crate) fn resolve(db: &Connection, key: &NameKey) -> Result<Option<Self>, StoreError> {
        if let Some(user) = Self::by_name(db, key)? {
            return Ok(Some(user));
        }
        let owner = Self::alias_owner(db, key)?;
        Ok(owner.filter(|owner| owner.status != UserStatus::Unconfirmed))
    }

    pub(crate) fn alias_owner(
        db: &Connection,
        email: &NameKey,
    ) -> Result<Option<Self>, StoreError> {
        let owner: Option<String> = db
            .query_row(
                "SELECT name_key FROM aliases WHERE email_key = ?1",
                [email.as_str()],
                |row| row.get(0),
            )
            .optional()?;
        match owner {
            Some(owner) => Self::by_name(db, &NameKey::stored(owner)),
            None => Ok(None),
        }
    }

    /// Users in the order in which they were made, each with its place in that order; those after `place`.
    pub(crate) fn after(db: &Connection, place: i64) -> Result<Vec<(i64, Self)>, StoreError> {
        let mut select =
            db.prepare("SELECT rowid AS place, * FROM users WHERE ?1 < rowid ORDER BY rowid")?;
        let rows = select.query_map([place], |row| Ok((row.get("place")?, from_row(row))))?;
        rows.map(|row| {
            let (place, user) = row?;
            Ok((place, user?))
        })
        .collect()
    }

    /// Lets the address, and no other one, lead to this user from now on.
    pub(crate) fn claim_alias(&self, db: &Connection, email: &NameKey) -> Result<(), StoreError> {
        self.drop_alias(db)?;
        db.execute(
            "INSERT INTO aliases(email_key, name_key) VALUES (?1, ?2) ON CONFLICT(email_key) DO UPDATE SET name_key = ?2",
            (email.as_str(), self.key.as_str()),
        )?;
        Ok(())
    }

    /// No address leads to this user any more.
    pub(crate) fn drop_alias(&self, db: &Connection) -> Result<(), StoreError> {
        db.execute(
            "DELETE FROM aliases WHERE name_key = ?1",
            [self.key.as_str()],
        )?;
        Ok(())
    }

    pub(crate) fn delete(db: &Connection, key: &NameKey) -> Result<Removed, StoreError> {
        match db.execute("DELETE FROM users WHERE name_key = ?1", [key.as_str()])? {
            0 => Ok(Removed::NothingThere),
            _ => Ok(Removed::Yes),
        }
    }
}

fn attributes_text(attributes: &BTreeMap<String, String>) -> Result<String, StoreError> {
    serde_json::to_string(attributes).map_err(|_| StoreError::Malformed { what: "attributes" })
}

fn from_row(row: &Row<'_>) -> Result<User, StoreError> {
    let status: String = row.get("status")?;
    let attributes: String = row.get("attributes")?;
    Ok(User {
        key: NameKey::stored(row.get("name_key")?),
        name: row.get("name")?,
        sub: row.get("sub")?,
        status: match status.as_str() {
            "CONFIRMED" => UserStatus::Confirmed,
            "UNCONFIRMED" => UserStatus::Unconfirmed,
            "FORCE_CHANGE_PASSWORD" => UserStatus::ForceChangePassword,
            "RESET_REQUIRED" => UserStatus::ResetRequired,
            _ => {
                return Err(StoreError::Malformed {
                    what: "user status",
                });
            }
        },
        enabled: if row.get("enabled")? {
            Enabled::Yes
        } else {
            Enabled::No
        },
        email_verified: row.get("email_verified")?,
        attributes: serde_json::from_str(&attributes)
            .map_err(|_| StoreError::Malformed { what: "attributes" })?,
        credential: Credential {
            salt: row.get("salt")?,
            verifier: row.get("verifier")?,
        },
        temporary_until: row
            .get::<_, Option<i64>>("temporary_until")?
            .map(Moment::from_millis),
        created: Moment::from_millis(row.get("created")?),
        modified: Moment::from_millis(row.get("modified")?),
    })
}
