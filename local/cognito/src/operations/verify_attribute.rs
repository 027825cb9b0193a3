//! `GetUserAttributeVerificationCode` and `VerifyUserAttribute`.

use rusqlite::Transaction;
use serde_json::{Value, json};

use super::confirm::check_code;
use crate::{
    names::NameKey,
    refusal::Refusal,
    service::Service,
    settings::MailPurpose,
    store::{CodePurpose, LimitedCall, MailedCode, User},
    wire::{Limits, Members},
};

impl Service {
    /// The code goes to the address that waits for its verification, if one does, and to the user's own otherwise.
    /// Which of the two the real service takes while an address waits is not documented.
    pub(crate) async fn attribute_verification_code(
        &self,
        mut members: Members,
    ) -> Result<Value, Refusal> {
        let token = members.required("AccessToken", Limits::TOKEN);
        let attribute = members.required("AttributeName", Limits::ATTRIBUTE);
        let metadata = members.map("ClientMetadata");
        members.finish()?;
        let (user, grant) = self.authorised(&token)?;
        let client = self.client(&grant.client)?;
        let waiting = self.store.transact(|tx| {
            MailedCode::get(tx, &user.key, CodePurpose::Attribute).map_err(Refusal::from)
        })?;
        let waiting = waiting.as_ref().and_then(MailedCode::address);
        let Some(address) = waiting.or(user.email()).filter(|_| attribute == "email") else {
            return Err(Refusal::NothingToVerify(attribute));
        };
        self.limit(LimitedCall::GetUserAttributeVerificationCode, &user.key)?;
        let (events, purpose) = (self.events(&client), MailPurpose::VerifyUserAttribute);
        let details = self
            .mail_code(&events, &user, address, purpose, metadata.as_ref())
            .await?;
        Ok(json!({"CodeDeliveryDetails": details}))
    }

    pub(crate) fn verify_user_attribute(&self, mut members: Members) -> Result<Value, Refusal> {
        let token = members.required("AccessToken", Limits::TOKEN);
        let attribute = members.required("AttributeName", Limits::ATTRIBUTE);
        let code = members.required("Code", Limits::CODE);
        members.finish()?;
        let (user, _) = self.authorised(&token)?;
        if attribute != "email" {
            return Err(Refusal::NothingToVerify(attribute));
        }
        self.limit(LimitedCall::VerifyUserAttribute, &user.key)?;
        self.store
            .transact(|tx| self.verify_address(tx, &user.key, &code))?;
        Ok(json!({}))
    }

    /// The address that the code went to becomes the user's, and leads to the user from now on. Only the right code
    /// tells that somebody else has the address, as when a sign-up is confirmed.
    fn verify_address(
        &self,
        tx: &Transaction<'_>,
        key: &NameKey,
        code: &str,
    ) -> Result<(), Refusal> {
        let mut user = User::by_name(tx, key)?.ok_or(Refusal::UnknownUser)?;
        let waiting = MailedCode::get(tx, key, CodePurpose::Attribute)?;
        let address = waiting.as_ref().and_then(MailedCode::address);
        let address = address.map(str::to_owned);
        check_code(waiting, code, self)?;
        let address = address.ok_or(Refusal::CodeExpired)?;
        if self.pool.email_alias {
            let owner = User::alias_owner(tx, &self.key(&address))?;
            if owner.is_some_and(|owner| owner.key != user.key) {
                return Err(Refusal::AliasExists);
            }
            user.claim_alias(tx, &self.key(&address))?;
        }
        user.attributes.insert("email".to_owned(), address);
        user.email_verified = true;
        user.modified = self.now();
        user.update(tx)?;
        MailedCode::spend(tx, key, CodePurpose::Attribute)?;
        Ok(())
    }
}
