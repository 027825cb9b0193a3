//! The collections on disk: a database that survives `kill -9` at any moment.

mod faces;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use rusqlite::{Connection, OptionalExtension, params};

use crate::input::CollectionId;
pub(crate) use faces::{NewFace, StoredFace};

/// Version of the tables below. Larger numbers come from newer programs.
const SCHEMA_VERSION: i64 = 1;

const SCHEMA: &str = "
CREATE TABLE collections (
  id TEXT PRIMARY KEY,
  created_ms INTEGER NOT NULL,
  tags TEXT NOT NULL
) STRICT;
CREATE TABLE faces (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  collection TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
  face_id TEXT UNIQUE,
  image_id TEXT NOT NULL,
  external_image_id TEXT,
  place INTEGER NOT NULL,
  bounds BLOB NOT NULL,
  confidence REAL NOT NULL,
  embedding BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX faces_once ON faces (collection, image_id, ifnull(external_image_id, ''), place);
PRAGMA user_version = 1;
";

/// Why the collections can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder can't be made.
    #[error("creating {}", dir.display())]
    Folder {
        /// Which folder.
        dir: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The database can't be opened or prepared.
    #[error("opening the face collections in {}", path.display())]
    Database {
        /// Which file.
        path: PathBuf,
        /// What the database said.
        #[source]
        source: rusqlite::Error,
    },
    /// A newer program wrote it.
    #[error("the face collections in {} were written by a newer version ({found})", path.display())]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its version.
        found: i64,
    },
}

/// Why a stored thing can't be had or changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("there is no collection {collection}")]
    NoSuchCollection { collection: String },
    #[error("collection {collection} exists")]
    CollectionExists { collection: String },
    #[error("using the database of face collections")]
    Database(#[from] rusqlite::Error),
    #[error("collection or face {id} is stored in a form that can't be read")]
    Malformed { id: String },
}

pub(crate) type Tags = BTreeMap<String, String>;

/// What is known about a collection.
pub(crate) struct Collection {
    pub(crate) created: SystemTime,
    pub(crate) tags: Tags,
    pub(crate) faces: i64,
}

/// Blocks while the database works: belongs on a thread that may block.
pub(crate) struct Store {
    connection: Mutex<Connection>,
}

impl Store {
    pub(crate) fn open(dir: &Path) -> Result<Self, OpenError> {
        fs::create_dir_all(dir).map_err(|source| OpenError::Folder {
            dir: dir.to_owned(),
            source,
        })?;
        let path = dir.join("collections.sqlite");
        let failed = |source| OpenError::Database {
            path: path.clone(),
            source,
        };
        let connection = Connection::open(&path).map_err(failed)?;
        // FULL: a transaction that was answered is on disk, whatever happens next.
        let pragmas =
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";
        connection.execute_batch(pragmas).map_err(failed)?;
        match connection
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .map_err(failed)?
        {
            0 => connection
                .execute_batch(&format!("BEGIN; {SCHEMA} COMMIT;"))
                .map_err(failed)?,
            SCHEMA_VERSION => {}
            found => return Err(OpenError::Newer { path, found }),
        }
        Ok(Self {
            connection: Mutex::new(connection),
        })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic in between leaves at most an unfinished transaction, which is rolled back.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn create(
        &self,
        id: &CollectionId,
        tags: &Tags,
        now: SystemTime,
    ) -> Result<(), StoreError> {
        let tags = serde_json::json!(tags).to_string();
        let created = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default()
            .as_millis();
        let inserted = self.connection().execute(
            "INSERT INTO collections (id, created_ms, tags) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            params![id.as_str(), i64::try_from(created).unwrap_or(i64::MAX), tags],
        )?;
        match inserted {
            0 => Err(StoreError::CollectionExists {
                collection: id.as_str().to_owned(),
            }),
            _ => Ok(()),
        }
    }

    /// Deletes the collection with all its faces.
    pub(crate) fn delete(&self, id: &CollectionId) -> Result<(), StoreError> {
        match self
            .connection()
            .execute("DELETE FROM collections WHERE id = ?1", [id.as_str()])?
        {
            0 => Err(no_such(id)),
            _ => Ok(()),
        }
    }

    pub(crate) fn describe(&self, id: &CollectionId) -> Result<Collection, StoreError> {
        let query = "SELECT created_ms, tags, (SELECT count(*) FROM faces WHERE collection = id) FROM collections WHERE id = ?1";
        let row = self
            .connection()
            .query_row(query, [id.as_str()], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get(2)?))
            })
            .optional()?;
        let (created, tags, faces) = row.ok_or_else(|| no_such(id))?;
        let malformed = || StoreError::Malformed {
            id: id.as_str().to_owned(),
        };
        let created = u64::try_from(created).map_err(|_| malformed())?;
        let tags = serde_json::from_str(&tags).map_err(|_| malformed())?;
        Ok(Collection {
            created: SystemTime::UNIX_EPOCH + Duration::from_millis(created),
            tags,
            faces,
        })
    }

    /// Up to `limit` names after `after`, in alphabetical order.
    pub(crate) fn collections(&self, after: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare("SELECT id FROM collections WHERE id > ?1 ORDER BY id LIMIT ?2")?;
        let rows = query.query_map(
            params![after, i64::try_from(limit).unwrap_or(i64::MAX)],
            |row| row.get(0),
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn no_such(id: &CollectionId) -> StoreError {
    StoreError::NoSuchCollection {
        collection: id.as_str().to_owned(),
    }
}

fn ensure_exists(connection: &Connection, id: &CollectionId) -> Result<(), StoreError> {
    let found = connection
        .query_row(
            "SELECT 1 FROM collections WHERE id = ?1",
            [id.as_str()],
            |_| Ok(()),
        )
        .optional()?;
    found.ok_or_else(|| no_such(id))
}

#[cfg(test)]
mod tests {
    use super::{OpenError, Store};

    #[test]
    fn data_of_a_newer_version_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        store
            .connection()
            .execute_batch("PRAGMA user_version = 2")
            .unwrap();
        drop(store);
        assert!(matches!(
            Store::open(dir.path()),
            Err(OpenError::Newer { found: 2, .. })
        ));
    }
}
