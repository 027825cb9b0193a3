//! Users, codes, sessions and grants on disk. A transaction that has ended survives `kill -9`.

mod clients;
mod codes;
mod grants;
mod limits;
mod pool;
mod schema;
mod secrets;
mod sessions;
mod users;

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub(crate) use clients::ClientRow;
pub(crate) use codes::{CodePurpose, MailedCode};
pub(crate) use grants::{Grant, GrantState};
pub(crate) use limits::{LimitedCall, PasswordFailures};
pub(crate) use pool::PoolRow;
pub(crate) use sessions::{Flow, Spent, StoredSession};
pub(crate) use users::{Enabled, Removed, User, UserStatus};

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
    #[error(
        "the pool's database has version {found}; this program knows versions up to {}",
        schema::VERSION
    )]
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
        connection.busy_timeout(Duration::from_secs(5))?;
        bring_up_to_date(&mut connection)?;
        connection.pragma_update(None, "foreign_keys", true)?;
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

/// Makes the tables, or takes those of an older version through the steps that they lack, all or none.
fn bring_up_to_date(connection: &mut Connection) -> Result<(), StoreError> {
    // A step may rebuild a table; with foreign keys on, dropping the old one would delete what refers to it.
    connection.pragma_update(None, "foreign_keys", false)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let missing = usize::try_from(found)
        .ok()
        .and_then(|done| schema::STEPS.get(done..))
        .ok_or(StoreError::Newer { found })?;
    for step in missing {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", schema::VERSION)?;
    Ok(transaction.commit()?)
}

#[cfg(test)]
mod tests;
