//! Which refresh tokens count, and how one takes the place of another.

use std::time::Duration;

use rusqlite::Transaction;

use super::admit;
use crate::{
    config::Rotation,
    refusal::Refusal,
    service::Service,
    store::{Grant, GrantState, User},
};

impl Service {
    /// The user and the grant of a refresh token that counts.
    pub(super) fn refreshable(
        &self,
        tx: &Transaction<'_>,
        token: &str,
    ) -> Result<(User, Grant), Refusal> {
        let (grant, replaced_at) =
            Grant::of_refresh_token(tx, token)?.ok_or(Refusal::InvalidRefreshToken)?;
        let user = User::by_name(tx, &grant.user)?.ok_or(Refusal::InvalidRefreshToken)?;
        if grant.state == GrantState::Revoked {
            return Err(Refusal::RevokedRefreshToken);
        }
        if grant.expires <= self.now() {
            return Err(Refusal::ExpiredRefreshToken);
        }
        let grace = match self.client.rotation {
            Rotation::Off => Duration::ZERO,
            Rotation::On { grace } => grace,
        };
        if replaced_at.is_some_and(|at| at.plus(grace) <= self.now()) {
            return Err(Refusal::ReusedRefreshToken);
        }
        admit(&user)?;
        Ok((user, grant))
    }

    /// Another refresh token in the place of this one, if those of the client rotate. It lasts no longer than the sign-in
    /// would have.
    ///
    /// # Errors
    /// The token stopped counting while a trigger ran: of two that use it at the same time one gets none.
    pub(super) fn rotate(&self, token: &str) -> Result<Option<String>, Refusal> {
        if self.client.rotation == Rotation::Off {
            return Ok(None);
        }
        let next = self.refresh_token();
        self.store.transact(|tx| {
            let (_, grant) = self.refreshable(tx, token)?;
            Grant::replace_refresh_token(tx, token, self.now())?;
            grant.add_refresh_token(tx, &next)?;
            Ok::<_, Refusal>(())
        })?;
        Ok(Some(next))
    }
}
