//! `AuthParameters` and `ChallengeResponses`: maps in which, too, nothing is ignored.

use crate::{clients::AppClient, refusal::Refusal, srp::ClientValue, wire::StringMap};

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

    /// `SRP_A`, the client's half of an exchange.
    pub(super) fn srp_a(&mut self) -> Result<ClientValue, Refusal> {
        let value = self.required("SRP_A")?;
        ClientValue::parse(&value).ok_or(Refusal::InvalidSrpA)
    }

    /// Those whose name begins like this, by the rest of the name.
    pub(super) fn prefixed(&mut self, prefix: &str) -> StringMap {
        let (found, unread) = std::mem::take(&mut self.unread)
            .into_iter()
            .partition::<StringMap, _>(|(name, _)| name.starts_with(prefix));
        self.unread = unread;
        let bare = |(name, value): (String, String)| (name[prefix.len()..].to_owned(), value);
        found.into_iter().map(bare).collect()
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
