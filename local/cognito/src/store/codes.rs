//! Mailed codes: the newest of each purpose counts.

use rusqlite::{Connection, OptionalExtension};
use subtle::ConstantTimeEq;

use super::StoreError;
use crate::{moment::Moment, names::NameKey};

/// What a code may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodePurpose {
    SignUp,
    Reset,
    /// That an address is the user's, who is signed in.
    Attribute,
}

impl CodePurpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "SIGN_UP",
            Self::Reset => "RESET",
            Self::Attribute => "ATTRIBUTE",
        }
    }
}

/// A code that waits for its user.
pub(crate) struct MailedCode {
    code: String,
    expires: Moment,
    /// Where it went; codes that an older version mailed don't say.
    address: Option<String>,
}

impl MailedCode {
    pub(crate) fn new(code: String, expires: Moment, address: &str) -> Self {
        Self {
            code,
            expires,
            address: Some(address.to_owned()),
        }
    }

    pub(crate) fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    pub(crate) fn is_expired(&self, now: Moment) -> bool {
        self.expires <= now
    }

    pub(crate) fn matches(&self, given: &str) -> bool {
        self.code.as_bytes().ct_eq(given.as_bytes()).into()
    }

    pub(crate) fn put(
        &self,
        db: &Connection,
        user: &NameKey,
        purpose: CodePurpose,
    ) -> Result<(), StoreError> {
        db.execute(
            "INSERT OR REPLACE INTO codes(name_key, purpose, code, expires, address) VALUES (?1, ?2, ?3, ?4, ?5)",
            (
                user.as_str(),
                purpose.as_str(),
                &self.code,
                self.expires.millis(),
                &self.address,
            ),
        )?;
        Ok(())
    }

    pub(crate) fn get(
        db: &Connection,
        user: &NameKey,
        purpose: CodePurpose,
    ) -> Result<Option<Self>, StoreError> {
        Ok(db
            .query_row(
                "SELECT code, expires, address FROM codes WHERE name_key = ?1 AND purpose = ?2",
                (user.as_str(), purpose.as_str()),
                |row| {
                    Ok(Self {
                        code: row.get(0)?,
                        expires: Moment::from_millis(row.get(1)?),
                        address: row.get(2)?,
                    })
                },
            )
            .optional()?)
    }

    /// A code is good once.
    pub(crate) fn spend(
        db: &Connection,
        user: &NameKey,
        purpose: CodePurpose,
    ) -> Result<(), StoreError> {
        db.execute(
            "DELETE FROM codes WHERE name_key = ?1 AND purpose = ?2",
            (user.as_str(), purpose.as_str()),
        )?;
        Ok(())
    }
}
