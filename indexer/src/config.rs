//! What the template tells the indexer.

use face_login_aws::http::Connection;
use face_login_aws::settings::{BadConfiguration, Settings};
use face_login_domain::admission::DuplicatePolicy;
use face_login_domain::collection::Collections;
use face_login_domain::similarity::Thresholds;

/// What becomes of a photo once its face is indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retention {
    /// It is deleted.
    Delete,
    /// It moves to `kept/<sub>/<enrolment id>` for as long as the operator says.
    Keep,
}

/// Everything that is set from outside.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) connection: Connection,
    pub(crate) enrolments_table: String,
    pub(crate) challenges_table: String,
    pub(crate) documents_bucket: String,
    pub(crate) collections: Collections,
    pub(crate) retention: Retention,
    pub(crate) user_pool: String,
    pub(crate) thresholds: Thresholds,
    pub(crate) duplicates: DuplicatePolicy,
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
        let documents_bucket = settings.required_text("DOCUMENTS_BUCKET");
        let collections = settings.collections(Collections::new);
        let retention = settings.required("PHOTO_RETENTION_DAYS", |text| {
            match text.parse::<u32>().ok()? {
                0 => Some(Retention::Delete),
                _ => Some(Retention::Keep),
            }
        });
        let user_pool = settings.required_text("USER_POOL_ID");
        let thresholds = settings.thresholds();
        let duplicates = settings.required("DUPLICATE_POLICY", DuplicatePolicy::parse);
        Some(Self {
            connection: connection?,
            enrolments_table: enrolments_table?,
            challenges_table: challenges_table?,
            documents_bucket: documents_bucket?,
            collections: collections?,
            retention: retention?,
            user_pool: user_pool?,
            thresholds: thresholds?,
            duplicates: duplicates?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 14] = [
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("ENROLMENTS_TABLE", "e"),
        ("CHALLENGES_TABLE", "c"),
        ("DOCUMENTS_BUCKET", "d"),
        ("COLLECTION_PREFIX", "p"),
        ("COLLECTION_GENERATION", "2"),
        ("COLLECTION_SHARDS", "3"),
        ("PHOTO_RETENTION_DAYS", "0"),
        ("USER_POOL_ID", "us-east-1_x"),
        ("SIMILARITY_THRESHOLD", "99"),
        ("MODEL_THRESHOLDS", "6.0=99.5"),
        ("DUPLICATE_POLICY", "FLAG"),
    ];

    fn read(change: (&str, &str)) -> Result<Config, String> {
        let value = |name: &str| {
            GOOD.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        let lookup = |name: &str| {
            if name == change.0 {
                Some(change.1.to_owned())
            } else {
                value(name)
            }
        };
        Config::from_lookup(lookup).map_err(|mistakes| mistakes.to_string())
    }

    #[test]
    fn the_template_sets_all_of_it() {
        let config = read(("", "")).unwrap();
        assert_eq!(config.collections.all()[2].as_str(), "p-g2-s2");
        assert_eq!(config.retention, Retention::Delete);
        assert_eq!(
            read(("PHOTO_RETENTION_DAYS", "30")).unwrap().retention,
            Retention::Keep
        );
    }

    #[test]
    fn mistakes_are_told_by_name() {
        for (name, value, want) in [
            ("ENROLMENTS_TABLE", "", "ENROLMENTS_TABLE is not set"),
            ("COLLECTION_PREFIX", "a b", "COLLECTION_PREFIX is not valid"),
            ("COLLECTION_SHARDS", "0", "COLLECTION_SHARDS is not valid"),
            ("MODEL_THRESHOLDS", "7.0", "MODEL_THRESHOLDS is not valid"),
            (
                "SIMILARITY_THRESHOLD",
                "101",
                "SIMILARITY_THRESHOLD is not valid",
            ),
            (
                "COLLECTION_GENERATION",
                "first",
                "COLLECTION_GENERATION is not valid",
            ),
            (
                "PHOTO_RETENTION_DAYS",
                "-1",
                "PHOTO_RETENTION_DAYS is not valid",
            ),
            (
                "DUPLICATE_POLICY",
                "IGNORE",
                "DUPLICATE_POLICY is not valid",
            ),
        ] {
            assert_eq!(
                read((name, value)).unwrap_err(),
                format!("bad configuration: {want}"),
                "{name}"
            );
        }
        let everything = Config::from_lookup(|_| None).unwrap_err().to_string();
        assert_eq!(everything.matches("is not set").count(), GOOD.len());
    }
}
