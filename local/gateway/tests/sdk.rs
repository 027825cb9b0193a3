//! The official SDK, unchanged, against the gateway over HTTP: what it signs and frames must be understood as it stands.

use std::{
    collections::HashMap,
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::SystemTime,
};

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_s3::{
    config::{BehaviorVersion, Credentials as SdkCredentials, Region, SharedHttpClient},
    error::ProvideErrorMetadata,
    primitives::ByteStream,
};
use bytes::Bytes;
use face_login_local_gateway::{
    AwsService, Backend, BackendFuture, Credentials, Gateway, Principal, RolePolicy, Settings,
};
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;

/// Keeps the last request; answers JSON that suits DynamoDB, and for S3 what was put last.
#[derive(Default)]
struct Keeper(Mutex<(HeaderMap, Bytes)>);

impl Backend for Keeper {
    fn handle<'a>(&'a self, request: Request<Bytes>, _caller: &'a Principal) -> BackendFuture<'a> {
        let is_read = request.method() == http::Method::GET;
        let mut last = self.0.lock().expect("no panic holds it");
        let answer = if request.headers().contains_key("x-amz-target") {
            Bytes::from_static(b"{}")
        } else {
            last.1.clone()
        };
        if !is_read {
            *last = (request.headers().clone(), request.into_body());
        }
        Box::pin(async { Response::new(answer) })
    }
}

struct World {
    gateway: Arc<Gateway>,
    keeper: Arc<Keeper>,
}

#[expect(
    clippy::disallowed_methods,
    reason = "the SDK signs with the system's time"
)]
fn world() -> World {
    let statements = [
        json!({"Effect": "Allow", "Action": ["s3:PutObject", "s3:GetObject"], "Resource": "arn:aws:s3:::photos/selfies/*"}),
        json!({"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "arn:aws:dynamodb:us-east-1:123456789012:table/rows"}),
    ];
    let gateway = Gateway::new(
        Settings {
            region: "us-east-1".to_owned(),
            account_id: "123456789012".to_owned(),
            partition: "aws".to_owned(),
        },
        HashMap::from([(
            "Verify".to_owned(),
            RolePolicy::parse(&statements).expect("a policy"),
        )]),
        Credentials {
            access_key_id: "AKIAADMIN".to_owned(),
            secret_access_key: "secret".to_owned(),
            session_token: None,
        },
        Arc::new(SystemTime::now),
        Arc::new(|_| ()),
    );
    World {
        gateway: Arc::new(gateway),
        keeper: Arc::default(),
    }
}

impl World {
    /// Serves one service on a free port until the test ends.
    async fn serve(&self, service: AwsService) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let (gateway, keeper) = (Arc::clone(&self.gateway), Arc::clone(&self.keeper));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (gateway, keeper) = (Arc::clone(&gateway), Arc::clone(&keeper));
                let answer = service_fn(move |request: Request<hyper::body::Incoming>| {
                    let (gateway, keeper) = (Arc::clone(&gateway), Arc::clone(&keeper));
                    async move {
                        let (head, body) = request.into_parts();
                        let body = body.collect().await.expect("a whole body").to_bytes();
                        let answer = gateway
                            .call(service, Request::from_parts(head, body), &*keeper)
                            .await;
                        Ok::<_, Infallible>(answer.expect("no fault is set").map(Full::new))
                    }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
            }
        });
        address
    }

    fn credentials(&self) -> SdkCredentials {
        let key = self.gateway.issue(Principal::Function {
            logical_id: "Verify".to_owned(),
            process: 1,
        });
        SdkCredentials::new(
            key.access_key_id,
            key.secret_access_key,
            key.session_token,
            None,
            "test",
        )
    }

    async fn s3(&self) -> aws_sdk_s3::Client {
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(self.credentials())
            .http_client(http_client())
            .endpoint_url(format!("http://{}", self.serve(AwsService::S3).await));
        aws_sdk_s3::Client::from_conf(config.build())
    }

    async fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(self.credentials())
            .http_client(http_client())
            .endpoint_url(format!("http://{}", self.serve(AwsService::DynamoDb).await));
        aws_sdk_dynamodb::Client::from_conf(config.build())
    }
}

fn http_client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new().build_http()
}

#[tokio::test]
async fn photos_are_put_and_fetched() {
    let world = world();
    let s3 = world.s3().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "from a file").unwrap();
    for (name, body, want) in [
        (
            "from memory",
            ByteStream::from_static(b"from memory"),
            "from memory",
        ),
        (
            "streamed",
            ByteStream::from_path(file.path()).await.unwrap(),
            "from a file",
        ),
    ] {
        let put = s3
            .put_object()
            .bucket("photos")
            .key("selfies/a b+c")
            .body(body)
            .send()
            .await;
        assert!(put.is_ok(), "{name}: {put:?}");
        let (headers, kept) = world.keeper.0.lock().unwrap().clone();
        assert_eq!(kept, want, "{name}");
        assert!(
            headers.contains_key("x-amz-checksum-crc32"),
            "{name}: S3 gets the SDK's checksum: {headers:?}"
        );
        assert!(
            !headers.contains_key("x-amz-decoded-content-length"),
            "{name}: {headers:?}"
        );
        let got = s3
            .get_object()
            .bucket("photos")
            .key("selfies/a b+c")
            .send()
            .await
            .unwrap();
        assert_eq!(
            got.body.collect().await.unwrap().into_bytes(),
            want,
            "{name}"
        );
    }
    let denied = s3
        .put_object()
        .bucket("photos")
        .key("documents/a")
        .body(ByteStream::from_static(b"x"))
        .send()
        .await
        .unwrap_err();
    assert_eq!(denied.code(), Some("AccessDenied"));
}

#[tokio::test]
async fn rows_are_read_where_the_role_allows() {
    let world = world();
    let dynamodb = world.dynamodb().await;
    let key = AttributeValue::S("C#1".to_owned());
    let got = dynamodb
        .get_item()
        .table_name("rows")
        .key("pk", key.clone())
        .send()
        .await;
    assert!(got.is_ok(), "{got:?}");
    let denied = dynamodb
        .get_item()
        .table_name("other")
        .key("pk", key)
        .send()
        .await
        .unwrap_err();
    assert_eq!(denied.code(), Some("AccessDeniedException"));
}
