//! Configuration of a function: read once, whole, every mistake in one message.

use std::{fmt, num::NonZeroU32, time::Duration};

use face_login_domain::similarity::{Similarity, Thresholds};

/// Reads named values through a closure, so that tests never touch the process's environment.
///
/// ```
/// use face_login_aws::settings::Settings;
///
/// let mut settings = Settings::new(|name| (name == "SHARDS").then(|| "x".into()));
/// let table = settings.required("TABLE", |text| Some(text.to_owned()));
/// let shards: Option<u32> = settings.required("SHARDS", |text| text.parse().ok());
/// assert!(table.is_none() && shards.is_none());
/// assert_eq!(settings.finish().to_string(), "bad configuration: TABLE is not set; SHARDS is not valid");
/// ```
pub struct Settings<F> {
    lookup: F,
    mistakes: Vec<Mistake>,
}

impl<F: Fn(&str) -> Option<String>> Settings<F> {
    /// `lookup` answers `None` for what is not set; an empty value counts as not set, as CloudFormation writes it.
    pub fn new(lookup: F) -> Self {
        Self {
            lookup,
            mistakes: Vec::new(),
        }
    }

    /// The parsed value; `None` records a mistake.
    pub fn required<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let Some(text) = self.text(name) else {
            self.mistakes.push(Mistake::Missing(name));
            return None;
        };
        self.parsed(name, &text, parse)
    }

    /// The value as it is; `None` records a mistake.
    pub fn required_text(&mut self, name: &'static str) -> Option<String> {
        self.required(name, |text| Some(text.to_owned()))
    }

    /// The value as it is, if there is one.
    pub fn optional_text(&self, name: &str) -> Option<String> {
        self.text(name)
    }

    /// The parsed value, or `default` where none is set; `None` records a mistake.
    pub fn optional<T>(
        &mut self,
        name: &'static str,
        default: T,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        match self.text(name) {
            Some(text) => self.parsed(name, &text, parse),
            None => Some(default),
        }
    }

    /// What `make` makes of the collections' prefix, their newest generation and the number of shards of each.
    pub fn collections<T>(
        &mut self,
        make: impl FnOnce(&str, u32, NonZeroU32) -> Option<T>,
    ) -> Option<T> {
        let generation = self.required("COLLECTION_GENERATION", |text| text.parse().ok());
        let shards = self.required("COLLECTION_SHARDS", |text| text.parse().ok());
        // Where a number is wrong, the prefix is still checked, with another one.
        let collections = self.required("COLLECTION_PREFIX", |prefix| {
            make(
                prefix,
                generation.unwrap_or(1),
                shards.unwrap_or(NonZeroU32::MIN),
            )
        });
        generation.and(shards).and(collections)
    }

    /// How alike faces have to be: one value, and others for single face models (`none` if there are none).
    pub fn thresholds(&mut self) -> Option<Thresholds> {
        let usual = self.required("SIMILARITY_THRESHOLD", Similarity::parse);
        // Where the one is wrong, the others are still checked, beside another one.
        let beside = usual.or(Similarity::new(100.0))?;
        let thresholds = self.required("MODEL_THRESHOLDS", |by_model| match by_model {
            "none" => Some(Thresholds::new(beside)),
            by_model => Thresholds::parse(beside, by_model),
        });
        usual.and(thresholds)
    }

    /// Everything that was wrong. To be called once some value came back as `None`.
    pub fn finish(self) -> BadConfiguration {
        BadConfiguration(self.mistakes)
    }

    fn text(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|text| !text.is_empty())
    }

    fn parsed<T>(
        &mut self,
        name: &'static str,
        text: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = parse(text);
        if value.is_none() {
            self.mistakes.push(Mistake::Invalid(name));
        }
        value
    }
}

/// A number of `unit`s from 0 to `most`, with a fraction if need be.
///
/// ```
/// use std::time::Duration;
/// use face_login_aws::settings::fractional;
///
/// const HOUR: Duration = Duration::from_hours(1);
/// assert_eq!(fractional("0.5", HOUR, 168), Some(Duration::from_mins(30)));
/// assert_eq!(fractional("169", HOUR, 168), None);
/// assert_eq!(fractional("-1", HOUR, 168), None);
/// ```
pub fn fractional(text: &str, unit: Duration, most: u32) -> Option<Duration> {
    let units: f64 = text.parse().ok()?;
    let allowed = (0.0..=f64::from(most)).contains(&units);
    allowed.then(|| unit.mul_f64(units))
}

/// Never holds a value: some are secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mistake {
    Missing(&'static str),
    Invalid(&'static str),
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "{name} is not set"),
            Self::Invalid(name) => write!(f, "{name} is not valid"),
        }
    }
}

/// Every setting that is missing or malformed, by name and without its value.
#[derive(Clone, PartialEq, Eq)]
pub struct BadConfiguration(Vec<Mistake>);

impl fmt::Display for BadConfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bad configuration: ")?;
        for (position, mistake) in self.0.iter().enumerate() {
            let separator = if position == 0 { "" } else { "; " };
            write!(f, "{separator}{mistake}")?;
        }
        Ok(())
    }
}

/// The same sentence: it is what a binary prints whose `main` returns this error.
impl fmt::Debug for BadConfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for BadConfiguration {}
