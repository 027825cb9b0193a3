//! What can happen to the page, and what it can ask of the browser side.

use crate::{
    account::Username,
    challenge::{Challenge, Form},
    entered::{Email, MailCode},
    failure::{Failure, UploadFailure},
    moment::Moment,
    pending::Pending,
    secret::Secret,
    session::Session,
    settings::SettingsProblem,
};

/// Whether the box under the consent text is ticked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Ticked, with the text of [`crate::consent::VERSION`] in view.
    Given,
    /// Not ticked, or not asked in this tab.
    NotGiven,
}

/// What an answer asks for besides signing in (`ClientMetadata.intent`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// A new face in place of one that does not work any more.
    ReplaceFace,
    /// A new photo of the same face.
    UpdatePhoto,
    /// No new photo after all.
    KeepPhoto,
    /// To be forgotten.
    Withdraw,
}

impl Wish {
    /// The protocol's word.
    pub fn code(self) -> &'static str {
        match self {
            Self::ReplaceFace => "REPLACE_FACE",
            Self::UpdatePhoto => "UPDATE_PHOTO",
            Self::KeepPhoto => "KEEP_PHOTO",
            Self::Withdraw => "WITHDRAW",
        }
    }
}

/// What is said along with an answer (`ClientMetadata`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aside {
    /// Said only if given.
    pub consent: Consent,
    /// Said if there is one.
    pub wish: Option<Wish>,
}

impl Aside {
    /// Nothing but the answer.
    pub const NONE: Self = Self {
        consent: Consent::NotGiven,
        wish: None,
    };

    /// Consent, where it was given.
    pub const fn consent(consent: Consent) -> Self {
        Self {
            consent,
            wish: None,
        }
    }
}

/// A user who has just been signed up in this tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The name the page made up.
    pub username: Username,
    /// The password it made up. Lost with the tab, on purpose.
    pub password: Option<Secret>,
    /// What the user ticked at sign-up.
    pub consent: Consent,
}

/// What a sign-in starts with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Nothing but a name: the face decides.
    Face {
        /// Who signs in: address or user name.
        name: String,
    },
    /// The mailbox was proven a moment ago, and this password was set with it.
    Mailbox {
        /// User name or address.
        name: String,
        /// The password.
        password: Secret,
        /// Consent that was given in this tab, and what is wanted.
        aside: Aside,
    },
}

/// One challenge of a Cognito session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Cognito's session token. Good for one answer.
    pub session: Secret,
    /// The name Cognito wants with the answer.
    pub username: String,
    /// What is asked.
    pub challenge: Challenge,
}

/// What Cognito answers to a sign-in request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Another round.
    Challenged(Round),
    /// A challenge that this page does not know.
    Unknown,
    /// Tokens.
    Granted(Session),
}

/// What the page asks the browser side to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Make up a name and a password and sign up.
    SignUp {
        /// For whom.
        email: Email,
    },
    /// Confirm a sign-up.
    Confirm {
        /// Whose.
        username: Username,
        /// With which code.
        code: MailCode,
    },
    /// Send the sign-up code again.
    Resend {
        /// Whose.
        username: Username,
    },
    /// Send a code for a new password.
    SendReset {
        /// To whom.
        email: Email,
    },
    /// Make up a new password and set it.
    SetPassword {
        /// Whose.
        email: Email,
        /// With which code.
        code: MailCode,
    },
    /// Begin a sign-in.
    Begin(Proof),
    /// Answer a challenge with its id.
    Answer {
        /// Which.
        round: Round,
        /// To be said along with it.
        aside: Aside,
        /// Not earlier than this.
        not_before: Moment,
    },
    /// Send the photo in hand.
    Upload(Form),
    /// Keep what a closed tab would lose.
    Remember(Pending),
    /// Drop it.
    Forget,
    /// Keep the session for reloads.
    Keep(Session),
    /// Remove the kept session.
    Drop(Session),
    /// Get new tokens.
    Renew {
        /// For which session.
        session: Session,
        /// Not earlier than this.
        not_before: Moment,
    },
    /// End the session at Cognito.
    Revoke(Session),
    /// Go back to the app that asked for a sign-in, if one did.
    Return(Session),
}

impl Plan {
    /// When it may be done, if not at once.
    pub fn not_before(&self) -> Option<Moment> {
        match self {
            Self::Answer { not_before, .. } | Self::Renew { not_before, .. } => Some(*not_before),
            _ => None,
        }
    }
}

/// Where a link or button leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// The sign-in form.
    SignIn,
    /// The sign-up form.
    SignUp,
    /// "Can't sign in with your face?"
    CannotSignIn,
    /// Begin this sign-in again.
    StartOver,
    /// Send the mail code again.
    Resend,
    /// Do the last thing again.
    TryAgain,
    /// Sign out.
    SignOut,
    /// "My face has changed"
    Replace,
    /// "Update my photo"
    Update,
    /// "Keep my old photo"
    Keep,
    /// "Forget my face": what that means is said first.
    Forget,
    /// Yes, forget it.
    ForgetNow,
    /// Back to the app that asked for a sign-in.
    Return,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// `config.json` is no use.
    Unusable(SettingsProblem),
    /// The page is ready; this is what earlier visits left.
    Opened {
        /// A signed-in session.
        kept: Option<Session>,
        /// A half-finished sign-up or recovery.
        pending: Option<Pending>,
    },
    /// A link or button.
    Followed(Link),
    /// The sign-in form.
    SignInAsked {
        /// As typed.
        email: String,
    },
    /// The sign-up form.
    SignUpAsked {
        /// As typed.
        email: String,
        /// The box.
        consent: Consent,
    },
    /// The form for a code.
    RecoveryAsked {
        /// As typed.
        email: String,
    },
    /// The code form.
    CodeGiven {
        /// As typed.
        code: String,
    },
    /// The consent form, also where it begins an errand.
    ConsentGiven(Consent),
    /// A photo was taken or chosen and is ready to be sent.
    PhotoTaken,
    /// The chosen file could not be read.
    PhotoUnreadable,
    /// Outcome of [`Plan::SignUp`]: the user name and the password.
    SignedUp(Result<(Username, Secret), Failure>),
    /// Outcome of [`Plan::Confirm`].
    Confirmed(Result<(), Failure>),
    /// Outcome of [`Plan::Resend`] and [`Plan::SendReset`].
    CodeSent(Result<(), Failure>),
    /// Outcome of [`Plan::SetPassword`]: the password.
    PasswordSet(Result<Secret, Failure>),
    /// So many per cent of the photo are sent.
    Sent(u8),
    /// Outcome of [`Plan::Upload`].
    Uploaded(Result<(), UploadFailure>),
    /// Outcome of [`Plan::Begin`] and [`Plan::Answer`].
    Answered(Result<Answer, Failure>),
    /// Outcome of [`Plan::Renew`].
    Renewed(Result<Session, Failure>),
    /// Outcome of [`Plan::Revoke`].
    Revoked(Result<(), Failure>),
    /// Another tab removed the kept session.
    SignedOutElsewhere,
}
