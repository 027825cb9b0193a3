//! Users, codes, sessions and grants on disk. A transaction that has ended survives `kill -9`.

mod codes;
mod grants;
mod limits;
mod secrets;
mod sessions;
mod users;

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub(crate) use codes::{CodePurpose, MailedCode};
pub(crate) use grants::{Grant, GrantState};
pub(crate) use limits::{LimitedCall, PasswordFailures};
pub(crate) use sessions::{Flow, Spent, StoredSession};
pub(crate) use users::{Enabled, Removed, User, UserStatus};

/// Version of the tables; data with a higher one is refused.
const VERSION: i64 = 1;

const TABLES: &str = "
CREATE TABLE secrets(name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE users(
    name_key TEXT PRIMARY KEY, name TEXT NOT NULL, sub TEXT NOT NULL UNIQUE, status TEXT NOT NULL, enabled INTEGER NOT NULL,
    email_verified INTEGER NOT NULL, attributes TEXT NOT NULL, salt BLOB NOT NULL, verifier BLOB NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL) STRICT;
CREATE TABLE aliases(email_key TEXT PRIMARY KEY, name_key TEXT NOT NULL REFERENCES users ON DELETE CASCADE) STRICT;
CREATE TABLE codes(
    name_key TEXT NOT NULL REFERENCES users ON DELETE CASCADE, purpose TEXT NOT NULL, code TEXT NOT NULL, expires INTEGER NOT NULL,
    PRIMARY KEY(name_key, purpose)) STRICT;
CREATE TABLE limited_calls(call TEXT NOT NULL, name_key TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX limited_calls_by_name ON limited_calls(name_key, call);
CREATE TABLE password_failures(name_key TEXT PRIMARY KEY, failures INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
CREATE TABLE failed_flows(flow TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
CREATE TABLE sessions(
    digest BLOB PRIMARY KEY, flow TEXT NOT NULL, state TEXT NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL) STRICT;
CREATE TABLE grants(
    origin_jti TEXT PRIMARY KEY, name_key TEXT NOT NULL REFERENCES users ON DELETE CASCADE, refresh_digest BLOB NOT NULL UNIQUE,
    auth_time INTEGER NOT NULL, event_id TEXT NOT NULL, expires INTEGER NOT NULL, revoked INTEGER NOT NULL) STRICT;
CREATE TABLE access_tokens(
    jti TEXT PRIMARY KEY, origin_jti TEXT NOT NULL REFERENCES grants ON DELETE CASCADE, expires INTEGER NOT NULL) STRICT;
";

/// Why the state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// `SQLite` refused.
    #[error("working with the pool's database")]
    Database(#[from] rusqlite::Error),
    /// A row holds what no version of this program writes.
    #[error("the pool's database has no usable {what}")]
    Malformed {
        /// What the row should have held.
        what: &'static str,
    },
    /// The data belongs to a newer program.
    #[error("the pool's database has version {found}; this program knows versions up to {VERSION}")]
    Newer {
        /// Version of the data.
        found: i64,
    },
}

/// The database of one pool.
pub(crate) struct Store(Mutex<Connection>);

impl Store {
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        let mut connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        match found {
            0 => {
                let transaction = connection.transaction()?;
                transaction.execute_batch(TABLES)?;
                transaction.pragma_update(None, "user_version", VERSION)?;
                transaction.commit()?;
            }
            VERSION => {}
            found => return Err(StoreError::Newer { found }),
        }
        Ok(Self(Mutex::new(connection)))
    }

    /// Runs `work` in one transaction, which is kept only if `work` succeeds.
    pub(crate) fn transact<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        // A panic inside a transaction rolls it back, so the connection stays usable.
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        let value = work(&transaction)?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(value)
    }
}
