//! `ListUsers`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{account::attribute_list, filter::Filter};
use crate::{
    refusal::Refusal,
    service::Service,
    store::{Enabled, User},
    triggers::user_attributes,
    wire::{Limits, Members, StringMap},
};

/// Users on one page, and what a limit of 0 means.
const PAGE: usize = 60;

impl Service {
    pub(crate) fn list_users(&self, mut members: Members) -> Result<Value, Refusal> {
        let pool_id = members.required("UserPoolId", Limits::POOL_ID);
        let wanted = members.texts("AttributesToGet");
        let limit = members.integer("Limit", 0, 60).unwrap_or_default();
        let token = members.optional("PaginationToken", Limits::PAGE);
        let text = members
            .optional("Filter", Limits::FILTER)
            .unwrap_or_default();
        members.finish()?;
        self.check_pool(pool_id)?;
        let filter = Filter::parse(&text)?;
        let start = match token {
            None => 0,
            Some(token) => place_in(&token, &text).ok_or(Refusal::PaginationToken)?,
        };
        let size = match usize::try_from(limit) {
            Ok(0) | Err(_) => PAGE,
            Ok(limit) => limit,
        };
        let mut found = self
            .store
            .transact(|tx| User::after(tx, start).map_err(Refusal::from))?;
        found.retain(|(_, user)| filter.as_ref().is_none_or(|filter| filter.admits(user)));
        let more = size < found.len();
        found.truncate(size);
        let users: Result<Vec<Value>, Refusal> = found
            .iter()
            .map(|(_, user)| listed(user, wanted.as_deref()))
            .collect();
        let mut answer = json!({"Users": users?});
        if let Some((place, _)) = found.last().filter(|_| more) {
            answer["PaginationToken"] = json!(token_after(*place, &text));
        }
        Ok(answer)
    }
}

/// `UserType`.
pub(super) fn user_type(user: &User, attributes: StringMap) -> Value {
    json!({
        "Username": user.name,
        "Attributes": attribute_list(attributes),
        "UserCreateDate": user.created.timestamp(),
        "UserLastModifiedDate": user.modified.timestamp(),
        "Enabled": user.enabled == Enabled::Yes,
        "UserStatus": user.status.as_str(),
    })
}

/// # Errors
/// A wanted attribute has no value: the service then refuses the whole list.
fn listed(user: &User, wanted: Option<&[String]>) -> Result<Value, Refusal> {
    let mut attributes = user_attributes(user);
    if let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) {
        if wanted.iter().any(|name| !attributes.contains_key(name)) {
            return Err(Refusal::AttributeNotSetByAll);
        }
        attributes.retain(|name, _| wanted.contains(name));
    }
    Ok(user_type(user, attributes))
}

/// A token goes on with the list of the same filter only.
fn token_after(place: i64, filter: &str) -> String {
    let mut bytes = place.to_be_bytes().to_vec();
    bytes.extend_from_slice(&Sha256::digest(filter)[..8]);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn place_in(token: &str, filter: &str) -> Option<i64> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let place = i64::from_be_bytes(bytes.get(..8)?.try_into().ok()?);
    (token_after(place, filter) == token).then_some(place)
}
