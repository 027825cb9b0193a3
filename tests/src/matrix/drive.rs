//! A person who follows the rounds while something may be broken.

use std::fmt;

use serde_json::{Value, json};

use super::{
    album::{Taken, Who},
    scene::Scene,
};
use crate::{
    challenge::{Round, Step},
    cognito::Refusal,
    upload::Form,
    wait,
};

/// Rounds that one attempt may take.
const MOST_ROUNDS: usize = 40;

/// How an attempt ended.
#[derive(Debug)]
pub(super) enum End {
    Tokens,
    /// A round that asks for nothing that the person has.
    Round(Round),
    /// Cognito's refusal.
    Refused(String),
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tokens => f.write_str("tokens"),
            Self::Round(round) => f.write_str(&round.summary()),
            Self::Refused(why) => f.write_str(why),
        }
    }
}

impl From<Refusal> for End {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(format!("{}: {}", refusal.kind, refusal.message))
    }
}

impl Scene {
    /// Shows `who` until there are tokens or something else is asked for. `intent` goes with each selfie's answer. An outage
    /// that the person notices (`BUSY`, `PENDING`) ends then.
    pub(super) async fn drive(&self, step: Step, who: Who, intent: &Value) -> End {
        let mut step = step;
        for _ in 0..MOST_ROUNDS {
            let round = match step {
                Step::Tokens(_) => return End::Tokens,
                Step::Round(round) => round,
            };
            let next = match (round.state(), round.reason()) {
                ("PENDING", _) => {
                    wait::pause(round.retry_after()).await;
                    self.end_outage_that_acted().await;
                    self.visitor
                        .cognito
                        .answer(&round, round.challenge_id())
                        .await
                }
                ("UPLOAD", reason) if reason.is_empty() || reason == "BUSY" => {
                    if reason == "BUSY" {
                        self.end_outage_that_acted().await;
                        wait::pause(round.retry_after()).await;
                    }
                    self.show(&round, who, intent).await
                }
                _ => return End::Round(round),
            };
            step = match next {
                Ok(step) => step,
                Err(refusal) => return refusal.into(),
            };
        }
        End::Refused(format!("no end after {MOST_ROUNDS} rounds"))
    }

    /// Uploads what the round asks for, and answers.
    pub(super) async fn show(
        &self,
        round: &Round,
        who: Who,
        intent: &Value,
    ) -> Result<Step, Refusal> {
        let taken = match round.challenge() {
            "ENROL_DOCUMENT" => Taken::Document,
            _ => Taken::Selfie,
        };
        let metadata = match taken {
            Taken::Document => json!({}),
            Taken::Selfie => intent.clone(),
        };
        let form =
            Form::of(round).unwrap_or_else(|| panic!("no upload is invited: {}", round.summary()));
        let photo = self.album.take(who, taken);
        let reply = form
            .send(&self.visitor.http, self.visitor.ready.origin(), &photo)
            .await;
        assert!(
            reply.status.is_success(),
            "upload: {} {}",
            reply.status,
            reply.text()
        );
        self.visitor
            .cognito
            .answer_with(round, round.challenge_id(), metadata)
            .await
    }

    /// Outages end some time; one that nobody met yet goes on.
    async fn end_outage_that_acted(&self) {
        let acted = self.visitor.local.hits().await;
        if acted > 0 {
            self.note_hits(acted);
            self.visitor.local.clear_faults().await;
        }
    }
}
