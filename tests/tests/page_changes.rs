//! What a person can change in the page: a new face by mail, a new photo, or none at all.

use face_login_acceptance::{
    admin::Admin,
    browser::Browser,
    faces::Person,
    page::Page,
    visitor::{Account, Visitor},
};

/// Signs in with the camera.
async fn signed_in<'a>(browser: &'a Browser, visitor: &Visitor, account: &Account) -> Page<'a> {
    let page = Page::open(browser, &visitor.ready).await;
    page.ask_to_sign_in(&account.email).await;
    page.wait_for_step(&["selfie"]).await;
    page.capture_until(&["signed-in"]).await;
    page
}

async fn agree(page: &Page<'_>) {
    page.click("consent").await;
    page.click("send").await;
}

#[tokio::test]
async fn a_changed_face_waits_and_the_old_one_cancels_it() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.enrolled(Person::Ada).await;
    let browser = Browser::with_camera(&Person::Bea.document()).await;
    let page = Page::open(&browser, &visitor.ready).await;
    page.prove_mailbox(&visitor, &account.email).await;
    page.wait_for_step(&["selfie"]).await;

    page.click("face-changed").await;
    page.wait_for_step(&["replace"]).await;
    agree(&page).await;
    page.wait_for_step(&["document"]).await;
    page.capture_until(&["selfie"]).await;
    page.capture_until(&["held"]).await;
    let until = page.read("held-until").await;
    assert!(
        until.contains(|letter: char| letter.is_ascii_digit()),
        "until when: {until}"
    );
    let admin = Admin::new(&visitor.ready);
    assert_eq!(admin.claims_of(&account.sub).await, 1);
    assert!(!page.kept().await.to_string().contains("idToken"));

    page.click("to-sign-in").await;
    page.ask_to_sign_in(&account.email).await;
    page.wait_for_step(&["selfie"]).await;
    let old_face = browser.file("old-face.jpg", &Person::Ada.selfie());
    page.choose_until(&old_face, &["signed-in"]).await;
    assert_eq!(admin.claims_of(&account.sub).await, 0, "cancelled");
}

#[tokio::test]
async fn a_photo_is_updated_and_the_next_one_is_not() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.enrolled(Person::Ada).await;
    let elsewhere = visitor.sign_in(&account.email, &Person::Ada.selfie()).await;
    let browser = Browser::with_camera(&Person::Ada.selfie()).await;
    let page = signed_in(&browser, &visitor, &account).await;
    let admin = Admin::new(&visitor.ready);

    page.click("update-photo").await;
    page.wait_for_step(&["update"]).await;
    agree(&page).await;
    page.wait_for_step(&["selfie"]).await;
    page.capture_until(&["document"]).await;
    let stranger = browser.file("stranger.jpg", &Person::Bea.document());
    page.choose("file", &stranger).await;
    assert_eq!(page.reason().await.0, "NOT_RECOGNISED", "somebody else");
    page.capture_until(&["signed-in"]).await;
    page.read("notice").await;
    assert!(
        visitor.cognito.refresh(elsewhere.refresh()).await.is_err(),
        "signed out everywhere else"
    );
    let faces = admin.faces_in_rows().await;
    assert_eq!(faces.len(), 2, "the new face and the anchor");

    page.click("update-photo").await;
    page.wait_for_step(&["update"]).await;
    agree(&page).await;
    page.wait_for_step(&["selfie"]).await;
    page.capture_until(&["document"]).await;
    page.click("keep-photo").await;
    page.wait_for_step(&["signed-in"]).await;
    page.read("notice").await;
    assert_eq!(admin.faces_in_rows().await, faces, "nothing changed");
}

#[tokio::test]
async fn a_face_is_forgotten_after_a_yes_and_a_selfie() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.enrolled(Person::Cora).await;
    let browser = Browser::with_camera(&Person::Cora.selfie()).await;
    let page = signed_in(&browser, &visitor, &account).await;
    let admin = Admin::new(&visitor.ready);
    let before = admin.faces_in_collections().await;
    let collection = before.into_iter().next().expect("one face").0;

    page.click("forget-face").await;
    page.wait_for_step(&["forget"]).await;
    page.click("to-sign-in").await;
    page.wait_for_step(&["signed-in"]).await;
    assert_eq!(admin.faces_in_rows().await.len(), 1, "thought better of it");

    page.click("forget-face").await;
    page.wait_for_step(&["forget"]).await;
    page.click("forget-now").await;
    page.wait_for_step(&["selfie"]).await;
    page.capture_until(&["forgotten"]).await;
    assert!(admin.faces_in_rows().await.is_empty());
    assert_eq!(admin.faces_in(&collection).await, 0, "the vector is gone");
    let kept = page.kept().await.to_string();
    assert!(!kept.contains("idToken"), "no session is kept");
    page.click("to-sign-in").await;
    page.wait_for_step(&["sign-in"]).await;
}
