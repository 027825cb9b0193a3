//! Whole calls: signed requests in, answers and call log out.

mod faults;
mod roles;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4::SigningParams,
};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::{Value, json};

use super::{Backend, BackendFuture, ConnectionReset, Gateway, Settings};
use crate::{AwsService, Credentials, Need, Principal, Required, RolePolicy, Verdict};

const TABLE: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/rows";

/// Counts what reaches it and answers `{"Item": {"n": 1}}`.
#[derive(Default)]
struct Echo(AtomicU64);

impl Backend for Echo {
    fn handle<'a>(&'a self, _request: Request<Bytes>, _caller: &'a Principal) -> BackendFuture<'a> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Response::new(Bytes::from_static(br#"{"Item": {"n": 1}}"#)) })
    }
}

struct World {
    gateway: Gateway,
    backend: Echo,
    killed: Arc<Mutex<Vec<u64>>>,
    now: Arc<AtomicU64>,
}

fn world() -> World {
    let killed = Arc::new(Mutex::new(Vec::new()));
    let now = Arc::new(AtomicU64::new(1_767_268_800));
    let (kills, clock) = (Arc::clone(&killed), Arc::clone(&now));
    let policy = RolePolicy::parse(&[
        json!({"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": TABLE}),
    ]);
    let gateway = Gateway::new(
        Settings {
            region: "us-east-1".to_owned(),
            account_id: "123456789012".to_owned(),
            partition: "aws".to_owned(),
        },
        HashMap::from([("Verify".to_owned(), policy.expect("a policy"))]),
        Credentials {
            access_key_id: "AKIAADMIN".to_owned(),
            secret_access_key: "secret".to_owned(),
            session_token: None,
        },
        Arc::new(move || at(clock.load(Ordering::SeqCst))),
        Arc::new(move |process| kills.lock().expect("no panic holds it").push(process)),
    );
    World {
        gateway,
        backend: Echo::default(),
        killed,
        now,
    }
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn verify_function() -> Principal {
    Principal::Function {
        logical_id: "Verify".to_owned(),
        process: 7,
    }
}

impl World {
    /// A signed `DynamoDB` request.
    fn request(&self, credentials: &Credentials, operation: &str) -> Request<Bytes> {
        let body = r#"{"TableName": "rows", "Key": {"pk": {"S": "C#1"}}}"#;
        let request = Request::post("http://127.0.0.1:8000/").header("host", "127.0.0.1:8000");
        let mut request = request
            .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
            .body(Bytes::from(body))
            .expect("a request");
        let Credentials {
            access_key_id,
            secret_access_key,
            session_token,
        } = credentials.clone();
        let identity = aws_credential_types::Credentials::new(
            access_key_id,
            secret_access_key,
            session_token,
            None,
            "test",
        )
        .into();
        let time = at(self.now.load(Ordering::SeqCst));
        let params = SigningParams::builder()
            .identity(&identity)
            .region("us-east-1")
            .name("dynamodb")
            .time(time)
            .settings(SigningSettings::default());
        let params = params.build().expect("all is set").into();
        let instructions = {
            let headers = request
                .headers()
                .iter()
                .map(|(name, value)| (name.as_str(), value.to_str().expect("a text")));
            let signable = SignableRequest::new(
                "POST",
                request.uri().to_string(),
                headers,
                SignableBody::Bytes(body.as_bytes()),
            )
            .expect("signable");
            sign(signable, &params).expect("a signature").into_parts().0
        };
        instructions.apply_to_request_http1x(&mut request);
        request
    }

    async fn call(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ConnectionReset> {
        self.gateway
            .call(AwsService::DynamoDb, request, &self.backend)
            .await
    }

    fn reached(&self) -> u64 {
        self.backend.0.load(Ordering::SeqCst)
    }

    fn last_call(&self) -> Value {
        self.gateway
            .calls()
            .list(0)
            .as_array()
            .expect("a list")
            .last()
            .cloned()
            .unwrap_or_default()
    }
}

fn json_of(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).expect("JSON")
}

#[tokio::test]
async fn public_operations_of_cognito_pass_and_others_do_not() {
    let world = world();
    let cognito = |operation: &str| {
        let request = Request::post("/").header(
            "x-amz-target",
            format!("AWSCognitoIdentityProviderService.{operation}"),
        );
        request.body(Bytes::from_static(b"{}")).expect("a request")
    };
    let passed = world
        .gateway
        .call(
            AwsService::CognitoIdp,
            cognito("InitiateAuth"),
            &world.backend,
        )
        .await
        .unwrap();
    assert_eq!(passed.status(), StatusCode::OK);
    assert_eq!(world.last_call()["caller"], "anonymous");
    assert_eq!(world.last_call()["operation"], "InitiateAuth");
    let refused = world
        .gateway
        .call(
            AwsService::CognitoIdp,
            cognito("AdminGetUser"),
            &world.backend,
        )
        .await
        .unwrap();
    assert_eq!(
        json_of(&refused)["__type"],
        "MissingAuthenticationTokenException"
    );
    assert_eq!(refused.headers()["access-control-allow-origin"], "*");
    assert_eq!(world.reached(), 1);
}

#[tokio::test]
async fn s3_speaks_xml_and_head_has_no_body() {
    let world = world();
    for (method, empty) in [("GET", false), ("HEAD", true)] {
        let request = Request::builder()
            .method(method)
            .uri("/photos/a")
            .body(Bytes::new())
            .unwrap();
        let refused = world
            .gateway
            .call(AwsService::S3, request, &world.backend)
            .await
            .unwrap();
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{method}");
        let body = String::from_utf8(refused.body().to_vec()).unwrap();
        assert_eq!(body.is_empty(), empty, "{method}: {body}");
        assert_eq!(
            body.contains("<Code>AccessDenied</Code>"),
            !empty,
            "{method}: {body}"
        );
    }
}

#[tokio::test]
async fn a_front_end_can_act_for_a_caller_it_knows() {
    let world = world();
    let object = "arn:aws:s3:::photos/selfies/a";
    let required = Required {
        operation: "PostObject".to_owned(),
        needs: vec![Need {
            action: "s3:PutObject".to_owned(),
            resource: object.to_owned(),
            context: Vec::new(),
        }],
    };
    let post = || {
        Request::post("/photos")
            .body(Bytes::new())
            .expect("a request")
    };
    let call = |caller: Principal| {
        let (world, required) = (&world, &required);
        async move {
            world
                .gateway
                .call_as(&caller, AwsService::S3, required, post(), &world.backend)
                .await
                .unwrap()
                .status()
        }
    };
    assert_eq!(call(verify_function()).await, StatusCode::FORBIDDEN);
    assert_eq!(call(Principal::Anonymous).await, StatusCode::FORBIDDEN);
    assert_eq!(
        call(Principal::Service("cloudformation".to_owned())).await,
        StatusCode::OK
    );
    assert_eq!(world.last_call()["caller"], "cloudformation");
    assert_eq!(
        world
            .gateway
            .authorise(&verify_function(), "s3:ListBucket", "arn:aws:s3:::photos"),
        Verdict::NotAllowed
    );
    assert_eq!(
        world
            .gateway
            .authorise(&Principal::Admin, "s3:ListBucket", "arn:aws:s3:::photos"),
        Verdict::Allowed
    );
}

#[test]
fn keys_are_never_printed() {
    let credentials = world().gateway.issue(Principal::Admin);
    let printed = format!("{credentials:?}");
    assert_eq!(printed, "Credentials(…)");
    assert!(credentials.access_key_id.starts_with("ASIA") && credentials.access_key_id.len() == 20);
}
