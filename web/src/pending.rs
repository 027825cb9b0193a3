//! What survives a closed tab while an account is being set up or recovered. Never the password.

use crate::{account::Username, entered::Email};

/// How far the user had come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pending {
    /// A sign-up waits for its mail code.
    Confirm {
        /// Where the code went.
        email: Email,
        /// The name that the page made up.
        username: Username,
    },
    /// A code for a new password was sent.
    Reset {
        /// Where the code went.
        email: Email,
    },
    /// The mail is proven, the photos are not taken. The password was lost with the tab, so this needs another code.
    Finish {
        /// Whose set-up it is.
        email: Email,
    },
}

impl Pending {
    /// The local storage key. Per app client, so that two pools on one origin don't mix.
    pub fn key(client_id: &str) -> String {
        format!("face-login.pending.{client_id}")
    }

    /// As stored: a version, what is waited for, the user name (or nothing), the address.
    pub fn to_text(&self) -> String {
        let (kind, username, email) = match self {
            Self::Confirm { email, username } => ("confirm", username.as_str(), email),
            Self::Reset { email } => ("reset", "", email),
            Self::Finish { email } => ("finish", "", email),
        };
        format!("1 {kind} {username} {}", email.as_str())
    }

    /// Reads what [`Self::to_text`] wrote. Anything else counts as nothing pending: the user can begin again.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, ' ');
        let (version, kind, username, email) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let email = Email::parse(email)?;
        match (version, kind) {
            ("1", "confirm") => Some(Self::Confirm {
                email,
                username: Username::parse(username)?,
            }),
            ("1", "reset") => Some(Self::Reset { email }),
            ("1", "finish") => Some(Self::Finish { email }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_comes_back_as_it_went() {
        let email = Email::parse("ada@example.com").unwrap();
        let username = Username::from_random([3; 16]);
        for pending in [
            Pending::Confirm {
                email: email.clone(),
                username,
            },
            Pending::Reset {
                email: email.clone(),
            },
            Pending::Finish { email },
        ] {
            assert_eq!(Pending::parse(&pending.to_text()), Some(pending));
        }
    }

    #[test]
    fn anything_else_is_nothing() {
        for text in [
            "",
            "1",
            "1 confirm  ada@example.com",
            "2 reset  ada@example.com",
            "1 reset  not an address",
            "{\"a\":1}",
        ] {
            assert_eq!(Pending::parse(text), None, "{text}");
        }
    }
}
