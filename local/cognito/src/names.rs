//! User names, mail addresses and what clients may see of them.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Builder;

use crate::config::Case;

/// A user name or alias, folded as the pool compares names. Never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct NameKey(String);

impl NameKey {
    pub(crate) fn new(name: &str, case: Case) -> Self {
        Self(match case {
            Case::Sensitive => name.to_owned(),
            Case::Insensitive => name.to_lowercase(),
        })
    }

    /// A key as the store gave it back.
    pub(crate) fn stored(key: String) -> Self {
        Self(key)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for NameKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NameKey(…)")
    }
}

/// What stands for users that don't exist: stable for the same name, without meaning to anybody else.
pub(crate) struct Simulation([u8; 32]);

impl Simulation {
    pub(crate) fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// 32 bytes that look random and depend on purpose and name only.
    pub(crate) fn bytes(&self, purpose: &str, name: &NameKey) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("an HMAC takes keys of every length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(name.as_str().as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// The user name that Amazon Cognito invents: a UUID that says version 3.
    pub(crate) fn username(&self, name: &NameKey) -> String {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.bytes("username", name)[..16]);
        Builder::from_md5_bytes(bytes).into_uuid().to_string()
    }

    /// Where a mail to an unknown user pretends to go.
    pub(crate) fn destination(&self, given: &str, name: &NameKey) -> String {
        if is_email(given) {
            return masked(given);
        }
        let bytes = self.bytes("destination", name);
        let letter = |byte: u8| char::from(b'a' + byte % 26);
        format!("{}***@{}***", letter(bytes[0]), letter(bytes[1]))
    }
}

/// `j***@e***`: first letters only.
pub(crate) fn masked(email: &str) -> String {
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let first = |part: &str| part.chars().next().map(String::from).unwrap_or_default();
    format!("{}***@{}***", first(local), first(domain))
}

/// The coarse check that the service makes: one `@` with something on either side, no blanks.
pub(crate) fn is_email(text: &str) -> bool {
    match text.split_once('@') {
        Some((local, domain)) => {
            !local.is_empty()
                && domain.contains('.')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
                && !domain.contains('@')
                && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        }
        None => false,
    }
}
