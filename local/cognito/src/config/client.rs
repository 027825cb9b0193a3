//! `AWS::Cognito::UserPoolClient`.

use std::{collections::BTreeSet, time::Duration};

use serde_json::Value;

use super::properties::{ConfigError, Properties};

/// The client's rules.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    pub(crate) flows: BTreeSet<AuthFlow>,
    pub(crate) user_existence: UserExistence,
    pub(crate) revocation: bool,
    pub(crate) rotation: Rotation,
    pub(crate) session_validity: Duration,
    pub(crate) access_validity: Duration,
    pub(crate) id_validity: Duration,
    pub(crate) refresh_validity: Duration,
    /// `None`: all standard attributes.
    pub(crate) write_attributes: Option<BTreeSet<String>>,
    /// `None`: all attributes.
    pub(crate) read_attributes: Option<BTreeSet<String>>,
}

/// Flows that can be allowed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum AuthFlow {
    Custom,
    Refresh,
}

/// `PreventUserExistenceErrors`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UserExistence {
    /// `LEGACY`: unknown names are called unknown.
    Told,
    /// `ENABLED`: unknown names are treated like known ones.
    Hidden,
}

/// `RefreshTokenRotation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rotation {
    /// A refresh token is good until it expires.
    Off,
    /// Each refresh gives another refresh token. The one that was sent is good for `grace` more, 0 to 60 seconds.
    On { grace: Duration },
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

impl ClientConfig {
    /// Reads the resolved properties of the client.
    ///
    /// # Errors
    /// Every property that is unknown, malformed or outside of what is served, all at once.
    pub fn from_properties(properties: &Value) -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        let mut read = Properties::new("", properties, &mut problems);
        inert(&mut read);
        let units = Units::read(&mut read);
        let rotation = rotation(&mut read);
        let client = Self {
            flows: flows(&mut read, rotation),
            user_existence: user_existence(&mut read),
            rotation,
            revocation: read.boolean("EnableTokenRevocation").unwrap_or(true),
            session_validity: session_validity(&mut read),
            access_validity: validity(&mut read, "AccessTokenValidity", units.access, &SHORT_LIVED),
            id_validity: validity(&mut read, "IdTokenValidity", units.id, &SHORT_LIVED),
            refresh_validity: validity(
                &mut read,
                "RefreshTokenValidity",
                units.refresh,
                &LONG_LIVED,
            ),
            write_attributes: read.texts("WriteAttributes").map(BTreeSet::from_iter),
            read_attributes: read.texts("ReadAttributes").map(BTreeSet::from_iter),
        };
        if client.refresh_validity < client.access_validity.max(client.id_validity) {
            read.malformed(
                "RefreshTokenValidity",
                "at least as long as the validity of the other tokens",
            );
        }
        read.finish();
        if problems.is_empty() {
            Ok(client)
        } else {
            Err(ConfigError { problems })
        }
    }
}

fn inert(read: &mut Properties<'_>) {
    read.text("ClientName");
    read.text("UserPoolId");
    read.only("GenerateSecret", &["false"], "false");
    read.only("AllowedOAuthFlowsUserPoolClient", &["false"], "false");
    read.only(
        "EnablePropagateAdditionalUserContextData",
        &["false"],
        "false",
    );
    let providers = read.texts("SupportedIdentityProviders").unwrap_or_default();
    if providers.iter().any(|provider| provider != "COGNITO") {
        read.unsupported("SupportedIdentityProviders", "COGNITO");
    }
}

fn rotation(read: &mut Properties<'_>) -> Rotation {
    let Some(mut given) = read.object("RefreshTokenRotation") else {
        return Rotation::Off;
    };
    let feature = given.text("Feature");
    let seconds = given.integer("RetryGracePeriodSeconds");
    let grace = if let Ok(seconds @ 0..=60) = seconds.map_or(Ok(0), u64::try_from) {
        Duration::from_secs(seconds)
    } else {
        given.malformed("RetryGracePeriodSeconds", "between 0 and 60");
        Duration::ZERO
    };
    let rotation = match feature.as_deref() {
        Some("ENABLED") => Rotation::On { grace },
        Some("DISABLED") => Rotation::Off,
        Some(_) => {
            given.malformed("Feature", "ENABLED or DISABLED");
            Rotation::Off
        }
        None => {
            given.missing("Feature");
            Rotation::Off
        }
    };
    given.finish();
    rotation
}

fn flows(read: &mut Properties<'_>, rotation: Rotation) -> BTreeSet<AuthFlow> {
    const NAME: &str = "ExplicitAuthFlows";
    let Some(names) = read.texts(NAME) else {
        // Amazon Cognito would then allow USER_SRP_AUTH too, a way in that skips the custom challenges.
        read.missing(NAME);
        return BTreeSet::new();
    };
    let mut flows = BTreeSet::new();
    for name in &names {
        match name.as_str() {
            "ALLOW_CUSTOM_AUTH" => flows.insert(AuthFlow::Custom),
            "ALLOW_REFRESH_TOKEN_AUTH" => flows.insert(AuthFlow::Refresh),
            _ => {
                read.unsupported(NAME, "ALLOW_CUSTOM_AUTH and ALLOW_REFRESH_TOKEN_AUTH");
                false
            }
        };
    }
    match (rotation, flows.contains(&AuthFlow::Refresh)) {
        (Rotation::Off, false) => read.malformed(
            NAME,
            "complete: REFRESH_TOKEN_AUTH should always be allowed",
        ),
        (Rotation::On { .. }, true) => read.malformed(
            NAME,
            "without ALLOW_REFRESH_TOKEN_AUTH, as it has to be where refresh tokens rotate",
        ),
        (Rotation::Off, true) | (Rotation::On { .. }, false) => {}
    }
    flows
}

fn user_existence(read: &mut Properties<'_>) -> UserExistence {
    match read.text("PreventUserExistenceErrors").as_deref() {
        Some("ENABLED") => UserExistence::Hidden,
        None | Some("LEGACY") => UserExistence::Told,
        Some(_) => {
            read.malformed("PreventUserExistenceErrors", "ENABLED or LEGACY");
            UserExistence::Hidden
        }
    }
}

fn session_validity(read: &mut Properties<'_>) -> Duration {
    let minutes = if let Ok(minutes @ 3..=15) = read
        .integer("AuthSessionValidity")
        .map_or(Ok(3), u64::try_from)
    {
        minutes
    } else {
        read.malformed("AuthSessionValidity", "between 3 and 15 minutes");
        3
    };
    Duration::from_secs(minutes * MINUTE)
}

/// Seconds in a unit of each token.
struct Units {
    access: u64,
    id: u64,
    refresh: u64,
}

impl Units {
    fn read(read: &mut Properties<'_>) -> Self {
        let mut units = Self {
            access: HOUR,
            id: HOUR,
            refresh: DAY,
        };
        if let Some(mut given) = read.object("TokenValidityUnits") {
            for (name, unit) in [
                ("AccessToken", &mut units.access),
                ("IdToken", &mut units.id),
                ("RefreshToken", &mut units.refresh),
            ] {
                match given.text(name).as_deref() {
                    None => {}
                    Some("seconds") => *unit = 1,
                    Some("minutes") => *unit = MINUTE,
                    Some("hours") => *unit = HOUR,
                    Some("days") => *unit = DAY,
                    Some(_) => given.malformed(name, "seconds, minutes, hours or days"),
                }
            }
            given.finish();
        }
        units
    }
}

/// Default and bounds of a token's life, in seconds.
struct Life {
    default: u64,
    /// What an amount of 0 means.
    zero: Option<u64>,
    shortest: u64,
    longest: u64,
    told: &'static str,
}

const SHORT_LIVED: Life = Life {
    default: HOUR,
    zero: None,
    shortest: 5 * MINUTE,
    longest: DAY,
    told: "between 5 minutes and a day",
};
const LONG_LIVED: Life = Life {
    default: 30 * DAY,
    zero: Some(30 * DAY),
    shortest: HOUR,
    longest: 3650 * DAY,
    told: "between an hour and 3650 days",
};

fn validity(read: &mut Properties<'_>, name: &str, unit: u64, life: &Life) -> Duration {
    let seconds = match read.integer(name).map(u64::try_from) {
        None => Some(life.default),
        Some(Ok(0)) => life.zero,
        Some(Ok(amount)) => amount
            .checked_mul(unit)
            .filter(|s| (life.shortest..=life.longest).contains(s)),
        Some(Err(_)) => None,
    };
    if seconds.is_none() {
        read.malformed(name, life.told);
    }
    Duration::from_secs(seconds.unwrap_or(life.default))
}
