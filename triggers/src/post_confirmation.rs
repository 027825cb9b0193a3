//! `PostConfirmation`: a confirmed mail code is worth one ticket, for a while. The password that came with it proves nothing
//! more than which browser confirmed; the ticket proves the mailbox.

use std::time::Duration;

use face_login_aws::{
    challenges::Challenges,
    http::Connection,
    settings::{BadConfiguration, Settings},
};
use face_login_domain::ids::TicketId;
use serde_json::{Value, json};

use crate::{
    edge::{Edge, STORE_PATIENCE},
    event::{Event, answered},
    refusal::Refusal,
};

/// Writes tickets.
pub struct Ticketing {
    challenges: Challenges,
    lifetime: Duration,
    edge: Edge,
}

impl Ticketing {
    /// Reads the configuration.
    ///
    /// # Errors
    /// Everything that is missing or malformed.
    pub fn configure(
        lookup: impl Fn(&str) -> Option<String>,
        edge: Edge,
    ) -> Result<Self, BadConfiguration> {
        let mut settings = Settings::new(lookup);
        let connection = Connection::read(&mut settings);
        let table = settings.required("CHALLENGES_TABLE", |text| Some(text.to_owned()));
        let lifetime = settings.required("TICKET_SECONDS", |text| {
            text.parse().ok().map(Duration::from_secs)
        });
        let (Some(connection), Some(table), Some(lifetime)) = (connection, table, lifetime) else {
            return Err(settings.finish());
        };
        Ok(Self {
            challenges: Challenges::new(connection.dynamodb(&STORE_PATIENCE), table),
            lifetime,
            edge,
        })
    }

    /// Answers the event.
    ///
    /// # Errors
    /// [`Refusal::NotUnderstood`] for anything but an event of Cognito's, [`Refusal::Unavailable`] if the ticket could not be
    /// written: the mail is confirmed all the same, and a new code brings a ticket.
    pub async fn handle(&self, event: Value) -> Result<Value, Refusal> {
        let parsed = Event::of_any_source(&event)?;
        let by_code = matches!(
            parsed.source(),
            "PostConfirmation_ConfirmSignUp" | "PostConfirmation_ConfirmForgotPassword"
        );
        // An administrator's confirmation has the same source, but leaves the address unverified.
        let Some(sub) = parsed.user_facts().confirmed().filter(|_| by_code) else {
            tracing::info!(
                ticket.written = false,
                "a confirmation without a proven mailbox"
            );
            return Ok(answered(event, json!({})));
        };
        let ticket = TicketId::from_random((self.edge.random)());
        let expires_at = (self.edge.now)().plus(self.lifetime);
        self.challenges
            .write_ticket(&sub, &ticket, expires_at)
            .await
            .map_err(|error| {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the ticket could not be written"
                );
                Refusal::Unavailable
            })?;
        tracing::info!(
            ticket.written = true,
            "a confirmed mail code is worth a ticket"
        );
        Ok(answered(event, json!({})))
    }
}
