//! `DynamoDB`, S3 and Rekognition in one stub, and users in front of the triggers as Cognito calls them. `DynamoDB` is an
//! embedded engine with real conditions and transactions; faces are words inside the photos.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use dynoxide::Database;
use face_login_aws::{
    challenges::Challenges,
    enrolments::Enrolments,
    http::Patience,
    stub::{Answer, Call, Stub},
};
use face_login_domain::{ids::ClientId, time::Timestamp};
use face_login_triggers::{
    create::Creator, edge::Edge, post_confirmation::Ticketing, pre_sign_up::Doorman,
    pre_token::LastGate, verify::Verifier,
};
use serde_json::{Value, json};

mod rekognition;
pub(crate) mod session;

pub(crate) use session::{Session, User};

/// The secret of every hash.
pub(crate) const PEPPER: &str = "0123456789abcdef0123456789abcdef";

/// A fault of the next calls of an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// It is answered by this error and nothing happens.
    Error(&'static str),
    /// It happens, but the answer is lost, and so are all later ones: the process is gone.
    CrashAfter,
}

/// What is stored besides tables.
#[derive(Default)]
pub(crate) struct State {
    /// Photos by bucket and key.
    pub(crate) objects: BTreeMap<String, Vec<u8>>,
    /// Labels of stored faces: what they look like, by face id.
    pub(crate) faces: BTreeMap<String, (String, String)>,
    /// Mails that SES was asked to send.
    pub(crate) mails: Vec<Value>,
    /// Who was signed out everywhere.
    pub(crate) signed_out: Vec<Value>,
    faults: Vec<(&'static str, Fault, usize)>,
    crashed: bool,
}

/// All of it.
pub(crate) struct World {
    pub(crate) stub: Stub,
    pub(crate) challenges: Challenges,
    pub(crate) enrolments: Enrolments,
    pub(crate) creator: Creator,
    pub(crate) verifier: Verifier,
    pub(crate) ticketing: Ticketing,
    pub(crate) gate: LastGate,
    pub(crate) doorman: Doorman,
    state: Arc<Mutex<State>>,
    now: Arc<AtomicU64>,
}

const PATIENCE: Patience = Patience {
    attempt: Duration::from_secs(5),
    attempts: 1,
    backoff: Duration::from_millis(1),
    overall: Duration::from_secs(5),
};

impl World {
    pub(crate) async fn new() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let (shared, database) = (Arc::clone(&state), database());
        let stub =
            Stub::start(move |call| answer(&mut shared.lock().unwrap(), &database, call)).await;
        let now = Arc::new(AtomicU64::new(1_800_000_000_000));
        let client = stub.connection().dynamodb(&PATIENCE);
        let url = stub.url().to_owned();
        let lookup = move |name: &str| setting(name, &url);
        let edge = edge(&now);
        let world = Self {
            challenges: Challenges::new(client.clone(), "challenges".to_owned()),
            enrolments: Enrolments::new(client, "enrolments".to_owned()),
            creator: Creator::configure(&lookup, edge.clone()).unwrap(),
            verifier: Verifier::configure(&lookup, edge.clone()).unwrap(),
            ticketing: Ticketing::configure(&lookup, edge.clone()).unwrap(),
            gate: LastGate::configure(&lookup, edge.clone()).unwrap(),
            doorman: Doorman::configure(&lookup, edge).unwrap(),
            stub,
            state,
            now,
        };
        let page = ClientId::parse(session::PAGE).unwrap();
        world.challenges.admit_client(&page).await.unwrap();
        world
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now.load(Ordering::SeqCst))
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.now
            .fetch_add(u64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// The next `times` calls of an operation meet a fault.
    pub(crate) fn fault(&self, operation: &'static str, fault: Fault, times: usize) {
        self.state().faults.push((operation, fault, times));
    }

    pub(crate) fn revive(&self) {
        self.state().crashed = false;
    }

    /// Operations since the call number `from`.
    pub(crate) fn operations(&self, from: usize) -> Vec<String> {
        self.stub.operations().split_off(from)
    }

    /// Sends a photo with a form, as far as the key goes.
    pub(crate) fn upload(&self, parameters: &BTreeMap<String, String>, photo: &[u8]) {
        let fields: BTreeMap<String, String> =
            serde_json::from_str(&parameters["uploadFields"]).unwrap();
        let path = parameters["uploadUrl"]
            .strip_prefix(self.stub.url())
            .unwrap();
        self.state()
            .objects
            .insert(format!("{path}/{}", fields["key"]), photo.to_vec());
    }
}

/// A PNG, as far as its header goes, that shows these people; `what` makes files of the same faces differ.
pub(crate) fn photo(faces: &str, what: &str) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0".to_vec();
    bytes.extend(format!("|{faces}|{what}").bytes());
    bytes
}

fn edge(now: &Arc<AtomicU64>) -> Edge {
    let (now, count) = (Arc::clone(now), AtomicU64::new(0));
    let random = move || {
        let mut bits = [7; 16];
        bits[..8].copy_from_slice(&count.fetch_add(1, Ordering::SeqCst).to_be_bytes());
        bits
    };
    Edge {
        now: Arc::new(move || Timestamp::from_millis(now.load(Ordering::SeqCst))),
        random: Arc::new(random),
    }
}

/// The environment, as the template gives it.
pub(crate) fn setting(name: &str, url: &str) -> Option<String> {
    let text = match name {
        "ENROLMENTS_TABLE" => "enrolments",
        "CHALLENGES_TABLE" => "challenges",
        "SELFIES_BUCKET" => "selfies-bucket",
        "DOCUMENTS_BUCKET" => "documents-bucket",
        "PEPPER" => PEPPER,
        "CONSENT_VERSION" => "2026-11",
        "COLLECTION_PREFIX" => "p",
        "COLLECTION_GENERATION" | "COLLECTION_SHARDS" => "1",
        "SIMILARITY_THRESHOLD" => "99",
        "MODEL_THRESHOLDS" => "none",
        "SELFIE_SECONDS" => "120",
        "DOCUMENT_SECONDS" => "300",
        "TICKET_SECONDS" | "LOCKOUT_LONGEST_SECONDS" | "CHALLENGE_WINDOW_SECONDS" => "900",
        "PASS_SECONDS" => "60",
        "SIGN_UPS_PER_HOUR" => "3",
        "SIGN_UPS_PER_DAY" => "10",
        "LEASE_SECONDS" | "LOCKOUT_FAILURES" => "5",
        "LOCKOUT_FIRST_SECONDS" => "30",
        "LOCKOUT_OFF_FAILURES" => "50",
        "LOCKOUT_OFF_SECONDS" => "2592000",
        "CHALLENGE_LIMIT" => "20",
        "PHOTO_REUSE_SECONDS" => "86400",
        "RECOVERY_HOLD_HOURS" => "24",
        "CLAIM_MAIL_FROM" => "face@shop.example",
        "AWS_REGION" => "us-east-1",
        "AWS_ACCESS_KEY_ID" => "ASIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY" => "secret",
        "AWS_SESSION_TOKEN" => "token",
        name if name.starts_with("AWS_ENDPOINT_URL_") => url,
        _ => return None,
    };
    Some(text.to_owned())
}

fn database() -> Database {
    let database = Database::memory().unwrap();
    let key = |name, role| json!({"AttributeName": name, "KeyType": role});
    let attribute = |name| json!({"AttributeName": name, "AttributeType": "S"});
    for table in [
        json!({"TableName": "challenges", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [attribute("pk")], "KeySchema": [key("pk", "HASH")]}),
        json!({"TableName": "enrolments", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [attribute("pk"), attribute("sk")], "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")]}),
    ] {
        database
            .create_table(serde_json::from_value(table).unwrap())
            .unwrap();
    }
    database
}

fn answer(state: &mut State, database: &Database, call: &Call) -> Option<Answer> {
    if state.crashed {
        return None;
    }
    let due = state
        .faults
        .iter_mut()
        .find(|(operation, _, times)| *operation == call.operation && 0 < *times);
    let fault = due.map(|(_, fault, times)| {
        *times -= 1;
        *fault
    });
    match fault {
        None => Some(happen(state, database, call)),
        Some(Fault::Error(_)) if call.operation == "GET" => Some(Answer::status(503)),
        Some(Fault::Error(code)) => Some(Answer::error(400, code)),
        Some(Fault::CrashAfter) => {
            happen(state, database, call);
            state.crashed = true;
            None
        }
    }
}

fn happen(state: &mut State, database: &Database, call: &Call) -> Answer {
    let input = || call.json();
    match call.operation.as_str() {
        "GET" | "HEAD" | "DELETE" => s3(&mut state.objects, call),
        "DetectFaces" | "SearchFacesByImage" | "DeleteFaces" => rekognition::answer(state, call),
        "AdminUserGlobalSignOut" => {
            state.signed_out.push(input());
            Answer::json(&json!({}))
        }
        "POST" if call.path == "/v2/email/outbound-emails" => {
            state.mails.push(input());
            Answer::json(&json!({"MessageId": "m"}))
        }
        "GetItem" => dynamodb(database.get_item(serde_json::from_value(input()).unwrap())),
        "PutItem" => dynamodb(database.put_item(serde_json::from_value(input()).unwrap())),
        "UpdateItem" => dynamodb(database.update_item(serde_json::from_value(input()).unwrap())),
        "DeleteItem" => dynamodb(database.delete_item(serde_json::from_value(input()).unwrap())),
        "Query" => dynamodb(database.query(serde_json::from_value(input()).unwrap())),
        "TransactWriteItems" => {
            dynamodb(database.transact_write_items(serde_json::from_value(input()).unwrap()))
        }
        other => panic!("{other} is no operation of the triggers"),
    }
}

fn dynamodb<T: serde::Serialize>(result: Result<T, dynoxide::DynoxideError>) -> Answer {
    match result {
        Ok(output) => Answer::json(&serde_json::to_value(output).unwrap()),
        Err(error) => Answer::status(error.status_code())
            .header("content-type", "application/x-amz-json-1.0")
            .body(error.to_json().into_bytes()),
    }
}

fn s3(objects: &mut BTreeMap<String, Vec<u8>>, call: &Call) -> Answer {
    let path = call.path.split('?').next().unwrap();
    match (call.operation.as_str(), objects.get(path)) {
        ("DELETE", _) => {
            objects.remove(path);
            Answer::status(204)
        }
        (_, None) => Answer::status(404),
        (method, Some(bytes)) => Answer::status(200)
            .header("etag", &format!("\"{}\"", bytes.len()))
            .header("last-modified", "Fri, 15 Jan 2027 08:00:00 GMT")
            .header("content-length", &bytes.len().to_string())
            .body(if method == "GET" {
                bytes.clone()
            } else {
                Vec::new()
            }),
    }
}

/// A member of a trigger's answer.
pub(crate) fn response(event: &Value, member: &str) -> Value {
    event["response"][member].clone()
}
