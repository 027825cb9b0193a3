//! The flows in which the password alone counts, and what wrong passwords cost in all of them.

use serde_json::Value;

use super::{
    parameters::Parameters,
    state::{Attempt, Kind, Person},
};
use crate::{
    clients::AppClient,
    refusal::Refusal,
    service::Service,
    srp::Credential,
    store::{PasswordFailures, User, UserStatus},
    tokens::TokenSource,
    wire::StringMap,
};

/// Whether a password was the user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Right,
    Wrong,
}

impl Service {
    /// `USER_SRP_AUTH`.
    pub(super) async fn begin_srp(
        &self,
        client: &AppClient,
        mut parameters: Parameters,
        metadata: Option<&StringMap>,
    ) -> Result<Value, Refusal> {
        let name = parameters.required("USERNAME")?;
        let value = parameters.srp_a()?;
        parameters.finish(client, &name)?;
        let (mut attempt, person) = self.open(client, Kind::Srp, &name, metadata).await?;
        attempt.srp_a = Some(value);
        self.password_challenge(client, &attempt, &person)
    }

    /// `USER_PASSWORD_AUTH` and `ADMIN_USER_PASSWORD_AUTH`.
    pub(super) async fn begin_password(
        &self,
        client: &AppClient,
        mut parameters: Parameters,
        metadata: Option<&StringMap>,
    ) -> Result<Value, Refusal> {
        let name = parameters.required("USERNAME")?;
        let password = parameters.required("PASSWORD")?;
        parameters.finish(client, &name)?;
        let (attempt, person) = self.open(client, Kind::Password, &name, metadata).await?;
        self.check_password(client, &attempt, &person, &password, None)
            .await
    }

    pub(super) async fn check_password(
        &self,
        client: &AppClient,
        attempt: &Attempt,
        person: &Person,
        password: &str,
        metadata: Option<&StringMap>,
    ) -> Result<Value, Refusal> {
        self.refuse_locked(attempt)?;
        let pool_name = self.settings.srp_pool_name();
        // An unknown user's password is worked out too: it must take as long as a known one's.
        let credential = match person {
            Person::Known(user) => user.credential.clone(),
            Person::Unknown(_) => {
                Credential::simulated(&self.simulation.bytes("password", &attempt.given))
            }
        };
        let fits = credential.is_of(pool_name, person.name(), password);
        match person {
            Person::Known(user) if fits => {
                self.count_password(attempt, Verdict::Right)?;
                self.conclude(client, attempt, user, metadata).await
            }
            Person::Known(_) | Person::Unknown(_) => {
                self.count_password(attempt, Verdict::Wrong)?;
                Err(self.fail(attempt)?)
            }
        }
    }

    /// After the right password of a flow that asks for nothing else.
    pub(super) async fn conclude(
        &self,
        client: &AppClient,
        attempt: &Attempt,
        user: &User,
        metadata: Option<&StringMap>,
    ) -> Result<Value, Refusal> {
        match user.status {
            UserStatus::ForceChangePassword => self.new_password_challenge(client, attempt, user),
            UserStatus::Confirmed | UserStatus::Unconfirmed | UserStatus::ResetRequired => {
                self.signed_in(client, TokenSource::Authentication, user, metadata)
                    .await
            }
        }
    }

    /// # Errors
    /// There were too many wrong passwords lately.
    pub(super) fn refuse_locked(&self, attempt: &Attempt) -> Result<(), Refusal> {
        let counted = attempt.counted_name();
        let failures = self
            .store
            .transact(|tx| PasswordFailures::of(tx, counted).map_err(Refusal::from))?;
        if failures.is_some_and(|failures| failures.locked(self.now())) {
            self.fail(attempt)?;
            return Err(Refusal::PasswordAttemptsExceeded);
        }
        Ok(())
    }

    pub(super) fn count_password(
        &self,
        attempt: &Attempt,
        verdict: Verdict,
    ) -> Result<(), Refusal> {
        let counted = attempt.counted_name();
        self.store.transact(|tx| {
            match verdict {
                Verdict::Right => PasswordFailures::forget(tx, counted),
                Verdict::Wrong => PasswordFailures::add(tx, counted, self.now()),
            }
            .map_err(Refusal::from)
        })
    }
}
