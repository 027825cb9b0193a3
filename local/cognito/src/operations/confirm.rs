//! `ConfirmSignUp` and `ResendConfirmationCode`.

use rusqlite::Transaction;
use serde_json::{Value, json};

use crate::{
    config::UserExistence,
    refusal::Refusal,
    service::Service,
    settings::MailPurpose,
    store::{CodePurpose, LimitedCall, MailedCode, User, UserStatus},
    wire::{Limits, Members},
};

/// What happens to an address that leads to somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AliasClash {
    Refuse,
    Move,
}

impl Service {
    pub(crate) async fn confirm_sign_up(&self, mut members: Members) -> Result<Value, Refusal> {
        let client_id = members.required("ClientId", Limits::CLIENT_ID);
        let name = members.required("Username", Limits::USERNAME);
        let code = members.required("ConfirmationCode", Limits::CODE);
        let clash = match members.flag("ForceAliasCreation") {
            Some(true) => AliasClash::Move,
            _ => AliasClash::Refuse,
        };
        let metadata = members.map("ClientMetadata");
        let secret_hash = members.optional("SecretHash", Limits::ANY);
        members.user_context_data();
        members.finish()?;
        let client = self.client(&client_id)?;
        client.check_secret_hash(&name, secret_hash.as_deref())?;
        let key = self.key(&name);
        let found = self
            .store
            .transact(|tx| User::resolve(tx, &key).map_err(Refusal::from))?;
        self.limit(
            LimitedCall::ConfirmSignUp,
            found.as_ref().map_or(&key, |user| &user.key),
        )?;
        let Some(found) = found else {
            return Err(match client.config.user_existence {
                UserExistence::Hidden => Refusal::CodeExpired,
                UserExistence::Told => Refusal::UnknownUserOfClient,
            });
        };
        let user = self
            .store
            .transact(|tx| self.confirm(tx, found, &code, clash))?;
        self.post_confirmation(
            &self.events(&client),
            "PostConfirmation_ConfirmSignUp",
            &user,
            metadata.as_ref(),
        )
        .await?;
        Ok(json!({}))
    }

    fn confirm(
        &self,
        tx: &Transaction<'_>,
        mut user: User,
        code: &str,
        clash: AliasClash,
    ) -> Result<User, Refusal> {
        if user.status != UserStatus::Unconfirmed {
            return Err(Refusal::CannotBeConfirmed(user.status.as_str()));
        }
        let waiting = MailedCode::get(tx, &user.key, CodePurpose::SignUp)?;
        let mailed_to = waiting.as_ref().and_then(MailedCode::address);
        // An administrator may have changed the address since; the code proves the one that it went to.
        let proven = mailed_to.or(user.email()).map(str::to_owned);
        let proven = proven.filter(|address| user.email() == Some(address));
        check_code(waiting, code, self)?;
        user.status = UserStatus::Confirmed;
        user.modified = self.now();
        if let Some(email) = proven {
            user.email_verified = true;
            if self.pool.email_alias {
                let owner = User::alias_owner(tx, &self.key(&email))?;
                if clash == AliasClash::Refuse && owner.is_some_and(|owner| owner.key != user.key) {
                    return Err(Refusal::AliasExists);
                }
                self.move_alias(tx, &user, &email)?;
            }
        }
        user.update(tx)?;
        MailedCode::spend(tx, &user.key, CodePurpose::SignUp)?;
        Ok(user)
    }

    /// Confirms the user, not the address: an alias does not lead to the user by this.
    pub(crate) async fn admin_confirm_sign_up(
        &self,
        mut members: Members,
    ) -> Result<Value, Refusal> {
        let pool_id = members.required("UserPoolId", Limits::POOL_ID);
        let name = members.required("Username", Limits::USERNAME);
        let metadata = members.map("ClientMetadata");
        members.finish()?;
        self.check_pool(pool_id)?;
        let key = self.user_named(&name)?.key;
        let user = self.store.transact(|tx| {
            let mut user = User::by_name(tx, &key)?.ok_or(Refusal::UnknownUser)?;
            if user.status != UserStatus::Unconfirmed {
                return Err(Refusal::CannotBeConfirmed(user.status.as_str()));
            }
            user.status = UserStatus::Confirmed;
            user.modified = self.now();
            user.update(tx)?;
            MailedCode::spend(tx, &user.key, CodePurpose::SignUp)?;
            Ok(user)
        })?;
        let source = "PostConfirmation_ConfirmSignUp";
        self.post_confirmation(&self.admin_events(), source, &user, metadata.as_ref())
            .await?;
        Ok(json!({}))
    }

    pub(crate) async fn resend_confirmation_code(
        &self,
        mut members: Members,
    ) -> Result<Value, Refusal> {
        let client_id = members.required("ClientId", Limits::CLIENT_ID);
        let name = members.required("Username", Limits::USERNAME);
        let metadata = members.map("ClientMetadata");
        let secret_hash = members.optional("SecretHash", Limits::ANY);
        members.user_context_data();
        members.finish()?;
        let client = self.client(&client_id)?;
        client.check_secret_hash(&name, secret_hash.as_deref())?;
        let key = self.key(&name);
        let found = self
            .store
            .transact(|tx| User::resolve(tx, &key).map_err(Refusal::from))?;
        self.limit(
            LimitedCall::ResendConfirmationCode,
            found.as_ref().map_or(&key, |user| &user.key),
        )?;
        match (found, client.config.user_existence) {
            (None, UserExistence::Told) => Err(Refusal::UnknownUserOfClient),
            (None, UserExistence::Hidden) => {
                Ok(json!({"CodeDeliveryDetails": self.simulated_delivery(&name, &key)}))
            }
            (Some(user), _) if user.status != UserStatus::Unconfirmed => {
                Err(Refusal::AlreadyConfirmed)
            }
            (Some(user), _) => match user.email() {
                Some(email) if self.pool.verifies_email => {
                    let (events, purpose) = (self.events(&client), MailPurpose::ResendCode);
                    let details = self
                        .mail_code(&events, &user, email, purpose, metadata.as_ref())
                        .await?;
                    Ok(json!({"CodeDeliveryDetails": details}))
                }
                _ => Err(Refusal::NothingVerified),
            },
        }
    }
}

/// # Errors
/// No code waits, it is too old, or it is another one.
pub(super) fn check_code(
    waiting: Option<MailedCode>,
    given: &str,
    service: &Service,
) -> Result<(), Refusal> {
    match waiting {
        None => Err(Refusal::CodeExpired),
        Some(waiting) if waiting.is_expired(service.now()) => Err(Refusal::CodeExpired),
        Some(waiting) if !waiting.matches(given) => Err(Refusal::CodeMismatch),
        Some(_) => Ok(()),
    }
}
