//! The worker: loads the weights beside it, says so with [`READY`], and answers each frame with the number of [`crate::coach::Advice::code`].
//!
//! A frame is `{pixels, width, detail, detailWidth}`: RGBA, row by row, in `ArrayBuffer`s; `detail` is empty while the page keeps no frame. A worker that can't load says nothing: the page works without it.

use std::cell::RefCell;

use face_login_face_engine::Spotter;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Response};

use crate::{
    coach::Coach,
    frame::{Frame, LEAST_SCORE},
    luma::Luma,
};

/// Said once, before the first frame is asked for.
const READY: u32 = 255;

/// Starts listening.
pub fn start() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else {
        return;
    };
    spawn_local(async move {
        let (manifest, weights) = (
            file(&scope, "guide.json").await,
            file(&scope, "guide.bin").await,
        );
        let (Some(manifest), Some(weights)) = (manifest, weights) else {
            return;
        };
        if let Ok(spotter) = Spotter::new(&manifest, &weights) {
            listen(&scope, spotter);
        }
    });
}

async fn file(scope: &DedicatedWorkerGlobalScope, name: &str) -> Option<Vec<u8>> {
    let response = JsFuture::from(scope.fetch_with_str(name)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    let bytes = response.ok().then(|| response.array_buffer())?.ok()?;
    Some(Uint8Array::new(&JsFuture::from(bytes).await.ok()?).to_vec())
}

fn listen(scope: &DedicatedWorkerGlobalScope, spotter: Spotter) {
    let coach = RefCell::new(Coach::default());
    let answering = scope.clone();
    let say = move |code: u32| {
        // A number can always be sent.
        let _ = answering.post_message(&JsValue::from(code));
    };
    say(READY);
    let clock = scope.performance();
    let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data();
        let (Some((pixels, width)), detail) = (
            picture(&data, "pixels", "width"),
            picture(&data, "detail", "detailWidth"),
        ) else {
            return;
        };
        let faces = spotter.spot(&pixels, width, LEAST_SCORE);
        let detail = detail
            .filter(|(pixels, _)| !pixels.is_empty())
            .map(|(pixels, width)| Luma::of(&pixels, width));
        let frame = Frame::measured(&Luma::of(&pixels, width), faces, detail.as_ref());
        let now = clock
            .as_ref()
            .map(web_sys::Performance::now)
            .unwrap_or_default();
        say(coach.borrow_mut().see(frame, now).code());
    });
    scope.set_onmessage(Some(listener.into_js_value().unchecked_ref()));
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the width of a small picture"
)]
fn picture(data: &JsValue, pixels: &str, width: &str) -> Option<(Vec<u8>, usize)> {
    let member = |name: &str| Reflect::get(data, &JsValue::from_str(name)).ok();
    let width = member(width)?.as_f64()? as usize;
    Some((Uint8Array::new(&member(pixels)?).to_vec(), width))
}
