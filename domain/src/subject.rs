//! Whom a session is about, as far as anything is enrolled for them.

use crate::{define::User, ids::Sub, keyed_hash::Pepper};

/// What Cognito tells a trigger about the user.
#[derive(Clone, Copy, Debug)]
pub struct UserFacts<'a> {
    /// The name, known or not, as Cognito passes it.
    pub name: &'a str,
    /// Whether Cognito knows it.
    pub user: User,
    /// Attribute `sub`.
    pub sub: Option<&'a str>,
    /// Attribute `cognito:user_status`.
    pub status: Option<&'a str>,
    /// Attribute `email_verified`.
    pub email_verified: Option<&'a str>,
}

/// The user whose rows count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A confirmed user with a verified mail address.
    Real(Sub),
    /// Anybody else goes the same way under a made-up sub, which has no rows.
    Decoy(Sub),
}

impl Subject {
    /// Whose rows to read.
    pub fn sub(&self) -> &Sub {
        match self {
            Self::Real(sub) | Self::Decoy(sub) => sub,
        }
    }
}

impl UserFacts<'_> {
    /// The sub, if the user is confirmed and the mail address verified.
    pub fn confirmed(&self) -> Option<Sub> {
        let confirmed = self.user == User::Found
            && self.status == Some("CONFIRMED")
            && self.email_verified == Some("true");
        self.sub.filter(|_| confirmed).and_then(Sub::parse)
    }

    /// The user whose rows count.
    pub fn subject(&self, pepper: &Pepper) -> Subject {
        self.confirmed().map_or_else(
            || Subject::Decoy(pepper.decoy_sub(self.name)),
            Subject::Real,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUB: &str = "03670b97-8dee-4875-ab12-0123456789ab";

    #[test]
    fn only_confirmed_users_with_a_verified_address_are_real() {
        let pepper = Pepper::new("0123456789abcdef0123456789abcdef").unwrap();
        let good = UserFacts {
            name: "ana",
            user: User::Found,
            sub: Some(SUB),
            status: Some("CONFIRMED"),
            email_verified: Some("true"),
        };
        let decoy = Subject::Decoy(pepper.decoy_sub("ana"));
        assert_eq!(
            good.subject(&pepper),
            Subject::Real(Sub::parse(SUB).unwrap())
        );
        for (name, facts) in [
            (
                "unknown",
                UserFacts {
                    user: User::NotFound,
                    ..good
                },
            ),
            (
                "unconfirmed",
                UserFacts {
                    status: Some("UNCONFIRMED"),
                    ..good
                },
            ),
            (
                "made by an admin",
                UserFacts {
                    status: Some("FORCE_CHANGE_PASSWORD"),
                    ..good
                },
            ),
            (
                "no status",
                UserFacts {
                    status: None,
                    ..good
                },
            ),
            (
                "address not verified",
                UserFacts {
                    email_verified: Some("false"),
                    ..good
                },
            ),
            (
                "nothing said of the address",
                UserFacts {
                    email_verified: None,
                    ..good
                },
            ),
            ("no sub", UserFacts { sub: None, ..good }),
            (
                "a sub that is none",
                UserFacts {
                    sub: Some("ana"),
                    ..good
                },
            ),
        ] {
            assert_eq!(facts.subject(&pepper), decoy, "{name}");
        }
    }
}
