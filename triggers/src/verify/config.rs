//! Configuration of Verify.

use std::time::Duration;

use face_login_aws::{
    challenges::Challenges,
    enrolments::Enrolments,
    faces::Faces,
    http::{Connection, Patience},
    mail::Mailer,
    photos::Photos,
    settings::{BadConfiguration, Settings, fractional},
    users::Users,
};
use face_login_domain::{
    attempts::LockoutPolicy, collection::Collections, keyed_hash::Pepper, similarity::Thresholds,
};

use super::Verifier;
use crate::edge::{Edge, STORE_PATIENCE, lockout, seconds};

/// What Verify goes by.
pub(super) struct Config {
    pub(super) pepper: Pepper,
    pub(super) collections: Collections,
    pub(super) thresholds: Thresholds,
    pub(super) lease: Duration,
    pub(super) lockout: LockoutPolicy,
    /// For how long a judged file is remembered.
    pub(super) photo_memory: Duration,
    /// For how long a new face waits before it may take the old one's place.
    pub(super) recovery_hold: Duration,
}

/// How long to wait for the user pool: it is asked only when a face is replaced, and then nothing goes on without it.
const POOL_PATIENCE: Patience = Patience {
    attempt: Duration::from_secs(1),
    attempts: 2,
    backoff: Duration::from_millis(50),
    overall: Duration::from_millis(2100),
};

/// How long to wait for Rekognition: two tries within the deadline.
const FACE_PATIENCE: Patience = Patience {
    attempt: Duration::from_millis(1500),
    attempts: 2,
    backoff: Duration::from_millis(50),
    overall: Duration::from_millis(3100),
};

/// Reads the configuration whole and makes the clients.
pub(super) fn connect(
    lookup: impl Fn(&str) -> Option<String>,
    edge: Edge,
) -> Result<Verifier, BadConfiguration> {
    let mut settings = Settings::new(lookup);
    let verifier = all(&mut settings, edge);
    verifier.ok_or_else(|| settings.finish())
}

fn all<F: Fn(&str) -> Option<String>>(settings: &mut Settings<F>, edge: Edge) -> Option<Verifier> {
    let connection = Connection::read(settings);
    let enrolments = settings.required("ENROLMENTS_TABLE", |text| Some(text.to_owned()));
    let challenges = settings.required("CHALLENGES_TABLE", |text| Some(text.to_owned()));
    let selfies = settings.required("SELFIES_BUCKET", |text| Some(text.to_owned()));
    let documents = settings.required("DOCUMENTS_BUCKET", |text| Some(text.to_owned()));
    let pepper = settings.required("PEPPER", Pepper::new);
    let collections = settings.collections(Collections::new);
    let thresholds = settings.thresholds();
    let lease = settings.required("LEASE_SECONDS", seconds);
    let lockout = lockout(settings);
    let photo_memory = settings.required("PHOTO_REUSE_SECONDS", |text| {
        text.parse().ok().map(Duration::from_secs)
    });
    let recovery_hold = settings.required("RECOVERY_HOLD_HOURS", |text| {
        fractional(text, Duration::from_hours(1), 168)
    });
    let sender = settings.required("CLAIM_MAIL_FROM", sender);
    let connection = connection?;
    let sender = sender?;
    let client = connection.dynamodb(&STORE_PATIENCE);
    Some(Verifier {
        challenges: Challenges::new(client.clone(), challenges?),
        enrolments: Enrolments::new(client, enrolments?),
        faces: Faces::new(&connection, &FACE_PATIENCE),
        selfies: Photos::new(&connection, &STORE_PATIENCE, selfies?),
        documents: Photos::new(&connection, &STORE_PATIENCE, documents?),
        users: Users::new(&connection, &POOL_PATIENCE),
        mailer: sender.map(|from| Mailer::new(&connection, from)),
        config: Config {
            pepper: pepper?,
            collections: collections?,
            thresholds: thresholds?,
            lease: lease?,
            lockout: lockout?,
            photo_memory: photo_memory?,
            recovery_hold: recovery_hold?,
        },
        edge,
    })
}

/// The template says `none` where nobody is to be told.
#[expect(
    clippy::option_option,
    reason = "a setting that is wrong is not one that says: nobody"
)]
fn sender(text: &str) -> Option<Option<String>> {
    match text {
        "none" => Some(None),
        address if address.contains('@') => Some(Some(address.to_owned())),
        _ => None,
    }
}
