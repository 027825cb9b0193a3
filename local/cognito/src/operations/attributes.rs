//! Whether a client may give a user these attributes.

use crate::{
    config::{ClientConfig, PoolConfig, STANDARD_ATTRIBUTES},
    names::is_email,
    refusal::Refusal,
    wire::StringMap,
};

/// Who wants to write.
#[derive(Clone, Copy)]
pub(crate) enum Writer<'a> {
    Client(&'a ClientConfig),
    Administrator,
}

/// Attributes that nobody writes like others.
const OWN: [&str; 3] = ["sub", "email_verified", "phone_number_verified"];

/// The attributes of a new user.
///
/// # Errors
/// The first attribute that the client may not write or the schema refuses.
pub(crate) fn check(
    pool: &PoolConfig,
    writer: Writer<'_>,
    given: Vec<(String, String)>,
) -> Result<StringMap, Refusal> {
    let attributes: StringMap = given.into_iter().collect();
    for (name, value) in &attributes {
        check_one(pool, writer, name, value)?;
    }
    // An administrator may leave it to the user to give what is required.
    let demanded = matches!(writer, Writer::Client(_));
    for (name, _) in pool
        .schema
        .iter()
        .filter(|_| demanded)
        .filter(|(_, rule)| rule.required)
    {
        if attributes.get(name).is_none_or(String::is_empty) {
            return Err(Refusal::Schema(name.clone(), "The attribute is required"));
        }
    }
    match attributes.get("email") {
        Some(email) if !is_email(email) => Err(Refusal::InvalidEmail),
        _ => Ok(attributes),
    }
}

/// Attributes that change; an empty value takes the attribute away.
///
/// # Errors
/// The first one that the client may not write, or that the schema refuses or keeps as it is.
pub(crate) fn check_changes(
    pool: &PoolConfig,
    writer: Writer<'_>,
    changes: &StringMap,
) -> Result<(), Refusal> {
    for (name, value) in changes {
        if value.is_empty() {
            check_name(pool, writer, name)?;
            if pool.schema.get(name).is_some_and(|rule| rule.required) {
                return Err(Refusal::Schema(name.clone(), "The attribute is required"));
            }
        } else {
            check_one(pool, writer, name, value)?;
        }
        if pool.schema.get(name).is_some_and(|rule| !rule.mutable) {
            return Err(Refusal::Immutable(name.clone()));
        }
    }
    match changes.get("email") {
        Some(email) if !email.is_empty() && !is_email(email) => Err(Refusal::InvalidEmail),
        _ => Ok(()),
    }
}

fn check_one(
    pool: &PoolConfig,
    writer: Writer<'_>,
    name: &str,
    value: &str,
) -> Result<(), Refusal> {
    check_name(pool, writer, name)?;
    let length = value.chars().count();
    if pool
        .schema
        .get(name)
        .is_some_and(|rule| length < rule.min_length || rule.max_length < length)
    {
        return Err(Refusal::Schema(
            name.to_owned(),
            "String must be within the limits of the schema.",
        ));
    }
    Ok(())
}

fn check_name(pool: &PoolConfig, writer: Writer<'_>, name: &str) -> Result<(), Refusal> {
    if OWN.contains(&name) {
        return Err(Refusal::UnauthorizedAttribute);
    }
    if !STANDARD_ATTRIBUTES.contains(&name) && !pool.schema.contains_key(name) {
        return Err(Refusal::Schema(
            name.to_owned(),
            "Attribute does not exist in the schema.",
        ));
    }
    match writer {
        Writer::Client(client) if !writable(client, name) => Err(Refusal::UnauthorizedAttribute),
        Writer::Client(_) | Writer::Administrator => Ok(()),
    }
}

/// A client without a list may write the standard attributes; custom ones have to be listed.
fn writable(client: &ClientConfig, name: &str) -> bool {
    match &client.write_attributes {
        Some(names) => names.contains(name),
        None => !name.starts_with("custom:"),
    }
}
