//! `PostConfirmation`: a confirmed mail code is worth one ticket, for a while. The password that came with it proves nothing
//! more than which browser confirmed; the ticket proves the mailbox. Whose the address was before loses the enrolment with it.

use std::time::Duration;

use face_login_aws::{
    challenges::Challenges,
    enrolments::{Enrolments, Mailbox},
    http::Connection,
    settings::{BadConfiguration, Settings},
    store::StoreError,
};
use face_login_domain::{
    figures::Figure,
    ids::{Sub, TicketId},
    keyed_hash::Pepper,
};
use face_login_process::figures;
use serde_json::{Value, json};

use crate::{
    edge::{Edge, STORE_PATIENCE},
    event::{Event, answered},
    refusal::Refusal,
};

/// Writes tickets.
pub struct Ticketing {
    challenges: Challenges,
    enrolments: Enrolments,
    pepper: Pepper,
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
        let challenges = settings.required_text("CHALLENGES_TABLE");
        let enrolments = settings.required_text("ENROLMENTS_TABLE");
        let pepper = settings.required("PEPPER", Pepper::new);
        let lifetime = settings.required("TICKET_SECONDS", |text| {
            text.parse().ok().map(Duration::from_secs)
        });
        let (Some(connection), Some(challenges), Some(enrolments), Some(pepper), Some(lifetime)) =
            (connection, challenges, enrolments, pepper, lifetime)
        else {
            return Err(settings.finish());
        };
        let client = connection.dynamodb(&STORE_PATIENCE);
        Ok(Self {
            challenges: Challenges::new(client.clone(), challenges),
            enrolments: Enrolments::new(client, enrolments),
            pepper,
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
        let confirmed = parsed.user_facts().confirmed().filter(|_| by_code);
        let Some((sub, email)) = confirmed.zip(parsed.attribute("email")) else {
            tracing::info!(
                ticket.written = false,
                "a confirmation without a proven mailbox"
            );
            return Ok(answered(event, json!({})));
        };
        self.note(&sub, email).await.map_err(|error| {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the ticket could not be written"
            );
            Refusal::Unavailable
        })?;
        figures::count(Figure::MailboxConfirmed);
        tracing::info!(
            ticket.written = true,
            "a confirmed mail code is worth a ticket"
        );
        Ok(answered(event, json!({})))
    }

    /// The address first: a ticket for a user whose address still opens another's account is worth nothing.
    async fn note(&self, sub: &Sub, email: &str) -> Result<(), StoreError> {
        let now = (self.edge.now)();
        let mail = self.pepper.mail(email);
        let before = self.enrolments.note_mailbox(&mail, sub, now).await?;
        if before == Mailbox::Moved {
            tracing::warn!(
                mailbox.moved = true,
                "an address moved; what was enrolled under it is retired"
            );
        }
        let ticket = TicketId::from_random((self.edge.random)());
        let expires_at = now.plus(self.lifetime);
        self.challenges.write_ticket(sub, &ticket, expires_at).await
    }
}
