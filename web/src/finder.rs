//! The camera of a step as a state machine: before the browser is asked, while it runs, while the page is hidden, and when there is none.
//!
//! Pure: the browser side reports what happened and carries out [`Act`]s. A file is a way around every one of these states.

use crate::camera_problem::CameraProblem;

/// Which way the picture is shown. What is sent is never mirrored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preview {
    /// As in a mirror: cameras that face the user.
    Mirrored,
    /// As it is: cameras that face away.
    Plain,
}

/// What is to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nobody was asked yet whether the browser would ask.
    Opening,
    /// What the browser is about to ask, and a button.
    Priming,
    /// The browser is asking, or the camera warms up.
    Asking,
    /// There is a picture.
    Live(Preview),
    /// The page can't be seen; the camera is off meanwhile.
    Hidden,
    /// There is none.
    Problem(CameraProblem),
}

/// Whether the browser would ask before it gives the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// It would not: it was allowed before.
    Granted,
    /// It would, or doesn't say.
    Ask,
    /// It refuses without asking.
    Denied,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The browser told, at the start or since, whether it would ask.
    Told(Permission),
    /// The button: start, or try again.
    Pressed,
    /// There is a picture.
    Started(Preview),
    /// There is none.
    Failed(CameraProblem),
    /// The picture ended: unplugged, or taken by a call.
    Ended,
    /// Another tab or app is in front.
    Hidden,
    /// The page is in front again.
    Shown,
    /// A camera was plugged in or out.
    DevicesChanged,
    /// "Use the other camera"
    Switched,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Nothing.
    Nothing,
    /// Ask for the camera.
    Start,
    /// Turn it off.
    Stop,
    /// Turn it off, and ask for the next one.
    Switch,
}

impl Seen {
    /// What is to be seen next, and what to do. Pairs that are not named change nothing.
    pub fn after(self, event: Event) -> (Self, Act) {
        match (self, event) {
            (
                Self::Opening | Self::Priming | Self::Problem(CameraProblem::Denied),
                Event::Told(Permission::Granted),
            )
            | (Self::Priming | Self::Problem(_), Event::Pressed)
            | (
                Self::Problem(CameraProblem::None | CameraProblem::Busy | CameraProblem::Stopped),
                Event::DevicesChanged,
            )
            | (Self::Hidden, Event::Shown) => (Self::Asking, Act::Start),
            (Self::Opening, Event::Told(Permission::Ask)) => (Self::Priming, Act::Nothing),
            (Self::Opening, Event::Told(Permission::Denied)) => {
                (Self::Problem(CameraProblem::Denied), Act::Nothing)
            }
            (Self::Asking, Event::Started(preview)) => (Self::Live(preview), Act::Nothing),
            (Self::Asking, Event::Failed(problem)) => (Self::Problem(problem), Act::Stop),
            (Self::Live(_), Event::Ended) => (Self::Problem(CameraProblem::Stopped), Act::Stop),
            (Self::Live(_), Event::Told(Permission::Denied)) => {
                (Self::Problem(CameraProblem::Denied), Act::Stop)
            }
            (Self::Live(_), Event::Hidden) => (Self::Hidden, Act::Stop),
            (Self::Live(_), Event::Switched) => (Self::Asking, Act::Switch),
            // The page was left or turned away from while the browser was asking.
            (same, Event::Started(_)) => (same, Act::Stop),
            (same, _) => (same, Act::Nothing),
        }
    }

    /// Why there is no picture, if so.
    pub fn problem(self) -> Option<CameraProblem> {
        match self {
            Self::Problem(problem) => Some(problem),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIVE: Seen = Seen::Live(Preview::Mirrored);
    const DENIED: Seen = Seen::Problem(CameraProblem::Denied);
    const STOPPED: Seen = Seen::Problem(CameraProblem::Stopped);
    const GRANTED: Event = Event::Told(Permission::Granted);

    /// Also the table of `docs/page.md`.
    #[test]
    fn transitions() {
        let none = Seen::Problem(CameraProblem::None);
        for (from, event, to, act) in [
            (Seen::Opening, GRANTED, Seen::Asking, Act::Start),
            (
                Seen::Opening,
                Event::Told(Permission::Ask),
                Seen::Priming,
                Act::Nothing,
            ),
            (
                Seen::Opening,
                Event::Told(Permission::Denied),
                DENIED,
                Act::Nothing,
            ),
            (Seen::Priming, Event::Pressed, Seen::Asking, Act::Start),
            (Seen::Priming, GRANTED, Seen::Asking, Act::Start),
            (
                Seen::Asking,
                Event::Started(Preview::Mirrored),
                LIVE,
                Act::Nothing,
            ),
            (
                Seen::Asking,
                Event::Failed(CameraProblem::Stopped),
                STOPPED,
                Act::Stop,
            ),
            (Seen::Asking, Event::Hidden, Seen::Asking, Act::Nothing),
            (LIVE, Event::Ended, STOPPED, Act::Stop),
            (LIVE, Event::Told(Permission::Denied), DENIED, Act::Stop),
            (LIVE, Event::Hidden, Seen::Hidden, Act::Stop),
            (LIVE, Event::Switched, Seen::Asking, Act::Switch),
            (LIVE, Event::Pressed, LIVE, Act::Nothing),
            (LIVE, Event::DevicesChanged, LIVE, Act::Nothing),
            (Seen::Hidden, Event::Shown, Seen::Asking, Act::Start),
            (
                Seen::Hidden,
                Event::Started(Preview::Plain),
                Seen::Hidden,
                Act::Stop,
            ),
            (DENIED, Event::Pressed, Seen::Asking, Act::Start),
            (DENIED, GRANTED, Seen::Asking, Act::Start),
            (DENIED, Event::DevicesChanged, DENIED, Act::Nothing),
            (STOPPED, Event::DevicesChanged, Seen::Asking, Act::Start),
            (none, Event::DevicesChanged, Seen::Asking, Act::Start),
        ] {
            assert_eq!(from.after(event), (to, act), "{from:?} {event:?}");
        }
    }

    #[test]
    fn no_state_is_without_a_way_on() {
        let events = [
            GRANTED,
            Event::Told(Permission::Ask),
            Event::Pressed,
            Event::Shown,
            Event::Started(Preview::Plain),
        ];
        for state in [
            Seen::Opening,
            Seen::Priming,
            Seen::Asking,
            Seen::Hidden,
            DENIED,
            STOPPED,
        ] {
            assert!(
                events.iter().any(|event| state.after(*event).0 != state),
                "{state:?}"
            );
        }
    }
}
