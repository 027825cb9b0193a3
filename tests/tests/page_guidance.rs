//! Guidance while the camera runs: green for one near face and nothing else, and the photo by itself.

use std::time::Duration;

use face_login_acceptance::{
    browser::Browser,
    faces::{self, Person, Pose},
    invent,
    page::Page,
    stack,
    visitor::Visitor,
    wait,
};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_mins(2);

/// The page at its selfie, with a camera that shows `picture`.
async fn at_the_selfie(browser: &Browser) -> Page<'_> {
    let page = Page::open(browser, stack::shared()).await;
    page.ask_to_sign_in(&invent::email()).await;
    page.wait_for_step(&["selfie"]).await;
    page.camera().await;
    page
}

/// Until so many more pictures were looked at; whether the oval was ever green meanwhile.
async fn green_within(page: &Page<'_>, frames: u64) -> bool {
    let begun = page.guidance().await.1;
    let mut ever = false;
    wait::until("pictures are looked at", PATIENCE, async || {
        let (green, seen) = page.guidance().await;
        ever |= green;
        (begun + frames <= seen).then_some(())
    })
    .await;
    ever
}

#[tokio::test]
async fn the_photo_takes_itself_when_all_is_right() {
    let visitor = Visitor::of(stack::shared()).await;
    let account = visitor.enrolled(Person::Bea).await;
    let browser = Browser::with_camera(&Person::Bea.selfie()).await;
    let page = Page::open(&browser, &visitor.ready).await;
    page.take_photos_by_itself().await;
    page.ask_to_sign_in(&account.email).await;
    page.wait_for_step(&["selfie"]).await;
    let listen = "window.heard = []; const hint = document.querySelector(\"[data-testid='hint']\");
        new MutationObserver(() => heard.push([hint.innerText, document.querySelector('.taking') !== null]))
            .observe(hint, {subtree: true, childList: true, characterData: true})";
    page.script(listen, vec![]).await;
    page.camera().await;
    page.sent().await;
    let taking = word(&page, "hint-taking").await;
    let heard = page.script("return heard", vec![]).await;
    let heard = heard.as_array().expect("a list");
    assert!(
        heard.contains(&json!([taking, true])),
        "said and shown before: {heard:?}"
    );
    let said: Vec<&Value> = heard.iter().map(|heard| &heard[0]).collect();
    let repeated = said.windows(2).filter(|pair| pair[0] == pair[1]).count();
    assert_eq!(repeated, 0, "said once, not with each picture: {said:?}");
    page.wait_for_step(&["signed-in"]).await;
}

/// What the page says in English.
async fn word(page: &Page<'_>, key: &str) -> Value {
    let word = "return fetch('words-en.json').then(reply => reply.json()).then(words => words[arguments[0]])";
    page.script(word, vec![key.into()]).await
}

#[tokio::test]
async fn a_near_face_is_green_and_waits_for_the_button_where_that_is_wished() {
    let browser = Browser::with_camera(&Person::Bea.selfie()).await;
    let page = at_the_selfie(&browser).await;
    let green = green_within(&page, 60).await;
    assert!(green, "{}", page.read("hint").await);
    assert_eq!(page.step().await, "selfie");
    assert_eq!(oval(&page).await, "solid", "not colour alone");
    let ready = word(&page, "hint-ready").await;
    wait::until("the button is named", PATIENCE, async || {
        (ready == page.read("hint").await).then_some(())
    })
    .await;
}

/// What the oval looks like.
async fn oval(page: &Page<'_>) -> Value {
    let script = "return getComputedStyle(document.querySelector('.oval')).borderTopStyle";
    page.script(script, vec![]).await
}

/// One camera after the other, in one browser.
async fn cameras(cases: &[(&str, Vec<Vec<u8>>)]) {
    let browser = Browser::with_camera(&faces::nobody()).await;
    let page = Page::open(&browser, stack::shared()).await;
    for (hint, pictures) in cases {
        let words = word(&page, hint).await;
        browser.show(pictures);
        page.wait_for_step(&["sign-in"]).await;
        page.ask_to_sign_in(&invent::email()).await;
        page.wait_for_step(&["selfie"]).await;
        page.camera().await;
        assert!(!green_within(&page, 25).await, "{hint}");
        wait::until(hint, PATIENCE, async || {
            assert!(!page.guidance().await.0, "{hint} is never green");
            (words == page.read("hint").await).then_some(())
        })
        .await;
        assert_eq!(oval(&page).await, "dashed", "{hint}");
        page.click("to-sign-in").await;
    }
}

fn one(picture: Vec<u8>) -> Vec<Vec<u8>> {
    vec![picture]
}

#[tokio::test]
async fn a_face_that_is_small_cut_off_or_not_there_is_never_green() {
    let posed = |person: Person, size, at| {
        one(person.pose(Pose {
            size,
            at,
            ..Pose::default()
        }))
    };
    cameras(&[
        ("hint-no-face", one(faces::nobody())),
        ("hint-no-face", one(faces::far_away(Person::Ada))),
        ("hint-too-far", posed(Person::Eve, 0.5, (0.5, 0.5))),
        ("hint-too-near", posed(Person::Eve, 1.4, (0.5, 0.5))),
        ("hint-off-centre", posed(Person::Dora, 1.0, (0.65, 0.5))),
        // In this photo the face is a fifth of the width left of the middle, and touches the edge of what is sent.
        ("hint-off-centre", one(Person::Ada.document())),
    ])
    .await;
}

#[tokio::test]
async fn company_shadow_glare_a_leaning_head_and_haste_are_never_green() {
    let posed = |person: Person, lean, light| {
        one(person.pose(Pose {
            lean,
            light,
            ..Pose::default()
        }))
    };
    let at = |x| {
        Person::Cora.pose(Pose {
            at: (x, 0.5),
            ..Pose::default()
        })
    };
    cameras(&[
        (
            "hint-several-faces",
            one(faces::side_by_side(Person::Cora, Person::Ada)),
        ),
        ("hint-too-dark", posed(Person::Dora, 0.0, 0.3)),
        ("hint-too-bright", posed(Person::Bea, 0.0, 2.5)),
        ("hint-tilted", posed(Person::Cora, -36.0, 1.0)),
        (
            "hint-moving",
            [0.42, 0.58, 0.45, 0.55, 0.5].map(at).to_vec(),
        ),
    ])
    .await;
}

/// Milliseconds.
async fn browsers_clock(page: &Page<'_>) -> f64 {
    let now = page.script("return performance.now()", vec![]).await;
    now.as_f64().unwrap_or_default()
}

/// Measures; asserts nothing about speed, which depends on the machine.
#[tokio::test]
#[expect(clippy::print_stderr, reason = "a measurement for people")]
async fn pictures_are_looked_at_at_both_sizes() {
    for (width, height) in [(640, 480), (1280, 720)] {
        let picture = faces::at_size(&Person::Bea.document(), width, height);
        let browser = Browser::with_camera(&picture).await;
        let page = at_the_selfie(&browser).await;
        green_within(&page, 5).await;
        let (begun, before) = (browsers_clock(&page).await, page.guidance().await.1);
        green_within(&page, 100).await;
        let (ended, after) = (browsers_clock(&page).await, page.guidance().await.1);
        let size = "const video = document.querySelector('video'); return video.videoWidth + 'x' + video.videoHeight";
        let size = page.script(size, vec![]).await;
        let seen = u32::try_from(after - before).unwrap_or_default();
        let rate = f64::from(seen) * 1000.0 / (ended - begun);
        let hint = page.read("hint").await;
        eprintln!("guidance at {size}: {rate:.1} frames a second; {hint}");
    }
}
