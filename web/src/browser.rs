//! What the browser gives: storage, network, camera, clock, randomness. One concern per file; none of them decides anything.

pub(crate) mod camera;
pub(crate) mod clock;
pub(crate) mod fetch;
pub(crate) mod guide;
pub(crate) mod json;
pub(crate) mod leave;
pub(crate) mod photo;
pub(crate) mod random;
pub(crate) mod storage;
pub(crate) mod upload;

use std::{future::Future, pin::Pin};

use leptos::prelude::{LocalStorage, StoredValue, WithValue as _, on_cleanup};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{EventTarget, HtmlVideoElement};

/// Runs a future in the background. Boxed, so that the machinery is compiled once.
pub(crate) fn spawn(future: impl Future<Output = ()> + 'static) {
    let future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
    wasm_bindgen_futures::spawn_local(future);
}

/// Plays a video, if there is something to play.
pub(crate) async fn play(video: HtmlVideoElement) {
    if let Ok(playing) = video.play() {
        // Rejected without a picture, and when the element goes away or pauses meanwhile.
        let _ = JsFuture::from(playing).await;
    }
}

/// The window: there is one wherever the page runs.
pub(crate) fn window() -> web_sys::Window {
    web_sys::window().expect("the page runs in a window")
}

/// The languages that the browser is set to, most wanted first.
pub(crate) fn preferred_languages() -> Vec<String> {
    window()
        .navigator()
        .languages()
        .iter()
        .filter_map(|tag| tag.as_string())
        .collect()
}

/// Listens as long as whatever shows is there: a step, or all of it.
pub(crate) fn listen(target: EventTarget, event: &'static str, listener: impl Fn() + 'static) {
    let listener: JsValue = Closure::<dyn Fn()>::new(listener).into_js_value();
    // The names are right, and the listener is a function.
    let _ = target.add_event_listener_with_callback(event, listener.unchecked_ref());
    let kept = StoredValue::<_, LocalStorage>::new_local((target, listener));
    on_cleanup(move || {
        let _ = kept.try_with_value(|(target, listener)| {
            target.remove_event_listener_with_callback(event, listener.unchecked_ref())
        });
    });
}
