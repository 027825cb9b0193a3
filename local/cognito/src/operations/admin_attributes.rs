//! `AdminUpdateUserAttributes` and `AdminDeleteUserAttributes`.

use rusqlite::Transaction;
use serde_json::{Value, json};

use super::{
    attributes::{self, Writer},
    confirm::AliasClash,
};
use crate::{
    names::NameKey,
    refusal::Refusal,
    service::Service,
    settings::MailPurpose,
    store::User,
    wire::{Limits, Members, StringMap},
};

/// What an administrator says about the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verified {
    Yes,
    No,
    Unsaid,
}

impl Verified {
    /// Takes `email_verified` out of the attributes.
    pub(super) fn take(attributes: &mut StringMap) -> Result<Self, Refusal> {
        match attributes.remove("email_verified").as_deref() {
            None => Ok(Self::Unsaid),
            Some("true") => Ok(Self::Yes),
            Some("false" | "") => Ok(Self::No),
            Some(_) => Err(Refusal::Schema(
                "email_verified".to_owned(),
                "Attribute value must be true or false.",
            )),
        }
    }
}

impl Service {
    pub(crate) async fn admin_update_user_attributes(
        &self,
        mut members: Members,
    ) -> Result<Value, Refusal> {
        let pool_id = members.required("UserPoolId", Limits::POOL_ID);
        let name = members.required("Username", Limits::USERNAME);
        let given = members.required_attributes("UserAttributes");
        let metadata = members.map("ClientMetadata");
        members.finish()?;
        self.check_pool(pool_id)?;
        self.administer(&name, given.into_iter().collect(), metadata.as_ref())
            .await
    }

    pub(crate) async fn admin_delete_user_attributes(
        &self,
        mut members: Members,
    ) -> Result<Value, Refusal> {
        let pool_id = members.required("UserPoolId", Limits::POOL_ID);
        let name = members.required("Username", Limits::USERNAME);
        let names = members.required_texts("UserAttributeNames");
        members.finish()?;
        self.check_pool(pool_id)?;
        let changes = names.into_iter().map(|name| (name, String::new()));
        self.administer(&name, changes.collect(), None).await
    }

    async fn administer(
        &self,
        name: &str,
        mut changes: StringMap,
        metadata: Option<&StringMap>,
    ) -> Result<Value, Refusal> {
        let user = self.user_named(name)?;
        let verified = Verified::take(&mut changes)?;
        attributes::check_changes(&self.pool, Writer::Administrator, &changes)?;
        let (user, new_address) = self.store.transact(|tx| match verified {
            Verified::Yes => {
                let user = self.vouch(tx, &user.key, changes)?;
                Ok::<_, Refusal>((user, None))
            }
            Verified::No => {
                let (mut user, address) = self.change_attributes(tx, &user.key, changes)?;
                user.email_verified = false;
                user.drop_alias(tx)?;
                user.update(tx)?;
                Ok((user, address))
            }
            Verified::Unsaid => self.change_attributes(tx, &user.key, changes),
        })?;
        if let Some(address) = new_address.filter(|_| self.pool.verifies_email) {
            let (events, purpose) = (self.admin_events(), MailPurpose::UpdateUserAttribute);
            self.mail_code(&events, &user, &address, purpose, metadata)
                .await?;
        }
        Ok(json!({}))
    }

    /// The address counts at once, also where the pool would wait for a code.
    fn vouch(
        &self,
        tx: &Transaction<'_>,
        key: &NameKey,
        mut changes: StringMap,
    ) -> Result<User, Refusal> {
        let address = changes.remove("email");
        let (mut user, _) = self.change_attributes(tx, key, changes)?;
        if let Some(address) = address.filter(|address| !address.is_empty()) {
            user.drop_alias(tx)?;
            user.attributes.insert("email".to_owned(), address);
        }
        let Some(email) = user.email().map(str::to_owned) else {
            return Err(Refusal::NoEmailToVerify);
        };
        user.email_verified = true;
        self.claim(tx, &user, &email, AliasClash::Refuse)?;
        user.update(tx)?;
        Ok(user)
    }

    /// Lets the address lead to the user, if the pool has aliases.
    pub(super) fn claim(
        &self,
        tx: &Transaction<'_>,
        user: &User,
        email: &str,
        clash: AliasClash,
    ) -> Result<(), Refusal> {
        if !self.pool.email_alias {
            return Ok(());
        }
        let owner = User::alias_owner(tx, &self.key(email))?;
        if clash == AliasClash::Refuse && owner.is_some_and(|owner| owner.key != user.key) {
            return Err(Refusal::AliasExists);
        }
        self.move_alias(tx, user, email)
    }
}
