//! Keys that are made once and kept.

use rusqlite::{OptionalExtension, Transaction};

use super::{Store, StoreError};

impl Store {
    /// The named secret; `make` is asked the first time.
    pub(crate) fn secret<E: From<StoreError>>(
        &self,
        name: &str,
        make: impl FnOnce() -> Result<Vec<u8>, E>,
    ) -> Result<Vec<u8>, E> {
        self.transact(|tx| {
            if let Some(value) = read(tx, name)? {
                return Ok(value);
            }
            let value = make()?;
            tx.execute(
                "INSERT INTO secrets(name, value) VALUES (?1, ?2)",
                (name, &value),
            )
            .map_err(StoreError::from)?;
            Ok(value)
        })
    }
}

fn read(tx: &Transaction<'_>, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(tx
        .query_row("SELECT value FROM secrets WHERE name = ?1", [name], |row| {
            row.get(0)
        })
        .optional()?)
}
