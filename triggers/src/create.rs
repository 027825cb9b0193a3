//! `CreateAuthChallenge`: mints a challenge, its one-time record and the upload that it allows.
//!
//! Known, unknown and unenrolled users cause the same reads and writes. Cognito may call three times for one round: the
//! spare records expire.

use std::time::Duration;

use face_login_aws::{
    attempts::window_start, challenges::Challenges, enrolments::Enrolments,
    settings::BadConfiguration, store::StoreError,
};
use face_login_domain::{
    attempts::Bucket,
    challenge::{Chain, ChallengeRecord, Status},
    create::{About, Choice, Last, Password, Situation, Supply, choose},
    enrolment::Consent,
    figures::{Figure, Step},
    ids::{ChallengeId, EnrolmentId},
    keyed_hash::KeyedHash,
    metadata::Metadata,
    object_key::ObjectKey,
    parameters::{Form, Parameters, wait},
    photo::{DOCUMENT_MAX_BYTES, SELFIE_MAX_BYTES},
    post_form::Upload,
    subject::Subject,
    time::Timestamp,
    words::{Kind, Reason, State},
};
use face_login_process::figures;
use serde_json::{Value, json};

use crate::{
    edge::Edge,
    event::{Event, answered},
    refusal::Refusal,
};

mod config;

use config::Config;

/// Creates challenges.
pub struct Creator {
    challenges: Challenges,
    enrolments: Enrolments,
    config: Config,
    edge: Edge,
}

/// What one call found out before it chooses.
struct Known {
    now: Timestamp,
    name: KeyedHash,
    bucket: Bucket,
    subject: Subject,
    last: Option<Last>,
    password: Password,
    consent: Option<String>,
    choice: Choice,
}

impl Creator {
    /// Reads the configuration.
    ///
    /// # Errors
    /// Everything that is missing or malformed.
    pub fn configure(
        lookup: impl Fn(&str) -> Option<String>,
        edge: Edge,
    ) -> Result<Self, BadConfiguration> {
        let (config, challenges, enrolments) = config::read(lookup)?;
        Ok(Self {
            challenges,
            enrolments,
            config,
            edge,
        })
    }

    /// Answers the event.
    ///
    /// # Errors
    /// [`Refusal::NotUnderstood`] for anything but an event of this trigger, [`Refusal::Unavailable`] if a store did not
    /// answer.
    pub async fn handle(&self, event: Value) -> Result<Value, Refusal> {
        let parsed = Event::of("CreateAuthChallenge_Authentication", &event)?;
        let response = self.respond(&parsed).await.map_err(|error| {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "no challenge could be made"
            );
            Refusal::Unavailable
        })?;
        Ok(answered(event, response))
    }

    async fn respond(&self, event: &Event) -> Result<Value, StoreError> {
        let known = self.look_up(event).await?;
        let record = match (
            &known.choice.about,
            known.last.as_ref().and_then(|last| last.record.as_ref()),
        ) {
            (About::SameChallenge, Some(record)) => record.clone(),
            _ => self.mint(&known).await?,
        };
        let choice = &known.choice;
        tracing::info!(
            challenge.kind = choice.kind.as_str(),
            challenge.state = choice.state.as_str(),
            challenge.reason = choice.reason.map_or("", Reason::as_str),
            flow.challenge = record.id.reference(),
            flow.after = before(event),
            "a round is presented"
        );
        told(&known);
        let metadata = Metadata {
            kind: choice.kind,
            state: choice.state,
            wrong: choice.wrong,
            challenge: record.id.clone(),
        };
        Ok(json!({
            "publicChallengeParameters": self.parameters(event, &known, &record).to_map(),
            "privateChallengeParameters": {"challengeId": record.id.as_str()},
            "challengeMetadata": metadata.to_string(),
        }))
    }

    async fn look_up(&self, event: &Event) -> Result<Known, StoreError> {
        let now = (self.edge.now)();
        let name = self.config.pepper.name(event.name());
        let subject = event.user_facts().subject(&self.config.pepper);
        let password = event.password();
        let ticket = match (password, &subject) {
            (Password::Proven, Subject::Real(sub)) => self.challenges.live_ticket(sub, now).await?,
            (Password::Proven, Subject::Decoy(_)) | (Password::NotProven, _) => None,
        };
        let bucket = password.bucket(ticket.as_ref());
        let supply = self.supply(&name, bucket, now).await?;
        let rows = self.enrolments.rows_of(subject.sub()).await?;
        let attempts = self.challenges.attempts(&name, bucket).await?.attempts;
        let last = match event.last_metadata() {
            Some((metadata, round)) => Some(Last {
                round,
                record: self.challenges.read(&metadata.challenge).await?,
            }),
            None => None,
        };
        let choice = choose(&Situation {
            now,
            subject: subject.sub(),
            last: last.as_ref(),
            password,
            rows: &rows,
            ticket: ticket.as_ref(),
            intent: event.intent(),
            consent: event.client_metadata("consent"),
            wanted: &self.config.consent,
            allowance: attempts.pause(&self.config.lockout.of(bucket), now),
            supply,
        });
        let consent = event.client_metadata("consent").map(str::to_owned);
        Ok(Known {
            now,
            name,
            bucket,
            subject,
            last,
            password,
            consent,
            choice,
        })
    }

    async fn supply(
        &self,
        name: &KeyedHash,
        bucket: Bucket,
        now: Timestamp,
    ) -> Result<Supply, StoreError> {
        let window = self.config.challenge_window;
        let counted = self.challenges.count_challenge(name, bucket, window, now);
        let count = counted.await?;
        Ok(if count <= self.config.challenge_limit {
            Supply::Left
        } else {
            Supply::UsedUpUntil(window_start(window, now).plus(window))
        })
    }

    /// Writes the record of a new challenge, and the consent that came with the answer.
    async fn mint(&self, known: &Known) -> Result<ChallengeRecord, StoreError> {
        let choice = &known.choice;
        let consent = match (&choice.about, choice.state) {
            (About::NewEnrolment(_), State::Upload) => Some(self.consent(known).await?),
            _ => None,
        };
        let id = ChallengeId::from_random((self.edge.random)());
        let record = ChallengeRecord {
            key: ObjectKey::of_challenge(choice.kind, &id),
            id,
            kind: choice.kind,
            state: choice.state,
            status: Status::Issued,
            subject: known.subject.sub().clone(),
            name: known.name.clone(),
            bucket: known.bucket,
            issued_at: known.now,
            expires_at: self.expiry(choice, known.now),
            wrong: choice.wrong,
            chain: self.chain(&choice.about),
            consent,
            indexing: None,
        };
        self.challenges.issue(&record).await?;
        Ok(record)
    }

    fn chain(&self, about: &About) -> Option<Chain> {
        match about {
            About::Chain(chain) => Some(chain.clone()),
            About::NewEnrolment(aim) => Some(Chain {
                enrolment: EnrolmentId::from_random((self.edge.random)()),
                aim: aim.clone(),
            }),
            About::Nothing | About::SameChallenge => None,
        }
    }

    /// The consent for a document: given just now, which is stored, or with the document before.
    async fn consent(&self, known: &Known) -> Result<Consent, StoreError> {
        let wanted = &self.config.consent;
        let before = known
            .last
            .as_ref()
            .and_then(|last| last.record.as_ref()?.consent.clone());
        if let Some(consent) = before.filter(|_| known.consent.as_deref() != Some(wanted.as_str()))
        {
            return Ok(consent);
        }
        let consent = Consent {
            version: wanted.clone(),
            at: known.now,
        };
        self.enrolments
            .keep_consent(known.subject.sub(), &consent)
            .await?;
        Ok(consent)
    }

    fn parameters<'a>(
        &'a self,
        event: &Event,
        known: &Known,
        record: &'a ChallengeRecord,
    ) -> Parameters<'a> {
        let choice = &known.choice;
        Parameters {
            kind: choice.kind,
            state: choice.state,
            challenge: &record.id,
            form: self.form(known, record),
            max_bytes: max_bytes(choice.kind),
            expires_at: record.expires_at,
            wrong: choice.wrong,
            retry_after: retry_after(event, choice, known.now),
            consent: &self.config.consent,
            reason: choice.reason,
        }
    }

    /// The form of an upload. Where there is none, a worthless one of the same shape, so that the plain way always looks the
    /// same; after the password there is nothing to hide.
    fn form(&self, known: &Known, record: &ChallengeRecord) -> Form {
        let key = match (known.choice.state, known.password) {
            (State::Upload, _) => self.config.signing_key.clone(),
            (_, Password::NotProven) => self.config.signing_key.worthless(),
            (_, Password::Proven) => return Form::default(),
        };
        let bucket = self.config.bucket(known.choice.kind);
        let upload = Upload {
            bucket,
            key: &record.key,
            max_bytes: max_bytes(known.choice.kind),
            expires_at: record.expires_at,
        };
        Form {
            url: bucket.url(),
            fields: upload.fields(&key, known.now),
        }
    }

    /// When the round is over: for a face that waits, when its time has come.
    fn expiry(&self, choice: &Choice, now: Timestamp) -> Timestamp {
        match (choice.state, choice.paused_until, choice.kind) {
            (State::Held, Some(until), _) => until,
            (_, _, Kind::Selfie | Kind::Claim) => now.plus(self.config.selfie_lifetime),
            (_, _, Kind::Enrol) => now.plus(self.config.document_lifetime),
        }
    }
}

/// What the log calls the challenge of the round before, so that rounds of one session can be followed.
fn before(event: &Event) -> String {
    let last = event.last_metadata();
    last.map(|(metadata, _)| metadata.challenge.reference())
        .unwrap_or_default()
}

/// The figures of a round that is presented.
fn told(known: &Known) {
    let choice = &known.choice;
    if known.last.is_none() {
        figures::count(Figure::SessionBegun);
    }
    if choice.state == State::Locked {
        figures::count(Figure::Paused);
    }
    match (&choice.about, choice.state) {
        (About::NewEnrolment(aim), State::Upload) => {
            figures::count(Figure::Begun(Step::aiming(aim)));
        }
        (About::Nothing, State::Upload) if known.last.is_none() => {
            figures::count(Figure::Begun(Step::SignIn));
        }
        _ => {}
    }
}

fn max_bytes(kind: Kind) -> u64 {
    match kind {
        Kind::Selfie | Kind::Claim => SELFIE_MAX_BYTES,
        Kind::Enrol => DOCUMENT_MAX_BYTES,
    }
}

/// How long to wait before answering: growing waits of this session, or the rest of a pause in whole seconds.
fn retry_after(event: &Event, choice: &Choice, now: Timestamp) -> Duration {
    if let Some(end) = choice.paused_until {
        return Duration::from_secs(
            end.since(now)
                .as_millis()
                .div_ceil(1000)
                .try_into()
                .unwrap_or(u64::MAX),
        );
    }
    let waits = event
        .history()
        .len()
        .saturating_sub(match event.password() {
            Password::Proven => 3,
            Password::NotProven => 1,
        });
    match (choice.state, choice.reason) {
        (State::Pending, _) | (_, Some(Reason::Busy)) => wait(waits),
        _ => Duration::ZERO,
    }
}
