//! What a signed-in user may do: `GetUser`, `GlobalSignOut`, `RevokeToken`.

use serde_json::{Value, json};

use crate::{
    refusal::Refusal,
    service::Service,
    store::Grant,
    wire::{Limits, Members, StringMap},
};

impl Service {
    pub(crate) fn user_of_token(&self, mut members: Members) -> Result<Value, Refusal> {
        let token = members.required("AccessToken", Limits::TOKEN);
        members.finish()?;
        let (user, _) = self.authorised(&token)?;
        Ok(
            json!({"Username": user.name, "UserAttributes": attribute_list(self.readable_attributes(&user))}),
        )
    }

    pub(crate) fn global_sign_out(&self, mut members: Members) -> Result<Value, Refusal> {
        let token = members.required("AccessToken", Limits::TOKEN);
        members.finish()?;
        let (user, _) = self.authorised(&token)?;
        self.store
            .transact(|tx| Grant::revoke_all(tx, &user.key).map_err(Refusal::from))?;
        Ok(json!({}))
    }

    pub(crate) fn revoke_token(&self, mut members: Members) -> Result<Value, Refusal> {
        let token = members.required("Token", Limits::TOKEN);
        let client_id = members.required("ClientId", Limits::CLIENT_ID);
        members.finish()?;
        if client_id != self.settings.client_id {
            return Err(Refusal::ForeignToken);
        }
        if !self.client.revocation {
            return Err(Refusal::RevocationDisabled);
        }
        // Only refresh tokens can be revoked; a signed token has three parts, an encrypted one five.
        if token.split('.').count() == 3 {
            return Err(Refusal::UnsupportedTokenType);
        }
        self.store
            .transact(|tx| match Grant::of_refresh_token(tx, &token)? {
                Some(grant) => grant.revoke(tx).map_err(Refusal::from),
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
