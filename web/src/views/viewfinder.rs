//! The camera of a step: starts with it, ends with it.

use leptos::{html::Video, prelude::*};
use wasm_bindgen::{JsCast as _, closure::Closure};

use crate::{
    browser::camera::{Camera, Preview},
    camera_problem::CameraProblem,
    challenge::Kind,
};

/// What the camera is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// The browser is asking, or the camera warms up.
    Starting,
    /// There is a picture.
    Live(Preview),
    /// There is none.
    Problem(CameraProblem),
}

/// A handle that the step's listeners copy.
#[derive(Clone, Copy)]
pub(super) struct Viewfinder {
    /// What is to be seen.
    pub(super) seen: RwSignal<Seen>,
    /// Where the picture is shown.
    pub(super) video: NodeRef<Video>,
    kind: Kind,
    camera: StoredValue<Option<Camera>, LocalStorage>,
}

impl Viewfinder {
    /// Without a picture yet.
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            seen: RwSignal::new(Seen::Starting),
            video: NodeRef::new(),
            kind,
            camera: StoredValue::new_local(None),
        }
    }

    /// Why there is no picture, if so.
    pub(super) fn problem(self) -> Option<CameraProblem> {
        match self.seen.get() {
            Seen::Problem(problem) => Some(problem),
            Seen::Starting | Seen::Live(_) => None,
        }
    }

    /// Asks for the camera and shows its picture.
    pub(super) async fn start(self) {
        let _ = self.seen.try_set(Seen::Starting);
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
        let ended = Closure::once_into_js(move || self.fail(CameraProblem::Stopped));
        if let Some(track) = camera.track() {
            track.set_onended(Some(ended.unchecked_ref()));
        }
        camera.show_in(&video).await;
        // Read by integrations and tests; any element takes it.
        let _ = video.set_attribute("data-track-label", &camera.label());
        let preview = camera.preview();
        if self.camera.try_set_value(Some(camera)).is_none() {
            let _ = self.seen.try_set(Seen::Live(preview));
        }
    }

    fn fail(self, problem: CameraProblem) {
        let _ = self.camera.try_set_value(None);
        let _ = self.seen.try_set(Seen::Problem(problem));
    }
}
