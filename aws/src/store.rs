//! What both stores are made of: rows as typed attributes, transactions, and errors that name the row.

use std::{collections::HashMap, fmt, time::Duration};

use aws_sdk_dynamodb::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::transact_write_items::TransactWriteItemsError,
    types::{AttributeValue, CancellationReason, ReturnValue, TransactWriteItem},
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::failure::{BoxError, Failure};

pub(crate) mod item;
pub(crate) mod write;

use item::Item;
use write::{Expression, names, values};

/// Tries of a transaction that met another one on the same rows, and the pause before the second of them.
const CONFLICT_TRIES: u32 = 5;
const CONFLICT_PAUSE: Duration = Duration::from_millis(15);

/// Kinds of rows, for messages: keys stay out of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// `C#…`: a challenge.
    Challenge,
    /// `L#…`: attempts of a name.
    Attempts,
    /// `T#…`: a ticket.
    Ticket,
    /// `P#…`: a photo that was judged.
    UsedPhoto,
    /// `OK#…`: passes that gave no tokens yet.
    Passes,
    /// `CLIENT#…`: an app client of ours.
    Client,
    /// `S#…`: sign-ups of a mail address.
    SignUps,
    /// `MAIL#…`: whose an address is.
    Mailbox,
    /// `U#…`: the rows of a user.
    User,
    /// `SWEEP#…`, `SEEN#…`: what the sweeper remembers.
    Sweep,
    /// Several of them in one transaction.
    Several,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Challenge => "the record of a challenge",
            Self::Attempts => "the attempts of a name",
            Self::Ticket => "a ticket",
            Self::UsedPhoto => "the mark of a used photo",
            Self::Passes => "the passes of a user",
            Self::Client => "the row of an app client",
            Self::SignUps => "the sign-ups of an address",
            Self::Mailbox => "the owner of an address",
            Self::User => "the rows of a user",
            Self::Sweep => "what the sweeper remembers",
            Self::Several => "rows in a transaction",
        })
    }
}

/// A store that did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// `DynamoDB` did not answer, or not with a success.
    #[error("{action} {row}: {failure:?}")]
    Call {
        /// What was being done.
        action: &'static str,
        /// To which kind of row.
        row: Row,
        /// What kind of failure it was.
        failure: Failure,
        /// The SDK's error.
        #[source]
        source: BoxError,
    },
    /// A row of this version lacks an attribute, or holds a value that no release writes.
    #[error("{row} has no usable `{attribute}`")]
    Malformed {
        /// The kind of row.
        row: Row,
        /// The attribute.
        attribute: &'static str,
    },
    /// Others wrote the row again and again meanwhile.
    #[error("{row} changed too often meanwhile")]
    Contended {
        /// The kind of row.
        row: Row,
    },
}

impl StoreError {
    /// Whether the same call may succeed later.
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Call { failure, .. } => failure.is_outage(),
            Self::Malformed { .. } => false,
            Self::Contended { .. } => true,
        }
    }

    pub(crate) fn call<E>(action: &'static str, row: Row, error: SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        Self::Call {
            action,
            row,
            failure: Failure::of(&error),
            source: error.into(),
        }
    }
}

/// What became of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Committed {
    /// Every write is done.
    Done,
    /// None is: the conditions of the writes at these positions do not hold.
    Refused(Vec<usize>),
}

/// Does all writes or none, and tries again where another transaction was at the same rows.
pub(crate) async fn commit(
    client: &Client,
    row: Row,
    writes: Vec<TransactWriteItem>,
) -> Result<Committed, StoreError> {
    let mut pause = CONFLICT_PAUSE;
    for _ in 1..CONFLICT_TRIES {
        match attempt(client, row, writes.clone()).await? {
            Attempt::Settled(committed) => return Ok(committed),
            Attempt::Conflict(_) => rest(pause).await,
        }
        pause *= 2;
    }
    match attempt(client, row, writes).await? {
        Attempt::Settled(committed) => Ok(committed),
        Attempt::Conflict(source) => Err(StoreError::Call {
            action: "writing",
            row,
            failure: Failure::Throttled,
            source,
        }),
    }
}

enum Attempt {
    Settled(Committed),
    Conflict(BoxError),
}

async fn attempt(
    client: &Client,
    row: Row,
    writes: Vec<TransactWriteItem>,
) -> Result<Attempt, StoreError> {
    let Err(error) = client
        .transact_write_items()
        .set_transact_items(Some(writes))
        .send()
        .await
    else {
        return Ok(Attempt::Settled(Committed::Done));
    };
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
        error.as_service_error()
    else {
        return Err(StoreError::call("writing", row, error));
    };
    let refused = positions(cancelled.cancellation_reasons(), "ConditionalCheckFailed");
    let conflicts = positions(cancelled.cancellation_reasons(), "TransactionConflict");
    match (refused.is_empty(), conflicts.is_empty()) {
        (false, _) => Ok(Attempt::Settled(Committed::Refused(refused))),
        (true, false) => Ok(Attempt::Conflict(error.into())),
        (true, true) => {
            let throttled = cancelled.cancellation_reasons().iter().any(is_throttling);
            let failure = if throttled {
                Failure::Throttled
            } else {
                Failure::of(&error)
            };
            Err(StoreError::Call {
                action: "writing",
                row,
                failure,
                source: error.into(),
            })
        }
    }
}

fn positions(reasons: &[CancellationReason], code: &str) -> Vec<usize> {
    let matching = reasons
        .iter()
        .enumerate()
        .filter(|(_, reason)| reason.code() == Some(code));
    matching.map(|(position, _)| position).collect()
}

fn is_throttling(reason: &CancellationReason) -> bool {
    matches!(
        reason.code(),
        Some("ThrottlingError" | "ProvisionedThroughputExceeded")
    )
}

#[expect(
    clippy::disallowed_methods,
    reason = "nothing tells when another transaction has left the rows"
)]
async fn rest(pause: Duration) {
    tokio::time::sleep(pause).await;
}

/// Changes some attributes of a row, or makes it, and gives the whole row as it is then.
pub(crate) async fn changed(
    client: &Client,
    table: &str,
    row: Row,
    (key, change): (Item, Expression),
) -> Result<Item, StoreError> {
    let answer = client
        .update_item()
        .table_name(table)
        .set_key(Some(key))
        .set_expression_attribute_names(names(&[&change]))
        .set_expression_attribute_values(values(&[&change]))
        .update_expression(change.text)
        .return_values(ReturnValue::AllNew)
        .send()
        .await
        .map_err(|error| StoreError::call("changing", row, error))?;
    Ok(answer.attributes.unwrap_or_default())
}

/// The row under this key, read consistently; `None` if there is none.
pub(crate) async fn read(
    client: &Client,
    table: &str,
    row: Row,
    key: HashMap<String, AttributeValue>,
) -> Result<Option<HashMap<String, AttributeValue>>, StoreError> {
    let answer = client
        .get_item()
        .table_name(table)
        .set_key(Some(key))
        .consistent_read(true)
        .send()
        .await;
    answer
        .map(|found| found.item)
        .map_err(|error| StoreError::call("reading", row, error))
}
