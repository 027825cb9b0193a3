//! `?return_to=`: back to the app that sent somebody here, and to no other address.

use std::time::Duration;

use face_login_acceptance::{
    app::App,
    browser::Browser,
    faces::{self, Person},
    jwt::{self, Use},
    launch::Launch,
    page::{Page, StoredSession},
    stack::Stack,
    visitor::{Account, Visitor},
    wait,
};

const LONGEST: Duration = Duration::from_mins(1);

/// An app that opens the page in a window of its own and takes what it is told.
const APP: &str = "<!doctype html><title>App</title><button id=open>Sign in</button><script>
    window.told = [];
    addEventListener('message', event => told.push([event.origin, event.data]));
    document.getElementById('open').onclick = () => { window.popup = open(window.address) };
</script>";

/// The page, asked to return to `wish`, whatever is in that.
fn asking(page: &str, wish: &str) -> String {
    let mut address = format!("{page}?return_to=");
    for byte in wish.bytes() {
        address.push('%');
        address.push_str(&hex::encode([byte]));
    }
    address
}

/// A stack whose page may return to the app.
async fn with_app(person: Person) -> (Stack, Visitor, Account, App) {
    let app = App::start().await;
    app.file("index.html", APP.as_bytes());
    let origins = format!("https://app.example,{}", app.origin);
    let launch = Launch::default().set("AppOrigins", &origins);
    let (stack, visitor) = Visitor::with(&launch).await;
    let account = visitor.enrolled(person).await;
    (stack, visitor, account, app)
}

/// Waits until the browser is at an address.
async fn arrived(page: &Page<'_>, address: &str) {
    wait::until(&format!("the browser at {address}"), LONGEST, async || {
        (page.address().await == address).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_app_beside_the_page_gets_people_back_and_finds_the_session() {
    let (_stack, visitor) = Visitor::alone().await;
    let person = Person::Bea;
    let account = visitor.enrolled(person).await;
    let browser = Browser::with_camera(&person.selfie()).await;
    let page = Page::open_at(&browser, &asking(&visitor.ready.page, "/inbox?all=1#top")).await;
    page.sign_in(&account.email, &["signed-in"]).await;
    arrived(&page, &format!("{}inbox?all=1#top", visitor.ready.page)).await;
    page.wait_for_step(&["signed-in"]).await;
    jwt::verify(
        &visitor.ready,
        &visitor.http,
        &page.id_token().await,
        Use::Id,
    )
    .await;
}

#[tokio::test]
async fn an_app_of_another_origin_gets_people_back_and_no_token_in_the_address() {
    let (_stack, visitor, account, app) = with_app(Person::Cora).await;
    let browser = Browser::with_camera(&Person::Cora.selfie()).await;
    let wish = format!("{}/done?state=1", app.origin);
    let address = asking(&visitor.ready.page, &wish);
    let page = Page::open_at(&browser, &address).await;
    page.sign_in(&account.email, &["", "signed-in"]).await;
    arrived(&page, &wish).await;
    let seen = page
        .script(
            "return [document.referrer, window.name, told.length]",
            vec![],
        )
        .await;
    assert_eq!(seen, serde_json::json!(["", "", 0]));

    // Signed in already: the page says where to, and waits for a word.
    let page = Page::open_at(&browser, &address).await;
    page.wait_for_step(&["signed-in"]).await;
    assert!(page.read("return").await.ends_with(&app.origin));
    page.click("return").await;
    arrived(&page, &wish).await;
}

/// Opens the page from the app that the browser shows, in a window of its own, and turns to that window.
async fn open_window(browser: &Browser, address: &str) {
    let app = Page::here(browser);
    app.script("window.address = arguments[0]", vec![address.into()])
        .await;
    let button = browser
        .client
        .find(fantoccini::Locator::Id("open"))
        .await
        .expect("a button");
    button.click().await.expect("a window opens");
    let windows = wait::until("a second window", LONGEST, async || {
        let windows = browser.client.windows().await.expect("windows");
        (windows.len() == 2).then_some(windows)
    })
    .await;
    browser
        .client
        .switch_to_window(windows[1].clone())
        .await
        .expect("the new window");
}

#[tokio::test]
async fn an_app_that_opened_the_page_is_handed_the_session_and_nobody_else_is() {
    let (_stack, visitor, account, app) = with_app(Person::Dora).await;
    let evil = App::start().await;
    evil.file("index.html", APP.as_bytes());
    let browser = Browser::with_camera(&Person::Dora.selfie()).await;
    let main = browser.client.window().await.expect("a window");
    let address = asking(&visitor.ready.page, &format!("{}/", app.origin));

    Page::at(&browser, &app.origin).await;
    open_window(&browser, &address).await;
    let page = Page::here(&browser);
    page.wait_for_step(&["sign-in"]).await;
    page.take_photos_by_the_button().await;
    page.ask_to_sign_in(&account.email).await;
    page.wait_for_step(&["selfie"]).await;
    for _ in 0..3 {
        page.camera().await;
        browser.change_reel();
        page.click("capture").await;
        let closed = wait::until("an answer", LONGEST, async || {
            let windows = browser.client.windows().await.expect("windows");
            if windows.len() == 1 {
                return Some(true);
            }
            let reason = "return document.querySelector('[data-testid=reason]') !== null && document.querySelector('[data-step]').ariaBusy === 'false'";
            let refused = browser.client.execute(reason, vec![]).await;
            refused.is_ok_and(|refused| refused == true).then_some(false)
        })
        .await;
        if closed {
            break;
        }
    }
    browser
        .client
        .switch_to_window(main.clone())
        .await
        .expect("the app's window");
    let told = page.script("return told", vec![]).await;
    assert_eq!(told.as_array().map(Vec::len), Some(1), "one message");
    assert_eq!(
        format!("{}/", told[0][0].as_str().unwrap_or_default()),
        visitor.ready.page
    );
    assert_eq!(
        (&told[0][1]["type"], &told[0][1]["username"]),
        (&"face-login".into(), &account.username.as_str().into())
    );
    let id = told[0][1]["idToken"].as_str().expect("an ID token");
    jwt::verify(&visitor.ready, &visitor.http, id, Use::Id).await;
    let refresh = told[0][1]["refreshToken"]
        .as_str()
        .expect("a refresh token");
    assert!(
        visitor.cognito.refresh(refresh).await.is_ok(),
        "the session goes on in the app"
    );

    // Another site opens the page in the app's name: what it would be told goes nowhere.
    Page::at(&browser, &evil.origin).await;
    open_window(&browser, &address).await;
    page.wait_for_step(&["signed-in"]).await;
    page.click("return").await;
    browser
        .client
        .switch_to_window(main)
        .await
        .expect("its window");
    // What was sent has arrived when something sent later has.
    page.script("postMessage('later', '*')", vec![]).await;
    let told = wait::until("the later message", LONGEST, async || {
        let told = page
            .script("return told.map(([, data]) => data)", vec![])
            .await;
        told.as_array()
            .is_some_and(|told| !told.is_empty())
            .then_some(told)
    })
    .await;
    assert_eq!(told, serde_json::json!(["later"]));
}

#[tokio::test]
async fn no_other_address_is_returned_to() {
    let (_stack, visitor, account, app) = with_app(Person::Eve).await;
    let tokens = visitor.sign_in(&account.email, &Person::Eve.selfie()).await;
    let browser = Browser::with_camera(&faces::nobody()).await;
    let page = Page::open(&browser, &visitor.ready).await;
    let session = StoredSession {
        access: &tokens.access,
        id: &tokens.id,
        refresh: tokens.refresh(),
    };
    page.keep_session(&visitor.ready, &account.username, &session)
        .await;
    let own = visitor.ready.page.trim_end_matches('/');
    let host = app.origin.trim_start_matches("http://");
    let offered = "return document.querySelector('[data-testid=return]') !== null";
    for (wish, want) in [
        ("/app".to_owned(), true),
        (format!("{}/x", app.origin), true),
        ("https://app.example/x".to_owned(), true),
        ("//evil.example".to_owned(), false),
        ("/\\evil.example".to_owned(), false),
        ("/\t/evil.example".to_owned(), false),
        ("javascript:alert(document.domain)".to_owned(), false),
        ("JAVASCRIPT://app.example/%0aalert(1)".to_owned(), false),
        ("data:text/html,x".to_owned(), false),
        ("https://evil.example".to_owned(), false),
        ("%2F%2Fevil.example".to_owned(), false),
        ("https%3A%2F%2Fevil.example".to_owned(), false),
        ("https://app.example@evil.example/".to_owned(), false),
        ("https://app.example.evil.example/".to_owned(), false),
        ("https://app.example\\.evil.example/".to_owned(), false),
        (format!("{}@evil.example/", app.origin), false),
        (format!("{}0/", app.origin), false),
        (format!("{own}.evil.example/"), false),
        (format!("http://evil@{host}/"), false),
        (format!("https://{host}/"), false),
        (format!(" {}/", app.origin), false),
    ] {
        let page = Page::open_at(&browser, &asking(&visitor.ready.page, &wish)).await;
        page.wait_for_step(&["signed-in"]).await;
        page.read("lifetimes").await;
        assert_eq!(page.script(offered, vec![]).await, want, "{wish:?}");
    }
    // Of two, the first counts, and a name in other letters is another name.
    for query in [
        "return_to=//evil.example&return_to=/app",
        "Return_To=/app",
        "return_to=",
    ] {
        let page = Page::open_at(&browser, &format!("{}?{query}", visitor.ready.page)).await;
        page.wait_for_step(&["signed-in"]).await;
        page.read("lifetimes").await;
        assert_eq!(page.script(offered, vec![]).await, false, "{query:?}");
    }
}
