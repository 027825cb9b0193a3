//! The sign-in inside another page: what the custom element `<face-login>` (`element/face-login.js`) calls.

use std::{cell::Cell, rc::Rc};

use js_sys::Reflect;
use leptos::mount::mount_to;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::HtmlElement;

use crate::{
    browser::{self, json},
    consent,
    run::{App, Host},
    settings::Settings,
    steps::{Happened, Link},
    views,
    words::{self, Words},
};

/// The global by which the functions are handed over; whoever loads the module takes it away again.
const OFFER: &str = "faceLoginElement";

thread_local! {
    /// Words stay as long as the page, whatever is mounted how often.
    static WORDS: Cell<Vec<&'static Words>> = const { Cell::new(Vec::new()) };
}

/// Offers `language(wish)`, which names the file of words to load, and `mount(place, attributes, words)`.
pub fn offer() {
    let language =
        Closure::<dyn Fn(JsValue) -> JsValue>::new(|wish: JsValue| language(&wish).into());
    let mount = Closure::<dyn Fn(JsValue, JsValue, JsValue) -> JsValue>::new(
        |place: JsValue, attributes: JsValue, words: JsValue| {
            mount(place.unchecked_into(), &attributes, &words)
        },
    );
    let functions = [
        ("language", language.into_js_value()),
        ("mount", mount.into_js_value()),
    ];
    // The global object takes any member.
    let _ = Reflect::set(&js_sys::global(), &OFFER.into(), &json::object(&functions));
}

/// The wished language, or one that the browser is set to, of those that there are.
fn language(wish: &JsValue) -> &'static str {
    let wish = wish.as_string().into_iter();
    let wished: Vec<String> = wish.chain(browser::preferred_languages()).collect();
    words::choose(&wished, &[])
}

/// Shows the sign-in in `place`; gives `{signOut(), unmount()}`. `unmount` ends the camera, every listener and every plan.
fn mount(place: HtmlElement, attributes: &JsValue, words: &JsValue) -> JsValue {
    let settings = Settings::read(
        |key| match key {
            "version" => Some("1".to_owned()),
            "consentVersion" => Some(consent::VERSION.to_owned()),
            _ => json::text(attributes, key),
        },
        |_| Vec::new(),
    );
    let words = remembered(
        language(&Reflect::get(attributes, &"language".into()).unwrap_or_default()),
        words,
    );
    views::name_language(&place, words);
    let mounted = Rc::new(Cell::new(None));
    let app = Rc::clone(&mounted);
    let mut handle = Some(mount_to(place, move || {
        let app = App::new(words, Host::Element);
        app.open(settings);
        mounted.set(Some(app));
        views::shell(app, views::no_landmark)
    }));
    let sign_out = Closure::<dyn Fn()>::new(move || {
        if let Some(app) = app.get() {
            app.happened(Happened::Followed(Link::SignOut));
        }
    });
    let unmount = Closure::<dyn FnMut()>::new(move || drop(handle.take()));
    json::object(&[
        ("signOut", sign_out.into_js_value()),
        ("unmount", unmount.into_js_value()),
    ])
}

fn remembered(tag: &'static str, words: &JsValue) -> &'static Words {
    let mut all = WORDS.take();
    let known = all.iter().find(|words| words.tag() == tag).copied();
    let words = known.unwrap_or_else(|| {
        let words = &*Box::leak(Box::new(Words::new(tag, json::entries(words))));
        all.push(words);
        words
    });
    WORDS.set(all);
    words
}
