//! `RespondToAuthChallenge`.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use time::{PrimitiveDateTime, format_description::BorrowedFormatItem, macros::format_description};

use super::{
    parameters::Parameters,
    state::{Attempt, Pending, Person},
};
use crate::{
    clients::AppClient,
    moment::Moment,
    refusal::Refusal,
    service::Service,
    srp::Exchange,
    store::PasswordFailures,
    triggers::{Round, Trigger, answer_correct},
    wire::{Limits, Members, StringMap},
};

/// How far a proof's time may be from ours. The real window is not documented.
const FRESHNESS: Duration = Duration::from_mins(5);

/// `Fri Nov 6 09:05:00 UTC 2026`, the day without a zero.
const TIMESTAMP: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday repr:short] [month repr:short] [day padding:none] [hour]:[minute]:[second] UTC [year]"
);

/// The client's proof that it knows the password.
struct Proof {
    signature: String,
    secret_block: String,
    timestamp: String,
}

/// An answer to the challenge that waits.
enum Reply {
    Custom(String),
    Password(Proof),
}

impl Service {
    pub(crate) async fn respond_to_auth_challenge(
        &self,
        mut members: Members,
    ) -> Result<Value, Refusal> {
        let client_id = members.required("ClientId", Limits::CLIENT_ID);
        let challenge = members.required("ChallengeName", Limits::ANY);
        let session = members.optional("Session", Limits::SESSION);
        let responses = members.map("ChallengeResponses").unwrap_or_default();
        let metadata = members.map("ClientMetadata");
        members.user_context_data();
        members.finish()?;
        let client = self.client(&client_id)?;
        let mut parameters = Parameters::new(responses);
        let name = parameters.required("USERNAME")?;
        let reply = read_reply(&challenge, &mut parameters)?;
        parameters.finish(&client, &name)?;
        let session = session.ok_or(Refusal::MissingParameter("Session"))?;
        self.custom_auth()?;
        let (attempt, pending) = self.spend(&client, &session, &self.key(&name), &challenge)?;
        let person = self.person(&attempt)?;
        match (pending, reply) {
            (
                Pending::Custom {
                    private,
                    metadata: about,
                },
                Reply::Custom(answer),
            ) => {
                let round = self
                    .judge(
                        &client,
                        &person,
                        &private,
                        &answer,
                        about,
                        metadata.as_ref(),
                    )
                    .await?;
                self.advance(
                    &client,
                    &and_then(attempt, round),
                    &person,
                    metadata.as_ref(),
                )
                .await
            }
            (Pending::Password(exchange), Reply::Password(proof)) => {
                self.after_password(
                    &client,
                    attempt,
                    &person,
                    &exchange,
                    &proof,
                    metadata.as_ref(),
                )
                .await
            }
            // `spend` compared the names of the challenges.
            (Pending::Custom { .. }, Reply::Password(_))
            | (Pending::Password(_), Reply::Custom(_)) => Err(Refusal::InvalidSession),
        }
    }

    /// One custom round: Verify's verdict, with what Create said about the round.
    async fn judge(
        &self,
        client: &AppClient,
        person: &Person,
        private: &StringMap,
        answer: &str,
        about: Option<String>,
        metadata: Option<&StringMap>,
    ) -> Result<Round, Refusal> {
        let event = self
            .events(client)
            .verify(&person.request(metadata), private, answer);
        let arn = self.custom_auth()?.verify;
        let response = self
            .functions
            .call(Trigger::VerifyAuthChallengeResponse, arn, event)
            .await?;
        Ok(Round {
            name: "CUSTOM_CHALLENGE".to_owned(),
            result: answer_correct(&response)?,
            metadata: about,
        })
    }

    async fn after_password(
        &self,
        client: &AppClient,
        attempt: Attempt,
        person: &Person,
        exchange: &Exchange,
        proof: &Proof,
        metadata: Option<&StringMap>,
    ) -> Result<Value, Refusal> {
        let now = self.now();
        let counted = attempt.counted_name().clone();
        let failures = self
            .store
            .transact(|tx| PasswordFailures::of(tx, &counted).map_err(Refusal::from))?;
        if failures.is_some_and(|failures| failures.locked(now)) {
            self.fail(&attempt)?;
            return Err(Refusal::PasswordAttemptsExceeded);
        }
        let known = matches!(person, Person::Known(_));
        // The proof of an unknown user is worked out too: it must take as long as a known one's.
        let right = self.proven(person.name(), exchange, proof, now) && known;
        self.store.transact(|tx| {
            let counted = if right {
                PasswordFailures::forget(tx, &counted)
            } else {
                PasswordFailures::add(tx, &counted, now)
            };
            counted.map_err(Refusal::from)
        })?;
        let round = Round {
            name: "PASSWORD_VERIFIER".to_owned(),
            result: right,
            metadata: None,
        };
        let attempt = and_then(attempt, round);
        if right {
            return self.advance(client, &attempt, person, metadata).await;
        }
        // Define hears of the wrong password, but whatever it says, the client is refused.
        let _heard = self.decide(client, &attempt, person, metadata).await;
        Err(self.fail(&attempt)?)
    }

    fn proven(&self, user_id: &str, exchange: &Exchange, proof: &Proof, now: Moment) -> bool {
        let signature = STANDARD.decode(&proof.signature).unwrap_or_default();
        let right = exchange.proves(
            self.settings.srp_pool_name(),
            user_id,
            &proof.timestamp,
            &signature,
        );
        let own_block = proof.secret_block == STANDARD.encode(exchange.secret_block());
        let fresh = PrimitiveDateTime::parse(&proof.timestamp, TIMESTAMP).is_ok_and(|at| {
            Moment::from_seconds(at.assume_utc().unix_timestamp()).distance(now) <= FRESHNESS
        });
        right && own_block && fresh
    }
}

fn read_reply(challenge: &str, parameters: &mut Parameters) -> Result<Reply, Refusal> {
    match challenge {
        "CUSTOM_CHALLENGE" => Ok(Reply::Custom(parameters.required("ANSWER")?)),
        "PASSWORD_VERIFIER" => Ok(Reply::Password(Proof {
            signature: parameters.required("PASSWORD_CLAIM_SIGNATURE")?,
            secret_block: parameters.required("PASSWORD_CLAIM_SECRET_BLOCK")?,
            timestamp: parameters.required("TIMESTAMP")?,
        })),
        _ => Err(Refusal::UnsupportedParameter(format!(
            "ChallengeName {challenge}"
        ))),
    }
}

fn and_then(mut attempt: Attempt, round: Round) -> Attempt {
    attempt.history.push(round);
    attempt
}
