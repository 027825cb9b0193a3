//! The page's own policy and the one that servers send are one.

use std::{collections::BTreeMap, fs, path::Path};

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    fs::read_to_string(path).expect("a file of web/")
}

fn headers() -> BTreeMap<String, String> {
    serde_json::from_str(&read("headers.json")).expect("names and values")
}

fn directives(policy: &str) -> BTreeMap<&str, &str> {
    let directives = policy.split(';').map(str::trim);
    directives
        .map(|directive| directive.split_once(' ').unwrap_or((directive, "")))
        .collect()
}

/// The page's own policy holds wherever its files are put; a server's is narrower, and says what only a server can.
#[test]
fn the_page_and_its_server_say_the_same() {
    let page = read("static/index.html");
    let (_, policy) = page
        .split_once("Content-Security-Policy\" content=\"")
        .expect("the page has a policy");
    let (policy, _) = policy.split_once('"').expect("it ends");
    let headers = headers();
    let (mut page, mut server) = (
        directives(policy),
        directives(&headers["content-security-policy"]),
    );
    assert_eq!(server.remove("frame-ancestors"), Some("'none'"));
    assert_eq!(server.remove("connect-src"), Some("'self' {services}"));
    let connect = page.remove("connect-src").expect("who may be talked to");
    assert!(connect.starts_with("'self' https://*.amazonaws.com "));
    assert_eq!(page, server);
}

#[test]
fn nothing_runs_that_is_not_a_file_of_the_page() {
    for (name, value) in headers() {
        assert!(
            !value.contains("unsafe-inline") && !value.contains("'unsafe-eval'"),
            "{name}"
        );
    }
    let headers = headers();
    let policy = directives(&headers["content-security-policy"]);
    for (directive, want) in [
        ("default-src", "'none'"),
        ("script-src", "'self' 'wasm-unsafe-eval'"),
        ("style-src", "'self'"),
        ("base-uri", "'none'"),
        ("form-action", "'none'"),
        ("require-trusted-types-for", "'script'"),
        ("trusted-types", "face-login"),
    ] {
        assert_eq!(policy.get(directive), Some(&want), "{directive}");
    }
    let permissions = &headers["permissions-policy"];
    assert!(
        permissions.starts_with("camera=(self), microphone=(),"),
        "{permissions}"
    );
}
