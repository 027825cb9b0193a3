//! Configuration of Create.

use std::time::Duration;

use face_login_aws::{
    challenges::Challenges,
    enrolments::Enrolments,
    http::Connection,
    settings::{BadConfiguration, Settings},
};
use face_login_domain::{
    attempts::LockoutPolicy,
    enrolment::ConsentVersion,
    keyed_hash::Pepper,
    post_form::{Bucket, SigningKey},
    words::Kind,
};

use crate::edge::{STORE_PATIENCE, lockout, seconds};

/// What Create goes by.
pub(super) struct Config {
    pub(super) pepper: Pepper,
    pub(super) consent: ConsentVersion,
    pub(super) selfie_lifetime: Duration,
    pub(super) document_lifetime: Duration,
    pub(super) lockout: LockoutPolicy,
    /// Challenges of one name in one window.
    pub(super) challenge_limit: u64,
    pub(super) challenge_window: Duration,
    pub(super) signing_key: SigningKey,
    selfies: Bucket,
    documents: Bucket,
}

impl Config {
    /// Where photos of this kind of round go.
    pub(super) fn bucket(&self, kind: Kind) -> &Bucket {
        match kind {
            Kind::Selfie | Kind::Claim => &self.selfies,
            Kind::Enrol => &self.documents,
        }
    }
}

/// Reads it whole.
pub(super) fn read(
    lookup: impl Fn(&str) -> Option<String>,
) -> Result<(Config, Challenges, Enrolments), BadConfiguration> {
    let mut settings = Settings::new(lookup);
    let config = all(&mut settings);
    config.ok_or_else(|| settings.finish())
}

fn all<F: Fn(&str) -> Option<String>>(
    settings: &mut Settings<F>,
) -> Option<(Config, Challenges, Enrolments)> {
    let connection = Connection::read(settings);
    let enrolments = settings.required("ENROLMENTS_TABLE", |text| Some(text.to_owned()));
    let challenges = settings.required("CHALLENGES_TABLE", |text| Some(text.to_owned()));
    let selfies = settings.required("SELFIES_BUCKET", |text| Some(text.to_owned()));
    let documents = settings.required("DOCUMENTS_BUCKET", |text| Some(text.to_owned()));
    let pepper = settings.required("PEPPER", Pepper::new);
    let consent = settings.required("CONSENT_VERSION", ConsentVersion::parse);
    let selfie_lifetime = settings.required("SELFIE_SECONDS", seconds);
    let document_lifetime = settings.required("DOCUMENT_SECONDS", seconds);
    let challenge_limit = settings.required("CHALLENGE_LIMIT", |text| text.parse().ok());
    let challenge_window = settings.required("CHALLENGE_WINDOW_SECONDS", seconds);
    let lockout = lockout(settings);
    let connection = connection?;
    let client = connection.dynamodb(&STORE_PATIENCE);
    let config = Config {
        pepper: pepper?,
        consent: consent?,
        selfie_lifetime: selfie_lifetime?,
        document_lifetime: document_lifetime?,
        lockout: lockout?,
        challenge_limit: challenge_limit?,
        challenge_window: challenge_window?,
        signing_key: signing_key(&connection),
        selfies: bucket(&connection, selfies?),
        documents: bucket(&connection, documents?),
    };
    Some((
        config,
        Challenges::new(client.clone(), challenges?),
        Enrolments::new(client, enrolments?),
    ))
}

fn signing_key(connection: &Connection) -> SigningKey {
    let credentials = connection.credentials();
    SigningKey {
        access_key_id: credentials.access_key_id().to_owned(),
        secret_access_key: credentials.secret_access_key().to_owned(),
        session_token: credentials.session_token().map(str::to_owned),
    }
}

fn bucket(connection: &Connection, name: String) -> Bucket {
    Bucket {
        name,
        region: connection.region().to_owned(),
        endpoint: connection.s3_endpoint().map(str::to_owned),
    }
}
