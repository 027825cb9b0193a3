//! Sessions of authentication flows: each is known by its digest only and can be spent once.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::StoreError;
use crate::moment::Moment;

/// Spent and expired sessions are told apart from unknown ones for this long.
const REMEMBERED: Duration = Duration::from_hours(24);

/// All rounds of one sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Flow(pub(crate) String);

impl Flow {
    /// No session of this flow is good any more.
    pub(crate) fn fail(&self, db: &Connection, now: Moment) -> Result<(), StoreError> {
        db.execute(
            "INSERT OR REPLACE INTO failed_flows(flow, at) VALUES (?1, ?2)",
            (&self.0, now.millis()),
        )?;
        Ok(())
    }

    fn failed(&self, db: &Connection) -> Result<bool, StoreError> {
        Ok(db
            .query_row(
                "SELECT 1 FROM failed_flows WHERE flow = ?1",
                [&self.0],
                |_| Ok(()),
            )
            .optional()?
            .is_some())
    }
}

/// A session as found.
pub(crate) struct StoredSession {
    digest: [u8; 32],
    flow: Flow,
    /// JSON of the flow's state.
    pub(crate) state: String,
    expires: Moment,
    used: bool,
}

/// What came of spending a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spent {
    Now,
    FlowFailed,
    Before,
    Expired,
}

impl StoredSession {
    pub(crate) fn put(
        db: &Connection,
        token: &str,
        flow: &Flow,
        state: &str,
        now: Moment,
        validity: Duration,
    ) -> Result<(), StoreError> {
        let horizon = now.minus(REMEMBERED).millis();
        db.execute("DELETE FROM sessions WHERE expires <= ?1", [horizon])?;
        db.execute("DELETE FROM failed_flows WHERE at <= ?1", [horizon])?;
        db.execute(
            "INSERT INTO sessions(digest, flow, state, expires, used) VALUES (?1, ?2, ?3, ?4, 0)",
            (digest(token), &flow.0, state, now.plus(validity).millis()),
        )?;
        Ok(())
    }

    pub(crate) fn find(db: &Connection, token: &str) -> Result<Option<Self>, StoreError> {
        let digest = digest(token);
        Ok(db
            .query_row(
                "SELECT flow, state, expires, used FROM sessions WHERE digest = ?1",
                [digest],
                |row| {
                    Ok(Self {
                        digest,
                        flow: Flow(row.get(0)?),
                        state: row.get(1)?,
                        expires: Moment::from_millis(row.get(2)?),
                        used: row.get(3)?,
                    })
                },
            )
            .optional()?)
    }

    /// Uses the session up. Call it in the transaction that found it.
    pub(crate) fn spend(&self, db: &Connection, now: Moment) -> Result<Spent, StoreError> {
        if self.flow.failed(db)? {
            return Ok(Spent::FlowFailed);
        }
        if self.used {
            return Ok(Spent::Before);
        }
        if self.expires <= now {
            return Ok(Spent::Expired);
        }
        // The state holds private parameters, which a spent session needs no more.
        db.execute(
            "UPDATE sessions SET used = 1, state = '' WHERE digest = ?1",
            [self.digest],
        )?;
        Ok(Spent::Now)
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
