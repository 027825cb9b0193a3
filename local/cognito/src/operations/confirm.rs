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
enum AliasClash {
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
        self.refuse_secret_hash(members.optional("SecretHash", Limits::ANY).as_ref())?;
        members.user_context_data();
        members.finish()?;
        self.check_client(&client_id)?;
        let key = self.key(&name);
        let found = self
            .store
            .transact(|tx| User::resolve(tx, &key).map_err(Refusal::from))?;
        self.limit(
            LimitedCall::ConfirmSignUp,
            found.as_ref().map_or(&key, |user| &user.key),
        )?;
        let Some(found) = found else {
            return Err(match self.client.user_existence {
                UserExistence::Hidden => Refusal::CodeExpired,
                UserExistence::Told => Refusal::UnknownUserOfClient,
            });
        };
        let user = self
            .store
            .transact(|tx| self.confirm(tx, found, &code, clash))?;
        self.post_confirmation("PostConfirmation_ConfirmSignUp", &user, metadata.as_ref())
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

    pub(crate) fn resend_confirmation_code(&self, mut members: Members) -> Result<Value, Refusal> {
        let client_id = members.required("ClientId", Limits::CLIENT_ID);
        let name = members.required("Username", Limits::USERNAME);
        // It would go to CustomMessage, which the pool can't have here.
        members.map("ClientMetadata");
        self.refuse_secret_hash(members.optional("SecretHash", Limits::ANY).as_ref())?;
        members.user_context_data();
        members.finish()?;
        self.check_client(&client_id)?;
        let key = self.key(&name);
        let found = self
            .store
            .transact(|tx| User::resolve(tx, &key).map_err(Refusal::from))?;
        self.limit(
            LimitedCall::ResendConfirmationCode,
            found.as_ref().map_or(&key, |user| &user.key),
        )?;
        match (found, self.client.user_existence) {
            (None, UserExistence::Told) => Err(Refusal::UnknownUserOfClient),
            (None, UserExistence::Hidden) => {
                Ok(json!({"CodeDeliveryDetails": self.simulated_delivery(&name, &key)}))
            }
            (Some(user), _) if user.status == UserStatus::Confirmed => {
                Err(Refusal::AlreadyConfirmed)
            }
            (Some(user), _) => match user.email() {
                Some(email) if self.pool.verifies_email => {
                    let details = self.mail_code(&user, email, MailPurpose::ResendCode)?;
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
