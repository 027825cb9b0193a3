//! Every state of the page: accessible by axe's rules, wide enough for fingers, no wider than the screen, and focused at the heading.

use face_login_acceptance::{
    browser::{Browser, Colours, Look},
    faces::Person,
    page::Page,
    ready::Ready,
    scene::{Scene, error, password, round, tokens},
    stack,
    visitor::Visitor,
    wait,
};
use serde_json::{Value, json};
use std::time::Duration;

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

async fn cameras(scene: &mut Scene<'_>) {
    begin(scene, selfie(&json!({}))).await;
    scene.page.camera().await;
    scene.look("selfie").await;
    assert!(scene.heading_has_focus().await);
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

async fn a_new_face(scene: &mut Scene<'_>) {
    scene
        .visit_with(
            &pending(scene).await,
            "1 reset  ada@example.com",
            "recover-code",
        )
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
        .visit_with(
            &pending(scene).await,
            "1 finish  ada@example.com",
            "recover",
        )
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
async fn pending(scene: &Scene<'_>) -> String {
    let ready = scene
        .page
        .script(
            "return fetch('config.json').then(reply => reply.json())",
            vec![],
        )
        .await;
    format!(
        "face-login.pending.{}",
        ready["clientId"].as_str().unwrap_or_default()
    )
}

async fn tour(look: &Look, name: &'static str, ready: &Ready) {
    let browser = Browser::with_look(&Person::Ada.document(), look).await;
    let mut scene = Scene::open(&browser, ready, name).await;
    forms(&mut scene).await;
    cameras(&mut scene).await;
    endings(&mut scene).await;
    mailbox(&mut scene).await;
    a_new_face(&mut scene).await;
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

/// Tabs until an element has the focus.
async fn tab_to(browser: &Browser, page: &Page<'_>, test_id: &str) {
    wait::until(
        &format!("{test_id} by keyboard"),
        Duration::from_mins(1),
        async || {
            let focus = page
                .script(
                    "return document.activeElement?.dataset.testid ?? ''",
                    vec![],
                )
                .await;
            if focus == test_id {
                return Some(());
            }
            press(browser, "\u{e004}").await;
            None
        },
    )
    .await;
}

async fn press(browser: &Browser, keys: &str) {
    let focused = browser
        .client
        .active_element()
        .await
        .expect("something has the focus");
    focused.send_keys(keys).await.expect("a key");
}

#[tokio::test]
async fn the_keyboard_alone_signs_in_and_out() {
    const ENTER: &str = "\u{e007}";
    let visitor = Visitor::of(stack::shared()).await;
    let account = visitor.join().await;
    visitor
        .enrol(&account, &Person::Dora.document(), &Person::Dora.selfie())
        .await;
    let browser = Browser::with_camera(&Person::Dora.document()).await;
    let page = Page::open(&browser, &visitor.ready).await;
    tab_to(&browser, &page, "email").await;
    press(&browser, &format!("{}{ENTER}", account.email)).await;
    page.wait_for_step(&["selfie"]).await;
    // A busy machine may ask for another photo.
    for _ in 0..3 {
        page.watch().await;
        page.camera().await;
        tab_to(&browser, &page, "capture").await;
        press(&browser, ENTER).await;
        if page.outcome(&["signed-in"]).await {
            break;
        }
    }
    page.wait_for_step(&["signed-in"]).await;
    tab_to(&browser, &page, "sign-out").await;
    press(&browser, ENTER).await;
    page.wait_for_step(&["sign-in"]).await;
}
