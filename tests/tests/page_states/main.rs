//! Every state of the page: accessible by axe's rules, wide enough for fingers, no wider than the screen, and focused at the heading.

mod keyboard;

use face_login_acceptance::{
    app::App,
    browser::{Browser, Colours, Look, Motion},
    element::{self, GUIDED},
    faces::Person,
    http::Http,
    page::Page,
    places,
    ready::Ready,
    scene::{Scene, error, password, round, tokens},
    stack,
};
use serde_json::{Value, json};

/// Where hints are read.
const HINT: &str = "[data-testid='hint']";
/// Numbers of hints, as the detector's worker says them.
const OFF_CENTRE: u8 = 4;
const RIGHT: u8 = 9;

fn selfie(more: &Value) -> Value {
    round("SELFIE", "UPLOAD", more)
}

fn document(more: &Value) -> Value {
    round("ENROL_DOCUMENT", "UPLOAD", more)
}

fn done() -> Value {
    json!([200, {}])
}

/// From the form to the selfie.
async fn begin(scene: &Scene<'_>, answer: Value) {
    scene.page.wait_for_step(&["sign-in"]).await;
    scene.answers(json!([answer])).await;
    scene.page.ask_to_sign_in("ada@example.com").await;
}

async fn forms(scene: &mut Scene<'_>) {
    scene.look("sign-in").await;
    scene.page.write("email", "ada").await;
    scene.page.click("send").await;
    scene.look_at("sign-in", "error").await;
    scene.page.click("to-sign-up").await;
    scene.look("sign-up").await;
    assert!(scene.heading_has_focus().await, "the new step is read out");
    scene.page.write("email", "ada@example.com").await;
    scene.page.click("send").await;
    scene.look_at("sign-up", "error").await;
    scene.page.click("consent").await;
    scene.answers(json!([done()])).await;
    scene.page.click("send").await;
    scene.look("code").await;
    assert!(scene.heading_has_focus().await);
    scene.page.write("code", "123456").await;
    scene.answers(json!([error("CodeMismatchException")])).await;
    scene.page.click("send").await;
    scene.look_at("code", "error").await;
    scene
        .answers(json!([done(), password(), document(&json!({}))]))
        .await;
    scene.page.click("send").await;
    scene.page.camera().await;
    scene.look("document").await;
    scene.page.click("to-sign-in").await;
}

/// How the oval tells that the photo is about to take itself; null if it does not.
async fn filling(scene: &Scene<'_>) -> Value {
    let script = "const oval = document.querySelector('.taking .oval'); \
        return oval && getComputedStyle(oval, '::after').animationName";
    scene.page.script(script, vec![]).await
}

async fn cameras(scene: &mut Scene<'_>, motion: Motion) {
    begin(scene, selfie(&json!({}))).await;
    scene.page.camera().await;
    scene.look("selfie").await;
    // The longest sentence in red, and the green one; the others differ in their words only.
    for (hint, name) in [(OFF_CENTRE, "hint-off-centre"), (RIGHT, "hint-right")] {
        scene.look_at_hint(hint, name).await;
        assert_eq!(scene.page.attribute(HINT, "role").await, "status");
    }
    assert!(
        scene.heading_has_focus().await,
        "hints leave the focus alone"
    );
    assert_eq!(filling(scene).await, Value::Null, "not before the button");
    scene.page.take_photos_by_itself().await;
    scene.look_at_hint(RIGHT, "hint-taking").await;
    let moves = if motion == Motion::Free {
        "fill"
    } else {
        "none"
    };
    assert_eq!(filling(scene).await, moves);
    scene.page.take_photos_by_the_button().await;
    scene.page.click("to-sign-in").await;
    for (problem, permission) in [
        ("NotAllowedError", "granted"),
        ("NotFoundError", "granted"),
        ("NotReadableError", "granted"),
        ("", "denied"),
    ] {
        scene.camera(problem, permission).await;
        begin(scene, selfie(&json!({}))).await;
        scene.look_at("selfie", "camera-problem").await;
        scene.page.click("to-sign-in").await;
    }
    scene.camera("", "prompt").await;
    begin(scene, selfie(&json!({}))).await;
    scene.look_at("selfie", "camera-start").await;
    scene.page.click("camera-start").await;
    scene.page.camera().await;
    scene.camera("", "granted").await;
    scene.page.click("capture").await;
    scene.look("checking").await;
    scene
        .answers(json!([selfie(&json!({"reason": "NOT_RECOGNISED"}))]))
        .await;
    scene.look_at("selfie", "reason").await;
    scene.answers(json!([error("")])).await;
    scene.page.click("capture").await;
    scene.look_at("checking", "error").await;
    scene
        .answers(json!([error("NotAuthorizedException")]))
        .await;
    scene.page.click("try-again").await;
    scene.look("session-over").await;
    scene.page.click("to-sign-in").await;
}

async fn endings(scene: &mut Scene<'_>) {
    begin(scene, error("")).await;
    scene.look_at("sign-in", "error").await;
    for wait in ["30000", "0", "90000000"] {
        begin(
            scene,
            round(
                "SELFIE",
                "LOCKED",
                &json!({"reason": "LOCKED", "retryAfterMs": wait}),
            ),
        )
        .await;
        scene.look("locked").await;
        scene.page.click("to-sign-in").await;
    }
    begin(scene, round("LIVENESS", "UPLOAD", &json!({}))).await;
    scene.look("session-over").await;
    scene.page.click("to-sign-in").await;
}

async fn mailbox(scene: &mut Scene<'_>) {
    scene.page.click("cannot-sign-in").await;
    scene.look("recover").await;
    scene.answers(json!([done()])).await;
    scene.page.write("email", "ada@example.com").await;
    scene.page.click("send").await;
    scene.look("recover-code").await;
    let consent = round("ENROL_DOCUMENT", "CONSENT", &json!({}));
    scene.answers(json!([done(), password(), consent])).await;
    scene.page.write("code", "123456").await;
    scene.page.click("send").await;
    scene.look("consent").await;
    scene.page.click("to-sign-in").await;
}

async fn a_new_face(scene: &mut Scene<'_>, pending: &str) {
    scene
        .visit_with(pending, "1 reset  ada@example.com", "recover-code")
        .await;
    scene
        .answers(json!([done(), password(), selfie(&json!({}))]))
        .await;
    scene.page.write("code", "123456").await;
    scene.page.click("send").await;
    scene.page.camera().await;
    scene.page.click("face-changed").await;
    scene.look("replace").await;
    scene
        .answers(json!([
            password(),
            round("SELFIE", "HELD", &json!({"reason": "HELD"}))
        ]))
        .await;
    scene.page.click("consent").await;
    scene.page.click("send").await;
    scene.look("held").await;
    scene
        .visit_with(pending, "1 finish  ada@example.com", "recover")
        .await;
    scene.look("recover").await;
    scene.page.click("to-sign-in").await;
}

async fn signed_in(scene: &mut Scene<'_>) {
    begin(scene, selfie(&json!({}))).await;
    scene.page.camera().await;
    scene.answers(json!([tokens()])).await;
    scene.page.click("capture").await;
    scene.look("signed-in").await;
    scene.page.click("update-photo").await;
    scene.look("update").await;
    scene
        .answers(json!([selfie(&json!({})), document(&json!({}))]))
        .await;
    scene.page.click("consent").await;
    scene.page.click("send").await;
    scene.page.camera().await;
    scene.page.click("capture").await;
    scene.page.camera().await;
    scene.look_at("document", "keep-photo").await;
    scene.answers(json!([tokens()])).await;
    scene.page.click("keep-photo").await;
    scene.look_at("signed-in", "notice").await;
    scene.page.click("forget-face").await;
    scene.look("forget").await;
    scene
        .answers(json!([
            selfie(&json!({})),
            round("SELFIE", "WITHDRAWN", &json!({}))
        ]))
        .await;
    scene.page.click("forget-now").await;
    scene.page.camera().await;
    scene.page.click("capture").await;
    scene.look("forgotten").await;
    scene.page.click("to-sign-in").await;
}

/// Where the page keeps what is half-finished.
fn pending(ready: &Ready) -> String {
    format!("face-login.pending.{}", ready.client_id)
}

async fn tour(look: &Look, name: &'static str, ready: &Ready) {
    let browser = Browser::with_look(&Person::Ada.document(), look).await;
    tour_with(&browser, look, name, ready).await;
}

async fn tour_with(browser: &Browser, look: &Look, name: &'static str, ready: &Ready) {
    let mut scene = Scene::open(browser, ready, name).await;
    let width = scene.page.script("return innerWidth", vec![]).await;
    assert_eq!(width, look.width, "the screen is as narrow as it says");
    forms(&mut scene).await;
    cameras(&mut scene, look.motion).await;
    endings(&mut scene).await;
    mailbox(&mut scene).await;
    a_new_face(&mut scene, &pending(ready)).await;
    signed_in(&mut scene).await;
    assert!(scene.wrong.is_empty(), "{:#?}", scene.wrong);
    assert!(30 <= scene.looked_at.len(), "{:?}", scene.looked_at);
}

#[tokio::test]
async fn every_state_is_accessible_on_a_phone() {
    let look = Look {
        width: 360,
        height: 740,
        ..Look::default()
    };
    tour(&look, "360x740", stack::shared()).await;
}

#[tokio::test]
async fn every_state_is_accessible_in_the_dark_and_in_german() {
    let look = Look {
        colours: Colours::Dark,
        language: "de",
        ..Look::default()
    };
    tour(&look, "412x915-dark-de", stack::shared()).await;
}

#[tokio::test]
async fn every_state_is_accessible_on_a_computer() {
    let look = Look {
        width: 1280,
        height: 800,
        ..Look::default()
    };
    tour(&look, "1280x800", stack::shared()).await;
}

/// The element in an app's page, in the same play.
async fn tour_inside_an_app(look: &Look, name: &'static str) {
    let app = App::start().await;
    let ready = Ready {
        page: format!("{}/", app.origin),
        ..stack::shared().clone()
    };
    element::furnish(&app, &ready, "", GUIDED);
    tour(look, name, &ready).await;
}

#[tokio::test]
async fn every_state_is_accessible_inside_an_app() {
    let look = Look {
        width: 360,
        height: 740,
        ..Look::default()
    };
    tour_inside_an_app(&look, "element-360x740").await;
}

#[tokio::test]
async fn every_state_is_accessible_inside_a_dark_app() {
    let look = Look {
        width: 1280,
        height: 800,
        colours: Colours::Dark,
        ..Look::default()
    };
    tour_inside_an_app(&look, "element-1280x800-dark").await;
}

/// The page from another address, in a language that is made of the English file: letters that run from right to left, and as long.
async fn from_right_to_left(ready: &Ready) -> (App, Ready) {
    let app = App::start().await;
    app.files_of(&places::site());
    let words = std::fs::read(places::site().join("words-en.json")).expect("the English words");
    let mut words: serde_json::Map<String, Value> =
        serde_json::from_slice(&words).expect("a sentence a key");
    for (key, sentence) in &mut words {
        *sentence = match key.as_str() {
            "direction" => "rtl".into(),
            "consent-version" => continue,
            _ => turned(sentence.as_str().unwrap_or_default()).into(),
        };
    }
    app.file("words-en.json", Value::Object(words).to_string().as_bytes());
    let config = Http::default()
        .get(&format!("{}config.json", ready.page))
        .await;
    app.file("config.json", config.text().as_bytes());
    let page = format!("{}/", app.origin);
    let ready = Ready {
        page,
        ..ready.clone()
    };
    (app, ready)
}

/// Arabic letters for Latin ones, except in the names of values.
fn turned(sentence: &str) -> String {
    let mut inside = false;
    let letter = |letter: char| {
        inside = (inside || letter == '{') && letter != '}';
        match letter {
            'a'..='z' if !inside => char::from_u32(u32::from(letter) - u32::from('a') + 0x628),
            'A'..='Z' if !inside => Some('\u{645}'),
            _ => Some(letter),
        }
    };
    sentence.chars().filter_map(letter).collect()
}

/// 320 pixels are what a window of 1280 has left at 400 per cent.
#[tokio::test]
async fn every_state_holds_from_right_to_left_at_four_hundred_per_cent_and_without_motion() {
    let look = Look {
        width: 320,
        height: 640,
        motion: Motion::Reduced,
        ..Look::default()
    };
    let (_app, ready) = from_right_to_left(stack::shared()).await;
    let browser = Browser::with_look(&Person::Ada.document(), &look).await;
    let page = Page::open(&browser, &ready).await;
    assert_eq!(page.style("html", "direction").await, "rtl");
    assert_eq!(
        page.style("input", "direction").await,
        "ltr",
        "addresses stay readable"
    );
    page.click("to-sign-up").await;
    page.wait_for_step(&["sign-up"]).await;
    let sides = "const box = css => document.querySelector(css).getBoundingClientRect();
        return box('.tick input').left > box('.tick span').left";
    assert_eq!(
        page.script(sides, vec![]).await,
        true,
        "the box stands where lines begin"
    );
    page.click("send").await;
    page.read("error").await;
    assert_eq!(page.style(".notice", "borderRightWidth").await, "4px");
    assert_eq!(page.style(".notice", "borderLeftWidth").await, "0px");
    let still = "const turning = document.createElement('div'); turning.className = 'spinner';
        document.querySelector('[data-step]').append(turning);
        const name = getComputedStyle(turning).animationName; turning.remove(); return name";
    assert_eq!(page.script(still, vec![]).await, "none");
    tour_with(&browser, &look, "320x640-rtl", &ready).await;
}
