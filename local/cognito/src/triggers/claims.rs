//! What a pre token generation function changes, in both versions of its answer.

use serde_json::{Map, Value};

use super::answer::strings;
use crate::{config::TokenEvent, refusal::Refusal};

/// Changes to both tokens of a sign-in or refresh.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TokenChanges {
    pub(crate) id: ClaimChanges,
    pub(crate) access: ClaimChanges,
    pub(crate) add_scopes: Vec<String>,
    pub(crate) suppress_scopes: Vec<String>,
}

/// Changes to the claims of one token.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ClaimChanges {
    pub(crate) add: Map<String, Value>,
    pub(crate) suppress: Vec<String>,
}

impl TokenChanges {
    /// Groups are not served, so an answer that overrides them is unusable in either version.
    pub(crate) fn read(event: TokenEvent, response: &Value) -> Result<Self, Refusal> {
        match event {
            TokenEvent::V1 => Self::first_version(response),
            TokenEvent::V2 => Self::second_version(response),
        }
    }

    fn first_version(response: &Value) -> Result<Self, Refusal> {
        let Some(details) = object(response, "claimsOverrideDetails")? else {
            return Ok(Self::default());
        };
        refuse_groups(details)?;
        let add = strings(details, "claimsToAddOrOverride")?;
        let id = ClaimChanges {
            add: add.into_iter().map(|(k, v)| (k, v.into())).collect(),
            suppress: texts(details, "claimsToSuppress")?,
        };
        Ok(Self {
            id,
            ..Self::default()
        })
    }

    fn second_version(response: &Value) -> Result<Self, Refusal> {
        let Some(details) = object(response, "claimsAndScopeOverrideDetails")? else {
            return Ok(Self::default());
        };
        refuse_groups(details)?;
        let mut changes = Self::default();
        if let Some(id) = object(details, "idTokenGeneration")? {
            changes.id = ClaimChanges::read(id)?;
        }
        if let Some(access) = object(details, "accessTokenGeneration")? {
            changes.access = ClaimChanges::read(access)?;
            changes.add_scopes = texts(access, "scopesToAdd")?;
            changes.suppress_scopes = texts(access, "scopesToSuppress")?;
        }
        let is_scope = |scope: &String| !scope.is_empty() && !scope.contains(char::is_whitespace);
        if changes.add_scopes.iter().all(is_scope) {
            Ok(changes)
        } else {
            Err(Refusal::UnusableOutput)
        }
    }
}

impl ClaimChanges {
    /// Values may be of any type; only a null is none.
    fn read(details: &Value) -> Result<Self, Refusal> {
        let add = match object(details, "claimsToAddOrOverride")? {
            Some(Value::Object(claims)) => claims.clone(),
            _ => Map::new(),
        };
        if add.values().any(Value::is_null) {
            return Err(Refusal::UnusableOutput);
        }
        Ok(Self {
            add,
            suppress: texts(details, "claimsToSuppress")?,
        })
    }
}

fn refuse_groups(details: &Value) -> Result<(), Refusal> {
    match details.get("groupOverrideDetails") {
        None | Some(Value::Null) => Ok(()),
        Some(_) => Err(Refusal::UnusableOutput),
    }
}

fn object<'a>(parent: &'a Value, name: &str) -> Result<Option<&'a Value>, Refusal> {
    match parent.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(object @ Value::Object(_)) => Ok(Some(object)),
        Some(_) => Err(Refusal::UnusableOutput),
    }
}

fn texts(parent: &Value, name: &str) -> Result<Vec<String>, Refusal> {
    match parent.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .ok_or(Refusal::UnusableOutput),
        Some(_) => Err(Refusal::UnusableOutput),
    }
}
