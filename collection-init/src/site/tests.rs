//! Whole requests: CloudFormation's event in, S3's and CloudFormation's ends both played by a stub.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use face_login_aws::stub::{Answer, Call, Stub};
use serde_json::json;

use super::*;

/// Keys and what they were written with.
type Bucket = Arc<Mutex<BTreeMap<String, Call>>>;

async fn s3(bucket: &Bucket) -> Stub {
    let bucket = Arc::clone(bucket);
    Stub::start(move |call| Some(answer(&mut bucket.lock().unwrap(), call))).await
}

fn answer(bucket: &mut BTreeMap<String, Call>, call: &Call) -> Answer {
    let path = call.path.split('?').next().unwrap_or_default();
    let key = path.strip_prefix("/pages/").filter(|key| !key.is_empty());
    match (call.operation.as_str(), key) {
        ("PUT", Some(key)) => {
            bucket.insert(key.to_owned(), call.clone());
            Answer::status(200)
        }
        ("DELETE", Some(key)) => {
            bucket.remove(key);
            Answer::status(204)
        }
        ("GET", _) => {
            let entry = |key: &String| ["<Contents><Key>", key, "</Key></Contents>"].concat();
            let keys: Vec<String> = bucket.keys().map(entry).collect();
            let list = [
                "<ListBucketResult><IsTruncated>false</IsTruncated>",
                &keys.concat(),
                "</ListBucketResult>",
            ];
            Answer::status(200).body(list.concat().into_bytes())
        }
        // The answer to CloudFormation.
        _ => Answer::status(200),
    }
}

fn event(kind: &str, stub: &Stub) -> Value {
    json!({
        "RequestType": kind, "ResponseURL": format!("{}/answer", stub.url()), "StackId": "s", "RequestId": "r", "ResourceType": TYPE,
        "LogicalResourceId": "Site", "ResourceProperties": {"Bucket": "pages", "Region": "us-east-1", "UserPoolId": "us-east-1_a", "ClientId": "c",
            "ConsentVersion": "2026-11", "AppOrigins": "https://a.example, https://b.example"},
    })
}

fn function(stub: &Stub, folder: &std::path::Path) -> Site {
    Site {
        services: Ok(Services {
            connection: stub.connection(),
            folder: folder.to_owned(),
            cognito: None,
        }),
        http: Http::default(),
    }
}

fn answered(stub: &Stub) -> Value {
    let mut answers = stub
        .calls()
        .into_iter()
        .filter(|call| call.path == "/answer");
    answers.next_back().unwrap().json()
}

fn page() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "index.html",
        "app.js",
        "app_bg.wasm",
        "words-de.json",
        "words-en.json",
    ] {
        std::fs::write(folder.path().join(name), name).unwrap();
    }
    folder
}

/// What was asked of S3, and what then lies in the bucket.
async fn ask(
    kind: &str,
    folder: &tempfile::TempDir,
    bucket: &Bucket,
) -> (Vec<String>, Vec<String>) {
    let stub = s3(bucket).await;
    let site = function(&stub, folder.path());
    let handled = site.handle(event(kind, &stub), Duration::from_mins(1));
    handled.await.unwrap();
    assert_eq!(answered(&stub)["Status"], "SUCCESS", "{kind}");
    let changes = stub.calls().into_iter().filter(|call| {
        ["PUT", "DELETE"].contains(&call.operation.as_str()) && call.path.starts_with("/pages/")
    });
    let told = |call: Call| {
        let path = call.path.split('?').next().unwrap_or_default();
        format!("{} {}", call.operation, path.trim_start_matches("/pages/"))
    };
    let changes = changes.map(told).collect();
    let keys = bucket.lock().unwrap().keys().cloned().collect();
    (changes, keys)
}

#[tokio::test]
async fn the_page_is_put_in_place_and_taken_away() {
    let (folder, bucket) = (page(), Bucket::default());
    let (changes, keys) = ask("Create", &folder, &bucket).await;
    let all = [
        "app.js",
        "app_bg.wasm",
        "config.json",
        "index.html",
        "words-de.json",
        "words-en.json",
    ];
    assert_eq!(keys, all);
    assert_eq!(
        changes.last().map(String::as_str),
        Some("PUT index.html"),
        "after what it loads: {changes:?}"
    );
    let header =
        |key: &str, name: &str| bucket.lock().unwrap()[key].header(name).map(str::to_owned);
    for (key, name, want) in [
        ("app.js", "content-type", "text/javascript; charset=utf-8"),
        ("app_bg.wasm", "content-type", "application/wasm"),
        ("index.html", "content-type", "text/html; charset=utf-8"),
        ("words-de.json", "content-type", "application/json"),
        ("index.html", "cache-control", "no-cache"),
        ("config.json", "cache-control", "no-store"),
    ] {
        assert_eq!(header(key, name).as_deref(), Some(want), "{key}");
    }
    assert_eq!(
        ask("Delete", &folder, &bucket).await.1,
        Vec::<String>::new()
    );
    // CloudFormation may ask twice.
    assert_eq!(
        ask("Delete", &folder, &bucket).await.1,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn the_configuration_is_the_stacks() {
    let (folder, bucket) = (page(), Bucket::default());
    ask("Create", &folder, &bucket).await;
    let config = bucket.lock().unwrap()["config.json"].json();
    let want = json!({"version": 1, "region": "us-east-1", "userPoolId": "us-east-1_a", "clientId": "c", "cognitoEndpoint": null,
        "consentVersion": "2026-11", "languages": ["en", "de"], "returnOrigins": ["https://a.example", "https://b.example"]});
    assert_eq!(config, want);
}

#[tokio::test]
async fn another_version_takes_the_old_files_away_once_the_new_ones_are_there() {
    let (folder, bucket) = (page(), Bucket::default());
    ask("Create", &folder, &bucket).await;
    let name = |name: &str| folder.path().join(name);
    std::fs::rename(name("app.js"), name("new.js")).unwrap();
    let (changes, keys) = ask("Update", &folder, &bucket).await;
    assert!(keys.contains(&"new.js".to_owned()) && !keys.contains(&"app.js".to_owned()));
    let (last, before) = changes.split_last().unwrap();
    assert_eq!(last, "DELETE app.js");
    assert!(
        before.iter().all(|change| change.starts_with("PUT ")),
        "{before:?}"
    );
}

#[tokio::test]
async fn another_bucket_is_another_resource() {
    let folder = page();
    let stub = s3(&Bucket::default()).await;
    let site = function(&stub, folder.path());
    let mut ids = Vec::new();
    for bucket in ["pages", "others"] {
        let mut event = event("Update", &stub);
        event["PhysicalResourceId"] = json!("site-in-pages");
        event["ResourceProperties"]["Bucket"] = json!(bucket);
        site.handle(event, Duration::from_mins(1)).await.unwrap();
        ids.push(answered(&stub)["PhysicalResourceId"].clone());
    }
    assert_eq!(ids, ["site-in-pages", "site-in-others"]);
}

/// A request, the time left for it, how S3 answers, and what `CloudFormation` hears.
type Trouble<'a> = (&'a str, Duration, Answer, &'a str, &'a str);

#[tokio::test]
async fn whatever_happens_is_answered() {
    let folder = page();
    let failure = |status: u16, code: &str| {
        Answer::status(status).body(format!("<Error><Code>{code}</Code></Error>").into_bytes())
    };
    let minute = Duration::from_mins(1);
    let troubles: [Trouble<'_>; 5] = [
        (
            "Create",
            minute,
            failure(403, "AccessDenied"),
            "FAILED",
            "writing the page's file",
        ),
        (
            "Delete",
            minute,
            failure(403, "AccessDenied"),
            "FAILED",
            "listing the page's file",
        ),
        (
            "Delete",
            minute,
            failure(404, "NoSuchBucket"),
            "SUCCESS",
            "",
        ),
        (
            "Create",
            Duration::from_secs(10),
            failure(403, "AccessDenied"),
            "FAILED",
            "not done in time",
        ),
        (
            "Invent",
            minute,
            failure(403, "AccessDenied"),
            "FAILED",
            "refused: Bucket, Region",
        ),
    ];
    for (kind, left, trouble, status, words) in troubles {
        let stub = Stub::start(move |call| {
            let is_answer = call.path == "/answer";
            Some(if is_answer {
                Answer::status(200)
            } else {
                trouble.clone()
            })
        });
        let stub = stub.await;
        let site = function(&stub, folder.path());
        site.handle(event(kind, &stub), left).await.unwrap();
        let answer = answered(&stub);
        assert_eq!(answer["Status"], status, "{kind} {answer}");
        let reason = answer["Reason"].as_str().unwrap();
        assert!(reason.contains(words), "{kind} {answer}");
    }
}

#[tokio::test]
async fn a_function_without_the_page_says_so_and_can_be_deleted() {
    let folder = tempfile::tempdir().unwrap();
    for (kind, status, words) in [
        ("Create", "FAILED", "packed without the page"),
        ("Delete", "SUCCESS", ""),
    ] {
        let stub = s3(&Bucket::default()).await;
        let site = function(&stub, folder.path());
        let handled = site.handle(event(kind, &stub), Duration::from_mins(1));
        handled.await.unwrap();
        let answer = answered(&stub);
        assert_eq!(answer["Status"], status, "{kind}");
        let reason = answer["Reason"].as_str().unwrap();
        assert!(reason.contains(words), "{answer}");
    }
}
