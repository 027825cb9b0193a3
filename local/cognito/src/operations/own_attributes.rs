//! `UpdateUserAttributes` and `DeleteUserAttributes`: what signed-in users change about themselves.

use rusqlite::Transaction;
use serde_json::{Value, json};

use super::attributes::{self, Writer};
use crate::{
    clients::AppClient,
    config::EmailUpdate,
    names::NameKey,
    refusal::Refusal,
    service::Service,
    settings::MailPurpose,
    store::{CodePurpose, MailedCode, User},
    wire::{Limits, Members, StringMap},
};

impl Service {
    pub(crate) async fn update_user_attributes(
        &self,
        mut members: Members,
    ) -> Result<Value, Refusal> {
        let token = members.required("AccessToken", Limits::TOKEN);
        let given = members.required_attributes("UserAttributes");
        let metadata = members.map("ClientMetadata");
        members.finish()?;
        let changes: StringMap = given.into_iter().collect();
        let (client, user, new_address) = self.change_own(&token, changes)?;
        let mut sent = Vec::new();
        if let Some(address) = new_address.filter(|_| self.pool.verifies_email) {
            let (events, purpose) = (self.events(&client), MailPurpose::UpdateUserAttribute);
            let details = self.mail_code(&events, &user, &address, purpose, metadata.as_ref());
            sent.push(details.await?);
        }
        Ok(json!({"CodeDeliveryDetailsList": sent}))
    }

    pub(crate) fn delete_user_attributes(&self, mut members: Members) -> Result<Value, Refusal> {
        let token = members.required("AccessToken", Limits::TOKEN);
        let names = members.required_texts("UserAttributeNames");
        members.finish()?;
        let changes = names.into_iter().map(|name| (name, String::new()));
        self.change_own(&token, changes.collect())?;
        Ok(json!({}))
    }

    /// The client and the user of the token, and the address that has to be verified, if there is a new one.
    fn change_own(
        &self,
        token: &str,
        changes: StringMap,
    ) -> Result<(AppClient, User, Option<String>), Refusal> {
        let (user, grant) = self.authorised(token)?;
        let client = self.client(&grant.client)?;
        attributes::check_changes(&self.pool, Writer::Client(&client.config), &changes)?;
        let (user, address) = self
            .store
            .transact(|tx| self.change_attributes(tx, &user.key, changes))?;
        Ok((client, user, address))
    }

    pub(super) fn change_attributes(
        &self,
        tx: &Transaction<'_>,
        key: &NameKey,
        mut changes: StringMap,
    ) -> Result<(User, Option<String>), Refusal> {
        let mut user = User::by_name(tx, key)?.ok_or(Refusal::UnknownUser)?;
        let address = changes.remove("email");
        // An address that stays needs no code; whether the real service sends one is not documented.
        let address = address.filter(|address| user.email() != Some(address));
        for (name, value) in changes {
            match value.as_str() {
                "" => user.attributes.remove(&name),
                _ => user.attributes.insert(name, value),
            };
        }
        user.modified = self.now();
        match (address, self.pool.email_update) {
            (None, _) => {
                user.update(tx)?;
                Ok((user, None))
            }
            (Some(address), EmailUpdate::OnceVerified) if !address.is_empty() => {
                user.update(tx)?;
                Ok((user, Some(address)))
            }
            (Some(address), _) => {
                user.attributes.remove("email");
                user.email_verified = false;
                user.drop_alias(tx)?;
                MailedCode::spend(tx, &user.key, CodePurpose::Attribute)?;
                let address = (!address.is_empty()).then_some(address);
                if let Some(address) = &address {
                    user.attributes.insert("email".to_owned(), address.clone());
                }
                user.update(tx)?;
                Ok((user, address))
            }
        }
    }
}
