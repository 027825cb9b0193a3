//! Guidance beside the page: `guide-camera.js` shows the camera's pictures to a worker (`guide/`). Both are loaded when a camera is wanted.

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlVideoElement, ImageBitmap};

use crate::browser::{json, window};

/// What `boot.js` leaves for loading it.
const LOADER: &str = "faceLoginGuide";

/// The module, loaded.
pub(crate) struct Guide(JsValue);

impl Guide {
    /// `None` where it can't be loaded: the page works without it.
    pub(crate) async fn load() -> Option<Self> {
        let loader: Function = json::member(&window(), LOADER)?.dyn_into().ok()?;
        let loading: Promise = loader.call0(&JsValue::NULL).ok()?.dyn_into().ok()?;
        Some(Self(JsFuture::from(loading).await.ok()?))
    }

    /// `said` gets the number of each new hint, and the best picture when it's time to take one.
    pub(crate) fn watch(
        &self,
        video: &HtmlVideoElement,
        said: impl Fn(u32, Option<ImageBitmap>) + 'static,
    ) -> Option<Watch> {
        let watch: Function = json::member(&self.0, "watch")?.dyn_into().ok()?;
        let said = Closure::<dyn Fn(u32, JsValue)>::new(move |hint, best: JsValue| {
            said(hint, best.dyn_into().ok());
        });
        let end = watch.call2(&JsValue::NULL, video, &said.into_js_value());
        Some(Watch(end.ok()?.dyn_into().ok()?))
    }
}

/// A camera that is being watched. That ends when dropped.
pub(crate) struct Watch(Function);

impl Drop for Watch {
    fn drop(&mut self) {
        // It ends a worker and drops pictures, which can't fail.
        let _ = self.0.call0(&JsValue::NULL);
    }
}
