//! App clients on disk.

use rusqlite::{Connection, OptionalExtension, Row};

use super::StoreError;
use crate::moment::Moment;

/// One client.
pub(crate) struct ClientRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) secret: Option<String>,
    /// What the template said at the last deployment, as JSON; `None` for a client that an operator made.
    pub(crate) deployed: Option<String>,
    /// What holds now, as JSON.
    pub(crate) properties: String,
    pub(crate) created: Moment,
    pub(crate) modified: Moment,
}

impl ClientRow {
    pub(crate) fn get(db: &Connection, id: &str) -> Result<Option<Self>, StoreError> {
        Ok(db
            .query_row(
                "SELECT * FROM clients WHERE id = ?1 AND deleted = 0",
                [id],
                from_row,
            )
            .optional()?)
    }

    pub(crate) fn all(db: &Connection) -> Result<Vec<Self>, StoreError> {
        select(db, "SELECT * FROM clients WHERE deleted = 0 ORDER BY rowid")
    }

    /// Those of the template, also the ones that an operator has deleted since: the next deployment doesn't bring them back.
    pub(crate) fn deployed(db: &Connection) -> Result<Vec<Self>, StoreError> {
        select(
            db,
            "SELECT * FROM clients WHERE deployed IS NOT NULL ORDER BY rowid",
        )
    }

    /// Writes the client, which may be new.
    pub(crate) fn put(&self, db: &Connection) -> Result<(), StoreError> {
        db.execute(
            "INSERT INTO clients(id, name, secret, deployed, properties, deleted, created, modified)
             VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7)
             ON CONFLICT(id) DO UPDATE SET name = ?2, secret = ?3, deployed = ?4, properties = ?5, deleted = 0, modified = ?7",
            rusqlite::params![
                self.id,
                self.name,
                self.secret,
                self.deployed,
                self.properties,
                self.created.millis(),
                self.modified.millis(),
            ],
        )?;
        Ok(())
    }

    /// Deletes the client; a template's client is remembered as deleted.
    pub(crate) fn delete(db: &Connection, id: &str) -> Result<(), StoreError> {
        db.execute("UPDATE clients SET deleted = 1 WHERE id = ?1", [id])?;
        db.execute(
            "DELETE FROM clients WHERE id = ?1 AND deployed IS NULL",
            [id],
        )?;
        Ok(())
    }

    /// Forgets a client that the template no longer has.
    pub(crate) fn remove(db: &Connection, id: &str) -> Result<(), StoreError> {
        db.execute("DELETE FROM clients WHERE id = ?1", [id])?;
        Ok(())
    }

    /// Gives grants without a client to this one.
    pub(crate) fn adopt_grants(db: &Connection, id: &str) -> Result<(), StoreError> {
        db.execute(
            "UPDATE grants SET client_id = ?1 WHERE client_id = ''",
            [id],
        )?;
        Ok(())
    }
}

fn select(db: &Connection, query: &str) -> Result<Vec<ClientRow>, StoreError> {
    let mut select = db.prepare(query)?;
    let rows = select.query_map([], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<ClientRow> {
    Ok(ClientRow {
        id: row.get("id")?,
        name: row.get("name")?,
        secret: row.get("secret")?,
        deployed: row.get("deployed")?,
        properties: row.get("properties")?,
        created: Moment::from_millis(row.get("created")?),
        modified: Moment::from_millis(row.get("modified")?),
    })
}
