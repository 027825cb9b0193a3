//! How often somebody asked for or guessed something. Names are counted whether or not a user has them.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};

use super::StoreError;
use crate::{moment::Moment, names::NameKey};

const HOUR: Duration = Duration::from_hours(1);

/// Calls with a quota per user and hour (Amazon Cognito's quotas page; where it gives a range, its lower end).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitedCall {
    ConfirmSignUp,
    ResendConfirmationCode,
    ForgotPassword,
    ConfirmForgotPassword,
    ChangePassword,
    GetUserAttributeVerificationCode,
    VerifyUserAttribute,
}

impl LimitedCall {
    fn name_and_quota(self) -> (&'static str, i64) {
        match self {
            Self::ConfirmSignUp => ("ConfirmSignUp", 15),
            Self::ResendConfirmationCode => ("ResendConfirmationCode", 5),
            Self::ForgotPassword => ("ForgotPassword", 5),
            Self::ConfirmForgotPassword => ("ConfirmForgotPassword", 5),
            Self::ChangePassword => ("ChangePassword", 5),
            Self::GetUserAttributeVerificationCode => ("GetUserAttributeVerificationCode", 5),
            Self::VerifyUserAttribute => ("VerifyUserAttribute", 15),
        }
    }

    /// Counts this call; `false` when the quota of the last hour was used up already.
    pub(crate) fn admit(
        self,
        db: &Connection,
        name: &NameKey,
        now: Moment,
    ) -> Result<bool, StoreError> {
        let (call, quota) = self.name_and_quota();
        db.execute(
            "DELETE FROM limited_calls WHERE at <= ?1",
            [now.minus(HOUR).millis()],
        )?;
        let used: i64 = db.query_row(
            "SELECT count(*) FROM limited_calls WHERE name_key = ?1 AND call = ?2",
            (name.as_str(), call),
            |row| row.get(0),
        )?;
        if quota <= used {
            return Ok(false);
        }
        db.execute(
            "INSERT INTO limited_calls(call, name_key, at) VALUES (?1, ?2, ?3)",
            (call, name.as_str(), now.millis()),
        )?;
        Ok(true)
    }
}

/// Wrong passwords in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PasswordFailures {
    failures: u32,
    last: Moment,
}

impl PasswordFailures {
    pub(crate) fn of(db: &Connection, name: &NameKey) -> Result<Option<Self>, StoreError> {
        Ok(db
            .query_row(
                "SELECT failures, last FROM password_failures WHERE name_key = ?1",
                [name.as_str()],
                |row| {
                    Ok(Self {
                        failures: row.get(0)?,
                        last: Moment::from_millis(row.get(1)?),
                    })
                },
            )
            .optional()?)
    }

    /// After five failures the wait is 2^(n-5) seconds, at most 15 minutes.
    pub(crate) fn locked(&self, now: Moment) -> bool {
        let Some(doublings) = self.failures.checked_sub(5) else {
            return false;
        };
        let wait = Duration::from_secs(2_u64.saturating_pow(doublings).min(900));
        now < self.last.plus(wait)
    }

    pub(crate) fn add(db: &Connection, name: &NameKey, now: Moment) -> Result<(), StoreError> {
        db.execute(
            "INSERT INTO password_failures(name_key, failures, last) VALUES (?1, 1, ?2)
             ON CONFLICT(name_key) DO UPDATE SET failures = failures + 1, last = ?2",
            (name.as_str(), now.millis()),
        )?;
        Ok(())
    }

    pub(crate) fn forget(db: &Connection, name: &NameKey) -> Result<(), StoreError> {
        db.execute(
            "DELETE FROM password_failures WHERE name_key = ?1",
            [name.as_str()],
        )?;
        Ok(())
    }
}
