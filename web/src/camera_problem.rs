//! Why there is no picture from the camera.

/// What a person can do something about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CameraProblem {
    /// Permission was not given.
    Denied,
    /// There is no camera.
    None,
    /// Another program or tab holds it.
    Busy,
    /// The page is not served over HTTPS (or from this machine).
    Insecure,
    /// The page sits in a frame that may not use the camera.
    Framed,
    /// The page is shown inside another app, whose browser has no camera.
    InApp,
    /// It stopped while it was in use: unplugged, or taken by a call.
    Stopped,
    /// Anything else.
    Other,
}

impl CameraProblem {
    /// From the name of the `DOMException` that `getUserMedia` rejects with.
    pub fn from_exception(name: &str) -> Self {
        match name {
            "NotAllowedError" | "PermissionDeniedError" => Self::Denied,
            "NotFoundError" | "DevicesNotFoundError" | "OverconstrainedError" => Self::None,
            "NotReadableError" | "TrackStartError" | "AbortError" => Self::Busy,
            "SecurityError" | "TypeError" => Self::Insecure,
            _ => Self::Other,
        }
    }
}

/// Where the page runs, as far as it matters for the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surroundings<'a> {
    /// `navigator.userAgent`
    pub user_agent: &'a str,
    /// Whether the page is inside another one.
    pub framed: Framed,
}

/// Whether the page is inside another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framed {
    /// In a frame.
    Yes,
    /// On its own.
    No,
}

impl CameraProblem {
    /// The likelier cause where the page runs: frames and apps deny without asking anybody.
    #[must_use]
    pub fn explained(self, surroundings: Surroundings) -> Self {
        match self {
            Self::Denied | Self::Insecure if in_app(surroundings.user_agent) => Self::InApp,
            Self::Denied if surroundings.framed == Framed::Yes => Self::Framed,
            other => other,
        }
    }
}

/// Marks that the browsers inside well-known apps leave in their name; `wv` is Android's own component for it.
const APPS: [&str; 9] = [
    "FBAN",
    "FBAV",
    "Instagram",
    "Line",
    "MicroMessenger",
    "Snapchat",
    "TikTok",
    "LinkedInApp",
    "wv",
];

fn in_app(user_agent: &str) -> bool {
    words_of(user_agent).any(|word| APPS.contains(&word))
}

fn words_of(user_agent: &str) -> impl Iterator<Item = &str> {
    user_agent.split([' ', '/', ';', '(', ')', '['])
}

/// Where a browser allows a camera that was denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Help {
    /// Any browser on iPhone or iPad.
    Ios,
    /// Chrome and its kin on Android.
    Android,
    /// Firefox on computers and Android.
    Firefox,
    /// Safari on Macs.
    Safari,
    /// Chrome, Edge and others on computers.
    Other,
}

impl Help {
    /// From `navigator.userAgent`. A guess: the names of browsers lie.
    pub fn of(user_agent: &str) -> Self {
        let has = |name: &str| words_of(user_agent).any(|word| word == name);
        match () {
            () if has("iPhone") || has("iPad") => Self::Ios,
            () if has("Firefox") => Self::Firefox,
            () if has("Android") => Self::Android,
            // Only Safari tells its version in a word of its own.
            () if has("Safari") && has("Version") => Self::Safari,
            () => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
    const INSTAGRAM: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 390.0";
    const FACEBOOK: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [FBAN/FBIOS;FBAV/520.0]";
    const WEB_VIEW: &str = "Mozilla/5.0 (Linux; Android 15; Pixel 9 Build/AP4A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/142.0 Mobile Safari/537.36";
    const ANDROID: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36";
    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
    const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15";
    const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

    #[test]
    fn help_is_for_the_browser_at_hand() {
        for (user_agent, want) in [
            (IPHONE, Help::Ios),
            (ANDROID, Help::Android),
            (FIREFOX, Help::Firefox),
            (SAFARI, Help::Safari),
            (CHROME, Help::Other),
            ("", Help::Other),
        ] {
            assert_eq!(Help::of(user_agent), want, "{user_agent}");
        }
    }

    #[test]
    fn frames_and_apps_deny_without_asking() {
        for (problem, user_agent, framed, want) in [
            (
                CameraProblem::Denied,
                CHROME,
                Framed::No,
                CameraProblem::Denied,
            ),
            (
                CameraProblem::Denied,
                CHROME,
                Framed::Yes,
                CameraProblem::Framed,
            ),
            (
                CameraProblem::Denied,
                INSTAGRAM,
                Framed::No,
                CameraProblem::InApp,
            ),
            (
                CameraProblem::Insecure,
                FACEBOOK,
                Framed::No,
                CameraProblem::InApp,
            ),
            (
                CameraProblem::Denied,
                WEB_VIEW,
                Framed::Yes,
                CameraProblem::InApp,
            ),
            (
                CameraProblem::Busy,
                WEB_VIEW,
                Framed::Yes,
                CameraProblem::Busy,
            ),
            (
                CameraProblem::None,
                IPHONE,
                Framed::Yes,
                CameraProblem::None,
            ),
        ] {
            let surroundings = Surroundings { user_agent, framed };
            assert_eq!(
                problem.explained(surroundings),
                want,
                "{problem:?} {user_agent}"
            );
        }
    }

    #[test]
    fn exceptions_of_get_user_media() {
        for (name, want) in [
            ("NotAllowedError", CameraProblem::Denied),
            ("NotFoundError", CameraProblem::None),
            ("OverconstrainedError", CameraProblem::None),
            ("NotReadableError", CameraProblem::Busy),
            ("SecurityError", CameraProblem::Insecure),
            ("Whatever", CameraProblem::Other),
        ] {
            assert_eq!(CameraProblem::from_exception(name), want, "{name}");
        }
    }
}
