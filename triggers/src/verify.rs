//! `VerifyAuthChallengeResponse`: judges the uploaded photo. The only place where a face is proven.
//!
//! An outage is never a pass and never costs an attempt; whatever is not understood does not pass. Cognito may call three
//! times for one answer: see `docs/adr/0001` for what keeps that harmless.

use std::time::Duration;

use face_login_aws::{
    challenges::{Challenges, Change},
    enrolments::Enrolments,
    faces::Faces,
    mail::Mailer,
    photos::Photos,
    settings::BadConfiguration,
    store::StoreError,
    users::Users,
};
use face_login_domain::{
    challenge::{ChallengeRecord, Ruling, Standing, Step},
    define::User,
    figures::Figure,
    ids::{ChallengeId, ClientId},
    intent::Intent,
    parameters,
    subject::Subject,
    words::{Kind, Reason, State},
};
use face_login_process::figures;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use crate::{
    edge::Edge,
    event::{Event, answered},
    refusal::Refusal,
};

mod config;
mod look;
mod notice;
mod replace;
mod selfie;

use config::Config;

/// Time for one call in all: Cognito gives up after five seconds.
const DEADLINE: Duration = Duration::from_secs(4);
/// What is kept of it for storing the ruling, once the judging itself takes too long.
const TO_STORE: Duration = Duration::from_millis(700);
/// Pause between two looks at a record that somebody else is to rule on.
const POLL: Duration = Duration::from_millis(200);

/// Judges answers.
pub struct Verifier {
    challenges: Challenges,
    enrolments: Enrolments,
    faces: Faces,
    selfies: Photos,
    documents: Photos,
    users: Users,
    mailer: Option<Mailer>,
    config: Config,
    edge: Edge,
}

/// A look-up that told nothing.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// A store did not do what it was asked.
    #[error("asking a store")]
    Store(#[from] StoreError),
    /// The photo could not be read.
    #[error("reading the photo")]
    Photos(#[from] face_login_aws::photos::PhotosError),
    /// The faces could not be compared.
    #[error("comparing faces")]
    Faces(#[from] face_login_aws::faces::FacesError),
}

/// Which challenge is answered, by whom, and what for.
struct Asked {
    id: ChallengeId,
    subject: Subject,
    client: ClientId,
    /// The pool and the user's name in it, as Cognito says them.
    pool: String,
    name: String,
    intent: Intent,
    mailbox: Option<Mailbox>,
}

/// The user's verified address, and the language that the user gave.
struct Mailbox {
    address: String,
    locale: Option<String>,
}

/// What an answer comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Ruled(Ruling),
    /// The indexer, or another run, has not ruled yet.
    NotYet,
}

impl Verifier {
    /// Reads the configuration.
    ///
    /// # Errors
    /// Everything that is missing or malformed.
    pub fn configure(
        lookup: impl Fn(&str) -> Option<String>,
        edge: Edge,
    ) -> Result<Self, BadConfiguration> {
        config::connect(lookup, edge)
    }

    /// Answers the event.
    ///
    /// # Errors
    /// [`Refusal::NotUnderstood`] for anything but an event of this trigger.
    pub async fn handle(&self, event: Value) -> Result<Value, Refusal> {
        let deadline = Instant::now() + DEADLINE;
        let parsed = Event::of("VerifyAuthChallengeResponse_Authentication", &event)?;
        // Boxed, because what waits for several services is large.
        let correct = Box::pin(self.is_correct(&parsed, deadline)).await;
        Ok(answered(event, json!({"answerCorrect": correct})))
    }

    async fn is_correct(&self, event: &Event, deadline: Instant) -> bool {
        let presented = event
            .private_parameter("challengeId")
            .and_then(ChallengeId::parse);
        let Some(id) =
            presented.filter(|id| parameters::answered(event.answer()).as_ref() == Some(id))
        else {
            tracing::info!(verify.answer = "foreign", "the answer is not the challenge");
            return false;
        };
        let Some(client) = event.client() else {
            tracing::error!("an answer that no client gave");
            return false;
        };
        let asked = Asked {
            id,
            subject: event.user_facts().subject(&self.config.pepper),
            client,
            pool: event.pool().to_owned(),
            name: event.name().to_owned(),
            intent: event.intent(),
            mailbox: mailbox(event),
        };
        let answer = match timeout_at(deadline, self.answer(&asked, deadline)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "an answer could not be judged"
                );
                Answer::NotYet
            }
            Err(_) => {
                tracing::error!("an answer was not judged in time");
                Answer::NotYet
            }
        };
        tracing::info!(verify.answer = ?answer, flow.challenge = asked.id.reference(), "an answer comes to {answer:?}");
        if answer == Answer::NotYet {
            figures::count(Figure::Unjudged);
        }
        // Whatever went wrong before: nobody whom Cognito does not know passes.
        matches!(answer, Answer::Ruled(ruling) if ruling.is_correct())
            && event.user() == User::Found
    }

    async fn answer(&self, asked: &Asked, deadline: Instant) -> Result<Answer, VerifyError> {
        let id = &asked.id;
        let Some(record) = self.challenges.read(id).await? else {
            return Ok(refused(Reason::Expired));
        };
        if record.subject != *asked.subject.sub() {
            return Ok(refused(Reason::Expired));
        }
        if asked.intent == Intent::KeepPhoto {
            return self.keep_photo(&record, asked).await;
        }
        if record.state != State::Upload {
            return Ok(refused(Reason::Expired));
        }
        let answer = match (record.standing((self.edge.now)()), record.kind) {
            (Standing::Repeat(ruling), _) => Answer::Ruled(ruling),
            (Standing::Expired, _) => refused(Reason::Expired),
            (Standing::Wait, _) => self.wait(id, deadline).await?,
            (Standing::Open, Kind::Selfie | Kind::Claim) => {
                self.judge_selfie(&record, asked, deadline).await?
            }
            (Standing::Open, Kind::Enrol) => self.hand_over(&record, deadline).await?,
        };
        match answer {
            Answer::Ruled(Ruling::Indexed) => self.complete_update(&record, asked, deadline).await,
            answer => Ok(answer),
        }
    }

    /// Pins the uploaded document for the indexer and waits for its ruling.
    async fn hand_over(
        &self,
        record: &ChallengeRecord,
        deadline: Instant,
    ) -> Result<Answer, VerifyError> {
        let head = self.documents.head(record.key.as_str()).await?;
        let step = head.map_or(Step::Close(Reason::PhotoMissing), |head| {
            Step::Pin(head.etag)
        });
        match (
            self.challenges
                .take_step(&record.id, &step, (self.edge.now)())
                .await?,
            step,
        ) {
            (Change::Made, Step::Close(reason)) => Ok(refused(reason)),
            _ => self.wait(&record.id, deadline).await,
        }
    }

    /// Waits for somebody else's ruling until shortly before the deadline.
    async fn wait(&self, id: &ChallengeId, deadline: Instant) -> Result<Answer, VerifyError> {
        while Instant::now() + TO_STORE < deadline {
            pause().await;
            let Some(record) = self.challenges.read(id).await? else {
                return Ok(refused(Reason::Expired));
            };
            match record.standing((self.edge.now)()) {
                Standing::Repeat(ruling) => return Ok(Answer::Ruled(ruling)),
                Standing::Wait => {}
                Standing::Open | Standing::Expired => return Ok(Answer::NotYet),
            }
        }
        Ok(Answer::NotYet)
    }
}

fn mailbox(event: &Event) -> Option<Mailbox> {
    let is_verified = event.attribute("email_verified") == Some("true");
    let address = event.attribute("email").filter(|_| is_verified)?;
    Some(Mailbox {
        address: address.to_owned(),
        locale: event.attribute("locale").map(str::to_owned),
    })
}

fn refused(reason: Reason) -> Answer {
    Answer::Ruled(Ruling::Refused(reason))
}

#[expect(
    clippy::disallowed_methods,
    reason = "another function writes the record; nothing but looking again tells when"
)]
async fn pause() {
    tokio::time::sleep(POLL).await;
}
