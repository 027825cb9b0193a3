//! Operations of an administrator, whose rights the gateway has checked.

use serde_json::{Value, json};

use super::account::attribute_list;
use crate::{
    names::NameKey,
    refusal::Refusal,
    service::Service,
    store::{Enabled, Grant, Removed, User},
    triggers::user_attributes,
    wire::{Limits, Members},
};

impl Service {
    pub(crate) fn admin_get_user(&self, members: Members) -> Result<Value, Refusal> {
        let user = self.named_user(members)?;
        Ok(json!({
            "Username": user.name,
            "UserAttributes": attribute_list(user_attributes(&user)),
            "UserCreateDate": user.created.timestamp(),
            "UserLastModifiedDate": user.modified.timestamp(),
            "Enabled": user.enabled == Enabled::Yes,
            "UserStatus": user.status.as_str(),
        }))
    }

    pub(crate) fn admin_delete_user(&self, members: Members) -> Result<Value, Refusal> {
        let user = self.named_user(members)?;
        match self
            .store
            .transact(|tx| User::delete(tx, &user.key).map_err(Refusal::from))?
        {
            Removed::Yes => Ok(json!({})),
            Removed::NothingThere => Err(Refusal::UnknownUser),
        }
    }

    pub(crate) fn admin_disable_user(&self, members: Members) -> Result<Value, Refusal> {
        let user = self.named_user(members)?;
        self.set_enabled(&user.key, Enabled::No)
    }

    pub(crate) fn admin_enable_user(&self, members: Members) -> Result<Value, Refusal> {
        let user = self.named_user(members)?;
        self.set_enabled(&user.key, Enabled::Yes)
    }

    pub(crate) fn admin_user_global_sign_out(&self, members: Members) -> Result<Value, Refusal> {
        let user = self.named_user(members)?;
        self.store
            .transact(|tx| Grant::revoke_all(tx, &user.key).map_err(Refusal::from))?;
        Ok(json!({}))
    }

    fn set_enabled(&self, key: &NameKey, enabled: Enabled) -> Result<Value, Refusal> {
        self.store.transact(|tx| {
            let mut user = User::by_name(tx, key)?.ok_or(Refusal::UnknownUser)?;
            user.enabled = enabled;
            user.modified = self.now();
            user.update(tx)?;
            if enabled == Enabled::No {
                // Disabling also ends what the user has signed in to.
                Grant::revoke_all(tx, key)?;
            }
            Ok(json!({}))
        })
    }

    fn named_user(&self, mut members: Members) -> Result<User, Refusal> {
        let pool_id = members.required("UserPoolId", Limits::POOL_ID);
        let name = members.required("Username", Limits::USERNAME);
        members.finish()?;
        self.check_pool(pool_id)?;
        self.user_named(&name)
    }

    pub(crate) fn check_pool(&self, pool_id: String) -> Result<(), Refusal> {
        if pool_id == self.settings.pool_id {
            Ok(())
        } else {
            Err(Refusal::UnknownPool(pool_id))
        }
    }

    /// The user with this name or alias.
    pub(super) fn user_named(&self, name: &str) -> Result<User, Refusal> {
        let key = self.key(name);
        self.store
            .transact(|tx| User::resolve(tx, &key)?.ok_or(Refusal::UnknownUser))
    }
}
