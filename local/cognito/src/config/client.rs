//! `AWS::Cognito::UserPoolClient`.

use std::{collections::BTreeSet, time::Duration};

use serde_json::Value;

use super::properties::{ConfigError, Properties};

/// The client's rules.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// As they were read, to be stored and described.
    properties: Value,
    secret: HasSecret,
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
    AdminUserPassword,
    Custom,
    Refresh,
    User,
    UserPassword,
    UserSrp,
}

impl AuthFlow {
    const ALL: [Self; 6] = [
        Self::AdminUserPassword,
        Self::Custom,
        Self::Refresh,
        Self::User,
        Self::UserPassword,
        Self::UserSrp,
    ];

    /// The value in `ExplicitAuthFlows`. The older values without `ALLOW_` are not served.
    pub(crate) fn allowed_by(self) -> &'static str {
        match self {
            Self::AdminUserPassword => "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            Self::Custom => "ALLOW_CUSTOM_AUTH",
            Self::Refresh => "ALLOW_REFRESH_TOKEN_AUTH",
            Self::User => "ALLOW_USER_AUTH",
            Self::UserPassword => "ALLOW_USER_PASSWORD_AUTH",
            Self::UserSrp => "ALLOW_USER_SRP_AUTH",
        }
    }
}

/// `GenerateSecret`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HasSecret {
    /// The client proves with a hash that it knows its secret.
    Yes,
    /// Anybody may speak for the client, as in a browser.
    No,
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
            properties: properties.clone(),
            secret: match read.boolean("GenerateSecret") {
                Some(true) => HasSecret::Yes,
                _ => HasSecret::No,
            },
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

    /// Whether the client was made with a secret.
    pub fn secret(&self) -> HasSecret {
        self.secret
    }

    pub(crate) fn properties(&self) -> &Value {
        &self.properties
    }

    pub(crate) fn flow_names(&self) -> Vec<&'static str> {
        self.flows.iter().map(|flow| flow.allowed_by()).collect()
    }

    pub(crate) fn name(&self) -> Option<&str> {
        self.properties["ClientName"].as_str()
    }
}

fn inert(read: &mut Properties<'_>) {
    read.text("ClientName");
    read.text("UserPoolId");
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
        // SRP alone is a way in that skips the custom challenges; AWS opens it unless the template says which flows it wants.
        let mut flows = BTreeSet::from([AuthFlow::Custom, AuthFlow::UserSrp]);
        if rotation == Rotation::Off {
            flows.insert(AuthFlow::Refresh);
        }
        return flows;
    };
    let mut flows = BTreeSet::new();
    for name in &names {
        match AuthFlow::ALL
            .into_iter()
            .find(|flow| flow.allowed_by() == name)
        {
            Some(flow) => {
                flows.insert(flow);
            }
            None => read.unsupported(NAME, "a list of the flows that begin with ALLOW_"),
        }
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
