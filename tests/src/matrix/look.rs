//! What must hold after a fault, whatever it was.

use std::time::Duration;

use super::{
    album::Who,
    drive::End,
    journey::{Actor, Journey},
    scene::Scene,
};
use crate::{admin::Row, wait};
use serde_json::json;

/// A queue's message that a dead run kept comes back after 15 seconds.
const QUEUE: Duration = Duration::from_mins(3);
/// The dead run's lease (`LeaseSeconds`, 4) is over then.
const AFTER_THE_LEASE: Duration = Duration::from_millis(4500);
/// Runs of the sweeper, a second apart, until it has to be sure: it waits for a minute after the lease of a run that it can't ask.
const SWEEPS: u32 = 120;
/// How often a person tries again once everything works.
const TRIES: usize = 6;

/// What is left in buckets, collections and tables.
#[derive(Debug)]
pub(super) struct Leavings {
    photos: Vec<String>,
    /// Faces that no row knows.
    orphans: Vec<(String, String)>,
    /// Rows whose face is gone.
    empty_rows: Vec<(String, String)>,
}

/// What broke.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error("the fault did not act")]
    NotMet,
    #[error("a stranger got in")]
    WrongPass,
    #[error("the person can't go on: {0}")]
    Stuck(String),
    #[error("{0} attempts were counted")]
    Attempts(u64),
    #[error("faces without a row: {0:?}")]
    Orphans(Vec<(String, String)>),
    #[error("the sweeper leaves {0:?}")]
    NotSwept(Box<Leavings>),
    #[error("{0}")]
    Enrolment(String),
    #[error("{0} messages in the dead-letter queue")]
    DeadLetters(u64),
    #[error("{0} gets in after being replaced or forgotten")]
    Old(&'static str),
}

impl Scene {
    /// The person finishes what the fault broke; then nothing wrong may be left.
    pub(super) async fn look(
        &self,
        journey: Journey,
        actor: &mut Actor,
        end: End,
    ) -> Result<(), Broken> {
        if let (Journey::Stranger, End::Tokens) = (journey, &end) {
            return Err(Broken::WrongPass);
        }
        let most = u64::from(journey == Journey::Stranger);
        self.go_on(journey, actor, end).await?;
        let failures = self.admin.failures().await;
        if failures > most {
            return Err(Broken::Attempts(failures));
        }
        self.queue_is_empty().await?;
        self.nothing_is_left(journey, actor).await?;
        self.enrolment_is_whole(journey, actor).await?;
        self.old_face_is_out(journey, actor).await?;
        self.admin.forgive().await;
        Ok(())
    }

    async fn go_on(&self, journey: Journey, actor: &mut Actor, mut end: End) -> Result<(), Broken> {
        let none = json!({});
        for _ in 0..TRIES {
            match (&end, journey) {
                (End::Tokens, Journey::Replace) => {
                    actor.face = Who::Bea;
                    return Ok(());
                }
                (End::Tokens, _) => return Ok(()),
                (End::Round(round), Journey::Withdraw) if round.state() == "WITHDRAWN" => {
                    return Ok(());
                }
                _ => {}
            }
            end = match journey {
                Journey::Enrol => self.enrol_again(actor).await,
                Journey::SignIn | Journey::Stranger | Journey::Update => {
                    self.sign_in(actor, actor.face, &none).await
                }
                Journey::Replace => self.sign_in(actor, Who::Bea, &none).await,
                Journey::Withdraw if self.is_withdrawn(actor).await => return Ok(()),
                Journey::Withdraw => {
                    self.sign_in(actor, actor.face, &json!({"intent": "WITHDRAW"}))
                        .await
                }
            };
            if !matches!(end, End::Tokens) {
                wait::pause(Duration::from_secs(1)).await;
            }
        }
        match end {
            End::Tokens => Ok(()),
            other => Err(Broken::Stuck(other.to_string())),
        }
    }

    async fn is_withdrawn(&self, actor: &Actor) -> bool {
        let rows = self.admin.rows_of(&actor.account.sub).await;
        rows.iter()
            .any(|row| row["sk"] == "PROFILE" && row.contains_key("withdrawnAt"))
    }

    async fn queue_is_empty(&self) -> Result<(), Broken> {
        let ready = self.stack.ready();
        let queue = ready.physical("IndexQueue");
        wait::until("the queue is empty", QUEUE, async || {
            (self.visitor.local.depth(queue).await == 0).then_some(())
        })
        .await;
        match self
            .visitor
            .local
            .depth(ready.physical("IndexDeadLetterQueue"))
            .await
        {
            0 => Ok(()),
            dead => Err(Broken::DeadLetters(dead)),
        }
    }

    /// What a dead run left is tidied up by the next sign-in after its lease, and whatever that does not find by the sweeper,
    /// which waits for the end of the challenge: here it comes at once.
    async fn nothing_is_left(&self, journey: Journey, actor: &Actor) -> Result<(), Broken> {
        if !self.admin.photos().await.is_empty() && journey != Journey::Withdraw {
            wait::pause(AFTER_THE_LEASE).await;
            let end = self.sign_in(actor, actor.face, &json!({})).await;
            if !matches!(end, End::Tokens) {
                return Err(Broken::Stuck(format!("after the lease: {end}")));
            }
        }
        for sweeps in 0..SWEEPS {
            let leavings = self.leavings().await;
            // A face that no row knows is for the sweeper only where somebody restored old rows: no fault may leave one.
            if !leavings.orphans.is_empty() {
                return Err(Broken::Orphans(leavings.orphans));
            }
            let forgotten =
                journey != Journey::Withdraw || self.admin.faces_in_rows().await.is_empty();
            if leavings.photos.is_empty() && leavings.empty_rows.is_empty() && forgotten {
                self.swept.set(self.swept.get() + u64::from(sweeps > 0));
                return Ok(());
            }
            for photo in &leavings.photos {
                if let Some(id) = photo.strip_prefix("selfies/") {
                    self.admin.expire_challenge(id).await;
                }
            }
            let (status, _) = self.visitor.local.call_rule("SweepSchedule").await;
            assert_eq!(status, 200, "the sweeper runs");
            // `SweepGraceSeconds` is 1.
            wait::pause(Duration::from_secs(1)).await;
        }
        Err(Broken::NotSwept(Box::new(self.leavings().await)))
    }

    async fn leavings(&self) -> Leavings {
        let (faces, rows) = (
            self.admin.faces_anywhere().await,
            self.admin.faces_in_rows().await,
        );
        Leavings {
            photos: self.admin.photos().await,
            orphans: faces.difference(&rows).cloned().collect(),
            empty_rows: rows.difference(&faces).cloned().collect(),
        }
    }

    async fn enrolment_is_whole(&self, journey: Journey, actor: &Actor) -> Result<(), Broken> {
        let rows = self.admin.rows_of(&actor.account.sub).await;
        let active: Vec<&str> = rows
            .iter()
            .filter(|row| row["sk"].starts_with("ENR#") && status(row) == "ACTIVE")
            .filter_map(|row| row["sk"].strip_prefix("ENR#"))
            .collect();
        let profile = rows.iter().find(|row| row["sk"] == "PROFILE");
        let named = profile
            .and_then(|row| row.get("activeEnrolment"))
            .map(String::as_str);
        let whole = match (journey, active.as_slice()) {
            (Journey::Withdraw, []) => {
                named.is_none() && self.admin.faces_in_rows().await.is_empty()
            }
            (Journey::Withdraw, _) => false,
            (_, [one]) => {
                let prefix = format!("FACE#{one}#");
                let mut own = rows.iter().filter(|row| row["sk"].starts_with(&prefix));
                let there = self.admin.faces_anywhere().await;
                named == Some(one)
                    && own.any(|row| {
                        there.contains(&(row["collection"].clone(), row["faceId"].clone()))
                    })
            }
            _ => false,
        };
        if whole {
            return Ok(());
        }
        let keys: Vec<String> = rows
            .iter()
            .map(|row| format!("{} {}", row["sk"], status(row)))
            .collect();
        Err(Broken::Enrolment(format!(
            "enrolment {named:?} among {keys:?}"
        )))
    }

    async fn old_face_is_out(&self, journey: Journey, actor: &Actor) -> Result<(), Broken> {
        let who = match journey {
            Journey::Replace => "the old face",
            Journey::Withdraw => "the forgotten face",
            _ => return Ok(()),
        };
        match self.sign_in(actor, Who::Ada, &json!({})).await {
            End::Tokens => Err(Broken::Old(who)),
            End::Round(round) if round.reason() == "NOT_RECOGNISED" => Ok(()),
            other => Err(Broken::Stuck(other.to_string())),
        }
    }
}

fn status(row: &Row) -> &str {
    row.get("status").map_or("", String::as_str)
}
