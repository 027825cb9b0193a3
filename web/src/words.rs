//! Everything the page says, by language. One `match` per language: a sentence that is missing does not compile.

mod english;
mod german;

use face_login_domain::words;

use crate::{
    camera_problem::CameraProblem,
    failure::Failure,
    reason::Reason,
    settings::SettingsProblem,
    steps::{Ending, Notice},
};

/// The languages of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English: also for everybody whose language the page does not speak.
    English,
    /// German.
    German,
}

impl Language {
    const ALL: [Self; 2] = [Self::English, Self::German];

    /// The first of the `preferred` ones (as in `navigator.languages`) that the page has and the configuration allows.
    /// An empty list allows all; if none fits, the first allowed one.
    pub fn choose(preferred: &[String], allowed: &[String]) -> Self {
        let usable =
            |language: &Self| allowed.is_empty() || allowed.iter().any(|tag| language.speaks(tag));
        let preferred = preferred.iter().find_map(|tag| {
            Self::ALL
                .into_iter()
                .find(|language| language.speaks(tag) && usable(language))
        });
        preferred
            .or_else(|| Self::ALL.into_iter().find(usable))
            .unwrap_or(Self::English)
    }

    fn speaks(self, tag: &str) -> bool {
        tag.split(['-', '_'])
            .next()
            .is_some_and(|primary| primary.eq_ignore_ascii_case(self.tag()))
    }

    /// For `<html lang>`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }
}

/// A text without variable parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the names say where they stand; the sentences are in the languages' files"
)]
pub enum Text {
    ProductName,
    Loading,
    SignInTitle,
    SignInIntro,
    Email,
    EmailHint,
    Continue,
    Working,
    ToSignUp,
    ToSignIn,
    CannotSignIn,
    SignUpTitle,
    SignUpIntro,
    ConsentTitle,
    ConsentBox,
    ConsentIntro,
    CodeTitle,
    CodeIntro,
    CodeLabel,
    Confirm,
    Resend,
    RecoverTitle,
    RecoverIntro,
    UnfinishedTitle,
    UnfinishedIntro,
    ConsentStepTitle,
    SendCode,
    RecoverCodeTitle,
    RecoverCodeIntro,
    NoMailHint,
    OtherAddress,
    DocumentTitle,
    DocumentIntro,
    SelfieTitle,
    SelfieIntro,
    CameraStarting,
    CameraPicture,
    TakePhoto,
    ChooseFile,
    ChooseSelfie,
    CameraAgain,
    Sending,
    CheckingTitle,
    CheckingIntro,
    SignedInTitle,
    Claims,
    Lifetimes,
    AccessToken,
    RefreshToken,
    RefreshTokenNote,
    SignOut,
    LockedTitle,
    LockedIntro,
    LockedLong,
    LockedOver,
    SessionOverTitle,
    StartOver,
    TryAgain,
    Reload,
    StepEmail,
    StepCode,
    StepDocument,
    StepSelfie,
    Back,
    FaceChanged,
    UpdatePhoto,
    KeepPhoto,
    ForgetFace,
    ForgetNow,
    ReplaceTitle,
    ReplaceIntro,
    UpdateTitle,
    UpdateIntro,
    ForgetTitle,
    ForgetIntro,
    HeldTitle,
    HeldIntro,
    HeldCancel,
    ForgottenTitle,
    ForgottenIntro,
}

/// A text without variable parts.
pub fn text(language: Language, text: Text) -> &'static str {
    match language {
        Language::English => english::text(text),
        Language::German => german::text(text),
    }
}

/// What is said above a form.
pub fn notice(language: Language, notice: &Notice) -> String {
    match notice {
        Notice::Reason(Reason::Unknown(code)) => unknown_reason(language, code),
        Notice::Reason(Reason::Known(known)) => reason(language, *known).to_owned(),
        Notice::Failure(known) => failure(language, *known).to_owned(),
        other => match language {
            Language::English => english::notice(other),
            Language::German => german::notice(other),
        }
        .to_owned(),
    }
}

fn unknown_reason(language: Language, code: &str) -> String {
    match language {
        Language::English => format!(
            "The photo was not accepted. The reason has no explanation in this version of the page: {code}."
        ),
        Language::German => format!(
            "Das Foto wurde nicht angenommen. Für den Grund kennt diese Fassung der Seite keine Erklärung: {code}."
        ),
    }
}

fn reason(language: Language, reason: words::Reason) -> &'static str {
    match language {
        Language::English => english::reason(reason),
        Language::German => german::reason(reason),
    }
}

fn failure(language: Language, failure: Failure) -> &'static str {
    match language {
        Language::English => english::failure(failure),
        Language::German => german::failure(failure),
    }
}

/// What to do about a camera that gives no picture.
pub fn camera(language: Language, problem: CameraProblem) -> &'static str {
    match language {
        Language::English => english::camera(problem),
        Language::German => german::camera(problem),
    }
}

/// Why the sign-in ended.
pub fn ending(language: Language, ending: Ending) -> &'static str {
    match language {
        Language::English => english::ending(ending),
        Language::German => german::ending(ending),
    }
}

/// Why the page can't be used.
pub fn unusable(language: Language, problem: SettingsProblem) -> &'static str {
    match language {
        Language::English => english::unusable(problem),
        Language::German => german::unusable(problem),
    }
}

/// Tries of this session that are left.
pub fn tries_left(language: Language, tries: u32) -> String {
    match (language, tries) {
        (Language::English, 1) => "This is the last try.".to_owned(),
        (Language::English, _) => format!("{tries} tries left."),
        (Language::German, 1) => "Das ist der letzte Versuch.".to_owned(),
        (Language::German, _) => format!("Noch {tries} Versuche."),
    }
}

/// A length of time in words; whole minutes above two of them.
pub fn time_left(language: Language, seconds: u64) -> String {
    let (minutes, hours) = (seconds.div_ceil(60), seconds.div_ceil(3600));
    let (number, unit) = match (language, seconds) {
        (Language::English, 1) => (1, "second"),
        (Language::English, ..120) => (seconds, "seconds"),
        (Language::English, ..7200) => (minutes, "minutes"),
        (Language::English, _) => (hours, "hours"),
        (Language::German, 1) => (1, "Sekunde"),
        (Language::German, ..120) => (seconds, "Sekunden"),
        (Language::German, ..7200) => (minutes, "Minuten"),
        (Language::German, _) => (hours, "Stunden"),
    };
    format!("{number} {unit}")
}

/// "Step 2 of 4: …"
pub fn progress(language: Language, step: u8, of: u8, name: Text) -> String {
    let name = text(language, name);
    match language {
        Language::English => format!("Step {step} of {of}: {name}"),
        Language::German => format!("Schritt {step} von {of}: {name}"),
    }
}

/// Until when, and how long that still is.
pub fn valid_until(language: Language, time: &str, left: &str) -> String {
    match language {
        Language::English => format!("until {time}, {left} left"),
        Language::German => format!("bis {time}, noch {left}"),
    }
}

#[cfg(test)]
mod tests;
