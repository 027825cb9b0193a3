//! `RespondToAuthChallenge` and `AdminRespondToAuthChallenge`.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use time::{PrimitiveDateTime, format_description::BorrowedFormatItem, macros::format_description};

use super::{
    parameters::Parameters,
    password::Verdict,
    reply::{Proof, Reply},
    state::{Attempt, Kind, Pending, Person},
};
use crate::{
    clients::AppClient,
    moment::Moment,
    refusal::Refusal,
    service::Service,
    srp::Exchange,
    store::UserStatus,
    triggers::{Round, Trigger, answer_correct},
    wire::{Limits, Members, StringMap},
};

/// How far a proof's time may be from ours. The real window is not documented.
const FRESHNESS: Duration = Duration::from_mins(5);

/// `Fri Nov 6 09:05:00 UTC 2026`, the day without a zero.
const TIMESTAMP: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday repr:short] [month repr:short] [day padding:none] [hour]:[minute]:[second] UTC [year]"
);

impl Service {
    pub(crate) async fn respond_to_auth_challenge(
        &self,
        mut members: Members,
    ) -> Result<Value, Refusal> {
        members.user_context_data();
        self.respond_to(members).await
    }

    pub(crate) async fn admin_respond_to_auth_challenge(
        &self,
        mut members: Members,
    ) -> Result<Value, Refusal> {
        let pool_id = members.required("UserPoolId", Limits::POOL_ID);
        members.context_data();
        self.check_pool(pool_id)?;
        self.respond_to(members).await
    }

    async fn respond_to(&self, mut members: Members) -> Result<Value, Refusal> {
        let client_id = members.required("ClientId", Limits::CLIENT_ID);
        let challenge = members.required("ChallengeName", Limits::ANY);
        let session = members.optional("Session", Limits::SESSION);
        let responses = members.map("ChallengeResponses").unwrap_or_default();
        let metadata = members.map("ClientMetadata");
        members.finish()?;
        let metadata = metadata.as_ref();
        let client = self.client(&client_id)?;
        let mut parameters = Parameters::new(responses);
        let name = parameters.required("USERNAME")?;
        let reply = Reply::read(&challenge, &mut parameters)?;
        parameters.finish(&client, &name)?;
        let session = session.as_deref().or(reply.own_session());
        let session = session.ok_or(Refusal::MissingParameter("Session"))?;
        if let Reply::NewPassword { password, .. } = &reply {
            self.check_new_password(password)?;
        }
        let (attempt, pending) = self.spend(&client, session, &self.key(&name), &challenge)?;
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
                    .judge(&client, &person, &private, &answer, about, metadata)
                    .await?;
                let attempt = and_then(attempt, round);
                self.advance(&client, &attempt, &person, metadata).await
            }
            (Pending::Password(exchange), Reply::Password(proof)) => {
                self.after_proof(&client, attempt, &person, &exchange, &proof, metadata)
                    .await
            }
            (Pending::Select, Reply::Select(choice)) => {
                self.choose(&client, attempt, &person, choice, metadata)
                    .await
            }
            (
                Pending::NewPassword,
                Reply::NewPassword {
                    password,
                    attributes,
                },
            ) => {
                self.after_new_password(&client, &attempt, &person, &password, attributes, metadata)
                    .await
            }
            // `spend` compared the names of the challenges.
            (
                Pending::Custom { .. }
                | Pending::Password(_)
                | Pending::Select
                | Pending::NewPassword,
                _,
            ) => Err(Refusal::InvalidSession),
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

    async fn after_proof(
        &self,
        client: &AppClient,
        attempt: Attempt,
        person: &Person,
        exchange: &Exchange,
        proof: &Proof,
        metadata: Option<&StringMap>,
    ) -> Result<Value, Refusal> {
        self.refuse_locked(&attempt)?;
        // The proof of an unknown user is worked out too: it must take as long as a known one's.
        let proven = self.proven(person.name(), exchange, proof, self.now());
        let user = match person {
            Person::Known(user) if proven => user,
            Person::Known(_) | Person::Unknown(_) => {
                self.count_password(&attempt, Verdict::Wrong)?;
                if attempt.kind == Kind::Custom {
                    // Define hears of the wrong password, but whatever it says, the client is refused.
                    let attempt = and_then(attempt.clone(), verified(false));
                    let _heard = self.decide(client, &attempt, person, metadata).await;
                }
                return Err(self.fail(&attempt)?);
            }
        };
        self.count_password(&attempt, Verdict::Right)?;
        match (attempt.kind, user.status) {
            // Seen on AWS: the new password then is worth tokens without any custom challenge.
            (_, UserStatus::ForceChangePassword)
            | (Kind::Srp | Kind::Password | Kind::Choice, _) => {
                self.conclude(client, &attempt, user, metadata).await
            }
            (Kind::Custom, _) => {
                let attempt = and_then(attempt, verified(true));
                self.advance(client, &attempt, person, metadata).await
            }
        }
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

fn verified(result: bool) -> Round {
    Round {
        name: "PASSWORD_VERIFIER".to_owned(),
        result,
        metadata: None,
    }
}

fn and_then(mut attempt: Attempt, round: Round) -> Attempt {
    attempt.history.push(round);
    attempt
}
