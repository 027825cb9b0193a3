//! `PreTokenGeneration`: the last gate before tokens. Whatever it does not know opens nothing.

use std::time::Duration;

use face_login_aws::{
    challenges::Challenges,
    enrolments::Enrolments,
    http::Connection,
    last_gate::Spent,
    settings::{BadConfiguration, Settings},
    store::StoreError,
};
use face_login_domain::figures::Figure;
use face_login_domain::last_gate::{Client, Closed, Decision, Occasion, Situation, decide};
use face_login_process::figures;
use serde_json::{Map, Value, json};

use crate::{
    edge::{Edge, STORE_PATIENCE, seconds},
    event::{Event, answered},
    refusal::Refusal,
};

/// Tries to spend a pass while other sessions of the same user spend theirs.
const RACES: u32 = 8;

/// Lets proven sign-ins through.
pub struct LastGate {
    challenges: Challenges,
    enrolments: Enrolments,
    window: Duration,
    edge: Edge,
}

impl LastGate {
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
        let window = settings.required("PASS_SECONDS", seconds);
        let (Some(connection), Some(challenges), Some(enrolments), Some(window)) =
            (connection, challenges, enrolments, window)
        else {
            return Err(settings.finish());
        };
        let client = connection.dynamodb(&STORE_PATIENCE);
        Ok(Self {
            challenges: Challenges::new(client.clone(), challenges),
            enrolments: Enrolments::new(client, enrolments),
            window,
            edge,
        })
    }

    /// Answers the event.
    ///
    /// # Errors
    /// [`Refusal::Tokens`] for whatever is not proven, [`Refusal::Unavailable`] if a store did not answer,
    /// [`Refusal::NotUnderstood`] for anything but an event of Cognito's.
    pub async fn handle(&self, event: Value) -> Result<Value, Refusal> {
        let parsed = Event::of_any_source(&event)?;
        let decision = self.decide(&parsed).await.map_err(|error| {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the last gate stays closed"
            );
            Refusal::Unavailable
        })?;
        match decision {
            Decision::Refuse(closed) => {
                tracing::error!(gate.closed = ?closed, "no tokens: {closed:?}");
                figures::count(Figure::TokensRefused(closed));
                Err(Refusal::Tokens)
            }
            Decision::Spend(_) | Decision::Renew { .. } => {
                tracing::info!(gate.closed = "", "tokens may be made");
                figures::count(if matches!(decision, Decision::Spend(_)) {
                    Figure::TokensMade
                } else {
                    Figure::TokensRenewed
                });
                Ok(answered(event, response(&decision)))
            }
        }
    }

    async fn decide(&self, event: &Event) -> Result<Decision, StoreError> {
        let Some((sub, client)) = event.user_facts().confirmed().zip(event.client()) else {
            return Ok(Decision::Refuse(Closed::NotEnrolled));
        };
        let admitted = self.challenges.admits_client(&client).await?;
        for _ in 0..RACES {
            let (rows, passes) =
                tokio::join!(self.enrolments.rows_of(&sub), self.challenges.passes(&sub));
            let (rows, passes) = (rows?, passes?);
            let decision = decide(&Situation {
                now: (self.edge.now)(),
                occasion: Occasion::of_source(event.source()),
                client: if admitted {
                    Client::Ours(&client)
                } else {
                    Client::Foreign
                },
                active: rows.active_enrolment().map(|enrolment| &enrolment.id),
                passes: &passes,
                window: self.window,
            });
            match &decision {
                Decision::Spend(pass)
                    if self.challenges.spend_pass(&sub, pass).await? == Spent::Before => {}
                _ => return Ok(decision),
            }
        }
        Ok(Decision::Refuse(Closed::NoPass))
    }
}

fn response(decision: &Decision) -> Value {
    let claims: Map<String, Value> = decision
        .claims()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), Value::String(value)))
        .collect();
    json!({"claimsOverrideDetails": {"claimsToAddOrOverride": claims}})
}
