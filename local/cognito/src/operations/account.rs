//! What a signed-in user may do: `GetUser`, `ChangePassword`, `DeleteUser`, `GlobalSignOut`, `RevokeToken`.

use serde_json::{Value, json};

use super::password;
use crate::{
    clients::AppClient,
    refusal::Refusal,
    service::Service,
    srp::Credential,
    store::{Grant, LimitedCall, User},
    wire::{Limits, Members, StringMap},
};

impl Service {
    pub(crate) fn user_of_token(&self, mut members: Members) -> Result<Value, Refusal> {
        let token = members.required("AccessToken", Limits::TOKEN);
        members.finish()?;
        let (user, grant) = self.authorised(&token)?;
        let readable = self.client(&grant.client)?.readable_attributes(&user);
        Ok(json!({"Username": user.name, "UserAttributes": attribute_list(readable)}))
    }

    /// What the user is signed in to stays as it is, as on AWS.
    pub(crate) fn change_password(&self, mut members: Members) -> Result<Value, Refusal> {
        let token = members.required("AccessToken", Limits::TOKEN);
        let previous = members.optional("PreviousPassword", Limits::GIVEN_PASSWORD);
        let proposed = members.required("ProposedPassword", Limits::PASSWORD);
        members.finish()?;
        let (user, _) = self.authorised(&token)?;
        let previous = previous.ok_or(Refusal::MissingParameter("PreviousPassword"))?;
        self.limit(LimitedCall::ChangePassword, &user.key)?;
        let pool_name = self.settings.srp_pool_name();
        if !user.credential.is_of(pool_name, &user.name, &previous) {
            return Err(Refusal::WrongCredentials);
        }
        password::check(&self.pool.password, &proposed)?;
        let credential = Credential::new(pool_name, &user.name, &proposed, &self.randomness);
        self.store.transact(|tx| {
            let mut user = User::by_name(tx, &user.key)?.ok_or(Refusal::UnknownUser)?;
            user.credential = credential;
            user.modified = self.now();
            Ok::<_, Refusal>(user.update(tx)?)
        })?;
        Ok(json!({}))
    }

    pub(crate) fn delete_user(&self, mut members: Members) -> Result<Value, Refusal> {
        let token = members.required("AccessToken", Limits::TOKEN);
        members.finish()?;
        let (user, _) = self.authorised(&token)?;
        self.store
            .transact(|tx| User::delete(tx, &user.key).map_err(Refusal::from))?;
        Ok(json!({}))
    }

    pub(crate) fn global_sign_out(&self, mut members: Members) -> Result<Value, Refusal> {
        let token = members.required("AccessToken", Limits::TOKEN);
        members.finish()?;
        let (user, _) = self.authorised(&token).map_err(|refusal| match refusal {
            // The one of these operations whose errors know no missing user.
            Refusal::UnknownUser => Refusal::RevokedAccessToken,
            other => other,
        })?;
        self.store
            .transact(|tx| Grant::revoke_all(tx, &user.key).map_err(Refusal::from))?;
        Ok(json!({}))
    }

    pub(crate) fn revoke_token(&self, mut members: Members) -> Result<Value, Refusal> {
        let token = members.required("Token", Limits::TOKEN);
        let client_id = members.required("ClientId", Limits::CLIENT_ID);
        let secret = members.optional("ClientSecret", Limits::ANY);
        members.finish()?;
        let client = self
            .store
            .transact(|tx| AppClient::find(tx, &client_id).map_err(Refusal::from))?
            .filter(|client| client.check_secret(secret.as_deref()).is_ok())
            .ok_or(Refusal::ForeignToken)?;
        if !client.config.revocation {
            return Err(Refusal::RevocationDisabled);
        }
        // Only refresh tokens can be revoked; a signed token has three parts, an encrypted one five.
        if token.split('.').count() == 3 {
            return Err(Refusal::UnsupportedTokenType);
        }
        self.store
            .transact(|tx| match Grant::of_refresh_token(tx, &token)? {
                Some((grant, _)) if grant.client != client.id => Err(Refusal::ForeignToken),
                Some((grant, _)) => grant.revoke(tx).map_err(Refusal::from),
                // Nothing to revoke is as good as revoked (RFC 7009, section 2.2).
                None => Ok(()),
            })?;
        Ok(json!({}))
    }
}

/// `[{Name, Value}]`.
pub(super) fn attribute_list(attributes: StringMap) -> Value {
    attributes
        .into_iter()
        .map(|(name, value)| json!({"Name": name, "Value": value}))
        .collect()
}
