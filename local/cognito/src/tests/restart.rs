//! What survives when the service ends and is opened again.

use std::time::{Duration, SystemTime};

use serde_json::json;

use super::stage::{CLIENT, EMAIL, POOL, Stage, USERNAME, client_properties, pool_properties};
use crate::{ClientConfig, Cognito, OpenError, PoolConfig, Settings, StoreError, TemplateClient};

#[tokio::test]
async fn everything_that_matters_survives() {
    let mut stage = Stage::new();
    stage.jane().await;
    let tokens = stage.sign_in().await;
    let round = stage.begin(EMAIL).await.ok();
    let spent = stage.begin(EMAIL).await.ok();
    stage.answer(EMAIL, &spent["Session"], "42").await.ok();
    stage
        .sign_up("0d9f6c11-8a2b-3f44-8c55-ba9876543210", "late@example.com")
        .await
        .ok();
    let invented = stage.begin("nobody@example.com").await.ok()["ChallengeParameters"].take();
    let jwks = stage
        .fetch(&format!("/{POOL}/.well-known/jwks.json"))
        .await
        .ok();

    stage.restart();

    assert_eq!(
        stage
            .fetch(&format!("/{POOL}/.well-known/jwks.json"))
            .await
            .ok(),
        jwks
    );
    stage.answer(EMAIL, &round["Session"], "42").await.ok();
    let reply = stage.answer(EMAIL, &spent["Session"], "42").await;
    reply.refused(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );
    let user = stage
        .call("GetUser", json!({"AccessToken": tokens["AccessToken"]}))
        .await
        .ok();
    assert_eq!(user["Username"], USERNAME);
    let refresh = json!({"ClientId": CLIENT, "RefreshToken": tokens["RefreshToken"]});
    stage.call("GetTokensFromRefreshToken", refresh).await.ok();
    stage
        .confirm("0d9f6c11-8a2b-3f44-8c55-ba9876543210")
        .await
        .ok();
    assert_eq!(
        stage.begin("nobody@example.com").await.ok()["ChallengeParameters"],
        invented
    );
}

fn open(dir: &std::path::Path) -> Result<Cognito, OpenError> {
    let settings = Settings {
        region: "us-east-1".to_owned(),
        account_id: "123456789012".to_owned(),
        pool_id: POOL.to_owned(),
        endpoint: "http://127.0.0.1:9".to_owned(),
    };
    Cognito::open(
        dir,
        settings,
        PoolConfig::from_properties(&pool_properties()).unwrap(),
        vec![TemplateClient {
            id: CLIENT.to_owned(),
            secret: None,
            config: ClientConfig::from_properties(&client_properties()).unwrap(),
        }],
        std::sync::Arc::new(|_| Box::pin(std::future::pending())),
        std::sync::Arc::new(drop),
        std::sync::Arc::new(|| SystemTime::UNIX_EPOCH + Duration::from_secs(1)),
    )
}

#[tokio::test]
async fn keys_are_made_once() {
    let dir = tempfile::tempdir().unwrap();
    let below = dir.path().join("made/when/missing");
    let mut jwks = Vec::new();
    for _ in 0..2 {
        let request = http::Request::get(format!("/{POOL}/.well-known/jwks.json"))
            .body(bytes::Bytes::new())
            .unwrap();
        jwks.push(open(&below).unwrap().handle(request).await.into_body());
    }
    assert!(!jwks[0].is_empty());
    assert_eq!(jwks[0], jwks[1]);
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_the_keys() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let _open = open(dir.path()).unwrap();
    let files: Vec<_> = std::fs::read_dir(dir.path())
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(
        files
            .iter()
            .any(|file| file.file_name() == "cognito.sqlite")
    );
    for file in files {
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", file.file_name());
    }
}

#[test]
fn data_of_a_newer_version_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let db = rusqlite::Connection::open(dir.path().join("cognito.sqlite")).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let error = open(dir.path()).err().unwrap();
    assert!(
        matches!(error, OpenError::Store(StoreError::Newer { found: 99 })),
        "{error:?}"
    );
}
