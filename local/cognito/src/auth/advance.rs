//! What follows a round: Define decides, then another challenge, tokens, or the end.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::state::{Attempt, Kind, Pending, Person};
use crate::{
    clients::AppClient,
    refusal::Refusal,
    service::Service,
    srp::{Credential, Exchange},
    store::User,
    tokens::TokenSource,
    triggers::{Created, Decision, Trigger},
    wire::StringMap,
};

/// ARNs of the three functions that a custom flow needs.
pub(super) struct CustomAuth<'a> {
    define: &'a str,
    create: &'a str,
    pub(super) verify: &'a str,
}

impl Service {
    pub(super) fn custom_auth(&self) -> Result<CustomAuth<'_>, Refusal> {
        let triggers = &self.pool.triggers;
        match (&triggers.define, &triggers.create, &triggers.verify) {
            (Some(define), Some(create), Some(verify)) => Ok(CustomAuth {
                define,
                create,
                verify,
            }),
            _ => Err(Refusal::TriggersNotConfigured),
        }
    }

    pub(super) async fn decide(
        &self,
        client: &AppClient,
        attempt: &Attempt,
        person: &Person,
        metadata: Option<&StringMap>,
    ) -> Result<Decision, Refusal> {
        let event = self
            .events(client)
            .define(&person.request(metadata), &attempt.history);
        let arn = self.custom_auth()?.define;
        Decision::read(
            &self
                .functions
                .call(Trigger::DefineAuthChallenge, arn, event)
                .await?,
        )
    }

    /// The reply to the client after the rounds of `attempt`.
    pub(super) async fn advance(
        &self,
        client: &AppClient,
        attempt: &Attempt,
        person: &Person,
        metadata: Option<&StringMap>,
    ) -> Result<Value, Refusal> {
        match self.decide(client, attempt, person, metadata).await? {
            Decision::Fail => Err(self.fail(attempt)?),
            Decision::IssueTokens => match person {
                Person::Known(user) => {
                    self.signed_in(client, TokenSource::Authentication, user, metadata)
                        .await
                }
                Person::Unknown(_) => Err(self.fail(attempt)?),
            },
            Decision::PasswordVerifier => self.password_challenge(client, attempt, person),
            Decision::CustomChallenge => {
                self.custom_challenge(client, attempt, person, metadata)
                    .await
            }
        }
    }

    /// Tokens, as the answer to a client.
    pub(super) async fn signed_in(
        &self,
        client: &AppClient,
        source: TokenSource,
        user: &User,
        metadata: Option<&StringMap>,
    ) -> Result<Value, Refusal> {
        let result = self.grant(client, source, user, metadata).await?;
        Ok(json!({"AuthenticationResult": result, "ChallengeParameters": {}}))
    }

    pub(super) fn password_challenge(
        &self,
        client: &AppClient,
        attempt: &Attempt,
        person: &Person,
    ) -> Result<Value, Refusal> {
        let Some(client_value) = attempt.srp_a.clone() else {
            return Err(Refusal::MissingParameter("SRP_A"));
        };
        let credential = match person {
            Person::Known(user) => user.credential.clone(),
            Person::Unknown(_) => {
                Credential::simulated(&self.simulation.bytes("password", &attempt.given))
            }
        };
        let exchange = Exchange::begin(client_value, &credential, &self.randomness);
        let parameters = StringMap::from([
            ("SALT".to_owned(), exchange.salt().to_owned()),
            (
                "SECRET_BLOCK".to_owned(),
                STANDARD.encode(exchange.secret_block()),
            ),
            ("SRP_B".to_owned(), exchange.public().to_owned()),
            ("USERNAME".to_owned(), person.name().to_owned()),
            ("USER_ID_FOR_SRP".to_owned(), person.name().to_owned()),
        ]);
        self.challenge(client, attempt, &Pending::Password(exchange), &parameters)
    }

    async fn custom_challenge(
        &self,
        client: &AppClient,
        attempt: &Attempt,
        person: &Person,
        metadata: Option<&StringMap>,
    ) -> Result<Value, Refusal> {
        let event = self
            .events(client)
            .create(&person.request(metadata), &attempt.history);
        let arn = self.custom_auth()?.create;
        let response = self
            .functions
            .call(Trigger::CreateAuthChallenge, arn, event)
            .await?;
        let Created {
            public: mut parameters,
            private,
            metadata,
        } = match Created::read(&response) {
            Err(Refusal::WrongCredentials) => return Err(self.fail(attempt)?),
            created => created?,
        };
        parameters.insert("USERNAME".to_owned(), person.name().to_owned());
        self.challenge(
            client,
            attempt,
            &Pending::Custom { private, metadata },
            &parameters,
        )
    }

    pub(super) fn challenge(
        &self,
        client: &AppClient,
        attempt: &Attempt,
        pending: &Pending,
        parameters: &StringMap,
    ) -> Result<Value, Refusal> {
        let session = self.save(client, attempt, pending)?;
        let mut challenge = json!({
            "ChallengeName": pending.challenge_name(),
            "ChallengeParameters": parameters,
        });
        if attempt.kind != Kind::Srp || !matches!(pending, Pending::Password(_)) {
            challenge["Session"] = json!(session);
        }
        Ok(challenge)
    }
}
