//! Settings of the connection, and the plain PUT.

use super::*;
use crate::stub::{Answer, Stub};

fn read(values: &'static [(&'static str, &'static str)]) -> Result<Connection, String> {
    let mut settings = Settings::new(|name| {
        values
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    });
    match Connection::read(&mut settings) {
        Some(connection) => Ok(connection),
        None => Err(settings.finish().to_string()),
    }
}

#[test]
fn every_mistake_is_told_at_once() {
    let mistakes = read(&[
        ("AWS_REGION", ""),
        ("AWS_ENDPOINT_URL_S3", "localhost:9000"),
    ])
    .unwrap_err();
    assert_eq!(
        mistakes,
        "bad configuration: AWS_REGION is not set; AWS_ACCESS_KEY_ID is not set; AWS_SECRET_ACCESS_KEY is not set; \
         AWS_ENDPOINT_URL_S3 is not valid"
    );
}

#[test]
fn lambda_sets_all_that_is_needed() {
    let connection = read(&[
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "hidden"),
        ("AWS_SESSION_TOKEN", "token"),
    ])
    .unwrap();
    assert_eq!(
        (connection.region(), connection.s3_endpoint()),
        ("eu-west-1", None)
    );
    assert_eq!(connection.credentials().session_token(), Some("token"));
    assert!(!format!("{connection:?}").contains("hidden"));
}

#[tokio::test]
async fn a_put_has_an_empty_content_type_and_needs_success() {
    for (status, success) in [(200, true), (204, true), (403, false), (500, false)] {
        let stub = Stub::start(move |_| Some(Answer::status(status))).await;
        let url = format!("{}/path?signature=x%2By", stub.url());
        let put = Http::default()
            .put(&url, b"{}".to_vec(), Duration::from_secs(5))
            .await;
        assert_eq!(put.is_ok(), success, "{status}");
        let call = &stub.calls()[0];
        assert_eq!(
            (call.operation.as_str(), call.path.as_str()),
            ("PUT", "/path?signature=x%2By")
        );
        assert_eq!(call.header("content-type"), Some(""));
        assert_eq!(call.header("content-length"), Some("2"));
    }
}

#[tokio::test]
async fn a_put_ends_in_time() {
    let silent = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let put = Http::default()
        .put(&url, Vec::new(), Duration::from_millis(20))
        .await;
    assert!(matches!(put, Err(HttpError::TimedOut(_))));
}
