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
}

impl CodePurpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "SIGN_UP",
            Self::Reset => "RESET",
        }
    }
}

/// A code that waits for its user.
pub(crate) struct MailedCode {
    code: String,
    expires: Moment,
}

impl MailedCode {
    pub(crate) fn new(code: String, expires: Moment) -> Self {
        Self { code, expires }
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
            "INSERT OR REPLACE INTO codes(name_key, purpose, code, expires) VALUES (?1, ?2, ?3, ?4)",
            (user.as_str(), purpose.as_str(), &self.code, self.expires.millis()),
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
                "SELECT code, expires FROM codes WHERE name_key = ?1 AND purpose = ?2",
                (user.as_str(), purpose.as_str()),
                |row| {
                    Ok(Self {
                        code: row.get(0)?,
                        expires: Moment::from_millis(row.get(1)?),
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
