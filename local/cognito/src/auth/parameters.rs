//! `AuthParameters` and `ChallengeResponses`: maps in which, too, nothing is ignored.

use crate::{refusal::Refusal, service::Service, wire::StringMap};

/// The parameters that have not been read yet.
pub(super) struct Parameters(StringMap);

impl Parameters {
    /// Refuses the hash of a secret at once.
    pub(super) fn new(service: &Service, mut map: StringMap) -> Result<Self, Refusal> {
        service.refuse_secret_hash(map.remove("SECRET_HASH").as_ref())?;
        Ok(Self(map))
    }

    pub(super) fn required(&mut self, name: &'static str) -> Result<String, Refusal> {
        self.optional(name).ok_or(Refusal::MissingParameter(name))
    }

    pub(super) fn optional(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    /// # Errors
    /// The first parameter that nobody read.
    pub(super) fn finish(self) -> Result<(), Refusal> {
        match self.0.into_keys().next() {
            None => Ok(()),
            Some(name) => Err(Refusal::UnsupportedParameter(name)),
        }
    }
}
