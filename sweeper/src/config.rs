//! What the template tells the sweeper.

use std::num::NonZeroU32;
use std::time::Duration;

use face_login_aws::http::Connection;
use face_login_aws::settings::{BadConfiguration, Settings, fractional};
use face_login_domain::collection::{CollectionName, Collections};
use face_login_domain::sweep::Terms;

/// Everything that is set from outside.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) connection: Connection,
    pub(crate) enrolments_table: String,
    pub(crate) challenges_table: String,
    pub(crate) selfies_bucket: String,
    pub(crate) documents_bucket: String,
    pub(crate) user_pool: String,
    /// Of every generation so far: older ones may still hold faces.
    pub(crate) collections: Vec<CollectionName>,
    pub(crate) terms: Terms,
    /// After this time a sign-up that nobody confirmed is removed; `None` if never.
    pub(crate) sign_ups: Option<Duration>,
}

impl Config {
    /// Reads all settings.
    ///
    /// # Errors
    /// Every mistake, at once.
    pub(crate) fn from_lookup(
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, BadConfiguration> {
        let mut settings = Settings::new(lookup);
        Self::read(&mut settings).ok_or_else(|| settings.finish())
    }

    fn read<F: Fn(&str) -> Option<String>>(settings: &mut Settings<F>) -> Option<Self> {
        let connection = Connection::read(settings);
        let enrolments_table = settings.required_text("ENROLMENTS_TABLE");
        let challenges_table = settings.required_text("CHALLENGES_TABLE");
        let selfies_bucket = settings.required_text("SELFIES_BUCKET");
        let documents_bucket = settings.required_text("DOCUMENTS_BUCKET");
        let user_pool = settings.required_text("USER_POOL_ID");
        let collections = settings.collections(every_generation);
        let grace = settings.required("SWEEP_GRACE_SECONDS", |text| {
            text.parse().ok().map(Duration::from_secs)
        });
        let retention = settings.required("ENROLMENT_RETENTION_DAYS", |text| {
            days(text).filter(|days| !days.is_zero())
        });
        let photos = settings.required("PHOTO_RETENTION_DAYS", days);
        let sign_ups = settings.required("UNCONFIRMED_DAYS", days);
        Some(Self {
            connection: connection?,
            enrolments_table: enrolments_table?,
            challenges_table: challenges_table?,
            selfies_bucket: selfies_bucket?,
            documents_bucket: documents_bucket?,
            user_pool: user_pool?,
            collections: collections?,
            terms: Terms {
                grace: grace?,
                retention: retention?,
                photos: photos?,
            },
            sign_ups: Some(sign_ups?).filter(|limit| !limit.is_zero()),
        })
    }
}

/// Days, up to a hundred years, with a fraction if need be.
fn days(text: &str) -> Option<Duration> {
    fractional(text, Duration::from_hours(24), 36_500)
}

fn every_generation(prefix: &str, newest: u32, shards: NonZeroU32) -> Option<Vec<CollectionName>> {
    let mut names = Vec::new();
    for generation in 1..=newest {
        names.extend_from_slice(Collections::new(prefix, generation, shards)?.all());
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 15] = [
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("ENROLMENTS_TABLE", "e"),
        ("CHALLENGES_TABLE", "c"),
        ("SELFIES_BUCKET", "s"),
        ("DOCUMENTS_BUCKET", "d"),
        ("USER_POOL_ID", "us-east-1_x"),
        ("COLLECTION_PREFIX", "p"),
        ("COLLECTION_GENERATION", "2"),
        ("COLLECTION_SHARDS", "2"),
        ("SWEEP_GRACE_SECONDS", "3600"),
        ("ENROLMENT_RETENTION_DAYS", "1095"),
        ("PHOTO_RETENTION_DAYS", "0"),
        ("UNCONFIRMED_DAYS", "7"),
    ];

    fn read(change: (&str, &str)) -> Result<Config, String> {
        let lookup = |name: &str| {
            let good = GOOD.iter().find(|(key, _)| *key == name);
            let value = if name == change.0 {
                Some(change.1)
            } else {
                good.map(|(_, value)| *value)
            };
            value.map(str::to_owned)
        };
        Config::from_lookup(lookup).map_err(|mistakes| mistakes.to_string())
    }

    #[test]
    fn collections_of_every_generation_are_swept() {
        let config = read(("", "")).unwrap();
        let names: Vec<&str> = config
            .collections
            .iter()
            .map(CollectionName::as_str)
            .collect();
        assert_eq!(names, ["p-g1-s0", "p-g1-s1", "p-g2-s0", "p-g2-s1"]);
        assert_eq!(config.sign_ups, Some(Duration::from_hours(24 * 7)));
        assert_eq!(read(("UNCONFIRMED_DAYS", "0")).unwrap().sign_ups, None);
    }

    #[test]
    fn mistakes_are_told_by_name() {
        for (name, value) in [
            ("COLLECTION_PREFIX", "a b"),
            ("COLLECTION_SHARDS", "0"),
            ("SWEEP_GRACE_SECONDS", "-1"),
            ("ENROLMENT_RETENTION_DAYS", "0"),
            ("UNCONFIRMED_DAYS", "never"),
        ] {
            let want = format!("bad configuration: {name} is not valid");
            assert_eq!(read((name, value)).unwrap_err(), want);
        }
        let everything = Config::from_lookup(|_| None).unwrap_err().to_string();
        assert_eq!(everything.matches("is not set").count(), GOOD.len());
    }
}
