//! A pool of its own for each test.

mod script;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use rsa::{RsaPrivateKey, pkcs8::EncodePrivateKey};
use serde_json::{Value, json};
use tempfile::TempDir;

use script::default_script;

use crate::{
    ClientConfig, Cognito, Mail, PoolConfig, Settings, TemplateClient, TriggerError,
    keys::KeyError, store::Store,
};

pub(super) const CLIENT: &str = "1example23456789abcdefghij";
pub(super) const POOL: &str = "us-east-1_Example01";
pub(super) const PASSWORD: &str = "correct-Horse-battery-staple-4711!";
/// Version 3 in shape, as the product's page makes them.
pub(super) const USERNAME: &str = "5f1f7c52-4e0b-3c6f-9a3e-0123456789ab";
pub(super) const EMAIL: &str = "jane@example.com";

pub(super) type Answer = Result<Value, TriggerError>;
type Script = HashMap<String, Box<dyn Fn(&Value) -> Answer + Send>>;

/// A pool, what it mailed, and the events that it sent.
pub(super) struct Stage {
    pub(super) dir: TempDir,
    pub(super) cognito: Cognito,
    pub(super) pool: Value,
    pub(super) client: Value,
    inbox: Arc<Mutex<Vec<Mail>>>,
    events: Arc<Mutex<Vec<Value>>>,
    script: Arc<Mutex<Script>>,
    now: Arc<Mutex<SystemTime>>,
}

/// An answer on the wire.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

impl Reply {
    /// The body of a success.
    #[track_caller]
    pub(super) fn ok(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        self.is_readable_for_browsers();
        self.body
    }

    /// Type and message of an error, which header and body say alike.
    #[track_caller]
    pub(super) fn error(self) -> (String, String) {
        assert_ne!(self.status, StatusCode::OK, "{}", self.body);
        self.is_readable_for_browsers();
        let text = |name: &str| self.body[name].as_str().unwrap().to_owned();
        let kind = text("__type");
        assert_eq!(self.headers["x-amzn-errortype"], format!("{kind}:"));
        (kind, text("message"))
    }

    #[track_caller]
    fn is_readable_for_browsers(&self) {
        assert_eq!(self.headers["access-control-allow-origin"], "*");
        assert_eq!(
            self.headers["access-control-expose-headers"],
            "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"
        );
    }

    #[track_caller]
    pub(super) fn refused(self, kind: &str, message: &str) {
        assert_eq!(self.error(), (kind.to_owned(), message.to_owned()));
    }
}

pub(super) fn pool_properties() -> Value {
    json!({
        "UserPoolName": "face-login", "UserPoolTier": "ESSENTIALS",
        "AliasAttributes": ["email"], "AutoVerifiedAttributes": ["email"],
        "UsernameConfiguration": {"CaseSensitive": false},
        "Schema": [{"Name": "email", "AttributeDataType": "String", "Required": true, "Mutable": true}],
        "MfaConfiguration": "OFF",
        "Policies": {"PasswordPolicy": {"MinimumLength": 32, "RequireLowercase": true, "RequireUppercase": true,
                                        "RequireNumbers": true, "RequireSymbols": true}},
        "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
        "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
        "DeletionProtection": "ACTIVE",
        "LambdaConfig": {"PreSignUp": arn("PreSignUp"), "PostConfirmation": arn("PostConfirmation"),
                         "DefineAuthChallenge": arn("Define"), "CreateAuthChallenge": arn("Create"),
                         "VerifyAuthChallengeResponse": arn("Verify")},
    })
}

pub(super) fn client_properties() -> Value {
    json!({
        "ClientName": "page", "UserPoolId": POOL, "GenerateSecret": false,
        "ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        "PreventUserExistenceErrors": "ENABLED", "EnableTokenRevocation": true, "AuthSessionValidity": 15,
        "AccessTokenValidity": "15", "IdTokenValidity": "15", "RefreshTokenValidity": "43200",
        "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes"},
        "WriteAttributes": ["email", "name", "locale"],
    })
}

pub(super) fn arn(function: &str) -> String {
    format!("arn:aws:lambda:us-east-1:123456789012:function:{function}")
}

impl Stage {
    pub(super) fn new() -> Self {
        Self::with(|_, _| {})
    }

    /// With other properties of pool and client.
    pub(super) fn with(change: impl FnOnce(&mut Value, &mut Value)) -> Self {
        let (mut pool, mut client) = (pool_properties(), client_properties());
        change(&mut pool, &mut client);
        let dir = tempfile::tempdir().unwrap();
        keep_keys(&dir);
        let now = Arc::new(Mutex::new(
            SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000),
        ));
        let script = Arc::new(Mutex::new(default_script()));
        let (inbox, events) = (Arc::default(), Arc::default());
        let cognito = open(&dir, &pool, &client, &script, &events, &inbox, &now);
        Self {
            dir,
            cognito,
            pool,
            client,
            inbox,
            events,
            script,
            now,
        }
    }

    /// Ends the service and starts it over the same directory.
    pub(super) fn restart(&mut self) {
        self.cognito = open(
            &self.dir,
            &self.pool,
            &self.client,
            &self.script,
            &self.events,
            &self.inbox,
            &self.now,
        );
    }

    /// Scripts what the function of this trigger answers to an event: the event's `response`.
    pub(super) fn script(&self, source: &str, answer: impl Fn(&Value) -> Answer + Send + 'static) {
        self.script
            .lock()
            .unwrap()
            .insert(source.to_owned(), Box::new(answer));
    }

    pub(super) fn pass(&self, span: Duration) {
        *self.now.lock().unwrap() += span;
    }

    pub(super) fn now(&self) -> SystemTime {
        *self.now.lock().unwrap()
    }

    pub(super) fn mails(&self) -> Vec<Mail> {
        self.inbox.lock().unwrap().clone()
    }

    pub(super) fn last_code(&self) -> String {
        self.mails().last().unwrap().code.clone()
    }

    /// The events whose source begins like this, oldest first.
    pub(super) fn events(&self, source: &str) -> Vec<Value> {
        let events = self.events.lock().unwrap();
        events
            .iter()
            .filter(|event| event["triggerSource"].as_str().unwrap().starts_with(source))
            .cloned()
            .collect()
    }

    pub(super) fn forget_events(&self) {
        self.events.lock().unwrap().clear();
    }

    /// A call of an administrator about the pool.
    pub(super) async fn admin(&self, operation: &str, mut body: Value) -> Reply {
        body["UserPoolId"] = json!(POOL);
        self.call(operation, body).await
    }

    pub(super) async fn call(&self, operation: &str, body: Value) -> Reply {
        let request = Request::post("/")
            .header("content-type", "application/x-amz-json-1.1")
            .header(
                "x-amz-target",
                format!("AWSCognitoIdentityProviderService.{operation}"),
            )
            .body(Bytes::from(body.to_string()))
            .unwrap();
        self.send(request).await
    }

    pub(super) async fn fetch(&self, path: &str) -> Reply {
        self.send(
            Request::builder()
                .method(Method::GET)
                .uri(path)
                .body(Bytes::new())
                .unwrap(),
        )
        .await
    }

    pub(super) async fn send(&self, request: Request<Bytes>) -> Reply {
        let (parts, body) = self.cognito.handle(request).await.into_parts();
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Reply {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    pub(super) async fn sign_up(&self, name: &str, email: &str) -> Reply {
        let attributes = json!([{"Name": "email", "Value": email}]);
        let body = json!({"ClientId": CLIENT, "Username": name, "Password": PASSWORD, "UserAttributes": attributes});
        self.call("SignUp", body).await
    }

    pub(super) async fn confirm(&self, name: &str) -> Reply {
        let body =
            json!({"ClientId": CLIENT, "Username": name, "ConfirmationCode": self.last_code()});
        self.call("ConfirmSignUp", body).await
    }

    /// A confirmed user with the usual name and address.
    pub(super) async fn jane(&self) {
        self.sign_up(USERNAME, EMAIL).await.ok();
        self.confirm(USERNAME).await.ok();
        self.forget_events();
    }

    /// The user as an administrator sees it, the attributes as a map.
    pub(super) async fn user(&self, name: &str) -> Value {
        let body = json!({"UserPoolId": POOL, "Username": name});
        let mut user = self.call("AdminGetUser", body).await.ok();
        let attributes = user["UserAttributes"].take();
        let text = |item: &Value, member: &str| item[member].as_str().unwrap().to_owned();
        user["UserAttributes"] = attributes
            .as_array()
            .unwrap()
            .iter()
            .map(|item| (text(item, "Name"), item["Value"].clone()))
            .collect();
        user
    }

    pub(super) async fn begin(&self, name: &str) -> Reply {
        let body = json!({"ClientId": CLIENT, "AuthFlow": "CUSTOM_AUTH", "AuthParameters": {"USERNAME": name}});
        self.call("InitiateAuth", body).await
    }

    pub(super) async fn answer(&self, name: &str, session: &Value, answer: &str) -> Reply {
        let responses = json!({"USERNAME": name, "ANSWER": answer});
        let body = json!({"ClientId": CLIENT, "ChallengeName": "CUSTOM_CHALLENGE", "Session": session,
                          "ChallengeResponses": responses});
        self.call("RespondToAuthChallenge", body).await
    }

    /// The `AuthenticationResult` of a whole sign-in.
    pub(super) async fn sign_in(&self) -> Value {
        let round = self.begin(EMAIL).await.ok();
        self.answer(EMAIL, &round["Session"], "42").await.ok()["AuthenticationResult"].take()
    }
}

fn open(
    dir: &TempDir,
    pool: &Value,
    client: &Value,
    script: &Arc<Mutex<Script>>,
    events: &Arc<Mutex<Vec<Value>>>,
    inbox: &Arc<Mutex<Vec<Mail>>>,
    now: &Arc<Mutex<SystemTime>>,
) -> Cognito {
    let settings = Settings {
        region: "us-east-1".to_owned(),
        account_id: "123456789012".to_owned(),
        pool_id: POOL.to_owned(),
        endpoint: "http://127.0.0.1:9".to_owned(),
    };
    let (script, events, inbox, now) = (
        Arc::clone(script),
        Arc::clone(events),
        Arc::clone(inbox),
        Arc::clone(now),
    );
    Cognito::open(
        dir.path(),
        settings,
        PoolConfig::from_properties(pool).unwrap(),
        vec![TemplateClient {
            id: CLIENT.to_owned(),
            secret: None,
            config: ClientConfig::from_properties(client).unwrap(),
        }],
        Arc::new(move |invocation| {
            events.lock().unwrap().push(invocation.payload.clone());
            let mut event = invocation.payload;
            let script = script.lock().unwrap();
            let source = event["triggerSource"].as_str().unwrap().to_owned();
            let function = script
                .iter()
                .find(|(name, _)| source.starts_with(name.as_str()));
            let answer = match function.map(|(_, function)| function(&event)) {
                Some(Ok(response)) => {
                    event["response"] = response;
                    Ok(event)
                }
                Some(Err(TriggerError::FunctionError { message })) if message == "hang" => {
                    return Box::pin(std::future::pending());
                }
                Some(Err(error)) => Err(error),
                None => Ok(event),
            };
            Box::pin(std::future::ready(answer))
        }),
        Arc::new(move |mail| inbox.lock().unwrap().push(mail)),
        Arc::new(move || *now.lock().unwrap()),
    )
    .unwrap()
}

/// Making RSA keys is slow, so all tests but one share them.
fn keep_keys(dir: &TempDir) {
    static KEYS: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
    let keys = KEYS.get_or_init(|| {
        let key = || {
            let key = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap();
            key.to_pkcs8_der().unwrap().as_bytes().to_vec()
        };
        [key(), key()]
    });
    let store = Store::open(&dir.path().join("cognito.sqlite")).unwrap();
    for (name, key) in ["id-token-key", "access-token-key"].into_iter().zip(keys) {
        store
            .secret(name, || Ok::<_, KeyError>(key.clone()))
            .unwrap();
    }
}
