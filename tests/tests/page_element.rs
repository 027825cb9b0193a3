//! The custom element `<face-login>`, as its npm package has it, in an app of another origin than the page's.

use std::{fs, time::Duration};

use face_login_acceptance::{
    app::App,
    browser::{Browser, Look},
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

/// The app's own script. It counts listeners and errors, and lets tests look into the element as they look at the page.
const SCRIPT: &str = "
    window.told = []; window.errors = []; window.listening = 0;
    addEventListener('error', event => errors.push(event.message));
    addEventListener('unhandledrejection', event => errors.push(String(event.reason)));
    document.addEventListener('securitypolicyviolation', event => errors.push(event.violatedDirective + ' ' + event.blockedURI));
    for (const kind of ['storage', 'visibilitychange', 'devicechange']) {
        for (const target of [window, document, navigator.mediaDevices]) {
            const [add, remove] = [target.addEventListener, target.removeEventListener];
            target.addEventListener = function (type, ...rest) { if (type === kind) listening += 1; return add.call(this, type, ...rest) };
            target.removeEventListener = function (type, ...rest) { if (type === kind) listening -= 1; return remove.call(this, type, ...rest) };
        }
    }
    for (const type of ['step', 'signed-in', 'failed']) document.addEventListener(type, ({ detail }) => told.push([type, detail]));
    const find = document.querySelector.bind(document);
    document.querySelector = css => find(css) ?? find('face-login')?.shadowRoot?.querySelector(css) ?? null;
";

/// An app with the package's files and a policy that admits nothing else.
struct Host {
    _stack: Stack,
    visitor: Visitor,
    account: Account,
    app: App,
}

async fn host(person: Person, attributes: &str) -> Host {
    let app = App::start().await;
    let stack = Stack::start(&Launch::default().set("AppOrigins", &app.origin));
    let visitor = Visitor::of(stack.ready()).await;
    let account = visitor.enrolled(person).await;
    let package =
        fs::read_dir(places::element()).expect("`cargo xtask package-web` makes the package");
    for entry in package {
        let path = entry.expect("a file of the package").path();
        let name = path
            .file_name()
            .expect("it has a name")
            .display()
            .to_string();
        app.file(&name, &fs::read(&path).expect("it can be read"));
    }
    let ready = &visitor.ready;
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' {} {}; require-trusted-types-for 'script'; trusted-types 'none'",
        ready.cognito, ready.s3
    );
    let page = format!(
        "<!doctype html><html lang=en><title>App</title><meta http-equiv=Content-Security-Policy content=\"{policy}\">\
        <script src=app.js></script><script type=module src=face-login.js></script><h1>App</h1>\
        <face-login pool={} client={} endpoint={} {attributes}>No sign-in here.</face-login>",
        ready.user_pool_id, ready.client_id, ready.cognito
    );
    app.file("app.js", SCRIPT.as_bytes());
    app.file("index.html", page.as_bytes());
    Host {
        _stack: stack,
        visitor,
        account,
        app,
    }
}

async fn press(page: &Page<'_>, test_id: &str) {
    let press = "const button = document.querySelector(arguments[0]); button?.click(); return button !== null";
    let css = format!("[data-testid='{test_id}']:not(:disabled)");
    wait::until(&format!("{test_id}, to press"), LONGEST, async || {
        (page.script(press, vec![css.as_str().into()]).await == true).then_some(())
    })
    .await;
}

async fn ask_to_sign_in(page: &Page<'_>, email: &str) {
    page.wait_for_step(&["sign-in"]).await;
    let write = "document.querySelector(\"[data-testid='email']\").value = arguments[0]";
    page.script(write, vec![email.into()]).await;
    press(page, "send").await;
    page.wait_for_step(&["selfie"]).await;
}

async fn sign_in(browser: &Browser, page: &Page<'_>, email: &str) {
    ask_to_sign_in(page, email).await;
    for _ in 0..3 {
        page.watch().await;
        page.camera().await;
        browser.change_reel();
        press(page, "capture").await;
        if page.outcome(&["signed-in"]).await {
            return;
        }
    }
    panic!("three pictures were not enough");
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
    browser
        .client
        .goto(&host.app.origin)
        .await
        .expect("the app");
    let page = Page::here(&browser);
    sign_in(&browser, &page, &account.email).await;
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

    // Taken away while the camera films, and put back.
    ask_to_sign_in(&page, &account.email).await;
    page.camera().await;
    let take_away =
        "const element = document.querySelector('face-login'); window.element = element;
        const [track] = document.querySelector('video').srcObject.getTracks();
        const before = [track.readyState, listening > 0];
        element.remove();
        return [...before, track.readyState, listening, element.shadowRoot.childElementCount]";
    let seen = page.script(take_away, vec![]).await;
    assert_eq!(seen, json!(["live", true, "ended", 0, 0]));
    page.script("document.body.append(element)", vec![]).await;
    ask_to_sign_in(&page, &account.email).await;
    page.camera().await;
    assert_eq!(page.script("return errors", vec![]).await, json!([]));
}

#[tokio::test]
async fn the_element_loads_nothing_but_what_its_package_was_made_with() {
    let host = host(Person::Bea, "").await;
    let browser = Browser::with_look(&Person::Bea.selfie(), &Look::default()).await;
    let page = Page::here(&browser);
    for name in ["face-login.css", "words-en.json", "face-login.wasm"] {
        let path = places::element().join(name);
        let content = fs::read(path).expect("a file of the package");
        let mut other = content.clone();
        other.push(b' ');
        host.app.file(name, &other);
        browser
            .client
            .goto(&host.app.origin)
            .await
            .expect("the app");
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
    browser
        .client
        .goto(&host.app.origin)
        .await
        .expect("the app");
    page.wait_for_step(&["sign-in"]).await;
}

#[tokio::test]
async fn attributes_choose_language_and_theme_and_the_app_the_colours() {
    let host = host(Person::Ada, "language=de theme=dark").await;
    let browser = Browser::with_camera(&Person::Ada.selfie()).await;
    browser
        .client
        .goto(&host.app.origin)
        .await
        .expect("the app");
    let page = Page::here(&browser);
    page.wait_for_step(&["sign-in"]).await;
    page.script(
        "document.querySelector('face-login').style.setProperty('--accent', 'rgb(1, 2, 3)')",
        vec![],
    )
    .await;
    let look = "const style = css => getComputedStyle(document.querySelector(css));
        return [document.querySelector('main').parentElement.lang, style('.card').backgroundColor, style('.primary').backgroundColor]";
    let seen = page.script(look, vec![]).await;
    assert_eq!(seen, json!(["de", "rgb(26, 33, 42)", "rgb(1, 2, 3)"]));
    page.script("const element = document.querySelector('face-login'); element.setAttribute('theme', 'light'); element.setAttribute('language', 'en')", vec![]).await;
    wait::until("the other language", LONGEST, async || {
        let seen = page.script(look, vec![]).await;
        (seen == json!(["en", "rgb(255, 255, 255)", "rgb(1, 2, 3)"])).then_some(())
    })
    .await;
}
