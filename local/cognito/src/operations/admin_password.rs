//! Passwords as an administrator sets and resets them.

use serde_json::{Value, json};

use super::password;
use crate::{
    config::Recovery,
    names::NameKey,
    refusal::Refusal,
    service::Service,
    settings::MailPurpose,
    srp::Credential,
    store::{Enabled, PasswordFailures, User, UserStatus},
    wire::{Limits, Members},
};

/// Whether the user has to change a password that somebody else set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lasting {
    Permanent,
    Temporary,
}

impl Service {
    pub(crate) fn admin_set_user_password(&self, mut members: Members) -> Result<Value, Refusal> {
        let pool_id = members.required("UserPoolId", Limits::POOL_ID);
        let name = members.required("Username", Limits::USERNAME);
        let password = members.required("Password", Limits::PASSWORD);
        let lasting = match members.flag("Permanent") {
            Some(true) => Lasting::Permanent,
            Some(false) | None => Lasting::Temporary,
        };
        members.finish()?;
        self.check_pool(pool_id)?;
        let user = self.user_named(&name)?;
        password::check(&self.pool.password, &password)?;
        self.set_password(&user.key, &password, lasting)?;
        Ok(json!({}))
    }

    pub(super) fn set_password(
        &self,
        key: &NameKey,
        password: &str,
        lasting: Lasting,
    ) -> Result<User, Refusal> {
        self.store.transact(|tx| {
            let mut user = User::by_name(tx, key)?.ok_or(Refusal::UnknownUser)?;
            let pool_name = self.settings.srp_pool_name();
            user.credential = Credential::new(pool_name, &user.name, password, &self.randomness);
            (user.status, user.temporary_until) = match lasting {
                Lasting::Permanent => (UserStatus::Confirmed, None),
                Lasting::Temporary => {
                    let until = self.now().plus(self.pool.password.temporary_validity);
                    (UserStatus::ForceChangePassword, Some(until))
                }
            };
            user.modified = self.now();
            user.update(tx)?;
            PasswordFailures::forget(tx, key)?;
            Ok(user)
        })
    }

    /// The password stops to count; a mailed code leads to a new one.
    pub(crate) async fn admin_reset_user_password(
        &self,
        mut members: Members,
    ) -> Result<Value, Refusal> {
        let pool_id = members.required("UserPoolId", Limits::POOL_ID);
        let name = members.required("Username", Limits::USERNAME);
        let metadata = members.map("ClientMetadata");
        members.finish()?;
        self.check_pool(pool_id)?;
        if self.pool.recovery == Recovery::AdminOnly {
            return Err(Refusal::RecoveryByAdminOnly);
        }
        let user = self.user_named(&name)?;
        let email = match (user.enabled, user.status, user.email()) {
            (Enabled::No, _, _) => return Err(Refusal::Disabled),
            (_, UserStatus::Unconfirmed | UserStatus::ForceChangePassword, _) => {
                return Err(Refusal::CannotBeReset);
            }
            (_, _, Some(email)) if user.email_verified => email.to_owned(),
            _ => return Err(Refusal::NothingVerified),
        };
        let user = self.store.transact(|tx| {
            let mut user = User::by_name(tx, &user.key)?.ok_or(Refusal::UnknownUser)?;
            user.status = UserStatus::ResetRequired;
            user.modified = self.now();
            user.update(tx)?;
            Ok::<_, Refusal>(user)
        })?;
        let (events, purpose) = (self.admin_events(), MailPurpose::ForgotPassword);
        self.mail_code(&events, &user, &email, purpose, metadata.as_ref())
            .await?;
        Ok(json!({}))
    }
}
