//! Guidance inside the element: as on the page, with files that are held to their digests, or not at all.

use std::fs;

use face_login_acceptance::{
    browser::Browser, element, faces::Person, invent, page::Page, places, stack, wait,
};
use serde_json::{Value, json};

use super::{LONGEST, ask_to_sign_in, host};

/// What the worker is made of.
const FILES: [&str; 4] = [
    "guide-worker.js",
    "guide_bg.wasm",
    "guide.json",
    "guide.bin",
];

/// Waits until so many pictures were looked at.
pub(crate) async fn looked_at(page: &Page<'_>, pictures: u64) {
    wait::until("pictures are looked at", LONGEST, async || {
        (pictures <= page.guidance().await.1).then_some(())
    })
    .await;
}

/// Lets the camera show so many pictures.
async fn filmed(page: &Page<'_>, pictures: u32) {
    let count = "const video = document.querySelector('video'); window.filmed = 0;
        const next = () => { filmed += 1; video.requestVideoFrameCallback(next) };
        video.requestVideoFrameCallback(next)";
    page.script(count, vec![]).await;
    wait::until("pictures of the camera", LONGEST, async || {
        let filmed = page.script("return filmed", vec![]).await;
        (u64::from(pictures) <= filmed.as_u64()?).then_some(())
    })
    .await;
}

/// Origins that the app's page has asked for anything.
async fn origins(page: &Page<'_>) -> Value {
    let origins = "return [...new Set(performance.getEntriesByType('resource').map(entry => new URL(entry.name).origin))].toSorted()";
    page.script(origins, vec![]).await
}

#[tokio::test]
async fn the_oval_goes_green_and_the_photo_takes_itself_inside_the_element() {
    let host = host(Person::Dora, "").await;
    let browser = Browser::with_camera(&Person::Dora.selfie()).await;
    let page = Page::at(&browser, &host.app.origin).await;
    page.wait_for_step(&["sign-in"]).await;
    page.take_photos_by_itself().await;
    for file in FILES {
        assert!(!host.app.was_asked_for(file), "{file} before the address");
    }
    ask_to_sign_in(&page, &host.account.email).await;
    page.watch().await;
    page.camera().await;
    page.sent().await;
    let green = "return seen.some(frame => frame.includes('right'))";
    assert_eq!(page.script(green, vec![]).await, true, "a green oval");
    if !page.outcome(&["signed-in"]).await {
        // A busy machine asks for another photo, which is left to the button.
        page.capture_until(&["signed-in"]).await;
    }
    for file in FILES {
        assert!(host.app.was_asked_for(file), "{file}");
    }
    let ready = &host.visitor.ready;
    let mut own = [&host.app.origin, &ready.cognito, &ready.s3]
        .map(|address| address.trim_end_matches('/').to_owned());
    own.sort();
    assert_eq!(origins(&page).await, json!(own));
    let wrong = page
        .script("return [errors, violations, workers]", vec![])
        .await;
    assert_eq!(wrong, json!([[], [], 0]));
}

#[tokio::test]
async fn a_worker_of_other_content_never_looks_at_anybody() {
    let app = face_login_acceptance::app::App::start().await;
    element::furnish(&app, stack::shared(), "", element::GUIDED);
    let browser = Browser::with_camera(&Person::Bea.selfie()).await;
    for name in FILES {
        let content = fs::read(places::element().join(name)).expect("a file of the package");
        let mut other = content.clone();
        other.push(b' ');
        app.file(name, &other);
        let page = Page::at(&browser, &app.origin).await;
        page.take_photos_by_the_button().await;
        ask_to_sign_in(&page, &invent::email()).await;
        page.camera().await;
        wait::until(name, LONGEST, async || {
            app.was_asked_for(name).then_some(())
        })
        .await;
        filmed(&page, 40).await;
        assert_eq!(page.guidance().await, (false, 0), "{name}");
        assert_eq!(page.script("return errors", vec![]).await, json!([]));
        app.file(name, &content);
    }
    let page = Page::at(&browser, &app.origin).await;
    ask_to_sign_in(&page, &invent::email()).await;
    page.camera().await;
    looked_at(&page, 1).await;
}

#[tokio::test]
async fn where_the_apps_policy_forbids_workers_the_button_is_left() {
    let host = host(Person::Eve, "").await;
    let browser = Browser::with_camera(&Person::Eve.selfie()).await;
    for policy in [
        "worker-src blob:; trusted-types 'none'",
        "trusted-types face-login",
    ] {
        element::furnish(&host.app, &host.visitor.ready, "", policy);
        let page = host.open(&browser).await;
        ask_to_sign_in(&page, &host.account.email).await;
        page.camera().await;
        wait::until("a worker is refused", LONGEST, async || {
            let refused = page.script("return violations.length", vec![]).await;
            (refused.as_u64() > Some(0)).then_some(())
        })
        .await;
        filmed(&page, 10).await;
        assert_eq!(page.guidance().await, (false, 0), "{policy}");
        page.capture_until(&["signed-in"]).await;
        assert_eq!(page.script("return errors", vec![]).await, json!([]));
        page.script("document.querySelector('face-login').signOut()", vec![])
            .await;
        page.wait_for_step(&["sign-in"]).await;
    }
}
