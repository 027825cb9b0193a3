//! Names of things. Construction is the only check, so that a value of these types is always well formed.

use std::fmt::{self, Write as _};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use crate::uuid_text;

/// Declares an id of 128 random bits, written as 22 characters of base64url.
macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The id that these 128 random bits spell.
            pub fn from_random(bits: [u8; 16]) -> Self {
                Self(URL_SAFE_NO_PAD.encode(bits))
            }

            /// Returns `None` unless `text` is the canonical base64url of exactly 16 bytes.
            pub fn parse(text: &str) -> Option<Self> {
                let bits = URL_SAFE_NO_PAD.decode(text).ok()?;
                (bits.len() == 16).then(|| Self(text.to_owned()))
            }

            /// The 22 characters.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

/// Declares an id that is a UUID written by somebody else.
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Returns `None` unless `text` is a lower-case UUID.
            pub fn parse(text: &str) -> Option<Self> {
                uuid_text::is_uuid(text).then(|| Self(text.to_owned()))
            }

            /// The 36 characters.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

random_id! {
    /// Names one challenge, its record and its upload. The client sees it; without Cognito's session it opens nothing.
    ChallengeId
}
random_id! {
    /// Names one enrolment of one user.
    EnrolmentId
}
random_id! {
    /// Names the ticket that one confirmed mail code is worth.
    TicketId
}
random_id! {
    /// Names one run of Verify, the owner of a challenge while it judges.
    RunId
}
uuid_id! {
    /// Cognito's name of a user: random, never reused, never an address.
    Sub
}
uuid_id! {
    /// Rekognition's name of one face vector in one collection.
    FaceId
}

impl ChallengeId {
    /// What the log calls the challenge: 32 bits of a digest, the same in every function that has to do with it. Nobody can answer with it, and it
    /// says nothing of whose the challenge is.
    pub fn reference(&self) -> String {
        let digest = Sha256::digest(self.0.as_bytes());
        digest[..4].iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

impl Sub {
    /// A `sub` that no user has, of the same shape as a real one: what the records of unknown users hold.
    pub fn made_up(bits: [u8; 16]) -> Self {
        Self(uuid_text::format(bits, 4))
    }
}

/// The name under which a face vector is stored: `<sub>:<enrolment id>` (Rekognition's `ExternalImageId`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FaceLabel {
    /// Whose face it is.
    pub sub: Sub,
    /// The enrolment that it came with.
    pub enrolment: EnrolmentId,
}

impl FaceLabel {
    /// Returns `None` for a label that this product did not write.
    pub fn parse(text: &str) -> Option<Self> {
        let (sub, enrolment) = text.split_once(':')?;
        Some(Self {
            sub: Sub::parse(sub)?,
            enrolment: EnrolmentId::parse(enrolment)?,
        })
    }
}

impl fmt::Display for FaceLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.sub.as_str(), self.enrolment.as_str())
    }
}

/// Cognito's name of an app client: 1 to 128 ASCII letters, digits, `_` and `+`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(String);

impl ClientId {
    /// Returns `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let usable = (1..=128).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_+".contains(&byte));
        usable.then(|| Self(text.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// S3's fingerprint of one stored version of an object, quotes removed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Etag(String);

impl Etag {
    /// Returns `None` unless `text` is 1 to 100 printable ASCII characters besides the quotes around them.
    pub fn parse(text: &str) -> Option<Self> {
        let bare = text.trim_matches('"');
        let usable = (1..=100).contains(&bare.len())
            && bare
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'"');
        usable.then(|| Self(bare.to_owned()))
    }

    /// The fingerprint without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_calls_a_challenge_by_eight_digits_of_a_digest() {
        let id = ChallengeId::from_random([7; 16]);
        let reference = id.reference();
        assert_eq!(reference, id.reference());
        assert_eq!(reference.len(), 8);
        assert_ne!(reference, ChallengeId::from_random([8; 16]).reference());
        assert!(!id.as_str().contains(&reference));
    }

    #[test]
    fn random_ids_come_back_from_their_text() {
        for bits in [[0; 16], [0xff; 16], [0x5a; 16]] {
            let id = ChallengeId::from_random(bits);
            assert_eq!(id.as_str().len(), 22);
            assert_eq!(ChallengeId::parse(id.as_str()), Some(id));
        }
    }

    #[test]
    fn ids_refuse_what_nobody_minted() {
        for text in [
            "",
            "AAAA",
            "AAAAAAAAAAAAAAAAAAAAAB",
            "AAAAAAAAAAAAAAAAAAAAAA==",
            "AAAAAAAAAAAAAAAAAAAAA/",
            "AAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert_eq!(ChallengeId::parse(text), None, "{text}");
        }
        for text in [
            "",
            "03670b97-8dee-3875-ab12-0123456789AB",
            "03670b97-8dee-3875-ab12-0123456789a",
            "03670b9778dee-3875-ab12-0123456789ab",
        ] {
            assert_eq!(Sub::parse(text), None, "{text}");
        }
    }

    #[test]
    fn made_up_subs_look_like_real_ones() {
        let sub = Sub::made_up([0xff; 16]);
        assert_eq!(sub.as_str(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(Sub::parse(sub.as_str()), Some(sub));
    }

    #[test]
    fn labels_come_back_from_their_text() {
        let label = FaceLabel {
            sub: Sub::made_up([7; 16]),
            enrolment: EnrolmentId::from_random([9; 16]),
        };
        assert_eq!(FaceLabel::parse(&label.to_string()), Some(label));
        assert_eq!(FaceLabel::parse("somebody:else"), None);
    }

    #[test]
    fn clients_have_cognitos_letters() {
        assert!(ClientId::parse("4f0k2m9q7abc").is_some());
        for text in ["", "a b", "a#b", &"a".repeat(129)] {
            assert_eq!(ClientId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn etags_lose_their_quotes() {
        assert_eq!(
            Etag::parse("\"abc-1\"").map(|etag| etag.as_str().to_owned()),
            Some("abc-1".to_owned())
        );
        assert_eq!(Etag::parse("\"\""), None);
        assert_eq!(Etag::parse("a b"), None);
    }
}
