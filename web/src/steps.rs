//! The page as a state machine: what happened goes in, what to do comes out as data. Pure, so `cargo test` covers the page without a browser.
//!
//! [`Page::after`] is the only way to change a [`Page`]. The browser side shows the page, carries out the [`Plan`]s and reports what came of them.

mod answers;
mod errands;
mod forms;
mod plan;
mod tokens;

pub use plan::{Account, Answer, Aside, Consent, Happened, Link, Plan, Proof, Round, Wish};

use std::time::Duration;

use crate::{
    challenge::{Challenge, State},
    entered::Email,
    failure::Failure,
    moment::Moment,
    reason::Reason,
    session::Session,
    settings::SettingsProblem,
};

/// Which screen is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "`name` says what they are; each has a view of its name"
)]
pub enum Screen {
    Loading,
    Unusable(SettingsProblem),
    SignIn,
    SignUp,
    Code,
    Consent,
    Document,
    Selfie,
    Checking,
    SignedIn,
    Recover(Recovery),
    RecoverCode,
    Locked { until: Moment },
    SessionOver(Ending),
    Errand(Errand),
    Held { until: Moment },
    Forgotten,
}

impl Screen {
    /// The name of the step in `data-step`, on which tests and integrations rely.
    pub fn name(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Unusable(_) => "unusable",
            Self::SignIn => "sign-in",
            Self::SignUp => "sign-up",
            Self::Code => "code",
            Self::Consent => "consent",
            Self::Document => "document",
            Self::Selfie => "selfie",
            Self::Checking => "checking",
            Self::SignedIn => "signed-in",
            Self::Recover(_) => "recover",
            Self::RecoverCode => "recover-code",
            Self::Locked { .. } => "locked",
            Self::SessionOver(_) => "session-over",
            Self::Errand(Errand::Replace) => "replace",
            Self::Errand(Errand::Update) => "update",
            Self::Errand(Errand::Forget) => "forget",
            Self::Held { .. } => "held",
            Self::Forgotten => "forgotten",
        }
    }
}

/// Why somebody asks for a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// The face does not work.
    NoFace,
    /// The photos of a new account were never taken, and the password went with the closed tab.
    Unfinished,
}

/// What somebody comes for besides signing in. Each begins with a screen that says what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// A new face in place of one that does not work any more; the mailbox is proven.
    Replace,
    /// A new photo of the same face; signed in.
    Update,
    /// To be forgotten; signed in.
    Forget,
}

/// Why a sign-in can't go on by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Refused for good.
    Denied,
    /// The session ran out, and beginning again quietly did not help.
    RanOut,
    /// The server asks for something that this page does not know, or for consent to another text.
    PageTooOld,
}

/// What the page is doing at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Waiting for the user.
    Idle,
    /// Waiting for a server.
    Working,
    /// Sending a photo; so many per cent are gone.
    Sending(u8),
}

/// What is said above the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The server's reason why the last photo did not pass.
    Reason(Reason),
    /// Something failed.
    Failure(Failure),
    /// What was typed is no e-mail address.
    BadEmail,
    /// What was typed is no code.
    BadCode,
    /// The box of the consent is not ticked.
    ConsentMissing,
    /// The chosen file is no photo that this browser can read.
    PhotoUnreadable,
    /// The storage refused the photo.
    PhotoRefused,
    /// A new code is on its way.
    CodeSent,
    /// The mail is confirmed, but the password went with the closed tab: a second code is on its way.
    SecondCode,
    /// The reference photo is in; the selfie comes next.
    DocumentTaken,
    /// The session had run out and was begun again: another photo, please.
    BegunAgain,
    /// Signed out.
    SignedOut,
    /// Signed out in this browser; the server could not be told.
    SignedOutHere,
    /// The kept session had ended.
    SessionEnded,
    /// The new photo counts from now on.
    PhotoUpdated,
    /// The old photo still counts.
    PhotoKept,
}

impl Notice {
    /// Whether it interrupts a screen reader (`role=alert`) or waits its turn (`role=status`).
    pub fn is_alert(&self) -> bool {
        !matches!(
            self,
            Self::CodeSent
                | Self::SecondCode
                | Self::DocumentTaken
                | Self::BegunAgain
                | Self::SignedOut
                | Self::SessionEnded
                | Self::PhotoUpdated
                | Self::PhotoKept
        )
    }
}

/// The last photo, which the browser side holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Photo {
    None,
    /// Not yet sent anywhere.
    Held,
    /// Has been held over a fresh start already: a second one means that something else is wrong.
    HeldAgain,
}

/// Whether an account is being set up, so that the page can say how far that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Setup {
    None,
    /// The server asks for a reference photo, or has it.
    Enrolling,
    /// The server asks for another photo of a face that it knows.
    Updating,
}

/// Everything the page knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// What is shown.
    pub screen: Screen,
    /// What is going on.
    pub activity: Activity,
    /// What is said.
    pub notice: Option<Notice>,
    /// The address typed last: forms start with it.
    pub email: Option<Email>,
    /// From when on another code can be asked for.
    pub resend_at: Moment,
    /// Counts the user's changes of direction. What belongs to an earlier run is ignored when it arrives.
    pub run: u32,
    account: Option<Account>,
    proof: Option<Proof>,
    round: Option<Round>,
    ready_at: Moment,
    photo: Photo,
    quiet_starts: u8,
    unfinished: Option<Plan>,
    session: Option<Session>,
    setup: Setup,
    errand: Option<Errand>,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            screen: Screen::Loading,
            activity: Activity::Working,
            notice: None,
            email: None,
            resend_at: Moment::from_millis(0),
            run: 0,
            account: None,
            proof: None,
            round: None,
            ready_at: Moment::from_millis(0),
            photo: Photo::None,
            quiet_starts: 0,
            unfinished: None,
            session: None,
            setup: Setup::None,
            errand: None,
        }
    }
}

/// E-mail, code, photo, selfie.
pub const SETUP_STEPS: u8 = 4;
/// Fresh starts without a question while nothing else happens.
const MAX_QUIET_STARTS: u8 = 2;
/// Mails take a moment: before that, nobody needs another one.
pub const RESEND_AFTER: Duration = Duration::from_secs(30);
/// An upload form this close to its end is not used any more.
const LEAST_UPLOAD_TIME: Duration = Duration::from_secs(5);

impl Page {
    /// Takes in what happened and says what to do next. `now` is the browser's clock, set right by Cognito's answers.
    pub fn after(&mut self, happened: Happened, now: Moment) -> Vec<Plan> {
        match happened {
            Happened::Unusable(problem) => self.show(Screen::Unusable(problem), None),
            Happened::Opened { kept, pending } => self.opened(kept, pending, now),
            Happened::Followed(link) => self.followed(link, now),
            Happened::SignInAsked { email } => self.sign_in_asked(&email),
            Happened::SignUpAsked { email, consent } => self.sign_up_asked(&email, consent),
            Happened::RecoveryAsked { email } => self.recovery_asked(&email),
            Happened::CodeGiven { code } => self.code_given(&code),
            Happened::ConsentGiven(consent) => self.consent_given(consent),
            Happened::PhotoTaken => self.photo_taken(now),
            Happened::PhotoUnreadable => self.say(Notice::PhotoUnreadable),
            Happened::SignedUp(outcome) => self.signed_up(outcome, now),
            Happened::Confirmed(outcome) => self.confirmed(outcome),
            Happened::CodeSent(outcome) => self.code_sent(outcome, now),
            Happened::PasswordSet(outcome) => self.password_set(outcome),
            Happened::Sent(percent) => self.sent(percent),
            Happened::Uploaded(outcome) => self.uploaded(outcome, now),
            Happened::Answered(outcome) => self.answered(outcome, now),
            Happened::Renewed(outcome) => self.renewed(outcome, now),
            Happened::Revoked(outcome) => self.revoked(outcome),
            Happened::SignedOutElsewhere => self.signed_out_elsewhere(),
        }
    }

    /// The challenge in hand, while there is one.
    pub fn challenge(&self) -> Option<&Challenge> {
        self.round.as_ref().map(|round| &round.challenge)
    }

    /// The session of the signed-in user.
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// Which of the [`SETUP_STEPS`] of a new account this is, counted from 1.
    pub fn setup_step(&self) -> Option<u8> {
        match (self.screen, self.setup) {
            (_, Setup::Updating) => None,
            (Screen::SignUp, _) => Some(1),
            (Screen::Code, _) => Some(2),
            (Screen::Document, _) => Some(3),
            (Screen::Selfie, Setup::Enrolling) => Some(4),
            _ => None,
        }
    }

    /// Whether the last failure can be answered with "try again" without typing or photographing anything anew.
    pub fn can_try_again(&self) -> bool {
        self.unfinished.is_some()
            && self.activity == Activity::Idle
            && matches!(self.notice, Some(Notice::Failure(failure)) if failure.may_pass())
    }

    /// Whether the person, whose mailbox is proven, can ask for a new face.
    pub fn can_replace(&self) -> bool {
        matches!(self.proof, Some(Proof::Mailbox { .. }))
            && self.setup == Setup::None
            && self.errand.is_none()
    }

    /// Whether the photo that is asked for may as well stay the old one.
    pub fn can_keep(&self) -> bool {
        self.setup == Setup::Updating && self.screen == Screen::Document
    }

    fn show(&mut self, screen: Screen, notice: Option<Notice>) -> Vec<Plan> {
        self.screen = screen;
        self.notice = notice;
        self.activity = Activity::Idle;
        Vec::new()
    }

    fn say(&mut self, notice: Notice) -> Vec<Plan> {
        self.notice = Some(notice);
        self.activity = Activity::Idle;
        Vec::new()
    }

    /// Does something that the user waits for, and keeps it for "try again".
    fn work(&mut self, plan: Plan) -> Vec<Plan> {
        self.activity = if matches!(plan, Plan::Upload(_)) {
            Activity::Sending(0)
        } else {
            Activity::Working
        };
        self.notice = None;
        self.unfinished = Some(plan.clone());
        vec![plan]
    }

    /// Forgets everything about the sign-in under way: the password, the challenge, the photo.
    fn leave(&mut self) {
        self.run += 1;
        self.account = None;
        self.proof = None;
        self.round = None;
        self.photo = Photo::None;
        self.quiet_starts = 0;
        self.unfinished = None;
        self.session = None;
        self.setup = Setup::None;
        self.errand = None;
    }

    /// The form for the photo that is asked for.
    pub fn upload_form(&self) -> Option<&crate::challenge::Form> {
        match &self.challenge()?.state {
            State::Upload(form) => Some(form),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
