//! The page beside apps: what it leaves for them, and whom it talks to.

use std::{
    collections::BTreeSet, fs, os::unix::fs::symlink, path::Path, process::Command, time::Duration,
};

use face_login_acceptance::{
    browser::Browser, faces::Person, page::Page, places, stack, visitor::Visitor, wait,
};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Runs the app with Amplify on what the browser keeps.
fn amplify(kept: &Value) -> Value {
    let folder = TempDir::with_prefix("face-login-app-").expect("a temporary folder");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/node/page-session.mjs");
    fs::copy(script, folder.path().join("page-session.mjs")).expect("a copy of the script");
    let modules = places::clients().join("node/node_modules");
    symlink(modules, folder.path().join("node_modules")).expect("a link");
    let storage = folder.path().join("storage.json");
    fs::write(&storage, kept.to_string()).expect("the folder takes a file");
    let output = Command::new("node")
        .arg(folder.path().join("page-session.mjs"))
        .env("FACE_LOGIN_READY", stack::shared_ready_file())
        .env("FACE_LOGIN_STORAGE", storage)
        .output()
        .expect("node runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).expect("one line of JSON")
}

#[tokio::test]
async fn amplify_finds_renews_and_ends_the_session_of_the_page() {
    let visitor = Visitor::of(stack::shared()).await;
    let account = visitor.enrolled(Person::Cora).await;
    let browser = Browser::with_camera(&Person::Cora.selfie()).await;
    let page = Page::open(&browser, &visitor.ready).await;
    page.ask_to_sign_in(&account.email).await;
    page.wait_for_step(&["selfie"]).await;
    page.capture_until(&["signed-in"]).await;

    let seen = amplify(&page.kept().await);
    let about = ["username", "login", "email"].map(|name| seen[name].as_str());
    let (email, username) = (Some(&*account.email), Some(&*account.username));
    assert_eq!(about, [username, email, email]);
    let left = seen["left"].as_object().expect("what Amplify left");
    let tokens = left.keys().filter(|key| key.ends_with("Token"));
    assert_eq!(tokens.count(), 0, "nothing is kept after Amplify's signOut");
    let refresh = seen["refresh"].as_str().expect("a refresh token");
    assert!(
        visitor.cognito.refresh(refresh).await.is_err(),
        "signed out at Cognito too"
    );

    browser.client.refresh().await.expect("a reload");
    page.wait_for_step(&["sign-in"]).await;
    page.read("notice").await;
}

#[tokio::test]
async fn the_page_talks_to_its_own_services_only() {
    let visitor = Visitor::of(stack::shared()).await;
    let account = visitor.enrolled(Person::Eve).await;
    let browser = Browser::with_camera(&Person::Eve.selfie()).await;
    let page = Page::open(&browser, &visitor.ready).await;
    let watch = "window.violations = []; document.addEventListener('securitypolicyviolation', \
        event => window.violations.push(event.violatedDirective + ' ' + event.blockedURI))";
    page.script(watch, vec![]).await;
    page.ask_to_sign_in(&account.email).await;
    page.wait_for_step(&["selfie"]).await;
    page.capture_until(&["signed-in"]).await;

    let origins = "return [...new Set(performance.getEntriesByType('resource').map(entry => new URL(entry.name).origin))]";
    let origin = |address: &str| {
        let end = address
            .match_indices('/')
            .nth(2)
            .map_or(address.len(), |(at, _)| at);
        address[..end].to_owned()
    };
    let ready = &visitor.ready;
    let own: BTreeSet<String> = [&ready.page, &ready.cognito, &ready.s3]
        .map(|address| origin(address))
        .into();
    let asked = page.script(origins, vec![]).await;
    let asked = asked.as_array().expect("a list").iter();
    let asked: BTreeSet<String> = asked.filter_map(Value::as_str).map(str::to_owned).collect();
    assert!(asked.is_subset(&own), "{asked:?}, not only {own:?}");
    assert!(asked.contains(&origin(&ready.page)), "something was loaded");
    assert_eq!(
        page.script("return window.violations", vec![]).await,
        json!([])
    );

    let policy =
        "return document.querySelector('meta[http-equiv=Content-Security-Policy]').content";
    let policy = page.script(policy, vec![]).await;
    let policy = policy.as_str().expect("a policy");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(!policy.contains("'unsafe-"), "{policy}");
    // Neither code nor pages in texts, nor a policy that would admit them: each is refused, and a violation.
    let attempts = "const code = 'window.ran = true'; const made = name => document.createElement(name);
        const attempts = [
            () => setTimeout(code),
            () => { const script = made('script'); script.textContent = code; document.body.append(script) },
            () => { made('div').innerHTML = `<img src=x onerror='${code}'>` },
            () => { document.body.append(Object.assign(made('script'), {src: 'data:text/javascript,' + code})) },
            () => trustedTypes.createPolicy('mine', {createScript: text => text}),
        ];
        for (const attempt of attempts) try { attempt() } catch {}
        return attempts.length";
    let attempts = page.script(attempts, vec![]).await;
    let violations = "return window.violations.length";
    wait::until("all are refused", Duration::from_mins(1), async || {
        let refused = page.script(violations, vec![]).await;
        (attempts.as_u64() <= refused.as_u64()).then_some(())
    })
    .await;
    assert_eq!(
        page.script("return window.ran ?? false", vec![]).await,
        false
    );
}
