//! `PreSignUp`: admits what the page makes, so often per mail address, and confirms or verifies nobody.

use face_login_aws::{
    challenges::Challenges,
    http::Connection,
    settings::{BadConfiguration, Settings},
    sign_ups::Mailing,
};
use face_login_domain::{
    figures::Figure,
    keyed_hash::Pepper,
    sign_up::{Admission, Origin, admit},
    sign_up_limit::SignUpLimit,
};
use face_login_process::figures;
use serde_json::{Value, json};

use crate::{
    edge::{Edge, STORE_PATIENCE},
    event::{Event, answered},
    refusal::Refusal,
};

/// Admits sign-ups.
pub struct Doorman {
    challenges: Challenges,
    pepper: Pepper,
    limit: SignUpLimit,
    edge: Edge,
}

impl Doorman {
    /// Reads the configuration.
    ///
    /// # Errors
    /// Everything that is missing or malformed.
    pub fn configure(
        lookup: impl Fn(&str) -> Option<String>,
        edge: Edge,
    ) -> Result<Self, BadConfiguration> {
        let mut settings = Settings::new(lookup);
        let count = |text: &str| text.parse().ok().filter(|count| 0 < *count);
        let connection = Connection::read(&mut settings);
        let table = settings.required_text("CHALLENGES_TABLE");
        let pepper = settings.required("PEPPER", Pepper::new);
        let per_hour = settings.required("SIGN_UPS_PER_HOUR", count);
        let per_day = settings.required("SIGN_UPS_PER_DAY", count);
        let (Some(connection), Some(table), Some(pepper), Some(per_hour), Some(per_day)) =
            (connection, table, pepper, per_hour, per_day)
        else {
            return Err(settings.finish());
        };
        Ok(Self {
            challenges: Challenges::new(connection.dynamodb(&STORE_PATIENCE), table),
            pepper,
            limit: SignUpLimit { per_hour, per_day },
            edge,
        })
    }

    /// Answers the event.
    ///
    /// # Errors
    /// [`Refusal::SignUp`] or [`Refusal::Address`] for a user that may not be stored, [`Refusal::TooManySignUps`] for an address that
    /// was used too often, [`Refusal::Unavailable`] if nobody can tell, [`Refusal::NotUnderstood`] for anything but an event of
    /// Cognito's.
    pub async fn handle(&self, event: Value) -> Result<Value, Refusal> {
        let parsed = Event::of_any_source(&event)?;
        let origin = if parsed.source() == "PreSignUp_SignUp" {
            Origin::SignUp
        } else {
            Origin::Other
        };
        let email = parsed.attribute("email");
        let admission = admit(origin, parsed.name(), email);
        tracing::info!(sign_up.admission = ?admission, "a sign-up is {admission:?}");
        match admission {
            Admission::Admitted => self.count(email.unwrap_or_default()).await?,
            Admission::BadAddress => {
                figures::count(Figure::SignUpRefused);
                return Err(Refusal::Address);
            }
            Admission::ForeignOrigin | Admission::ForeignName => {
                figures::count(Figure::SignUpRefused);
                return Err(Refusal::SignUp);
            }
        }
        figures::count(Figure::SignUpAdmitted);
        Ok(answered(event, response()))
    }

    async fn count(&self, email: &str) -> Result<(), Refusal> {
        let mail = self.pepper.mail(email);
        let counted = self
            .challenges
            .count_sign_up(&mail, self.limit, (self.edge.now)());
        match counted.await {
            Ok(Mailing::Allowed) => Ok(()),
            Ok(Mailing::TooMany) => {
                tracing::warn!(sign_up.limited = true, "an address was used too often");
                figures::count(Figure::SignUpLimited);
                Err(Refusal::TooManySignUps)
            }
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a sign-up could not be counted"
                );
                Err(Refusal::Unavailable)
            }
        }
    }
}

fn response() -> Value {
    json!({"autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false})
}
