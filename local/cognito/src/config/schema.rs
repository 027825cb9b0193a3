//! Attributes: those that every pool has, and what the template says about them.

use std::collections::BTreeMap;

use super::properties::Properties;

/// One attribute that the pool's schema adds or sharpens.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub(crate) required: bool,
    pub(crate) mutable: bool,
    pub(crate) min_length: usize,
    pub(crate) max_length: usize,
}

pub(super) fn schema(read: &mut Properties<'_>) -> BTreeMap<String, Attribute> {
    let mut schema = BTreeMap::new();
    for (index, value) in read.list("Schema").unwrap_or_default().iter().enumerate() {
        let mut item = read.item("Schema", index, value);
        let name = item.text("Name");
        item.only("AttributeDataType", &["String"], "String");
        item.only("DeveloperOnlyAttribute", &["false"], "false");
        let mut attribute = Attribute {
            required: item.boolean("Required").unwrap_or(false),
            mutable: item.boolean("Mutable").unwrap_or(true),
            min_length: 0,
            max_length: 2048,
        };
        if let Some(mut limits) = item.object("StringAttributeConstraints") {
            attribute.min_length = limits
                .integer("MinLength")
                .and_then(|n| usize::try_from(n).ok())
                .unwrap_or(0);
            attribute.max_length = limits
                .integer("MaxLength")
                .and_then(|n| usize::try_from(n).ok())
                .unwrap_or(2048);
            limits.finish();
        }
        match name {
            None => item.missing("Name"),
            Some(name) if STANDARD_ATTRIBUTES.contains(&name.as_str()) => {
                schema.insert(name, attribute);
            }
            Some(_) if attribute.required => {
                item.unsupported("Required", "false for a custom attribute");
            }
            Some(name) => {
                schema.insert(format!("custom:{name}"), attribute);
            }
        }
        item.finish();
    }
    schema
}

/// The attributes that every pool has.
pub(crate) const STANDARD_ATTRIBUTES: [&str; 17] = [
    "address",
    "birthdate",
    "email",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "picture",
    "preferred_username",
    "profile",
    "updated_at",
    "website",
    "zoneinfo",
];
