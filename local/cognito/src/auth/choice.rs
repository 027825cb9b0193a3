//! `USER_AUTH`: the client chooses how to sign in, at once or when asked.

use serde_json::{Value, json};

use super::{
    parameters::Parameters,
    reply::{CHOICES, Choice},
    state::{Attempt, Kind, Pending, Person},
};
use crate::{clients::AppClient, refusal::Refusal, service::Service, wire::StringMap};

impl Service {
    pub(super) async fn begin_choice(
        &self,
        client: &AppClient,
        mut parameters: Parameters,
        metadata: Option<&StringMap>,
    ) -> Result<Value, Refusal> {
        let name = parameters.required("USERNAME")?;
        let choice = match parameters.optional("PREFERRED_CHALLENGE") {
            None => None,
            Some(way) => Some(Choice::read("PREFERRED_CHALLENGE", &way, &mut parameters)?),
        };
        parameters.finish(client, &name)?;
        let (attempt, person) = self.open(client, Kind::Choice, &name, metadata).await?;
        if let Some(choice) = choice {
            return self.choose(client, attempt, &person, choice, None).await;
        }
        let mut challenge =
            self.challenge(client, &attempt, &Pending::Select, &StringMap::new())?;
        challenge["AvailableChallenges"] = json!(CHOICES);
        Ok(challenge)
    }

    pub(super) async fn choose(
        &self,
        client: &AppClient,
        mut attempt: Attempt,
        person: &Person,
        choice: Choice,
        metadata: Option<&StringMap>,
    ) -> Result<Value, Refusal> {
        match choice {
            Choice::Password(password) => {
                self.check_password(client, &attempt, person, &password, metadata)
                    .await
            }
            Choice::Srp(value) => {
                attempt.srp_a = Some(value);
                self.password_challenge(client, &attempt, person)
            }
        }
    }
}
