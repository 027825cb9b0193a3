//! `AuthParameters` and `ChallengeResponses`: maps in which, too, nothing is ignored.

use crate::{clients::AppClient, refusal::Refusal, wire::StringMap};

/// The parameters that have not been read yet.
pub(super) struct Parameters {
    unread: StringMap,
    secret_hash: Option<String>,
}

impl Parameters {
    pub(super) fn new(mut map: StringMap) -> Self {
        let secret_hash = map.remove("SECRET_HASH");
        Self {
            unread: map,
            secret_hash,
        }
    }

    pub(super) fn required(&mut self, name: &'static str) -> Result<String, Refusal> {
        self.optional(name).ok_or(Refusal::MissingParameter(name))
    }

    pub(super) fn optional(&mut self, name: &str) -> Option<String> {
        self.unread.remove(name)
    }

    /// # Errors
    /// The client has a secret and its hash is missing or wrong, or has none and got a hash; the first parameter that
    /// nobody read.
    pub(super) fn finish(self, client: &AppClient, user_name: &str) -> Result<(), Refusal> {
        client.check_secret_hash(user_name, self.secret_hash.as_deref())?;
        self.finish_unnamed().map(drop)
    }

    /// The hash of the client's secret, which the caller has to check as soon as it knows the user.
    ///
    /// # Errors
    /// The first parameter that nobody read.
    pub(super) fn finish_unnamed(self) -> Result<Option<String>, Refusal> {
        match self.unread.into_keys().next() {
            None => Ok(self.secret_hash),
            Some(name) => Err(Refusal::UnsupportedParameter(name)),
        }
    }
}
