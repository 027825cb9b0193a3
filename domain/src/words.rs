//! The closed lists of words of the protocol. Clients treat them as open: a word they do not know makes them stop.

/// Declares an enum whose variants are written as fixed words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// Every word of the list.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word as it is written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Returns `None` for a word that is not of the list.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words! {
    /// What a round is for, as challenge metadata and records name it.
    Kind {
        /// A selfie that is compared with the enrolled face.
        Selfie = "SELFIE",
        /// The photo that a face is enrolled from.
        Enrol = "ENROL",
        /// A selfie that claims an account for a new face. Never worth tokens.
        Claim = "CLAIM",
    }
}

words! {
    /// What a round asks of the client.
    State {
        /// Answer with the consent first.
        Consent = "CONSENT",
        /// Send a photo.
        Upload = "UPLOAD",
        /// The photo is being indexed: answer again later.
        Pending = "PENDING",
        /// No attempt is left for now. An answer ends the session.
        Locked = "LOCKED",
        /// The new face waits for its time.
        Held = "HELD",
        /// The face is forgotten. An answer ends the session.
        Withdrawn = "WITHDRAWN",
    }
}

words! {
    /// Why the last answer did not pass.
    Reason {
        /// The photo shows no face.
        NoFace = "NO_FACE",
        /// The photo shows a second face of at least a quarter of the first one's area.
        SeveralFaces = "SEVERAL_FACES",
        /// The face covers too little of the photo.
        FaceTooSmall = "FACE_TOO_SMALL",
        /// The head is turned, raised or tilted too far.
        TurnedAway = "TURNED_AWAY",
        /// The face is too dark.
        TooDark = "TOO_DARK",
        /// The face is too bright.
        TooBright = "TOO_BRIGHT",
        /// The face is not sharp.
        Blurred = "BLURRED",
        /// The eyes are closed.
        EyesClosed = "EYES_CLOSED",
        /// The eyes are behind sunglasses.
        Sunglasses = "SUNGLASSES",
        /// Something covers the face.
        FaceCovered = "FACE_COVERED",
        /// The face is not the enrolled one. Also what an unknown or unenrolled user gets.
        NotRecognised = "NOT_RECOGNISED",
        /// No photo was uploaded for this challenge.
        PhotoMissing = "PHOTO_MISSING",
        /// What was uploaded is not a JPEG or PNG photo of usable size.
        PhotoInvalid = "PHOTO_INVALID",
        /// The very same file was judged before.
        PhotoReused = "PHOTO_REUSED",
        /// The challenge was answered too late.
        Expired = "EXPIRED",
        /// A service was not available. Costs no attempt.
        Busy = "BUSY",
        /// Too many failures for now.
        Locked = "LOCKED",
        /// The new face waits for its time.
        Held = "HELD",
        /// An enrolment needs the consent named by `consentVersion`.
        ConsentRequired = "CONSENT_REQUIRED",
        /// The mail code was confirmed too long ago, or its ticket is spent.
        TicketExpired = "TICKET_EXPIRED",
        /// This photo cannot be enrolled.
        EnrolmentRefused = "ENROLMENT_REFUSED",
    }
}

impl Kind {
    /// The value of the challenge parameter `challenge`.
    pub const fn challenge(self) -> &'static str {
        match self {
            Self::Selfie | Self::Claim => "SELFIE",
            Self::Enrol => "ENROL_DOCUMENT",
        }
    }
}

impl Reason {
    /// Whether the answer used up one of the session's tries. Outages, waits and formalities do not.
    pub const fn costs_a_try(self) -> bool {
        match self {
            Self::Busy
            | Self::Locked
            | Self::Held
            | Self::ConsentRequired
            | Self::TicketExpired
            | Self::Expired => false,
            Self::NoFace
            | Self::SeveralFaces
            | Self::FaceTooSmall
            | Self::TurnedAway
            | Self::TooDark
            | Self::TooBright
            | Self::Blurred
            | Self::EyesClosed
            | Self::Sunglasses
            | Self::FaceCovered
            | Self::NotRecognised
            | Self::PhotoMissing
            | Self::PhotoInvalid
            | Self::PhotoReused
            | Self::EnrolmentRefused => true,
        }
    }

    /// Whether the answer counts towards the lockout of the account name.
    pub const fn counts_for_lockout(self) -> bool {
        matches!(self, Self::NotRecognised | Self::PhotoReused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_comes_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(*kind));
        }
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(*state));
        }
        for reason in Reason::ALL {
            assert_eq!(Reason::parse(reason.as_str()), Some(*reason));
        }
        assert_eq!(Reason::ALL.len(), 21);
        assert_eq!(Reason::parse("no_face"), None);
    }

    #[test]
    fn only_a_wrong_face_or_a_repeated_file_counts_for_the_account() {
        for reason in Reason::ALL {
            assert_eq!(
                reason.counts_for_lockout(),
                matches!(reason, Reason::NotRecognised | Reason::PhotoReused),
                "{reason:?}"
            );
            assert!(
                !reason.counts_for_lockout() || reason.costs_a_try(),
                "{reason:?}"
            );
        }
        assert!(!Reason::Busy.costs_a_try());
    }
}
