//! The page without a pointer.

use std::time::Duration;

use face_login_acceptance::{
    browser::Browser, faces::Person, page::Page, stack, visitor::Visitor, wait,
};

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
    let account = visitor.enrolled(Person::Dora).await;
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
