//! All users that the suite made in a stack, as its owner sees them: for stacks that outlive a test.

use aws_sdk_cognitoidentityprovider::{
    Client, config, operation::admin_get_user::AdminGetUserError, types::AttributeType,
};

use crate::{
    admin::{Admin, sdk_config},
    invent,
    ready::Ready,
    visitor::Account,
};

/// The owner's view of the pool.
#[derive(Clone, Debug)]
pub struct Visitors {
    ready: Ready,
    pool: Client,
}

impl Visitors {
    /// Of this stack.
    pub fn of(ready: &Ready) -> Self {
        let config = sdk_config(ready);
        let config = config::Builder::from(&config).endpoint_url(&ready.cognito);
        Self {
            ready: ready.clone(),
            pool: Client::from_conf(config.build()),
        }
    }

    /// Confirms a user without the code of their mail. The address counts as verified first: confirming does not do that.
    pub async fn confirm(&self, account: &Account) {
        let verified = AttributeType::builder()
            .name("email_verified")
            .value("true")
            .build();
        let updated = self
            .pool
            .admin_update_user_attributes()
            .user_pool_id(&self.ready.user_pool_id)
            .username(&account.username)
            .user_attributes(verified.expect("an attribute with a name"))
            .send()
            .await;
        updated.expect("the owner may change attributes");
        let confirmed = self
            .pool
            .admin_confirm_sign_up()
            .user_pool_id(&self.ready.user_pool_id)
            .username(&account.username)
            .send()
            .await;
        confirmed.expect("the owner may confirm");
    }

    /// Deletes a user from the pool, and nothing else: Cognito tells nobody.
    pub async fn delete(&self, account: &Account) {
        let delete = self.pool.admin_delete_user();
        let deleted = delete
            .user_pool_id(&self.ready.user_pool_id)
            .username(&account.username)
            .send();
        deleted.await.expect("the owner may delete users");
    }

    /// Whether the pool has this user.
    pub async fn has(&self, account: &Account) -> bool {
        let read = self.pool.admin_get_user();
        let found = read
            .user_pool_id(&self.ready.user_pool_id)
            .username(&account.username)
            .send();
        match found.await {
            Ok(_) => true,
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(AdminGetUserError::is_user_not_found_exception) =>
            {
                false
            }
            Err(error) => panic!("the owner may look: {error:?}"),
        }
    }

    /// Deletes the users that the suite made, with their faces and rows. Nobody else is touched.
    pub async fn forget(&self) {
        let admin = Admin::new(&self.ready);
        let mut users = self
            .pool
            .list_users()
            .user_pool_id(&self.ready.user_pool_id)
            .filter(format!("email ^= \"{}\"", invent::DELIVERABLE))
            .into_paginator()
            .items()
            .send();
        while let Some(user) = users.next().await {
            let user = user.expect("the owner may list users");
            let sub = user.attributes().iter().find(|pair| pair.name() == "sub");
            if let Some(sub) = sub.and_then(AttributeType::value) {
                admin.forget(sub).await;
            }
            let deleted = self
                .pool
                .admin_delete_user()
                .user_pool_id(&self.ready.user_pool_id)
                .username(user.username().expect("a user has a name"))
                .send()
                .await;
            deleted.expect("the owner may delete users");
        }
    }
}
