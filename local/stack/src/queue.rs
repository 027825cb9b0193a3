//! Queues on disk with the rules of SQS: visibility timeout, redelivery, dead letters.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension as _, params};
use tokio::sync::Notify;

mod config;
mod event;
mod mapping;
mod poller;

#[cfg(test)]
mod tests;

pub(crate) use config::{Queue, read_policy};
pub(crate) use mapping::Mapping;
pub(crate) use poller::{Failed, Polled, Poller, lost_by_fault};

/// Why a queue can't be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum QueueError {
    #[error("the queues' database")]
    Database(#[from] rusqlite::Error),
}

/// A message that was received and not yet deleted.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) id: String,
    /// What this delivery is deleted by; a later delivery has another.
    pub(crate) receipt: String,
    pub(crate) body: String,
    /// Milliseconds since 1970.
    pub(crate) sent: i64,
    pub(crate) first_received: i64,
    /// Deliveries so far, this one counted.
    pub(crate) received: u32,
}

/// All queues of the stack.
pub(crate) struct Queues {
    database: Mutex<Connection>,
    arrived: Notify,
}

const TABLES: &str = "
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS message (
        id TEXT PRIMARY KEY, queue TEXT NOT NULL, body TEXT NOT NULL, sent INTEGER NOT NULL, visible INTEGER NOT NULL,
        first_received INTEGER, received INTEGER NOT NULL DEFAULT 0, receipt TEXT) STRICT;
    CREATE INDEX IF NOT EXISTS by_queue ON message (queue, visible);";

impl Queues {
    pub(crate) fn open(dir: &Path) -> Result<Self, QueueError> {
        let database = Connection::open(dir.join("queues.sqlite"))?;
        database.execute_batch(TABLES)?;
        // Whoever held a message ended with the stack: its visibility timeout would only be a wait.
        database.execute("UPDATE message SET visible = sent", [])?;
        Ok(Self {
            database: Mutex::new(database),
            arrived: Notify::new(),
        })
    }

    /// `id` has to be new.
    pub(crate) fn send(
        &self,
        queue: &str,
        id: &str,
        body: &str,
        now: SystemTime,
    ) -> Result<(), QueueError> {
        let now = millis(now);
        self.database().execute(
            "INSERT INTO message (id, queue, body, sent, visible) VALUES (?1, ?2, ?3, ?4, ?4)",
            params![id, queue, body, now],
        )?;
        self.arrived.notify_waiters();
        Ok(())
    }

    /// Takes up to `most` visible messages and hides them for the visibility timeout. Those delivered too often go to the dead letters first,
    /// those older than the retention go away.
    pub(crate) fn receive(
        &self,
        queue: &Queue,
        most: u32,
        mut receipt: impl FnMut() -> String,
        now: SystemTime,
    ) -> Result<Vec<Message>, QueueError> {
        let now = millis(now);
        let mut database = self.database();
        let work = database.transaction()?;
        work.execute(
            "DELETE FROM message WHERE queue = ?1 AND sent <= ?2",
            params![queue.name, now - span(queue.retention)],
        )?;
        if let Some(dead_letters) = &queue.dead_letters {
            let moved = "UPDATE message SET queue = ?1, receipt = NULL WHERE queue = ?2 AND visible <= ?3 AND received >= ?4";
            work.execute(
                moved,
                params![dead_letters.queue, queue.name, now, dead_letters.after],
            )?;
        }
        let mut received = Vec::new();
        {
            let mut select = work.prepare("SELECT id, body, sent, first_received, received FROM message WHERE queue = ?1 AND visible <= ?2 ORDER BY sent, rowid LIMIT ?3")?;
            let rows = select.query_map(params![queue.name, now, most], |row| {
                Ok(Message {
                    id: row.get(0)?,
                    receipt: receipt(),
                    body: row.get(1)?,
                    sent: row.get(2)?,
                    first_received: row.get::<_, Option<i64>>(3)?.unwrap_or(now),
                    received: row.get::<_, u32>(4)? + 1,
                })
            })?;
            for message in rows {
                received.push(message?);
            }
        }
        for message in &received {
            work.execute(
                "UPDATE message SET visible = ?2, received = ?3, first_received = ?4, receipt = ?5 WHERE id = ?1",
                params![message.id, now + span(queue.visibility), message.received, message.first_received, message.receipt],
            )?;
        }
        work.commit()?;
        Ok(received)
    }

    /// Deletes a message by its latest receipt; an older one does nothing.
    pub(crate) fn delete(&self, receipt: &str) -> Result<(), QueueError> {
        self.database()
            .execute("DELETE FROM message WHERE receipt = ?1", params![receipt])?;
        Ok(())
    }

    /// When the next hidden message of the queue shows again.
    pub(crate) fn next_visible(&self, queue: &Queue) -> Result<Option<SystemTime>, QueueError> {
        let at: Option<i64> = self
            .database()
            .query_row(
                "SELECT min(visible) FROM message WHERE queue = ?1",
                params![queue.name],
                |row| row.get(0),
            )
            .optional()?
            .flatten();
        Ok(at.map(|at| UNIX_EPOCH + Duration::from_millis(u64::try_from(at).unwrap_or_default())))
    }

    /// Messages in a queue: those that can be received, and those in flight or hidden.
    pub(crate) fn depth(&self, queue: &str, now: SystemTime) -> Result<(u32, u32), QueueError> {
        let count = "SELECT count(*) FILTER (WHERE visible <= ?2), count(*) FILTER (WHERE visible > ?2) FROM message WHERE queue = ?1";
        Ok(self
            .database()
            .query_row(count, params![queue, millis(now)], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?)
    }

    /// Completes when a message has arrived after the call.
    pub(crate) fn arrival(&self) -> tokio::sync::futures::Notified<'_> {
        self.arrived.notified()
    }

    fn database(&self) -> MutexGuard<'_, Connection> {
        self.database.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn millis(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).map_or(0, span)
}

fn span(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
