//! Writes of a transaction. Attribute names are always written `#name`, because many of them are reserved words.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem, Update,
};

use super::item::Item;

/// A condition or change, and the values it names (`:name`).
#[derive(Clone, Debug, Default)]
pub(crate) struct Expression {
    pub(crate) text: String,
    pub(crate) values: Vec<(&'static str, AttributeValue)>,
    aliases: Vec<(&'static str, String)>,
}

impl Expression {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            values: Vec::new(),
            aliases: Vec::new(),
        }
    }

    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: AttributeValue) -> Self {
        self.values.push((name, value));
        self
    }

    /// `#alias` is not the attribute `alias` but the one of this name.
    #[must_use]
    pub(crate) fn naming(mut self, alias: &'static str, name: String) -> Self {
        self.aliases.push((alias, name));
        self
    }
}

/// Writes a whole row.
pub(crate) fn put(table: &str, item: Item, condition: Expression) -> TransactWriteItem {
    let put = Put::builder()
        .table_name(table)
        .set_item(Some(item))
        .set_expression_attribute_names(names(&[&condition]))
        .set_expression_attribute_values(values(&[&condition]))
        .condition_expression(condition.text);
    TransactWriteItem::builder()
        .put(put.build().expect("a put has a table and an item"))
        .build()
}

/// Changes some attributes of a row.
pub(crate) fn update(
    table: &str,
    key: Item,
    change: Expression,
    condition: Expression,
) -> TransactWriteItem {
    let update = Update::builder()
        .table_name(table)
        .set_key(Some(key))
        .set_expression_attribute_names(names(&[&change, &condition]))
        .set_expression_attribute_values(values(&[&change, &condition]))
        .update_expression(change.text)
        .condition_expression(condition.text);
    TransactWriteItem::builder()
        .update(
            update
                .build()
                .expect("an update has a table, a key and a change"),
        )
        .build()
}

/// Changes some attributes of a row, or makes it.
pub(crate) fn update_any(table: &str, key: Item, change: Expression) -> TransactWriteItem {
    let update = Update::builder()
        .table_name(table)
        .set_key(Some(key))
        .set_expression_attribute_names(names(&[&change]))
        .set_expression_attribute_values(values(&[&change]))
        .update_expression(change.text);
    TransactWriteItem::builder()
        .update(
            update
                .build()
                .expect("an update has a table, a key and a change"),
        )
        .build()
}

/// Deletes a row.
pub(crate) fn delete(table: &str, key: Item, condition: Expression) -> TransactWriteItem {
    let delete = Delete::builder()
        .table_name(table)
        .set_key(Some(key))
        .set_expression_attribute_names(names(&[&condition]))
        .set_expression_attribute_values(values(&[&condition]))
        .condition_expression(condition.text);
    TransactWriteItem::builder()
        .delete(delete.build().expect("a delete has a table and a key"))
        .build()
}

/// Changes nothing, but must hold.
pub(crate) fn check(table: &str, key: Item, condition: Expression) -> TransactWriteItem {
    let check = ConditionCheck::builder()
        .table_name(table)
        .set_key(Some(key))
        .set_expression_attribute_names(names(&[&condition]))
        .set_expression_attribute_values(values(&[&condition]))
        .condition_expression(condition.text);
    let check = check
        .build()
        .expect("a check has a table, a key and a condition");
    TransactWriteItem::builder().condition_check(check).build()
}

/// Every `#name` of the texts as the attribute `name`, or as what it is an alias of.
pub(crate) fn names(expressions: &[&Expression]) -> Option<HashMap<String, String>> {
    let mut names = HashMap::new();
    for expression in expressions {
        for part in expression.text.split('#').skip(1) {
            let end = part
                .find(|letter: char| !letter.is_ascii_alphanumeric())
                .unwrap_or(part.len());
            names.insert(format!("#{}", &part[..end]), part[..end].to_owned());
        }
    }
    let aliases = expressions
        .iter()
        .flat_map(|expression| &expression.aliases);
    names.extend(aliases.map(|(alias, name)| ((*alias).to_owned(), name.clone())));
    (!names.is_empty()).then_some(names)
}

/// The values of all expressions. A name that both use has one value.
pub(crate) fn values(expressions: &[&Expression]) -> Option<HashMap<String, AttributeValue>> {
    let all = expressions.iter().flat_map(|expression| &expression.values);
    let values: HashMap<_, _> = all
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    (!values.is_empty()).then_some(values)
}
