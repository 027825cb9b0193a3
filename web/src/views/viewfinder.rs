//! The camera of a step: starts with it, ends with it. What happens to it is decided in [`crate::finder`].

use leptos::{html::Video, prelude::*};
use wasm_bindgen::{JsCast as _, closure::Closure};

use crate::{
    browser::{
        camera::{self, Camera},
        listen, spawn, window,
    },
    challenge::Kind,
    finder::{Act, Event, Seen},
};

/// A handle that the step's listeners copy.
#[derive(Clone, Copy)]
pub(super) struct Viewfinder {
    /// What is to be seen.
    pub(super) seen: RwSignal<Seen>,
    /// Where the picture is shown.
    pub(super) video: NodeRef<Video>,
    /// Whether there is another camera.
    pub(super) others: RwSignal<bool>,
    kind: Kind,
    camera: StoredValue<Option<Camera>, LocalStorage>,
}

impl Viewfinder {
    /// Without a picture yet.
    pub(super) fn open(kind: Kind) -> Self {
        let finder = Self {
            seen: RwSignal::new(Seen::Opening),
            video: NodeRef::new(),
            others: RwSignal::new(false),
            kind,
            camera: StoredValue::new_local(None),
        };
        finder.listen();
        spawn(async move {
            let told = camera::permission(move |now| finder.happened(Event::Told(now))).await;
            finder.happened(Event::Told(told));
        });
        finder
    }

    /// Takes in what happened. Nothing happens any more to a step that was left.
    pub(super) fn happened(self, event: Event) {
        let Some(seen) = self.seen.try_get_untracked() else {
            return;
        };
        let (next, act) = seen.after(event);
        if next != seen {
            let _ = self.seen.try_set(next);
        }
        match act {
            Act::Nothing => {}
            Act::Start => spawn(self.start(None)),
            Act::Stop => self.stop(),
            Act::Switch => {
                let device = self
                    .camera
                    .try_with_value(|camera| camera.as_ref().map(Camera::device))
                    .flatten();
                self.stop();
                spawn(self.start(device));
            }
        }
    }

    fn stop(self) {
        let _ = self.camera.try_set_value(None);
    }

    /// Asks for the camera and shows its picture: the one after `device`, if another one is wanted.
    async fn start(self, device: Option<String>) {
        match Camera::start(self.kind, device).await {
            Err(problem) => self.happened(Event::Failed(problem)),
            Ok(camera) => self.show(camera).await,
        }
    }

    /// A step that was left while the browser was asking drops the camera here, which stops it.
    async fn show(self, camera: Camera) {
        let Some(Some(video)) = self.video.try_get_untracked() else {
            return;
        };
        let ended = Closure::once_into_js(move || self.happened(Event::Ended));
        if let Some(track) = camera.track() {
            track.set_onended(Some(ended.unchecked_ref()));
        }
        camera.show_in(&video).await;
        // Read by integrations and tests; any element takes it.
        let _ = video.set_attribute("data-track-label", &camera.label());
        let _ = self.others.try_set(1 < camera::devices().await.len());
        let preview = camera.preview();
        if self.camera.try_set_value(Some(camera)).is_none() {
            self.happened(Event::Started(preview));
        }
    }

    /// Tabs in front, and cameras that come and go. Listeners of a step that was left find nothing to tell it to.
    fn listen(self) {
        let document = window().document();
        let hidden = move || {
            let document = window().document();
            let hidden = document.is_some_and(|document| document.hidden());
            self.happened(if hidden { Event::Hidden } else { Event::Shown });
        };
        if let Some(document) = document {
            listen(document.into(), "visibilitychange", hidden);
        }
        if let Some(devices) = camera::media_devices() {
            let changed = move || self.happened(Event::DevicesChanged);
            listen(devices.into(), "devicechange", changed);
        }
    }
}
