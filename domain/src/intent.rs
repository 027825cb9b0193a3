//! What a client asks for besides signing in (`ClientMetadata.intent`). Cognito hands the words of the last answer to every
//! trigger, so each answer stands for itself. Nothing is believed for it: an intent opens only what the rounds have proven.

use crate::words::Kind;

/// A wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Intent {
    /// Nothing besides signing in.
    SignIn,
    /// A new face in place of one that does not work any more (with the password's answer).
    ReplaceFace,
    /// A new photo of the same face (with a selfie's answer).
    UpdatePhoto,
    /// No new photo after all: sign in with the old one (with the answer to an update's round).
    KeepPhoto,
    /// To be forgotten (with a selfie's answer).
    Withdraw,
    /// Something that this release does not do. Doing less than was asked for would be a surprise.
    Unsupported,
}

/// Where in a session an answer stands, as far as wishes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The first of our rounds is still to come; the password was not asked for.
    Start,
    /// The first of our rounds is still to come, and the password was proven.
    Password,
    /// After a round of this kind.
    After(Kind),
    /// After a round of a photo update.
    Update,
}

impl Intent {
    /// Every wish.
    pub const ALL: [Self; 6] = [
        Self::SignIn,
        Self::ReplaceFace,
        Self::UpdatePhoto,
        Self::KeepPhoto,
        Self::Withdraw,
        Self::Unsupported,
    ];

    /// The intent that the client metadata names, if any.
    pub fn parse(intent: Option<&str>) -> Self {
        match intent {
            None | Some("") => Self::SignIn,
            Some("REPLACE_FACE") => Self::ReplaceFace,
            Some("UPDATE_PHOTO") => Self::UpdatePhoto,
            Some("KEEP_PHOTO") => Self::KeepPhoto,
            Some("WITHDRAW") => Self::Withdraw,
            Some(_) => Self::Unsupported,
        }
    }

    /// Whether the wish makes sense there. It may be repeated through the chain of rounds that it began.
    pub fn belongs(self, place: Place) -> bool {
        match self {
            Self::SignIn => true,
            Self::ReplaceFace => matches!(
                place,
                Place::Password | Place::After(Kind::Enrol | Kind::Claim)
            ),
            Self::UpdatePhoto => matches!(place, Place::After(Kind::Selfie) | Place::Update),
            Self::Withdraw => place == Place::After(Kind::Selfie),
            Self::KeepPhoto => place == Place::Update,
            Self::Unsupported => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_wishes_and_nothing_is_guessed() {
        for (word, want) in [
            (None, Intent::SignIn),
            (Some(""), Intent::SignIn),
            (Some("REPLACE_FACE"), Intent::ReplaceFace),
            (Some("UPDATE_PHOTO"), Intent::UpdatePhoto),
            (Some("KEEP_PHOTO"), Intent::KeepPhoto),
            (Some("WITHDRAW"), Intent::Withdraw),
            (Some("replace_face"), Intent::Unsupported),
            (Some("LATER"), Intent::Unsupported),
        ] {
            assert_eq!(Intent::parse(word), want, "{word:?}");
        }
    }
}
