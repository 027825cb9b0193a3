//! The page in a real browser, with a fake camera: what people see and what really happened.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use face_login_acceptance::{
    admin::Admin,
    browser::Browser,
    faces::{self, Person},
    invent,
    jwt::{self, Use},
    page::{Page, StoredSession},
    stack,
    visitor::Visitor,
    wait,
};
use serde_json::json;
use sha2::{Digest, Sha256};

/// Signs up in the page, up to and including the mail code.
async fn sign_up(page: &Page<'_>, visitor: &Visitor, email: &str) {
    page.click("to-sign-up").await;
    page.wait_for_step(&["sign-up"]).await;
    page.write("email", email).await;
    page.click("consent").await;
    page.click("send").await;
    page.wait_for_step(&["code"]).await;
    let code = visitor.local.code(email, "SignUp", 1).await;
    page.write("code", &code).await;
    page.click("send").await;
    page.wait_for_step(&["document"]).await;
}

#[tokio::test]
async fn a_newcomer_signs_up_enrols_and_comes_back() {
    let (_stack, visitor) = Visitor::alone().await;
    let browser = Browser::with_camera(&Person::Ada.document()).await;
    let page = Page::open(&browser, &visitor.ready).await;
    let email = invent::email();
    sign_up(&page, &visitor, &email).await;
    assert_eq!(
        page.camera().await,
        browser.film(),
        "the camera is the film"
    );
    page.capture_until(&["selfie"]).await;
    page.capture_until(&["signed-in"]).await;
    assert!(page.read("claims").await.contains(&email));
    let first = page.id_token().await;
    jwt::verify(&visitor.ready, &visitor.http, &first, Use::Id).await;

    browser.client.refresh().await.unwrap();
    page.wait_for_step(&["signed-in"]).await;
    page.read("lifetimes").await;

    page.click("sign-out").await;
    page.wait_for_step(&["sign-in"]).await;
    let kept = page.kept().await.to_string();
    assert!(
        !kept.contains("refreshToken") && !kept.contains(&first),
        "nothing is kept after signing out"
    );
    browser.client.refresh().await.unwrap();
    page.wait_for_step(&["sign-in"]).await;

    page.ask_to_sign_in(&email).await;
    page.wait_for_step(&["selfie"]).await;
    page.capture_until(&["signed-in"]).await;
    assert_ne!(page.id_token().await, first);
}

/// Three pictures that do not open the door, each with its sentence; then the way out of too many of them.
#[tokio::test]
async fn a_stranger_reads_why_and_gets_nothing() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.enrolled(Person::Cora).await;
    let browser = Browser::with_camera(&Person::Bea.selfie()).await;
    let page = Page::open(&browser, &visitor.ready).await;
    page.ask_to_sign_in(&account.email).await;
    page.wait_for_step(&["selfie"]).await;
    page.capture().await;
    let (reason, sentence) = page.reason().await;
    assert_eq!(reason, "NOT_RECOGNISED");
    assert!(
        sentence.len() > 20 && !sentence.contains("NOT_RECOGNISED"),
        "a sentence for people: {sentence}"
    );
    assert!(!page.kept().await.to_string().contains("idToken"));
}

#[tokio::test]
async fn a_picture_of_nobody_is_explained() {
    let visitor = Visitor::of(stack::shared()).await;
    let browser = Browser::with_camera(&faces::nobody()).await;
    let page = Page::open(&browser, &visitor.ready).await;
    page.ask_to_sign_in(&invent::email()).await;
    page.wait_for_step(&["selfie"]).await;
    page.capture().await;
    let (reason, sentence) = page.reason().await;
    assert_eq!(reason, "NO_FACE");
    assert!(sentence.to_lowercase().contains("face"), "{sentence}");
}

/// The page is held between upload and answer. Then a fault that changes nothing, but acts only on requests that hold
/// exactly the uploaded bytes, tells what Verify shows to Rekognition.
#[tokio::test]
async fn verify_judges_the_bytes_that_the_browser_sent() {
    let (stack, visitor) = Visitor::alone().await;
    let account = visitor.enrolled(Person::Dora).await;
    let admin = Admin::new(stack.ready());
    let browser = Browser::with_camera(&Person::Dora.document()).await;
    let page = Page::open(&browser, stack.ready()).await;
    page.ask_to_sign_in(&account.email).await;
    page.wait_for_step(&["selfie"]).await;
    assert_eq!(page.camera().await, browser.film());
    page.hold_requests().await;
    page.click("capture").await;

    let photo = wait::until(
        "the selfie in its bucket",
        Duration::from_secs(30),
        async || {
            let key = admin
                .photos()
                .await
                .into_iter()
                .find(|key| key.starts_with("selfies/"))?;
            admin.selfie(key.trim_start_matches("selfies/")).await
        },
    )
    .await;
    assert_eq!(
        page.sent().await,
        hex::encode(Sha256::digest(&photo)),
        "what lies there is what was sent"
    );
    for operation in ["DetectFaces", "SearchFacesByImage"] {
        let seen = json!({"service": "rekognition", "operation": operation, "caller": "VerifyFunction", "kind": "delay",
            "delayMs": 0, "match": STANDARD.encode(&photo), "skip": 0, "times": 1});
        visitor.local.fault(seen).await;
    }
    page.release_requests().await;
    page.wait_for_step(&["signed-in"]).await;
    assert_eq!(
        visitor.local.hits().await,
        2,
        "what was detected and searched is what lay there"
    );
    assert!(
        admin.photos().await.is_empty(),
        "a judged selfie is deleted"
    );
}

#[tokio::test]
async fn expired_tokens_are_refreshed_without_a_face() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.enrolled(Person::Eve).await;
    let tokens = visitor.sign_in(&account.email, &Person::Eve.selfie()).await;
    let browser = Browser::with_camera(&faces::nobody()).await;
    let page = Page::open(&browser, &visitor.ready).await;
    let (access, id) = (jwt::expired(&tokens.access), jwt::expired(&tokens.id));
    let stale = StoredSession {
        access: &access,
        id: &id,
        refresh: tokens.refresh(),
    };
    page.keep_session(&visitor.ready, &account.username, &stale)
        .await;
    browser.client.refresh().await.unwrap();
    page.wait_for_step(&["signed-in"]).await;
    let fresh = page.id_token().await;
    let claims = jwt::verify(&visitor.ready, &visitor.http, &fresh, Use::Id).await;
    assert_eq!(claims["sub"], account.sub.as_str());
}

/// "Can't sign in with your face?": a mail code leads to the enrolment of whoever has none.
#[tokio::test]
async fn the_mailbox_way_leads_to_an_enrolment() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.join().await;
    let browser = Browser::with_camera(&Person::Eve.document()).await;
    let page = Page::open(&browser, &visitor.ready).await;
    page.prove_mailbox(&visitor, &account.email).await;
    page.wait_for_step(&["consent"]).await;
    page.click("consent").await;
    page.click("send").await;
    page.wait_for_step(&["document"]).await;
    page.capture_until(&["selfie"]).await;
    page.capture_until(&["signed-in"]).await;
    assert!(page.read("claims").await.contains(&account.email));
}
