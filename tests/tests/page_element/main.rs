//! The custom element `<face-login>`, as its npm package has it, in an app of another origin than the page's.

mod guidance;

use std::{fs, time::Duration};

use face_login_acceptance::{
    app::App,
    browser::Browser,
    element::{self, GUIDED},
    faces::Person,
    jwt::{self, Use},
    launch::Launch,
    page::Page,
    places,
    stack::Stack,
    visitor::{Account, Visitor},
    wait,
};
use serde_json::{Value, json};

const LONGEST: Duration = Duration::from_mins(1);

/// An app with the element, and somebody who can sign in there.
struct Host {
    _stack: Stack,
    visitor: Visitor,
    account: Account,
    app: App,
}

async fn host(person: Person, attributes: &str) -> Host {
    let app = App::start().await;
    let launch = Launch::default().set("AppOrigins", &app.origin);
    let (stack, visitor) = Visitor::with(&launch).await;
    let account = visitor.enrolled(person).await;
    element::furnish(&app, &visitor.ready, attributes, GUIDED);
    Host {
        _stack: stack,
        visitor,
        account,
        app,
    }
}

impl Host {
    /// The app in a browser, where the element leaves photos to the button.
    async fn open<'a>(&self, browser: &'a Browser) -> Page<'a> {
        let page = Page::at(browser, &self.app.origin).await;
        page.take_photos_by_the_button().await;
        page
    }
}

async fn ask_to_sign_in(page: &Page<'_>, email: &str) {
    page.wait_for_step(&["sign-in"]).await;
    page.ask_to_sign_in(email).await;
    page.wait_for_step(&["selfie"]).await;
}

async fn told(page: &Page<'_>, kind: &str) -> Vec<Value> {
    let told = page.script("return told", vec![]).await;
    let told = told.as_array().cloned().unwrap_or_default();
    told.into_iter()
        .filter(|told| told[0] == kind)
        .map(|mut told| told[1].take())
        .collect()
}

#[tokio::test]
async fn the_element_signs_in_and_out_and_leaves_nothing_when_it_goes() {
    let host = host(Person::Cora, "").await;
    let (visitor, account) = (&host.visitor, &host.account);
    let browser = Browser::with_camera(&Person::Cora.selfie()).await;
    let page = host.open(&browser).await;
    page.wait_for_step(&["sign-in"]).await;
    page.sign_in(&account.email, &["signed-in"]).await;
    let steps = told(&page, "step").await;
    let first = [json!({"step": "sign-in"}), json!({"step": "selfie"})];
    let steps: Vec<Value> = steps
        .into_iter()
        .filter(|step| step["step"] != "loading")
        .collect();
    assert_eq!(steps[..2], first);
    let signed_in = told(&page, "signed-in").await;
    assert_eq!(signed_in.len(), 1);
    assert_eq!(signed_in[0]["username"], account.username.as_str());
    let id = signed_in[0]["idToken"].as_str().expect("an ID token");
    jwt::verify(&visitor.ready, &visitor.http, id, Use::Id).await;
    assert_eq!(page.id_token().await, id, "kept where Amplify looks");

    let outside = "return [document.title, document.documentElement.lang, getComputedStyle(document.body).margin, document.querySelectorAll('style, link').length]";
    assert_eq!(
        page.script(outside, vec![]).await,
        json!(["App", "en", "8px", 0]),
        "the app's page is as it was"
    );

    let kept = page.kept().await;
    let refresh = kept
        .as_object()
        .into_iter()
        .flatten()
        .find(|(key, _)| key.ends_with(".refreshToken"));
    let refresh = refresh
        .and_then(|(_, token)| token.as_str())
        .expect("a refresh token")
        .to_owned();
    page.script("document.querySelector('face-login').signOut()", vec![])
        .await;
    page.wait_for_step(&["sign-in"]).await;
    assert_eq!(
        page.script(
            "return document.querySelector('face-login').session",
            vec![]
        )
        .await,
        Value::Null
    );
    wait::until("the end of the session at Cognito", LONGEST, async || {
        visitor
            .cognito
            .refresh(&refresh)
            .await
            .is_err()
            .then_some(())
    })
    .await;

    // Taken away while the camera films and the worker looks, and put back.
    for _ in 0..2 {
        ask_to_sign_in(&page, &account.email).await;
        page.camera().await;
        guidance::looked_at(&page, 1).await;
        let take_away =
            "const element = document.querySelector('face-login'); const place = element.parentElement;
            const [track] = document.querySelector('video').srcObject.getTracks();
            const state = () => [track.readyState, workers, listening > 0];
            const before = state();
            element.remove();
            const after = [...state(), element.shadowRoot.childElementCount];
            place.append(element);
            return [before, after]";
        let seen = page.script(take_away, vec![]).await;
        let want = json!([["live", 1, true], ["ended", 0, false, 0]]);
        assert_eq!(seen, want, "camera, worker, listeners, content");
    }
    page.wait_for_step(&["sign-in"]).await;
    let wrong = page.script("return [errors, violations]", vec![]).await;
    assert_eq!(wrong, json!([[], []]));
}

#[tokio::test]
async fn the_element_loads_nothing_but_what_its_package_was_made_with() {
    let host = host(Person::Bea, "").await;
    let browser = Browser::with_camera(&Person::Bea.selfie()).await;
    for name in ["face-login.css", "words-en.json", "face-login.wasm"] {
        let path = places::element().join(name);
        let content = fs::read(path).expect("a file of the package");
        let mut other = content.clone();
        other.push(b' ');
        host.app.file(name, &other);
        let page = host.open(&browser).await;
        let failed = wait::until(&format!("{name} refused"), LONGEST, async || {
            told(&page, "failed").await.pop()
        })
        .await;
        assert_eq!(failed["step"], "unusable", "{name}");
        assert_eq!(
            page.step().await,
            "",
            "{name}: nothing is shown but the app's own words"
        );
        host.app.file(name, &content);
    }
    let page = host.open(&browser).await;
    page.wait_for_step(&["sign-in"]).await;
}

#[tokio::test]
async fn attributes_choose_language_and_theme_and_the_app_the_colours() {
    let host = host(Person::Ada, "language=de theme=dark").await;
    let browser = Browser::with_camera(&Person::Ada.selfie()).await;
    let page = host.open(&browser).await;
    page.wait_for_step(&["sign-in"]).await;
    page.script(
        "document.querySelector('face-login').style.setProperty('--accent', 'rgb(1, 2, 3)')",
        vec![],
    )
    .await;
    let look = "const style = css => getComputedStyle(document.querySelector(css));
        return [document.querySelector('[data-step]').parentElement.lang, style('.card').backgroundColor, style('.primary').backgroundColor]";
    let seen = page.script(look, vec![]).await;
    assert_eq!(seen, json!(["de", "rgb(26, 33, 42)", "rgb(1, 2, 3)"]));
    page.script("const element = document.querySelector('face-login'); element.setAttribute('theme', 'light'); element.setAttribute('language', 'en')", vec![]).await;
    wait::until("the other language", LONGEST, async || {
        let seen = page.script(look, vec![]).await;
        (seen == json!(["en", "rgb(255, 255, 255)", "rgb(1, 2, 3)"])).then_some(())
    })
    .await;
}
