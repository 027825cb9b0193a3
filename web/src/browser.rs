//! What the browser gives: storage, network, camera, clock, randomness. One concern per file; none of them decides anything.

pub(crate) mod camera;
pub(crate) mod clock;
pub(crate) mod fetch;
pub(crate) mod json;
pub(crate) mod photo;
pub(crate) mod random;
pub(crate) mod storage;
pub(crate) mod upload;

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
