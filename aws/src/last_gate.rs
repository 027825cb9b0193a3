//! What the last gate goes by: passes that gave no tokens yet (`OK#<sub>`, one attribute per pass), and the app clients that the template
//! made (`CLIENT#<id>`).

use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use face_login_domain::{
    SCHEMA_VERSION,
    ids::{ChallengeId, ClientId, EnrolmentId, Sub},
    last_gate::{Method, Pass},
};

use crate::{
    challenges::Challenges,
    store::{
        Committed, Row, StoreError, commit,
        item::{Item, Reader, challenge_key, number, text, time, versioned},
        read,
        write::{self, Expression},
    },
};

/// For how long the row outlives its newest pass.
const KEPT: Duration = Duration::from_hours(1);
/// What the attributes of passes begin with.
const PASS: &str = "pass-";

/// What became of the wish to spend a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// It is this call's.
    Now,
    /// Another call was faster.
    Before,
}

impl Challenges {
    /// Records a pass beside those of other sessions.
    pub(crate) fn record_pass(&self, sub: &Sub, pass: &Pass) -> TransactWriteItem {
        let change = Expression::new("SET #pass = :pass, #schemaVersion = :schema, #ttl = :ttl")
            .with(":pass", AttributeValue::M(attributes(pass)))
            .with(":schema", number(SCHEMA_VERSION))
            .with(":ttl", number(pass.at.plus(KEPT).secs()))
            .naming("#pass", attribute(&pass.challenge));
        write::update_any(&self.table, passes_key(sub), change)
    }

    /// The user's passes that gave no tokens yet, however old.
    pub async fn passes(&self, sub: &Sub) -> Result<Vec<Pass>, StoreError> {
        let item = read(&self.client, &self.table, Row::Passes, passes_key(sub)).await?;
        let Some(item) = item else {
            return Ok(Vec::new());
        };
        let Some(row) = Reader::of_this_version(Row::Passes, &item) else {
            return Ok(Vec::new());
        };
        let passes = row.parts(PASS)?.into_iter();
        passes.map(|(id, pass)| parse(id, &pass)).collect()
    }

    /// Takes a pass away, if it is still there.
    pub async fn spend_pass(&self, sub: &Sub, pass: &Pass) -> Result<Spent, StoreError> {
        let change = Expression::new("REMOVE #pass").naming("#pass", attribute(&pass.challenge));
        let unspent = Expression::new("attribute_exists(#pass)");
        let spend = write::update(&self.table, passes_key(sub), change, unspent);
        Ok(
            match commit(&self.client, Row::Passes, vec![spend]).await? {
                Committed::Done => Spent::Now,
                Committed::Refused(_) => Spent::Before,
            },
        )
    }

    /// Whether the template made this app client.
    pub async fn admits_client(&self, client: &ClientId) -> Result<bool, StoreError> {
        let item = read(&self.client, &self.table, Row::Client, client_key(client)).await?;
        Ok(item.is_some_and(|item| Reader::of_this_version(Row::Client, &item).is_some()))
    }

    /// From now on this app client is the template's.
    pub async fn admit_client(&self, client: &ClientId) -> Result<(), StoreError> {
        let put = self.client.put_item().table_name(&self.table);
        put.set_item(Some(versioned(client_key(client))))
            .send()
            .await
            .map(|_| ())
            .map_err(|error| StoreError::call("writing", Row::Client, error))
    }

    /// From now on it is not.
    pub async fn expel_client(&self, client: &ClientId) -> Result<(), StoreError> {
        let delete = self.client.delete_item().table_name(&self.table);
        delete
            .set_key(Some(client_key(client)))
            .send()
            .await
            .map(|_| ())
            .map_err(|error| StoreError::call("deleting", Row::Client, error))
    }
}

fn passes_key(sub: &Sub) -> Item {
    challenge_key(format!("OK#{}", sub.as_str()))
}

fn client_key(client: &ClientId) -> Item {
    challenge_key(format!("CLIENT#{}", client.as_str()))
}

fn attribute(challenge: &ChallengeId) -> String {
    format!("{PASS}{}", challenge.as_str())
}

fn attributes(pass: &Pass) -> Item {
    Item::from([
        ("at".to_owned(), time(pass.at)),
        ("method".to_owned(), text(pass.method.as_str())),
        ("enrolmentId".to_owned(), text(pass.enrolment.as_str())),
        ("clientId".to_owned(), text(pass.client.as_str())),
    ])
}

fn parse(id: &str, pass: &Reader<'_>) -> Result<Pass, StoreError> {
    Ok(Pass {
        challenge: ChallengeId::parse(id).ok_or_else(|| pass.malformed(PASS))?,
        at: pass.time("at")?,
        method: pass.text("method", Method::parse)?,
        enrolment: pass.text("enrolmentId", EnrolmentId::parse)?,
        client: pass.text("clientId", ClientId::parse)?,
    })
}
