//! The page that the stack serves: put into its bucket by the stack's own function, and read there by `CloudFront` alone.

use std::{fs, path::Path};

use face_login_acceptance::{
    http::{Http, Reply},
    launch::Launch,
    places,
    ready::Ready,
    stack::{self, Signal, Stack},
    template::Template,
};
use serde_json::Value;
use tempfile::TempDir;

async fn get(ready: &Ready, file: &str) -> Reply {
    Http::default().get(&format!("{}{file}", ready.page)).await
}

/// The deployment ends with an address, and there is a page for this stack's pool.
#[tokio::test]
async fn the_page_and_its_configuration_are_the_stacks() {
    let ready = stack::shared();
    let page = get(ready, "").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("boot.js"), "{}", page.text());
    for (name, want) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-cache"),
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert_eq!(page.header(name), want, "{name}");
    }
    let policy = page.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");

    let config = get(ready, "config.json").await.json();
    for (name, want) in [
        ("userPoolId", &ready.user_pool_id),
        ("clientId", &ready.client_id),
        ("region", &ready.region),
    ] {
        assert_eq!(config[name], want.as_str(), "{name}");
    }
    let program = get(ready, "app_bg.wasm").await;
    assert_eq!(
        (program.status.as_u16(), program.header("content-type")),
        (200, "application/wasm")
    );
    assert_eq!(
        get(ready, "sign-up").await.text(),
        page.text(),
        "any address of the application is the page"
    );
}

/// Whoever asks S3 itself gets nothing.
#[tokio::test]
async fn the_bucket_is_nobodys_but_cloudfronts() {
    let ready = stack::shared();
    let bucket = ready.physical("SiteBucket");
    let address = format!("{}/{bucket}/index.html", ready.s3);
    assert_eq!(Http::default().get(&address).await.status, 403);
    assert_eq!(get(ready, "index.html").await.status, 200);
}

/// What lets `CloudFront` in is the bucket's policy, for this stack's distribution.
#[tokio::test]
async fn without_the_buckets_policy_there_is_no_page() {
    let folder = TempDir::new().expect("a temporary folder");
    let edited = Template::default().edit("SiteBucketPolicy", "s3:GetObject", "s3:PutObject");
    let launch = Launch::default().template(&edited.write(folder.path()));
    let stack = Stack::start(&launch);
    assert_eq!(get(stack.ready(), "").await.status, 403);
}

/// A template without the page says where the page is, and the local stack serves it as any web server would.
#[tokio::test]
async fn a_stack_without_the_page_has_no_address_of_it() {
    let stack = Stack::start(&Launch::default().set("Site", "OFF"));
    assert!(!stack.ready().stack.contains_key("SiteBucket"));
    assert!(outputs(&stack)["PageUrl"].is_null());
    assert_eq!(get(stack.ready(), "").await.status, 200);
}

#[tokio::test]
async fn another_version_of_the_page_takes_the_place_of_the_last() {
    let folder = TempDir::new().expect("a temporary folder");
    let site = folder.path();
    for entry in fs::read_dir(places::site()).expect("the page is built") {
        let path = entry.expect("its files").path();
        fs::copy(&path, site.join(path.file_name().expect("a name"))).expect("room");
    }
    write(site, "old.css", "a{}");
    let mut launch = Launch::default();
    launch
        .extra
        .extend(["--site".to_owned(), site.display().to_string()]);
    let mut stack = Stack::start(&launch);
    assert_eq!(
        outputs(&stack)["PageUrl"],
        stack.ready().page,
        "where people sign in"
    );
    assert_eq!(get(stack.ready(), "old.css").await.text(), "a{}");

    fs::remove_file(site.join("old.css")).expect("it was there");
    write(site, "new.css", "b{}");
    stack.restart(Signal::Terminate);

    assert_eq!(get(stack.ready(), "new.css").await.text(), "b{}");
    let page = get(stack.ready(), "").await.text();
    assert_eq!(get(stack.ready(), "old.css").await.text(), page, "gone");
}

fn write(site: &Path, name: &str, text: &str) {
    fs::write(site.join(name), text).expect("the test's folder takes a file");
}

fn outputs(stack: &Stack) -> Value {
    let text = fs::read(stack.folder().join("data/outputs.json")).expect("the stack is up");
    serde_json::from_slice(&text).expect("outputs are JSON")
}
