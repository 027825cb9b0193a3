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
}

impl Expression {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            values: Vec::new(),
        }
    }

    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: AttributeValue) -> Self {
        self.values.push((name, value));
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

/// Every `#name` of the texts as the attribute `name`.
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
