//! Events as Cognito sends them. Null, missing and unknown are ordinary; only what a trigger decides by must be there.

use std::collections::HashMap;

use face_login_domain::{
    create::Password,
    define::{OurRound, Round, User},
    ids::ClientId,
    intent::Intent,
    metadata::Metadata,
    subject::UserFacts,
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

use crate::refusal::Refusal;

/// An event of any of our triggers. Never printed: it names a user.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    trigger_source: String,
    #[serde(default, deserialize_with = "null_is_default")]
    user_name: String,
    #[serde(default, deserialize_with = "null_is_default")]
    caller_context: CallerContext,
    #[serde(default, deserialize_with = "null_is_default")]
    user_pool_id: String,
    request: Request,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CallerContext {
    #[serde(default, deserialize_with = "null_is_default")]
    client_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    #[serde(default, deserialize_with = "null_is_default")]
    user_attributes: HashMap<String, Option<String>>,
    #[serde(default, deserialize_with = "null_is_default")]
    client_metadata: HashMap<String, Option<String>>,
    #[serde(default, deserialize_with = "null_is_default")]
    user_not_found: bool,
    #[serde(default, deserialize_with = "null_is_default")]
    session: Vec<Option<PastRound>>,
    #[serde(default, deserialize_with = "null_is_default")]
    private_challenge_parameters: HashMap<String, Option<String>>,
    #[serde(default, deserialize_with = "null_is_default")]
    challenge_answer: String,
}

#[derive(Deserialize)]
struct PastRound {
    #[serde(
        default,
        deserialize_with = "null_is_default",
        rename = "challengeName"
    )]
    name: String,
    #[serde(
        default,
        deserialize_with = "null_is_default",
        rename = "challengeResult"
    )]
    passed: bool,
    #[serde(rename = "challengeMetadata")]
    metadata: Option<String>,
}

impl Event {
    /// The event of a trigger, if it is one of `source`.
    ///
    /// # Errors
    /// [`Refusal::NotUnderstood`] for an event of another shape or source.
    pub fn of(source: &str, event: &Value) -> Result<Self, Refusal> {
        let parsed = Self::of_any_source(event)?;
        if parsed.trigger_source == source {
            return Ok(parsed);
        }
        tracing::error!(
            event.expected = source,
            "an event of another trigger arrived"
        );
        Err(Refusal::NotUnderstood)
    }

    /// The event, whatever its source.
    ///
    /// # Errors
    /// [`Refusal::NotUnderstood`] for an event of another shape.
    pub fn of_any_source(event: &Value) -> Result<Self, Refusal> {
        parse(event)
    }

    /// What happened to whom, in Cognito's words (`PreSignUp_SignUp`, …).
    pub fn source(&self) -> &str {
        &self.trigger_source
    }

    /// The user's name, known or not.
    pub fn name(&self) -> &str {
        &self.user_name
    }

    /// The app client that the user signs in with; `None` where Cognito names none.
    pub fn client(&self) -> Option<ClientId> {
        ClientId::parse(&self.caller_context.client_id)
    }

    /// The pool. Cognito says it, and nobody else can call a trigger.
    pub fn pool(&self) -> &str {
        &self.user_pool_id
    }

    /// An attribute of the user.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.request.user_attributes.get(name)?.as_deref()
    }

    /// A word of the client's own. Nothing that it claims is believed.
    pub fn client_metadata(&self, name: &str) -> Option<&str> {
        self.request.client_metadata.get(name)?.as_deref()
    }

    /// What the client asks for.
    pub fn intent(&self) -> Intent {
        Intent::parse(self.client_metadata("intent"))
    }

    /// Whether Cognito knows the user.
    pub fn user(&self) -> User {
        if self.request.user_not_found {
            User::NotFound
        } else {
            User::Found
        }
    }

    /// What is told of the user.
    pub fn user_facts(&self) -> UserFacts<'_> {
        UserFacts {
            name: &self.user_name,
            user: self.user(),
            sub: self.attribute("sub"),
            status: self.attribute("cognito:user_status"),
            email_verified: self.attribute("email_verified"),
        }
    }

    /// The rounds so far.
    pub fn history(&self) -> Vec<Round> {
        self.request
            .session
            .iter()
            .map(|past| past.as_ref().map_or(Round::Foreign, PastRound::round))
            .collect()
    }

    /// The metadata of the last round, if that was one of ours.
    pub fn last_metadata(&self) -> Option<(Metadata, OurRound)> {
        let past = self.request.session.last()?.as_ref()?;
        let metadata = past.metadata()?;
        let round = OurRound::new(&metadata, past.passed);
        Some((metadata, round))
    }

    /// Whether the session proved the password: `SRP_A` alone does not.
    pub fn password(&self) -> Password {
        match self.history()[..] {
            [
                Round::SrpA { passed: true },
                Round::Password { passed: true },
                ..,
            ] => Password::Proven,
            _ => Password::NotProven,
        }
    }

    /// A private parameter that Create gave to Verify.
    pub fn private_parameter(&self, name: &str) -> Option<&str> {
        self.request
            .private_challenge_parameters
            .get(name)?
            .as_deref()
    }

    /// The client's answer.
    pub fn answer(&self) -> &str {
        &self.request.challenge_answer
    }
}

impl PastRound {
    fn metadata(&self) -> Option<Metadata> {
        let ours = self.name == "CUSTOM_CHALLENGE";
        self.metadata
            .as_deref()
            .filter(|_| ours)
            .and_then(Metadata::parse)
    }

    fn round(&self) -> Round {
        let passed = self.passed;
        match self.name.as_str() {
            "SRP_A" => Round::SrpA { passed },
            "PASSWORD_VERIFIER" => Round::Password { passed },
            _ => self.metadata().map_or(Round::Foreign, |metadata| {
                Round::Ours(OurRound::new(&metadata, passed))
            }),
        }
    }
}

/// Puts a trigger's answer into its event.
pub fn answered(mut event: Value, response: Value) -> Value {
    if let Some(members) = event.as_object_mut() {
        members.insert("response".to_owned(), response);
    }
    event
}

fn parse<T: DeserializeOwned>(event: &Value) -> Result<T, Refusal> {
    T::deserialize(event).map_err(|error| {
        // The message of a syntax error quotes the value: only its kind is told.
        tracing::error!(event.error = ?error.classify(), "an event could not be read");
        Refusal::NotUnderstood
    })
}

fn null_is_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    input: D,
) -> Result<T, D::Error> {
    Option::<T>::deserialize(input).map(Option::unwrap_or_default)
}
