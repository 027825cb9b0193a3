//! S3, Rekognition and `DynamoDB` in one stub: small, but with the behaviour that the indexer relies on. `DynamoDB` is an
//! embedded engine with real conditions and transactions.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dynoxide::Database;
use face_login_aws::challenges::Challenges;
use face_login_aws::enrolments::Enrolments;
use face_login_aws::stub::{Answer, Call, Stub};
use face_login_domain::ids::{Etag, FaceId};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::record::{NOW, record};
use crate::{Indexer, PATIENCE, Surroundings};

mod rekognition;

/// What happens to a call of one operation.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// It is answered by this error and nothing happens.
    Error(&'static str),
    /// None: spares one call.
    Spare,
    /// It happens, and then every call fails until [`World::revive`]: the process is gone.
    CrashAfter,
    /// It happens only after somebody else's photo has replaced the uploaded one.
    ReplaceBefore(Vec<u8>),
}

#[derive(Default)]
pub(super) struct State {
    objects: BTreeMap<String, Vec<u8>>,
    /// Collection, label and photo, to the face.
    pub(super) faces: BTreeMap<(String, String, String), FaceId>,
    /// Subs of the pool's users.
    pub(super) users: Vec<String>,
    faults: Vec<(&'static str, Fault)>,
    crashed: bool,
    now: Duration,
}

pub(crate) struct World {
    pub(crate) stub: Stub,
    pub(crate) indexer: Arc<Indexer>,
    pub(crate) challenges: Challenges,
    pub(crate) enrolments: Enrolments,
    state: Arc<Mutex<State>>,
}

impl World {
    /// Empty tables, an empty bucket, one collection; photos are kept for `retention_days`.
    pub(crate) async fn new(retention_days: &'static str) -> Self {
        Self::with_policy(retention_days, "FLAG").await
    }

    async fn with_policy(retention_days: &'static str, policy: &'static str) -> Self {
        let state = Arc::new(Mutex::new(State {
            now: Duration::from_millis(NOW.millis()),
            ..State::default()
        }));
        let database = database();
        let shared = Arc::clone(&state);
        let stub =
            Stub::start(move |call| answer(&mut shared.lock().unwrap(), &database, call)).await;
        let client = stub.connection().dynamodb(&PATIENCE);
        let url = stub.url().to_owned();
        let lookup = move |name: &str| {
            Some(match name {
                "ENROLMENTS_TABLE" => "enrolments".to_owned(),
                "CHALLENGES_TABLE" => "challenges".to_owned(),
                "DOCUMENTS_BUCKET" => "documents".to_owned(),
                "COLLECTION_PREFIX" => "p".to_owned(),
                "COLLECTION_GENERATION" | "COLLECTION_SHARDS" => "1".to_owned(),
                "PHOTO_RETENTION_DAYS" => retention_days.to_owned(),
                "SIMILARITY_THRESHOLD" => "99".to_owned(),
                "MODEL_THRESHOLDS" => "none".to_owned(),
                "DUPLICATE_POLICY" => policy.to_owned(),
                name if name.starts_with("AWS_ENDPOINT_URL") => url.clone(),
                _ => "us-east-1".to_owned(),
            })
        };
        Self {
            indexer: Arc::new(Indexer::connect(lookup, surroundings(&state)).unwrap()),
            challenges: Challenges::new(client.clone(), "challenges".to_owned()),
            enrolments: Enrolments::new(client, "enrolments".to_owned()),
            stub,
            state,
        }
    }

    /// With the record of a challenge, its ticket, and a photo of one face under its key.
    pub(crate) async fn invited(retention_days: &'static str) -> Self {
        Self::invited_under(retention_days, "FLAG").await
    }

    /// The same under a policy about faces of others.
    pub(crate) async fn invited_under(retention_days: &'static str, policy: &'static str) -> Self {
        let world = Self::with_policy(retention_days, policy).await;
        let record = record();
        world.challenges.issue(&record).await.unwrap();
        let ticket = record.chain.unwrap().aim.ticket().unwrap().clone();
        world
            .challenges
            .write_ticket(&record.subject, &ticket, NOW.plus(Duration::from_mins(10)))
            .await
            .unwrap();
        world.upload(&photo("one face"));
        world
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Puts bytes under the key of [`record`].
    pub(crate) fn upload(&self, bytes: &[u8]) {
        self.state()
            .objects
            .insert(record().key.as_str().to_owned(), bytes.to_vec());
    }

    /// Puts bytes under any key.
    pub(crate) fn put(&self, key: &str, bytes: &[u8]) {
        self.state().objects.insert(key.to_owned(), bytes.to_vec());
    }

    /// The next calls of `operation` meet faults, one each.
    pub(crate) fn fault(&self, operation: &'static str, fault: &Fault, times: usize) {
        self.state()
            .faults
            .extend(std::iter::repeat_n((operation, fault.clone()), times));
    }

    /// Takes all faults back.
    pub(crate) fn heal(&self) {
        self.state().faults.clear();
    }

    pub(crate) fn revive(&self) {
        self.state().crashed = false;
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.state().now += time;
    }

    /// Keys in the bucket.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.state().objects.keys().cloned().collect()
    }

    /// Faces in the collection.
    pub(crate) fn faces(&self) -> Vec<FaceId> {
        self.state().faces.values().cloned().collect()
    }

    /// Faces in rows.
    pub(crate) async fn rows(&self) -> Vec<FaceId> {
        let rows = self.enrolments.rows_of(&record().subject).await.unwrap();
        rows.faces.into_iter().map(|face| face.face).collect()
    }

    /// How often an operation was asked for.
    pub(crate) fn count(&self, operation: &str) -> usize {
        self.stub
            .operations()
            .iter()
            .filter(|asked| *asked == operation)
            .count()
    }

    /// Delivers an event about a key, and tells whether it is done with.
    pub(crate) async fn deliver(&self, key: &str) -> Delivery {
        let body = json!({"Records": [{"eventName": "ObjectCreated:Post", "s3": {"bucket": {"name": "documents"}, "object": {"key": key}}}]});
        let event = json!({"Records": [{"messageId": "m", "body": body.to_string()}]});
        let deadline = UNIX_EPOCH + self.state().now + Duration::from_mins(1);
        let answer =
            serde_json::to_value(self.indexer.handle(&event, deadline).await.unwrap()).unwrap();
        match answer["batchItemFailures"].as_array().unwrap().len() {
            0 => Delivery::Done,
            _ => Delivery::Again,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Done,
    Again,
}

/// A PNG header of 640 × 480, and words that tell the stub what there is to see.
pub(crate) fn photo(words: &str) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(640_u32.to_be_bytes());
    bytes.extend(480_u32.to_be_bytes());
    bytes.extend(words.as_bytes());
    bytes
}

/// S3's fingerprint of these bytes, in this world.
pub(crate) fn etag(bytes: &[u8]) -> Etag {
    Etag::parse(&format!("{:016x}", hash(&bytes))).unwrap()
}

/// The clock stands still but for pauses, which take no time.
fn surroundings(state: &Arc<Mutex<State>>) -> Surroundings {
    let (clock, waits) = (Arc::clone(state), Arc::clone(state));
    Surroundings {
        now: Box::new(move || -> SystemTime { UNIX_EPOCH + clock.lock().unwrap().now }),
        chance: Box::new(|| 0.999),
        pause: Box::new(move |pause| {
            waits.lock().unwrap().now += pause;
            Box::pin(std::future::ready(()))
        }),
    }
}

pub(super) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn database() -> Database {
    let database = Database::memory().unwrap();
    for (table, sort) in [("challenges", None), ("enrolments", Some("sk"))] {
        let names: Vec<&str> = std::iter::once("pk").chain(sort).collect();
        let attributes: Vec<Value> = names
            .iter()
            .map(|name| json!({"AttributeName": name, "AttributeType": "S"}))
            .collect();
        let keys: Vec<Value> = names
            .iter()
            .zip(["HASH", "RANGE"])
            .map(|(name, role)| json!({"AttributeName": name, "KeyType": role}))
            .collect();
        let create = json!({"TableName": table, "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": attributes, "KeySchema": keys});
        database
            .create_table(serde_json::from_value(create).unwrap())
            .unwrap();
    }
    database
}

fn answer(state: &mut State, database: &Database, call: &Call) -> Option<Answer> {
    if state.crashed {
        return None;
    }
    let fault = state
        .faults
        .iter()
        .position(|(operation, _)| *operation == call.operation);
    match fault.map(|position| state.faults.remove(position).1) {
        Some(Fault::Error(code)) if call.header("x-amz-target").is_none() => Some(
            Answer::status(503).body(format!("<Error><Code>{code}</Code></Error>").into_bytes()),
        ),
        Some(Fault::Error(code)) => Some(Answer::error(400, code)),
        Some(Fault::CrashAfter) => {
            happen(state, database, call);
            state.crashed = true;
            None
        }
        Some(Fault::ReplaceBefore(bytes)) => {
            state
                .objects
                .insert(record().key.as_str().to_owned(), bytes);
            Some(happen(state, database, call))
        }
        Some(Fault::Spare) | None => Some(happen(state, database, call)),
    }
}

fn happen(state: &mut State, database: &Database, call: &Call) -> Answer {
    match call.operation.as_str() {
        "HEAD" | "GET" | "PUT" | "DELETE" => s3(&mut state.objects, call),
        "GetItem" | "PutItem" | "DeleteItem" | "Query" | "TransactWriteItems" => {
            dynamodb(database, call)
        }
        "ListUsers" => {
            let asked = call.json()["Filter"].as_str().unwrap().to_owned();
            let lives = |sub: &&String| asked == format!("sub = \"{sub}\"");
            let users: Vec<Value> = state
                .users
                .iter()
                .filter(lives)
                .map(|sub| json!({"Username": sub}))
                .collect();
            Answer::json(&json!({"Users": users}))
        }
        _ => rekognition::answer(state, call),
    }
}

fn s3(objects: &mut BTreeMap<String, Vec<u8>>, call: &Call) -> Answer {
    let path = call.path.split('?').next().unwrap_or_default();
    let key = percent_decode_str(path.strip_prefix("/documents/").unwrap())
        .decode_utf8()
        .unwrap()
        .into_owned();
    match call.operation.as_str() {
        "PUT" => {
            objects.insert(key, call.body.clone());
            Answer::status(200)
        }
        "DELETE" => {
            objects.remove(&key);
            Answer::status(204)
        }
        operation => {
            let Some(bytes) = objects.get(&key) else {
                return Answer::status(404);
            };
            let tag = format!("\"{}\"", etag(bytes).as_str());
            if call.header("if-match").is_some_and(|pinned| pinned != tag) {
                return Answer::status(412);
            }
            let answer = Answer::status(200)
                .header("etag", &tag)
                .header("last-modified", "Sat, 21 Nov 2026 10:00:00 GMT");
            let answer = answer.header("content-length", &bytes.len().to_string());
            if operation == "HEAD" {
                answer
            } else {
                answer.body(bytes.clone())
            }
        }
    }
}

fn dynamodb(database: &Database, call: &Call) -> Answer {
    fn read<T: serde::de::DeserializeOwned>(call: &Call) -> T {
        serde_json::from_slice(&call.body).unwrap()
    }
    let answered = match call.operation.as_str() {
        "GetItem" => database
            .get_item(read(call))
            .map(|answer| serde_json::to_value(answer).unwrap()),
        "DeleteItem" => database
            .delete_item(read(call))
            .map(|answer| serde_json::to_value(answer).unwrap()),
        "PutItem" => database
            .put_item(read(call))
            .map(|answer| serde_json::to_value(answer).unwrap()),
        "Query" => database
            .query(read(call))
            .map(|answer| serde_json::to_value(answer).unwrap()),
        _ => database
            .transact_write_items(read(call))
            .map(|answer| serde_json::to_value(answer).unwrap()),
    };
    match answered {
        Ok(body) => Answer::json(&body),
        Err(error) => Answer::status(error.status_code()).body(error.to_json().into_bytes()),
    }
}
