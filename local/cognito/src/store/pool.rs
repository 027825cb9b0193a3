//! When the pool was made and last deployed otherwise.

use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;

use super::StoreError;
use crate::moment::Moment;

/// The one pool.
pub(crate) struct PoolRow {
    pub(crate) created: Moment,
    pub(crate) modified: Moment,
}

impl PoolRow {
    /// Remembers what the template says about the pool.
    pub(crate) fn deploy(
        db: &Connection,
        properties: &Value,
        now: Moment,
    ) -> Result<(), StoreError> {
        let properties = properties.to_string();
        let known: Option<String> = db
            .query_row("SELECT properties FROM pool", [], |row| row.get(0))
            .optional()?;
        match known {
            None => db.execute(
                "INSERT INTO pool(properties, created, modified) VALUES (?1, ?2, ?2)",
                (properties, now.millis()),
            )?,
            Some(known) if known == properties => 0,
            Some(_) => db.execute(
                "UPDATE pool SET properties = ?1, modified = ?2",
                (properties, now.millis()),
            )?,
        };
        Ok(())
    }

    pub(crate) fn get(db: &Connection) -> Result<Self, StoreError> {
        Ok(
            db.query_row("SELECT created, modified FROM pool", [], |row| {
                Ok(Self {
                    created: Moment::from_millis(row.get(0)?),
                    modified: Moment::from_millis(row.get(1)?),
                })
            })?,
        )
    }
}
