//! JSON through the browser's own parser, which costs the page no code.

use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

/// An object with these members, in this order.
pub(crate) fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in members {
        // Setting a member of a plain object can't fail.
        let _ = Reflect::set(&object, &JsValue::from_str(key), value);
    }
    object.into()
}

/// An object of texts.
pub(crate) fn texts(members: &[(&str, &str)]) -> JsValue {
    let members: Vec<(&str, JsValue)> = members
        .iter()
        .map(|(key, value)| (*key, JsValue::from_str(value)))
        .collect();
    object(&members)
}

/// The text of a value.
pub(crate) fn print(value: &JsValue) -> String {
    JSON::stringify(value).map(String::from).unwrap_or_default()
}

/// `None` for what is no JSON.
pub(crate) fn parse(text: &str) -> Option<JsValue> {
    JSON::parse(text).ok()
}

/// A member, if it is there and not null.
pub(crate) fn member(value: &JsValue, key: &str) -> Option<JsValue> {
    let member = Reflect::get(value, &JsValue::from_str(key)).ok()?;
    (!member.is_null() && !member.is_undefined()).then_some(member)
}

/// A member as text: a text as it is, anything else as JSON.
pub(crate) fn text(value: &JsValue, key: &str) -> Option<String> {
    member(value, key).map(|member| as_text(&member))
}

/// All members in their order, as [`text`] gives them.
pub(crate) fn entries(value: &JsValue) -> Vec<(String, String)> {
    let Some(object) = value.dyn_ref::<Object>() else {
        return Vec::new();
    };
    let pair = |entry: JsValue| {
        let entry = Array::from(&entry);
        (as_text(&entry.get(0)), as_text(&entry.get(1)))
    };
    Object::entries(object).iter().map(pair).collect()
}

/// The texts of a list.
pub(crate) fn list(value: &JsValue, key: &str) -> Vec<String> {
    member(value, key)
        .map(|list| {
            Array::from(&list)
                .iter()
                .map(|item| as_text(&item))
                .collect()
        })
        .unwrap_or_default()
}

fn as_text(value: &JsValue) -> String {
    value.as_string().unwrap_or_else(|| print(value))
}
