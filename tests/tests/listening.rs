//! The stack talks to this machine only, and only when it is called by its own name.

use bytes::Bytes;
use face_login_acceptance::{faces::Person, http::Http, sockets, stack, visitor::Visitor};
use http::Request;

#[tokio::test]
async fn everything_listens_on_127_0_0_1() {
    let ready = stack::shared();
    let visitor = Visitor::of(ready).await;
    // Functions run, so that their sockets are seen too.
    let round = visitor.begin_sign_in("somebody@example.com").await;
    visitor.show(round, &Person::Ada.selfie()).await.unwrap();

    let listening = sockets::listening(ready.pid);
    let addresses = [
        &ready.page,
        &ready.cognito,
        &ready.s3,
        &ready.dynamodb,
        &ready.rekognition,
    ];
    for address in addresses {
        let address = address.trim_start_matches("http://").trim_end_matches('/');
        assert!(
            listening.contains(address),
            "{address} is not among {listening:?}"
        );
    }
    let elsewhere: Vec<_> = listening
        .iter()
        .filter(|socket| !socket.starts_with("127.0.0.1:"))
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
}

/// Any web site could reach the stack through a name of its own that leads to 127.0.0.1.
#[tokio::test]
async fn other_host_names_are_refused() {
    let ready = stack::shared();
    let http = Http::default();
    for address in [
        &ready.page,
        &ready.local,
        &ready.inbox,
        &ready.cognito,
        &ready.s3,
        &ready.dynamodb,
        &ready.rekognition,
    ] {
        let request = Request::get(address.as_str())
            .header("host", "attacker.example")
            .body(Bytes::new())
            .unwrap();
        let reply = http.send(request).await;
        assert_eq!(reply.status, 421, "{address}: {}", reply.text());
    }
}

#[tokio::test]
async fn nothing_secret_is_served_with_the_page() {
    let ready = stack::shared();
    let http = Http::default();
    let config = http.get(&format!("{}config.json", ready.page)).await;
    assert_eq!(config.header("cache-control"), "no-store");
    assert!(!config.text().contains(&ready.admin_key.secret_access_key));
    let config = config.json();
    assert_eq!(config["version"], 1);
    assert_eq!(config["userPoolId"], ready.user_pool_id.as_str());
    assert_eq!(config["clientId"], ready.client_id.as_str());
    for path in [
        "../ready.json",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
    ] {
        let reply = http.get(&format!("{}{path}", ready.page)).await;
        let text = reply.text();
        assert!(
            !text.contains("root:") && !text.contains("secretAccessKey"),
            "{path} serves a file from outside the site"
        );
    }
}
