//! Which refresh tokens count, and how one takes the place of another.

use std::time::Duration;

use rusqlite::Transaction;

use super::admit;
use crate::{
    clients::{AppClient, ClientProof},
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
        client: &AppClient,
        token: &str,
        proof: &ClientProof,
    ) -> Result<(User, Grant), Refusal> {
        let (grant, replaced_at) =
            Grant::of_refresh_token(tx, token)?.ok_or(Refusal::InvalidRefreshToken)?;
        if grant.client != client.id {
            return Err(Refusal::InvalidRefreshToken);
        }
        let user = User::by_name(tx, &grant.user)?.ok_or(Refusal::InvalidRefreshToken)?;
        client.check(proof, &user.name)?;
        if grant.state == GrantState::Revoked {
            return Err(Refusal::RevokedRefreshToken);
        }
        if grant.expires <= self.now() {
            return Err(Refusal::ExpiredRefreshToken);
        }
        let grace = match client.config.rotation {
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
    pub(super) fn rotate(
        &self,
        client: &AppClient,
        token: &str,
        proof: &ClientProof,
    ) -> Result<Option<String>, Refusal> {
        if client.config.rotation == Rotation::Off {
            return Ok(None);
        }
        let next = self.refresh_token();
        self.store.transact(|tx| {
            let (_, grant) = self.refreshable(tx, client, token, proof)?;
            Grant::replace_refresh_token(tx, token, self.now())?;
            grant.add_refresh_token(tx, &next)?;
            Ok::<_, Refusal>(())
        })?;
        Ok(Some(next))
    }
}
