//! S3 on a port of its own, with a bucket, a few roles, and a client that signs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use face_login_local_gateway::{Clock, Credentials, Gateway, Principal, RolePolicy, Settings};
use http::{HeaderMap, Method};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::watch;

use crate::identity::{ACCOUNT, PARTITION, REGION};
use crate::presign::{self, Scope};
use crate::properties::Fields;
use crate::resource_policy::{self, Statement};
use crate::s3::bucket::{CorsRule, Expiration};
use crate::s3::{Bucket, Event, S3, Store};

pub(super) const PAGE: &str = "http://127.0.0.1:8080";

pub(super) struct Bench {
    pub(super) s3: Arc<S3>,
    pub(super) events: Arc<Mutex<Vec<Event>>>,
    pub(super) admin: Credentials,
    /// May read, not list.
    pub(super) reader: Credentials,
    /// May read and list.
    pub(super) lister: Credentials,
    /// May put under `selfies/`.
    signer: Credentials,
    clock: Clock,
    host: String,
    _stop: watch::Sender<()>,
    _dir: tempfile::TempDir,
}

/// A form to be sent.
#[derive(Clone)]
pub(super) struct Form {
    pub(super) fields: Vec<(String, String)>,
    pub(super) file_name: String,
    pub(super) origin: String,
}

impl Form {
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }
}

pub(super) struct Answer {
    pub(super) status: u16,
    headers: HeaderMap,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }
}

fn bucket() -> Bucket {
    Bucket {
        name: "photos".to_owned(),
        cors: vec![CorsRule {
            origins: vec![PAGE.to_owned()],
            methods: vec!["POST".to_owned()],
            headers: vec!["*".to_owned()],
            exposed: Vec::new(),
            max_age: Some(3600),
        }],
        expirations: vec![Expiration {
            prefix: "selfies/".to_owned(),
            days: 1,
        }],
        policy: policy(),
        ..Bucket::default()
    }
}

fn policy() -> Vec<Statement> {
    let deny = |resource: &str, secure: &str| {
        json!({
            "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": format!("arn:aws:s3:::photos/{resource}"),
            "Condition": {"Bool": {"aws:SecureTransport": secure}}
        })
    };
    let properties = json!({"PolicyDocument": {"Version": "2012-10-17", "Statement": [deny("*", "false"), deny("forbidden/*", "true")]}});
    let resource = face_login_local_template::Resolved {
        logical_id: "P".to_owned(),
        resource_type: "AWS::S3::BucketPolicy".to_owned(),
        line: 1,
        binary: None,
        properties,
    };
    let sink = crate::properties::Sink::default();
    let statements = resource_policy::read(&Fields::of(&resource, &sink).unwrap());
    assert_eq!(sink.borrow().len(), 0);
    statements
}

fn roles() -> HashMap<String, RolePolicy> {
    let role = |allowed: &[(&str, &str)]| {
        let allow = |(action, resource): &(&str, &str)| json!({"Effect": "Allow", "Action": action, "Resource": format!("arn:aws:s3:::{resource}")});
        RolePolicy::parse(&allowed.iter().map(allow).collect::<Vec<Value>>()).unwrap()
    };
    let read = ("s3:GetObject", "photos/*");
    HashMap::from([
        ("Reader".to_owned(), role(&[read])),
        (
            "Lister".to_owned(),
            role(&[read, ("s3:ListBucket", "photos")]),
        ),
        (
            "Signer".to_owned(),
            role(&[("s3:PutObject", "photos/selfies/*")]),
        ),
    ])
}

impl Bench {
    pub(super) async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        #[expect(
            clippy::disallowed_methods,
            reason = "files on disk carry the real time"
        )]
        let clock: Clock = Arc::new(SystemTime::now);
        let admin = Credentials {
            access_key_id: "AKIAADMIN".to_owned(),
            secret_access_key: "secret".to_owned(),
            session_token: None,
        };
        let settings = Settings {
            region: REGION.to_owned(),
            account_id: ACCOUNT.to_owned(),
            partition: PARTITION.to_owned(),
        };
        let gateway = Gateway::new(
            settings,
            roles(),
            admin.clone(),
            Arc::clone(&clock),
            Arc::new(|_| {}),
        );
        let gateway = Arc::new(gateway);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let store = Store::open(dir.path(), ["photos"].into_iter()).unwrap();
        let events: Arc<Mutex<Vec<Event>>> = Arc::default();
        let announced = Arc::clone(&events);
        let s3 = Arc::new(S3::new(
            vec![bucket()],
            store,
            Arc::clone(&gateway),
            Arc::new(move |_, event| announced.lock().unwrap().push(event)),
            Arc::clone(&clock),
            format!("http://{host}"),
        ));
        let (stop, stopped) = watch::channel(());
        let served = Arc::clone(&s3);
        let service: crate::net::Service = Arc::new(move |request| {
            let s3 = Arc::clone(&served);
            Box::pin(async move { s3.handle(request).await })
        });
        tokio::spawn(crate::net::serve(listener, service, stopped));
        let key = |logical_id: &str| {
            gateway.issue(Principal::Function {
                logical_id: logical_id.to_owned(),
                process: 1,
            })
        };
        let (reader, lister, signer) = (key("Reader"), key("Lister"), key("Signer"));
        Self {
            s3,
            events,
            admin,
            reader,
            lister,
            signer,
            clock,
            host,
            _stop: stop,
            _dir: dir,
        }
    }

    pub(super) fn now(&self) -> SystemTime {
        (self.clock)()
    }

    /// One that is all right for a file of 1 to 10 bytes.
    pub(super) fn form(&self, key: &str) -> Form {
        self.form_with(key, 60, &[])
    }

    /// Seconds until it expires, and further conditions.
    pub(super) fn form_with(&self, key: &str, seconds: i64, further: &[Value]) -> Form {
        self.signed_form(json!({"key": key}), key, seconds, further)
    }

    /// Any key that starts so, with an answer of status 201.
    pub(super) fn form_that_starts(&self, prefix: &str, key: &str) -> Form {
        let status = json!({"success_action_status": "201"});
        self.signed_form(json!(["starts-with", "$key", prefix]), key, 60, &[status])
            .with("success_action_status", "201")
    }

    fn signed_form(
        &self,
        key_condition: Value,
        key: &str,
        seconds: i64,
        further: &[Value],
    ) -> Form {
        let scope = Scope::of(self.now());
        let expiration = OffsetDateTime::from(self.now()) + time::Duration::seconds(seconds);
        let credential = format!("{}/{}", self.signer.access_key_id, scope.name());
        let token = self.signer.session_token.clone().unwrap();
        let mut conditions = vec![
            json!({"bucket": "photos"}),
            key_condition,
            json!(["content-length-range", 1, 10]),
            json!({"x-amz-algorithm": "AWS4-HMAC-SHA256"}),
            json!({"x-amz-credential": credential}),
            json!({"x-amz-date": scope.at}),
            json!({"x-amz-security-token": token}),
        ];
        conditions.extend(further.iter().cloned());
        let policy =
            json!({"expiration": expiration.format(&Rfc3339).unwrap(), "conditions": conditions});
        let policy = STANDARD.encode(policy.to_string());
        let signature = scope.sign(&self.signer.secret_access_key, &policy);
        let fields = [
            ("key", key),
            ("policy", &policy),
            ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
            ("x-amz-credential", &credential),
            ("x-amz-date", &scope.at),
            ("x-amz-security-token", &token),
            ("x-amz-signature", &signature),
        ];
        Form {
            fields: fields
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            file_name: "photo.jpg".to_owned(),
            origin: PAGE.to_owned(),
        }
    }

    pub(super) async fn post(&self, form: &Form, file: &[u8]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in &form.fields {
            body.extend(
                format!(
                    "--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                )
                .bytes(),
            );
        }
        let file_name = &form.file_name;
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\nContent-Type: image/jpeg\r\n\r\n").bytes());
        body.extend(file);
        body.extend(b"\r\n--b--\r\n");
        let headers = [
            ("content-type", "multipart/form-data; boundary=b"),
            ("origin", &form.origin),
        ];
        self.send(Method::POST, "/photos", &headers, &body).await
    }

    pub(super) async fn signed(
        &self,
        who: &Credentials,
        method: Method,
        key: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let endpoint = format!("http://{}", self.host);
        let address = presign::address(
            &method,
            &endpoint,
            &format!("/photos/{key}"),
            who,
            self.now(),
            Duration::from_mins(1),
        );
        let target = address.strip_prefix(&endpoint).unwrap().to_owned();
        self.send(method, &target, headers, b"").await
    }

    pub(super) async fn send(
        &self,
        method: Method,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut request = format!(
            "{method} {target} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n",
            self.host,
            body.len()
        );
        for (name, value) in headers {
            request.extend([*name, ": ", *value, "\r\n"]);
        }
        let mut stream = tokio::net::TcpStream::connect(&self.host).await.unwrap();
        stream
            .write_all(&[request.as_bytes(), b"\r\n", body].concat())
            .await
            .unwrap();
        let mut answer = Vec::new();
        tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer))
            .await
            .unwrap()
            .unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let mut lines = head.split("\r\n");
        let status = lines
            .next()
            .unwrap()
            .split(' ')
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        let pairs = lines.filter_map(|line| line.split_once(": "));
        let headers = pairs
            .map(|(name, value)| {
                (
                    name.parse::<http::HeaderName>().unwrap(),
                    value.parse().unwrap(),
                )
            })
            .collect();
        Answer {
            status,
            headers,
            body: body.to_owned(),
        }
    }
}
