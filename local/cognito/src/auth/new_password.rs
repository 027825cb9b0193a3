//! `NEW_PASSWORD_REQUIRED`: who came with a temporary password chooses another one before there are tokens.

use serde_json::{Value, json};

use super::state::{Attempt, Pending, Person};
use crate::{
    clients::AppClient,
    operations::{
        attributes::{self, Writer},
        password,
    },
    refusal::Refusal,
    service::Service,
    srp::Credential,
    store::{User, UserStatus},
    tokens::TokenSource,
    triggers::user_attributes,
    wire::StringMap,
};

impl Service {
    /// # Errors
    /// The temporary password no longer counts.
    pub(super) fn new_password_challenge(
        &self,
        client: &AppClient,
        attempt: &Attempt,
        user: &User,
    ) -> Result<Value, Refusal> {
        if user
            .temporary_until
            .is_some_and(|until| until <= self.now())
        {
            return Err(Refusal::TemporaryPasswordExpired);
        }
        let missing: Vec<String> = self
            .missing_attributes(user)
            .map(|name| format!("userAttributes.{name}"))
            .collect();
        let mut known = user_attributes(user);
        known.remove("sub");
        let parameters = StringMap::from([
            ("USER_ID_FOR_SRP".to_owned(), user.name.clone()),
            ("requiredAttributes".to_owned(), json!(missing).to_string()),
            ("userAttributes".to_owned(), json!(known).to_string()),
        ]);
        self.challenge(client, attempt, &Pending::NewPassword, &parameters)
    }

    /// A password that breaks the policy does not use up the session.
    pub(super) fn check_new_password(&self, password: &str) -> Result<(), Refusal> {
        password::check(&self.pool.password, password)
    }

    pub(super) async fn after_new_password(
        &self,
        client: &AppClient,
        attempt: &Attempt,
        person: &Person,
        password: &str,
        given: StringMap,
        metadata: Option<&StringMap>,
    ) -> Result<Value, Refusal> {
        let Person::Known(user) = person else {
            return Err(self.fail(attempt)?);
        };
        if user.status != UserStatus::ForceChangePassword {
            // An administrator changed the password meanwhile.
            return Err(Refusal::InvalidSession);
        }
        self.check_given(client, user, &given)?;
        let credential = Credential::new(
            self.settings.srp_pool_name(),
            &user.name,
            password,
            &self.randomness,
        );
        let user = self.store.transact(|tx| {
            let mut user = User::by_name(tx, &user.key)?.ok_or(Refusal::WrongCredentials)?;
            user.attributes.extend(given);
            user.credential = credential;
            user.temporary_until = None;
            user.status = UserStatus::Confirmed;
            user.modified = self.now();
            user.update(tx)?;
            Ok::<_, Refusal>(user)
        })?;
        self.signed_in(client, TokenSource::NewPassword, &user, metadata)
            .await
    }

    /// Required attributes that have a value stay; those that lack one must come now.
    fn check_given(
        &self,
        client: &AppClient,
        user: &User,
        given: &StringMap,
    ) -> Result<(), Refusal> {
        let required = |name: &String| self.pool.schema.get(name).is_some_and(|rule| rule.required);
        let kept = |name: &&String| required(name) && user.attributes.contains_key(*name);
        if let Some(name) = given.keys().find(kept) {
            return Err(Refusal::AlreadyProvided(name.clone()));
        }
        if let Some(name) = self
            .missing_attributes(user)
            .find(|name| given.get(*name).is_none_or(String::is_empty))
        {
            return Err(Refusal::AttributeMissing(name.clone()));
        }
        attributes::check_changes(&self.pool, Writer::Client(&client.config), given)
    }

    fn missing_attributes<'a>(&'a self, user: &'a User) -> impl Iterator<Item = &'a String> {
        let required = self.pool.schema.iter().filter(|(_, rule)| rule.required);
        required
            .map(|(name, _)| name)
            .filter(|name| !user.attributes.contains_key(*name))
    }
}
