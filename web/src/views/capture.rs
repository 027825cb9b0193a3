//! Taking a photo: preview, oval, button, and a file where the camera is no way.

use leptos::{
    ev,
    html::{Input, Video},
    prelude::*,
    task::spawn_local,
};
use wasm_bindgen::{JsCast as _, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlVideoElement;

use super::parts::{TryAgain, Way, busy, say};
use crate::{
    browser::camera::{Camera, Preview},
    camera_problem::CameraProblem,
    challenge::Kind,
    run::App,
    steps::{Activity, Link, Page},
    words::{self, Text},
};

/// What the camera is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    /// The browser is asking, or the camera warms up.
    Starting,
    /// There is a picture.
    Live(Preview),
    /// There is none.
    Problem(CameraProblem),
}

/// The camera of this step; gone with it.
#[derive(Clone, Copy)]
struct Viewfinder {
    kind: Kind,
    seen: RwSignal<Seen>,
    video: NodeRef<Video>,
    camera: StoredValue<Option<Camera>, LocalStorage>,
}

impl Viewfinder {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            seen: RwSignal::new(Seen::Starting),
            video: NodeRef::new(),
            camera: StoredValue::new_local(None),
        }
    }

    async fn start(self) {
        self.seen.set(Seen::Starting);
        match Camera::start(self.kind).await {
            Err(problem) => self.fail(problem),
            Ok(camera) => self.show(camera).await,
        }
    }

    /// A step that was left while the browser was asking drops the camera here, which stops it.
    async fn show(self, camera: Camera) {
        let Some(Some(video)) = self.video.try_get_untracked() else {
            return;
        };
        self.stop_when_it_ends(&camera);
        camera.show_in(&video).await;
        // Read by integrations and tests; any element takes it.
        let _ = video.set_attribute("data-track-label", &camera.label());
        let preview = camera.preview();
        if self.camera.try_set_value(Some(camera)).is_none() {
            let _ = self.seen.try_set(Seen::Live(preview));
        }
    }

    fn stop_when_it_ends(self, camera: &Camera) {
        let ended = Closure::once_into_js(move || self.fail(CameraProblem::Stopped));
        if let Some(track) = camera.track() {
            track.set_onended(Some(ended.unchecked_ref()));
        }
    }

    fn fail(self, problem: CameraProblem) {
        let _ = self.camera.try_set_value(None);
        let _ = self.seen.try_set(Seen::Problem(problem));
    }
}

/// The step.
#[component]
pub(super) fn Capture(app: App, kind: Kind) -> impl IntoView {
    let finder = Viewfinder::new(kind);
    let activity = Memo::new(move |_| app.page.with(|page| page.activity));
    let sending = Memo::new(move |_| matches!(activity.get(), Activity::Sending(_)));
    Effect::new(move |_| spawn_local(finder.start()));
    Effect::new(move |_| freeze(finder.video, activity.get()));
    let intro = match kind {
        Kind::Document => Text::DocumentIntro,
        Kind::Selfie => Text::SelfieIntro,
    };
    view! {
        <p class="intro">{say(app, intro)}" "<span class="tries">{move || tries(app)}</span></p>
        <Frame app finder/>
        {move || sending.get().then(|| view! { <Progress app activity/> })}
        <TryAgain app/>
        <Buttons app finder/>
        <nav>
            {(kind == Kind::Selfie).then(|| view! { <Way app link=Link::CannotSignIn text=Text::CannotSignIn testid="cannot-sign-in"/> })}
            <Way app link=Link::SignIn text=Text::ToSignIn testid="to-sign-in"/>
        </nav>
    }
}

/// The picture stands still while it is sent: what was taken is what is seen.
fn freeze(video: NodeRef<Video>, activity: Activity) {
    let Some(video) = video.get_untracked() else {
        return;
    };
    match activity {
        Activity::Idle => spawn_local(play(video.clone())),
        // Pausing what does not play changes nothing.
        Activity::Working | Activity::Sending(_) => drop(video.pause()),
    }
}

async fn play(video: HtmlVideoElement) {
    if let Ok(playing) = video.play() {
        // Rejected without a picture, or when the next photo comes first.
        let _ = JsFuture::from(playing).await;
    }
}

fn tries(app: App) -> Option<String> {
    let left = app.page.with(|page| {
        page.challenge()
            .filter(|challenge| challenge.reason.is_some())
            .map(|challenge| challenge.attempts_left)
    });
    left.map(|left| words::tries_left(app.language.get(), left))
}

/// The preview, or what to do instead. The video stays in the page so that the camera finds it.
#[component]
fn Frame(app: App, finder: Viewfinder) -> impl IntoView {
    let class = move || match finder.seen.get() {
        Seen::Starting => "frame starting",
        Seen::Live(Preview::Mirrored) => "frame live mirrored",
        Seen::Live(Preview::Plain) => "frame live",
        Seen::Problem(_) => "frame off",
    };
    let problem = move || match finder.seen.get() {
        Seen::Problem(problem) => Some(problem),
        Seen::Starting | Seen::Live(_) => None,
    };
    let starting = move || {
        (finder.seen.get() == Seen::Starting)
            .then(|| view! { <p class="over" role="status">{say(app, Text::CameraStarting)}</p> })
    };
    view! {
        <div class=class>
            <video data-testid="camera" autoplay muted prop:muted=true playsinline aria-label=say(app, Text::CameraPicture) node_ref=finder.video></video>
            <div class="oval" aria-hidden="true"></div>
            {starting}
        </div>
        <div role="alert">
            {move || problem().map(|problem| view! { <p class="notice warning" data-testid="camera-problem">{words::camera(app.language.get(), problem)}</p> })}
        </div>
    }
}

#[component]
fn Progress(app: App, activity: Memo<Activity>) -> impl IntoView {
    let done = move || match activity.get() {
        Activity::Sending(percent) => percent.to_string(),
        Activity::Idle | Activity::Working => String::new(),
    };
    view! {
        <label class="sending">
            <span>{say(app, Text::Sending)}</span>
            <progress data-testid="progress" max="100" value=done></progress>
        </label>
    }
}

/// The button stays within reach of keyboards whatever the picture shows: the server judges it.
#[component]
fn Buttons(app: App, finder: Viewfinder) -> impl IntoView {
    let busy = busy(app);
    let live = Memo::new(move |_| matches!(finder.seen.get(), Seen::Live(_)));
    let failed = Memo::new(move |_| matches!(finder.seen.get(), Seen::Problem(_)));
    // The photo in hand can be sent again: then another one is the alternative.
    let in_hand = Memo::new(move |_| app.page.with(Page::can_try_again));
    let file = NodeRef::<Input>::new();
    let take = move |_: ev::MouseEvent| {
        if let Some(video) = finder.video.get_untracked() {
            spawn_local(app.capture(HtmlVideoElement::clone(&video)));
        }
    };
    let chosen = move |_: ev::Event| {
        let Some(input) = file.get_untracked() else {
            return;
        };
        let picked = input.files().and_then(|files| files.get(0));
        // So that the same file can be chosen again.
        input.set_value("");
        if let Some(picked) = picked {
            spawn_local(app.choose(picked.into()));
        }
    };
    let label = match finder.kind {
        Kind::Document => Text::ChooseFile,
        Kind::Selfie => Text::ChooseSelfie,
    };
    view! {
        {move || if failed.get() {
            let again = move |_| spawn_local(finder.start());
            view! { <button type="button" class="secondary" data-testid="camera-again" on:click=again>{say(app, Text::CameraAgain)}</button> }.into_any()
        } else {
            view! { <button type="button" class:primary=move || !in_hand.get() class:secondary=move || in_hand.get() data-testid="capture" disabled=move || busy.get() || !live.get() on:click=take>{say(app, Text::TakePhoto)}</button> }.into_any()
        }}
        <label class="file secondary" class:primary=move || failed.get()>
            <input type="file" accept="image/*" data-testid="file" disabled=move || busy.get() node_ref=file on:change=chosen/>
            <span>{say(app, label)}</span>
        </label>
    }
}
