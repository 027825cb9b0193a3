//! DynamoDB: actions are the operations, resources the tables and indexes. A transaction needs the action of each of its items.

use serde_json::Value;

use super::{Asked, Need, Place, Required, Unmapped, need};

pub(super) fn required(asked: Asked<'_>) -> Result<Required, Unmapped> {
    let needs = match asked.operation {
        "GetItem"
        | "PutItem"
        | "UpdateItem"
        | "DeleteItem"
        | "CreateTable"
        | "DeleteTable"
        | "DescribeTable"
        | "UpdateTable"
        | "DescribeTimeToLive"
        | "UpdateTimeToLive"
        | "DescribeContinuousBackups"
        | "UpdateContinuousBackups" => {
            vec![need(
                "dynamodb",
                asked.operation,
                table(asked.place, asked.text("TableName")?),
            )]
        }
        "Query" | "Scan" => vec![need("dynamodb", asked.operation, table_or_index(asked)?)],
        "BatchGetItem" | "BatchWriteItem" => batch(asked)?,
        "TransactWriteItems" => transaction(
            asked,
            &[
                ("Put", "PutItem"),
                ("Update", "UpdateItem"),
                ("Delete", "DeleteItem"),
                ("ConditionCheck", "ConditionCheckItem"),
            ],
        )?,
        "TransactGetItems" => transaction(asked, &[("Get", "GetItem")])?,
        "ListTables" | "DescribeLimits" | "DescribeEndpoints" => {
            vec![need("dynamodb", asked.operation, "*")]
        }
        _ => return Err(asked.unknown()),
    };
    Ok(asked.requires(needs))
}

/// Tables are named by name or by ARN.
fn table(place: &Place, name: &str) -> String {
    if name.starts_with("arn:") {
        name.to_owned()
    } else {
        place.arn("dynamodb", &format!("table/{name}"))
    }
}

fn table_or_index(asked: Asked<'_>) -> Result<String, Unmapped> {
    let table = table(asked.place, asked.text("TableName")?);
    Ok(match asked.body["IndexName"].as_str() {
        Some(index) => format!("{table}/index/{index}"),
        None => table,
    })
}

fn batch(asked: Asked<'_>) -> Result<Vec<Need>, Unmapped> {
    let tables = asked.body["RequestItems"]
        .as_object()
        .filter(|tables| !tables.is_empty())
        .ok_or_else(|| asked.missing("RequestItems"))?;
    Ok(tables
        .keys()
        .map(|name| need("dynamodb", asked.operation, table(asked.place, name)))
        .collect())
}

fn transaction(asked: Asked<'_>, kinds: &[(&'static str, &str)]) -> Result<Vec<Need>, Unmapped> {
    let items = asked.body["TransactItems"]
        .as_array()
        .filter(|items| !items.is_empty())
        .ok_or_else(|| asked.missing("TransactItems"))?;
    let mut needs: Vec<Need> = Vec::new();
    for item in items {
        let needed = inner(asked, item, kinds)?;
        if !needs.contains(&needed) {
            needs.push(needed);
        }
    }
    Ok(needs)
}

/// An item is an object with exactly one of the kinds: anything else could hide an action that nobody judged.
fn inner(asked: Asked<'_>, item: &Value, kinds: &[(&'static str, &str)]) -> Result<Need, Unmapped> {
    let mut entries = item
        .as_object()
        .ok_or_else(|| asked.missing("TransactItems"))?
        .iter();
    let (Some((kind, parameters)), None) = (entries.next(), entries.next()) else {
        return Err(asked.missing("TransactItems"));
    };
    let (_, action) = kinds
        .iter()
        .find(|(name, _)| name == kind)
        .ok_or_else(|| asked.missing("TransactItems"))?;
    let name = parameters["TableName"]
        .as_str()
        .ok_or_else(|| asked.missing("TableName"))?;
    Ok(need("dynamodb", action, table(asked.place, name)))
}
