//! Everything the page says. Each language is one file, `static/words-<tag>.json`, loaded at the start: a sentence per key.
//!
//! Another language is another file and its tag in [`LANGUAGES`]; whoever wants other wordings changes the files. Tests hold every file against the keys.

use face_login_domain::words;

use crate::{
    camera_problem::{CameraProblem, Help},
    failure::Failure,
    reason::Reason,
    settings::SettingsProblem,
    steps::{Ending, Notice},
};

/// The languages that there are files for. The first is for everybody whose language the page does not speak.
pub const LANGUAGES: [&str; 3] = ["en", "de", "fr"];

macro_rules! texts {
    ($($name:ident $key:literal)*) => {
        /// A text of the page; the key says where it stands, the sentence is in the languages' files.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the names say where they stand")]
        pub enum Text { $($name),* }

        impl Text {
            /// Every text.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name in the languages' files.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key),* }
            }
        }
    };
}

texts! {
    ProductName "product-name"
    Loading "loading"
    SignInTitle "sign-in-title"
    SignInIntro "sign-in-intro"
    Email "email"
    EmailHint "email-hint"
    Continue "continue"
    Working "working"
    ToSignUp "to-sign-up"
    ToSignIn "to-sign-in"
    CannotSignIn "cannot-sign-in"
    SignUpTitle "sign-up-title"
    SignUpIntro "sign-up-intro"
    ConsentTitle "consent-title"
    ConsentBox "consent-box"
    ConsentIntro "consent-intro"
    CodeTitle "code-title"
    CodeIntro "code-intro"
    CodeLabel "code-label"
    Confirm "confirm"
    Resend "resend"
    RecoverTitle "recover-title"
    RecoverIntro "recover-intro"
    UnfinishedTitle "unfinished-title"
    UnfinishedIntro "unfinished-intro"
    ConsentStepTitle "consent-step-title"
    SendCode "send-code"
    RecoverCodeTitle "recover-code-title"
    RecoverCodeIntro "recover-code-intro"
    NoMailHint "no-mail-hint"
    OtherAddress "other-address"
    DocumentTitle "document-title"
    DocumentIntro "document-intro"
    SelfieTitle "selfie-title"
    SelfieIntro "selfie-intro"
    CameraStarting "camera-starting"
    CameraPicture "camera-picture"
    TakePhoto "take-photo"
    ChooseFile "choose-file"
    ChooseSelfie "choose-selfie"
    CameraAgain "camera-again"
    Sending "sending"
    CheckingTitle "checking-title"
    CheckingIntro "checking-intro"
    SignedInTitle "signed-in-title"
    Claims "claims"
    Lifetimes "lifetimes"
    AccessToken "access-token"
    RefreshToken "refresh-token"
    RefreshTokenNote "refresh-token-note"
    SignOut "sign-out"
    LockedTitle "locked-title"
    LockedIntro "locked-intro"
    LockedLong "locked-long"
    LockedOver "locked-over"
    SessionOverTitle "session-over-title"
    StartOver "start-over"
    TryAgain "try-again"
    Reload "reload"
    StepEmail "step-email"
    StepCode "step-code"
    StepDocument "step-document"
    StepSelfie "step-selfie"
    Back "back"
    FaceChanged "face-changed"
    UpdatePhoto "update-photo"
    KeepPhoto "keep-photo"
    ForgetFace "forget-face"
    ForgetNow "forget-now"
    ReplaceTitle "replace-title"
    ReplaceIntro "replace-intro"
    UpdateTitle "update-title"
    UpdateIntro "update-intro"
    ForgetTitle "forget-title"
    ForgetIntro "forget-intro"
    HeldTitle "held-title"
    HeldIntro "held-intro"
    HeldCancel "held-cancel"
    ForgottenTitle "forgotten-title"
    ForgottenIntro "forgotten-intro"
    NoticeBadEmail "notice-bad-email"
    NoticeBadCode "notice-bad-code"
    NoticeConsentMissing "notice-consent-missing"
    NoticePhotoUnreadable "notice-photo-unreadable"
    NoticePhotoRefused "notice-photo-refused"
    NoticeCodeSent "notice-code-sent"
    NoticeSecondCode "notice-second-code"
    NoticeDocumentTaken "notice-document-taken"
    NoticeBegunAgain "notice-begun-again"
    NoticeSignedOut "notice-signed-out"
    NoticeSignedOutHere "notice-signed-out-here"
    NoticeSessionEnded "notice-session-ended"
    NoticePhotoUpdated "notice-photo-updated"
    NoticePhotoKept "notice-photo-kept"
    FailureOffline "failure-offline"
    FailureTrouble "failure-trouble"
    FailureTooMany "failure-too-many"
    FailureDenied "failure-denied"
    FailureSessionOver "failure-session-over"
    FailureCodeWrong "failure-code-wrong"
    FailureCodeTooOld "failure-code-too-old"
    FailureAddressTaken "failure-address-taken"
    FailureAlreadyConfirmed "failure-already-confirmed"
    FailureNotAccepted "failure-not-accepted"
    CameraDenied "camera-denied"
    CameraNone "camera-none"
    CameraBusy "camera-busy"
    CameraInsecure "camera-insecure"
    CameraStopped "camera-stopped"
    CameraOther "camera-other"
    EndingDenied "ending-denied"
    EndingRanOut "ending-ran-out"
    EndingPageTooOld "ending-page-too-old"
    UnusableUnusable "unusable-unusable"
    UnusableOtherVersion "unusable-other-version"
    TriesLast "tries-last"
    TriesLeft "tries-left"
    Second "second"
    Seconds "seconds"
    Minutes "minutes"
    Hours "hours"
    Progress "progress"
    ValidUntil "valid-until"
    UnknownReason "unknown-reason"
    ResendIn "resend-in"
    CameraStart "camera-start"
    CameraPriming "camera-priming"
    CameraSwitch "camera-switch"
    CameraHidden "camera-hidden"
    CameraFramed "camera-framed"
    CameraInApp "camera-in-app"
    HelpIos "help-ios"
    HelpAndroid "help-android"
    HelpFirefox "help-firefox"
    HelpSafari "help-safari"
    HelpOther "help-other"
    HintNoFace "hint-no-face"
    HintSeveralFaces "hint-several-faces"
    HintTooFar "hint-too-far"
    HintTooNear "hint-too-near"
    HintOffCentre "hint-off-centre"
    HintTilted "hint-tilted"
    HintTooDark "hint-too-dark"
    HintTooBright "hint-too-bright"
    HintMoving "hint-moving"
    HintReady "hint-ready"
    HintTaking "hint-taking"
    AutoCapture "auto-capture"
}

/// The tag of the first of the `preferred` languages (as in `navigator.languages`) that there is a file for and the configuration allows.
/// An empty list allows all; if none fits, the first allowed one.
pub fn choose(preferred: &[String], allowed: &[String]) -> &'static str {
    let usable = |tag: &&'static str| {
        allowed.is_empty() || allowed.iter().any(|allowed| speaks(tag, allowed))
    };
    let mut wished = preferred
        .iter()
        .filter_map(|wish| LANGUAGES.into_iter().find(|tag| speaks(tag, wish)));
    wished
        .find(usable)
        .or_else(|| LANGUAGES.into_iter().find(usable))
        .unwrap_or(LANGUAGES[0])
}

/// Whether the language is the one of a tag that may have a region.
fn speaks(language: &str, tag: &str) -> bool {
    tag.split(['-', '_'])
        .next()
        .is_some_and(|primary| primary.eq_ignore_ascii_case(language))
}

/// The page's texts in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    tag: &'static str,
    entries: Vec<(String, String)>,
}

impl Words {
    /// `entries`: what the file for `tag` holds, by key.
    pub fn new(tag: &'static str, entries: Vec<(String, String)>) -> Self {
        Self { tag, entries }
    }

    /// For `<html lang>`, and how times are written.
    pub fn tag(&self) -> &'static str {
        self.tag
    }

    /// For `<html dir>`: `ltr` or `rtl`.
    pub fn direction(&self) -> &str {
        self.entry("direction").unwrap_or("ltr")
    }

    /// Which consent text the file holds.
    pub fn consent_version(&self) -> &str {
        self.entry("consent-version").unwrap_or_default()
    }

    /// The consent's paragraphs: a heading, and what is said under it.
    pub fn consent(&self) -> Vec<(&str, &str)> {
        let paragraph = |number: u32| {
            let part = |part: &str| self.entry(&format!("consent-{number}-{part}"));
            Some((part("title")?, part("text")?))
        };
        (1..).map_while(paragraph).collect()
    }

    fn entry(&self, key: &str) -> Option<&str> {
        let found = self.entries.iter().find(|(known, _)| known == key)?;
        Some(&found.1)
    }

    /// The sentence, or its key where the file has none.
    pub fn text(&self, text: Text) -> &str {
        self.entry(text.key()).unwrap_or(text.key())
    }

    /// What is said above a form.
    pub fn notice(&self, notice: &Notice) -> String {
        match notice {
            Notice::Reason(Reason::Known(known)) => self.reason(*known).to_owned(),
            Notice::Reason(Reason::Unknown(code)) => {
                self.fill(Text::UnknownReason, &[("code", code)])
            }
            other => self.text(notice_text(other)).to_owned(),
        }
    }

    fn reason(&self, reason: words::Reason) -> &str {
        self.entry(reason.as_str()).unwrap_or(reason.as_str())
    }

    /// Tries of this session that are left.
    pub fn tries_left(&self, tries: u32) -> String {
        match tries {
            1 => self.text(Text::TriesLast).to_owned(),
            _ => self.fill(Text::TriesLeft, &[("n", &tries.to_string())]),
        }
    }

    /// A length of time in words; whole minutes above two of them.
    pub fn time_left(&self, seconds: u64) -> String {
        let (number, unit) = match seconds {
            1 => (1, Text::Second),
            0 | 2..120 => (seconds, Text::Seconds),
            120..7200 => (seconds.div_ceil(60), Text::Minutes),
            _ => (seconds.div_ceil(3600), Text::Hours),
        };
        self.fill(unit, &[("n", &number.to_string())])
    }

    /// "Step 2 of 4: …"
    pub fn progress(&self, step: u8, of: u8, name: Text) -> String {
        let (step, of) = (step.to_string(), of.to_string());
        let values = [("n", &*step), ("of", &of), ("name", self.text(name))];
        self.fill(Text::Progress, &values)
    }

    /// Until when, and how long that still is.
    pub fn valid_until(&self, time: &str, left: &str) -> String {
        self.fill(Text::ValidUntil, &[("time", time), ("left", left)])
    }

    /// "Send a new code (in 20 seconds)"
    pub fn resend_in(&self, seconds: u64) -> String {
        self.fill(Text::ResendIn, &[("left", &self.time_left(seconds))])
    }

    /// The sentence with values in place of their names in braces.
    fn fill(&self, text: Text, values: &[(&str, &str)]) -> String {
        let parts = self.text(text).split(['{', '}']).enumerate();
        let filled = parts.map(|(index, part)| {
            let value = values.iter().find(|(name, _)| *name == part);
            match (index % 2, value) {
                (1, Some((_, value))) => value,
                _ => part,
            }
        });
        filled.collect()
    }
}

fn notice_text(notice: &Notice) -> Text {
    match notice {
        Notice::Reason(_) => Text::UnknownReason,
        Notice::Failure(failure) => failure_text(*failure),
        Notice::BadEmail => Text::NoticeBadEmail,
        Notice::BadCode => Text::NoticeBadCode,
        Notice::ConsentMissing => Text::NoticeConsentMissing,
        Notice::PhotoUnreadable => Text::NoticePhotoUnreadable,
        Notice::PhotoRefused => Text::NoticePhotoRefused,
        Notice::CodeSent => Text::NoticeCodeSent,
        Notice::SecondCode => Text::NoticeSecondCode,
        Notice::DocumentTaken => Text::NoticeDocumentTaken,
        Notice::BegunAgain => Text::NoticeBegunAgain,
        Notice::SignedOut => Text::NoticeSignedOut,
        Notice::SignedOutHere => Text::NoticeSignedOutHere,
        Notice::SessionEnded => Text::NoticeSessionEnded,
        Notice::PhotoUpdated => Text::NoticePhotoUpdated,
        Notice::PhotoKept => Text::NoticePhotoKept,
    }
}

fn failure_text(failure: Failure) -> Text {
    match failure {
        Failure::Offline => Text::FailureOffline,
        Failure::Trouble => Text::FailureTrouble,
        Failure::TooMany => Text::FailureTooMany,
        Failure::Denied => Text::FailureDenied,
        Failure::SessionOver => Text::FailureSessionOver,
        Failure::CodeWrong => Text::FailureCodeWrong,
        Failure::CodeTooOld => Text::FailureCodeTooOld,
        Failure::AddressTaken => Text::FailureAddressTaken,
        Failure::AlreadyConfirmed => Text::FailureAlreadyConfirmed,
        Failure::NotAccepted => Text::FailureNotAccepted,
    }
}

/// What to do about a camera that gives no picture.
pub fn camera(problem: CameraProblem) -> Text {
    match problem {
        CameraProblem::Denied => Text::CameraDenied,
        CameraProblem::None => Text::CameraNone,
        CameraProblem::Busy => Text::CameraBusy,
        CameraProblem::Insecure => Text::CameraInsecure,
        CameraProblem::Framed => Text::CameraFramed,
        CameraProblem::InApp => Text::CameraInApp,
        CameraProblem::Stopped => Text::CameraStopped,
        CameraProblem::Other => Text::CameraOther,
    }
}

/// Where the browser at hand allows a camera that was denied.
pub fn help(help: Help) -> Text {
    match help {
        Help::Ios => Text::HelpIos,
        Help::Android => Text::HelpAndroid,
        Help::Firefox => Text::HelpFirefox,
        Help::Safari => Text::HelpSafari,
        Help::Other => Text::HelpOther,
    }
}

/// Why the sign-in ended.
pub fn ending(ending: Ending) -> Text {
    match ending {
        Ending::Denied => Text::EndingDenied,
        Ending::RanOut => Text::EndingRanOut,
        Ending::PageTooOld => Text::EndingPageTooOld,
    }
}

/// Why the page can't be used.
pub fn unusable(problem: SettingsProblem) -> Text {
    match problem {
        SettingsProblem::Unusable => Text::UnusableUnusable,
        SettingsProblem::OtherVersion => Text::UnusableOtherVersion,
    }
}

#[cfg(test)]
mod tests;
