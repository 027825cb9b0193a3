//! `ForgotPassword` and `ConfirmForgotPassword`.

use rusqlite::Transaction;
use serde_json::{Value, json};

use super::{confirm::check_code, password};
use crate::{
    config::{Recovery, UserExistence},
    refusal::Refusal,
    service::Service,
    settings::MailPurpose,
    srp::Credential,
    store::{CodePurpose, Enabled, LimitedCall, MailedCode, PasswordFailures, User, UserStatus},
    wire::{Limits, Members},
};

impl Service {
    pub(crate) async fn forgot_password(&self, mut members: Members) -> Result<Value, Refusal> {
        let client_id = members.required("ClientId", Limits::CLIENT_ID);
        let name = members.required("Username", Limits::USERNAME);
        // CustomMessage hears it; UserMigration would too, which the pool can't have here.
        let metadata = members.map("ClientMetadata");
        let secret_hash = members.optional("SecretHash", Limits::ANY);
        members.user_context_data();
        members.finish()?;
        let client = self.client(&client_id)?;
        client.check_secret_hash(&name, secret_hash.as_deref())?;
        if self.pool.recovery == Recovery::AdminOnly {
            return Err(Refusal::RecoveryByAdminOnly);
        }
        let key = self.key(&name);
        let found = self
            .store
            .transact(|tx| User::resolve(tx, &key).map_err(Refusal::from))?;
        if found
            .as_ref()
            .is_some_and(|user| user.status == UserStatus::ForceChangePassword)
        {
            return Err(Refusal::CannotBeReset);
        }
        self.limit(
            LimitedCall::ForgotPassword,
            found.as_ref().map_or(&key, |user| &user.key),
        )?;
        let details = match (recoverable(found.as_ref()), client.config.user_existence) {
            (Ok((user, email)), _) => {
                let (events, purpose) = (self.events(&client), MailPurpose::ForgotPassword);
                self.mail_code(&events, user, email, purpose, metadata.as_ref())
                    .await?
            }
            (Err(_), UserExistence::Hidden) => self.simulated_delivery(&name, &key),
            (Err(refusal), UserExistence::Told) => return Err(refusal),
        };
        Ok(json!({"CodeDeliveryDetails": details}))
    }

    pub(crate) async fn confirm_forgot_password(
        &self,
        mut members: Members,
    ) -> Result<Value, Refusal> {
        let client_id = members.required("ClientId", Limits::CLIENT_ID);
        let name = members.required("Username", Limits::USERNAME);
        let code = members.required("ConfirmationCode", Limits::CODE);
        let password = members.required("Password", Limits::PASSWORD);
        let metadata = members.map("ClientMetadata");
        let secret_hash = members.optional("SecretHash", Limits::ANY);
        members.user_context_data();
        members.finish()?;
        let client = self.client(&client_id)?;
        client.check_secret_hash(&name, secret_hash.as_deref())?;
        password::check(&self.pool.password, &password)?;
        let key = self.key(&name);
        let found = self
            .store
            .transact(|tx| User::resolve(tx, &key).map_err(Refusal::from))?;
        self.limit(
            LimitedCall::ConfirmForgotPassword,
            found.as_ref().map_or(&key, |user| &user.key),
        )?;
        let user = match (found, client.config.user_existence) {
            (Some(user), _) if user.enabled == Enabled::Yes => user,
            (_, UserExistence::Hidden) => return Err(Refusal::CodeMismatch),
            (Some(_), UserExistence::Told) => return Err(Refusal::Disabled),
            (None, UserExistence::Told) => return Err(Refusal::UnknownUserOfClient),
        };
        let user = self
            .store
            .transact(|tx| self.reset(tx, user, &code, &password))?;
        self.post_confirmation(
            &self.events(&client),
            "PostConfirmation_ConfirmForgotPassword",
            &user,
            metadata.as_ref(),
        )
        .await?;
        Ok(json!({}))
    }

    fn reset(
        &self,
        tx: &Transaction<'_>,
        mut user: User,
        code: &str,
        password: &str,
    ) -> Result<User, Refusal> {
        check_code(
            MailedCode::get(tx, &user.key, CodePurpose::Reset)?,
            code,
            self,
        )?;
        let pool_name = self.settings.srp_pool_name();
        user.credential = Credential::new(pool_name, &user.name, password, &self.randomness);
        if user.status == UserStatus::ResetRequired {
            user.status = UserStatus::Confirmed;
        }
        user.modified = self.now();
        user.update(tx)?;
        MailedCode::spend(tx, &user.key, CodePurpose::Reset)?;
        PasswordFailures::forget(tx, &user.key)?;
        Ok(user)
    }
}

/// The user with the address that a reset code may go to.
fn recoverable(found: Option<&User>) -> Result<(&User, &str), Refusal> {
    let user = found.ok_or(Refusal::UnknownUserOfClient)?;
    match (user.enabled, user.status, user.email()) {
        (Enabled::No, _, _) => Err(Refusal::Disabled),
        (Enabled::Yes, UserStatus::Confirmed | UserStatus::ResetRequired, Some(email))
            if user.email_verified =>
        {
            Ok((user, email))
        }
        _ => Err(Refusal::NothingVerified),
    }
}
