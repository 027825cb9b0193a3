//! Guidance while the camera runs: what to do, a green oval when all is right, and the photo by itself after a moment of that.

use leptos::{ev, html::Input, prelude::*};
use web_sys::ImageBitmap;

use super::{
    parts::{View, busy, follow, live, paragraph, say, stack, ticked},
    viewfinder::Viewfinder,
};
use crate::{
    browser::{
        guide::{Guide, Watch},
        photo::Source,
        spawn,
        storage::{self, Trigger},
    },
    challenge::Kind,
    finder::Seen,
    run::App,
    steps::{Activity, Consent, Notice, Page},
    words::Text,
};

/// What the worker's numbers say, and [`TAKING`].
const HINTS: [Text; 11] = [
    Text::HintNoFace,
    Text::HintSeveralFaces,
    Text::HintTooFar,
    Text::HintTooNear,
    Text::HintOffCentre,
    Text::HintTilted,
    Text::HintTooDark,
    Text::HintTooBright,
    Text::HintMoving,
    Text::HintReady,
    Text::HintTaking,
];
/// The worker's last.
const READY: u32 = 9;
/// The same, where the photo is about to take itself.
const TAKING: u32 = 10;
/// None of them.
const NOTHING: u32 = 15;

/// A handle that listeners copy.
#[derive(Clone, Copy)]
pub(super) struct Guidance {
    app: App,
    finder: Viewfinder,
    kind: Kind,
    /// [`NOTHING`] until the worker has said something.
    hint: RwSignal<u32>,
    watch: StoredValue<Option<Watch>, LocalStorage>,
}

impl Guidance {
    /// Loads what is needed, and begins.
    pub(super) fn start(app: App, finder: Viewfinder, kind: Kind) -> Self {
        let guidance = Self {
            app,
            finder,
            kind,
            hint: RwSignal::new(NOTHING),
            watch: StoredValue::new_local(None),
        };
        // What was right before a pause need not be right after it.
        follow(move || {
            if !matches!(finder.seen.get(), Seen::Live(_)) {
                guidance.hint.set(NOTHING);
            }
        });
        spawn(async move {
            let guide = Guide::load().await;
            // The step may have been left meanwhile.
            let video = guidance.finder.video.try_get_untracked().flatten();
            if let (Some(guide), Some(video)) = (guide, video) {
                let watch = guide.watch(&video, move |hint, best| guidance.said(hint, best));
                let _ = guidance.watch.try_set_value(watch);
            }
        });
        guidance
    }

    /// Nothing is said of a camera that shows nothing, or of a picture that is on its way.
    fn heard(self) -> u32 {
        let live = matches!(self.finder.seen.get(), Seen::Live(_));
        match self.hint.get() {
            _ if !live || busy(self.app) => NOTHING,
            READY if self.may_take() => TAKING,
            hint => hint,
        }
    }

    /// What goes with the class of the frame: red and dashed, or green and solid.
    pub(super) fn class(self) -> &'static str {
        match self.heard() {
            NOTHING => "",
            READY => " guided right",
            TAKING => " guided right taking",
            _ => " guided",
        }
    }

    /// The words of a step that was left are heard by nobody.
    fn said(self, hint: u32, best: Option<ImageBitmap>) {
        if self.hint.try_set(hint).is_some() {
            return;
        }
        if let Some(best) = best.filter(|_| self.may_take()) {
            spawn(self.app.photograph(Source::Kept(best)));
        }
    }

    /// By itself only the first time: who was refused wants to read why.
    fn may_take(self) -> bool {
        let refused = |page: &Page| {
            page.activity != Activity::Idle || page.notice.as_ref().is_some_and(Notice::is_alert)
        };
        self.kind == Kind::Selfie
            && storage::trigger() == Trigger::Automatic
            && !self.app.page.with_untracked(refused)
    }

    /// What to do, below the picture. Read out politely: the worker does not change it often.
    pub(super) fn words(self) -> View {
        let said = live(move || {
            let hint = usize::try_from(self.heard()).ok();
            let hint = hint.and_then(|hint| HINTS.get(hint));
            hint.map(|hint| say(self.app, *hint).to_owned())
                .unwrap_or_default()
        });
        paragraph(
            "coach",
            Some("hint"),
            Some("status"),
            said,
            live(String::new),
        )
    }

    /// The choice between page and button, for selfies.
    pub(super) fn choice(self) -> View {
        if self.kind != Kind::Selfie {
            return stack(Vec::new());
        }
        let input = NodeRef::<Input>::new();
        let chosen: Box<dyn FnMut(ev::Event)> = Box::new(move |_| {
            storage::choose_trigger(match ticked(input) {
                Consent::Given => Trigger::Automatic,
                Consent::NotGiven => Trigger::Manual,
            });
            // What is said of a right picture depends on it.
            self.hint.notify();
        });
        let automatic = storage::trigger() == Trigger::Automatic;
        view! {
            <label class="tick">
                <input type="checkbox" data-testid="auto-capture" prop:checked=automatic node_ref=input on:change=chosen/>
                <span>{say(self.app, Text::AutoCapture)}</span>
            </label>
        }
        .into_any()
    }
}
