//! Whether a client may give a new user these attributes.

use crate::{
    config::{ClientConfig, PoolConfig, STANDARD_ATTRIBUTES},
    names::is_email,
    refusal::Refusal,
    wire::StringMap,
};

/// Attributes that no client writes.
const OWN: [&str; 3] = ["sub", "email_verified", "phone_number_verified"];

/// # Errors
/// The first attribute that the client may not write or the schema refuses.
pub(super) fn check(
    pool: &PoolConfig,
    client: &ClientConfig,
    given: Vec<(String, String)>,
) -> Result<StringMap, Refusal> {
    let attributes: StringMap = given.into_iter().collect();
    for (name, value) in &attributes {
        let known = STANDARD_ATTRIBUTES.contains(&name.as_str()) || pool.schema.contains_key(name);
        if OWN.contains(&name.as_str()) {
            return Err(Refusal::UnauthorizedAttribute);
        }
        if !known {
            return Err(Refusal::Schema(
                name.clone(),
                "Attribute does not exist in the schema.",
            ));
        }
        if !writable(client, name) {
            return Err(Refusal::UnauthorizedAttribute);
        }
        let length = value.chars().count();
        if pool
            .schema
            .get(name)
            .is_some_and(|rule| length < rule.min_length || rule.max_length < length)
        {
            return Err(Refusal::Schema(
                name.clone(),
                "String must be within the limits of the schema.",
            ));
        }
    }
    for (name, _) in pool.schema.iter().filter(|(_, rule)| rule.required) {
        if attributes.get(name).is_none_or(String::is_empty) {
            return Err(Refusal::Schema(name.clone(), "The attribute is required"));
        }
    }
    match attributes.get("email") {
        Some(email) if !is_email(email) => Err(Refusal::InvalidEmail),
        _ => Ok(attributes),
    }
}

/// A client without a list may write the standard attributes; custom ones have to be listed.
fn writable(client: &ClientConfig, name: &str) -> bool {
    match &client.write_attributes {
        Some(names) => names.contains(name),
        None => !name.starts_with("custom:"),
    }
}
