//! Tickets (`T#<sub>`): what one confirmed mail code is worth, once, for a while.

use aws_sdk_dynamodb::types::TransactWriteItem;
use face_login_domain::{
    ids::{Sub, TicketId},
    time::Timestamp,
};

use crate::{
    challenges::Challenges,
    store::{
        Row, StoreError,
        item::{Item, Reader, challenge_key, number, text, time, versioned},
        read,
        write::{self, Expression},
    },
};

const HOLDS: &str = "#ticketId = :ticket AND #expiresAt > :now";

impl Challenges {
    /// Gives a user a ticket. An earlier one is void from then on.
    pub async fn write_ticket(
        &self,
        sub: &Sub,
        ticket: &TicketId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut item = versioned(key(sub));
        item.insert("ticketId".to_owned(), text(ticket.as_str()));
        item.insert("expiresAt".to_owned(), time(expires_at));
        item.insert("ttl".to_owned(), number(expires_at.secs()));
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .send()
            .await;
        put.map(|_| ())
            .map_err(|error| StoreError::call("writing", Row::Ticket, error))
    }

    /// The user's ticket, if it is neither spent nor over at `now`.
    pub async fn live_ticket(
        &self,
        sub: &Sub,
        now: Timestamp,
    ) -> Result<Option<TicketId>, StoreError> {
        let Some(item) = read(&self.client, &self.table, Row::Ticket, key(sub)).await? else {
            return Ok(None);
        };
        let Some(row) = Reader::of_this_version(Row::Ticket, &item) else {
            return Ok(None);
        };
        let ticket = row.text("ticketId", TicketId::parse)?;
        Ok((now < row.time("expiresAt")?).then_some(ticket))
    }

    /// A check that the ticket is live at `now`.
    pub(crate) fn ticket_holds(
        &self,
        sub: &Sub,
        ticket: &TicketId,
        now: Timestamp,
    ) -> TransactWriteItem {
        write::check(&self.table, key(sub), holds(ticket, now))
    }

    /// Spends the ticket, if it is live at `now`.
    pub(crate) fn spend_ticket(
        &self,
        sub: &Sub,
        ticket: &TicketId,
        now: Timestamp,
    ) -> TransactWriteItem {
        write::delete(&self.table, key(sub), holds(ticket, now))
    }
}

fn holds(ticket: &TicketId, now: Timestamp) -> Expression {
    Expression::new(HOLDS)
        .with(":ticket", text(ticket.as_str()))
        .with(":now", time(now))
}

fn key(sub: &Sub) -> Item {
    challenge_key(format!("T#{}", sub.as_str()))
}
