//! Real processes (`examples/probe.rs`) behind the Runtime API server.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use face_login_local_lambda::{FunctionConfig, InvokeError, Lambdas};
use serde_json::{Value, json};
use tempfile::TempDir;

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:probe";

struct Stack {
    lambdas: Lambdas,
    dir: TempDir,
    /// Numbers of the processes that were started.
    started: Arc<Mutex<Vec<u64>>>,
    /// Seconds since 1970.
    now: Arc<AtomicU64>,
}

fn probe() -> PathBuf {
    let test = std::env::current_exe().expect("the test runs from a file");
    let profile = test
        .ancestors()
        .nth(2)
        .expect("tests run from target/<profile>/deps");
    profile.join("examples/probe")
}

fn function(logical_id: &str, binary: &Path, environment: &[(&str, &str)]) -> FunctionConfig {
    FunctionConfig {
        logical_id: logical_id.to_owned(),
        arn: ARN.to_owned(),
        binary: binary.to_owned(),
        environment: environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        timeout: Duration::from_secs(2),
        memory_mb: 128,
    }
}

/// The clock stands at one million seconds, until a test moves it.
fn stack() -> Stack {
    let dir = tempfile::tempdir().expect("a directory for the test");
    let started = Arc::new(Mutex::new(Vec::new()));
    let functions = vec![
        function("Probe", &probe(), &[("TABLE", "rows")]),
        function(
            "Refuses",
            &probe(),
            &[("REFUSE_TO_START", "TABLE is not set")],
        ),
        function("Missing", Path::new("/does/not/exist"), &[]),
    ];
    let numbers = Arc::clone(&started);
    let env_for = move |_: &str, number: u64| {
        numbers.lock().expect("no test panics with it").push(number);
        vec![("AWS_ACCESS_KEY_ID".to_owned(), format!("ASIA{number}"))]
    };
    let now = Arc::new(AtomicU64::new(1_000_000));
    let told = Arc::clone(&now);
    let clock = move || UNIX_EPOCH + Duration::from_secs(told.load(Ordering::SeqCst));
    let lambdas = Lambdas::new(
        functions,
        Arc::new(env_for),
        dir.path().to_owned(),
        Arc::new(clock),
    );
    Stack {
        lambdas,
        dir,
        started,
        now,
    }
}

impl Stack {
    async fn invoke(&self, event: Value) -> Result<Value, InvokeError> {
        self.lambdas.invoke("Probe", event).await
    }

    fn last_started(&self) -> u64 {
        *self
            .started
            .lock()
            .expect("no test panics with it")
            .last()
            .expect("a process was started")
    }
}

#[tokio::test]
async fn a_process_is_told_what_lambda_tells_and_inherits_nothing() {
    let stack = stack();
    let seen = stack.invoke(json!({"do": "describe"})).await.unwrap();
    let environment = &seen["environment"];
    for (name, want) in [
        ("TABLE", "rows"),
        ("AWS_ACCESS_KEY_ID", "ASIA1"),
        ("AWS_LAMBDA_FUNCTION_NAME", "probe"),
        ("AWS_REGION", "us-east-1"),
        ("TZ", ":UTC"),
    ] {
        assert_eq!(environment[name], want, "{name}");
    }
    assert_eq!(environment["HOME"], Value::Null);
    assert_eq!(environment["CARGO_MANIFEST_DIR"], Value::Null);
    assert_eq!(
        seen["deadline"], 1_000_002_000_u64,
        "epoch milliseconds, the function's timeout ahead"
    );
    assert_eq!(seen["arn"], ARN);
    assert!(
        seen["traceId"]
            .as_str()
            .unwrap()
            .starts_with("Root=1-000f4240-"),
        "{seen}"
    );
    let directory = PathBuf::from(seen["directory"].as_str().unwrap());
    assert!(
        directory.starts_with(stack.dir.path().canonicalize().unwrap()),
        "{directory:?}"
    );
    stack.lambdas.shut_down().await;
    assert!(
        !directory.exists(),
        "the working directory goes with the process"
    );
}

#[tokio::test]
async fn a_warm_process_is_used_again() {
    let stack = stack();
    let first = stack.invoke(json!({"do": "describe"})).await.unwrap();
    let second = stack.invoke(json!({"do": "describe"})).await.unwrap();
    assert_eq!(
        (&first["pid"], &first["served"]),
        (&second["pid"], &json!(1))
    );
    assert_eq!(second["served"], 2);
    assert_ne!(first["requestId"], second["requestId"]);
    stack.lambdas.shut_down().await;
}

#[tokio::test]
async fn a_process_is_replaced_before_its_credentials_expire() {
    let stack = stack();
    let pid = async || stack.invoke(json!({"do": "describe"})).await.unwrap()["pid"].clone();
    let first = pid().await;
    stack.now.fetch_add(44 * 60, Ordering::SeqCst);
    assert_eq!(pid().await, first);
    stack.now.fetch_add(60, Ordering::SeqCst);
    assert_ne!(pid().await, first);
    stack.lambdas.shut_down().await;
}

#[tokio::test]
async fn parallel_invocations_get_a_process_each() {
    let stack = stack();
    let wait = || stack.invoke(json!({"do": "wait", "ms": 400}));
    let (one, two, three) = tokio::join!(wait(), wait(), wait());
    let pids: HashSet<u64> = [one, two, three]
        .into_iter()
        .map(|answer| answer.unwrap()["pid"].as_u64().unwrap())
        .collect();
    assert_eq!(pids.len(), 3);
    let after = stack.invoke(json!({"do": "describe"})).await.unwrap();
    assert!(
        pids.contains(&after["pid"].as_u64().unwrap()),
        "and are kept warm"
    );
    stack.lambdas.shut_down().await;
}

#[tokio::test]
async fn answers_and_errors_come_back_as_they_are() {
    let stack = stack();
    assert_eq!(
        stack.invoke(json!({"do": "nothing"})).await.unwrap(),
        Value::Null
    );
    let error = stack.invoke(json!({"do": "fail"})).await.unwrap_err();
    assert!(
        matches!(&error, InvokeError::FunctionError { message, .. } if message == "the rows are gone"),
        "{error:?}"
    );
    assert_eq!(
        stack.invoke(json!({"do": "describe"})).await.unwrap()["served"],
        3,
        "an error leaves the process warm"
    );
    stack.lambdas.shut_down().await;
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the test measures real time")]
async fn a_process_that_takes_too_long_is_killed() {
    let stack = stack();
    let before = stack.invoke(json!({"do": "describe"})).await.unwrap();
    let start = SystemTime::now();
    let error = stack
        .invoke(json!({"do": "wait", "ms": 60_000}))
        .await
        .unwrap_err();
    assert!(matches!(error, InvokeError::TimedOut { .. }), "{error:?}");
    let took = start.elapsed().unwrap();
    assert!(
        Duration::from_secs(2) <= took && took < Duration::from_secs(10),
        "{took:?}"
    );
    let directory = PathBuf::from(before["directory"].as_str().unwrap());
    assert!(
        !directory.exists(),
        "the process is gone, not only given up"
    );
    let after = stack.invoke(json!({"do": "describe"})).await.unwrap();
    assert_ne!(before["pid"], after["pid"]);
    assert_eq!(after["served"], 1);
    stack.lambdas.shut_down().await;
}

#[tokio::test]
async fn a_process_that_ends_or_is_killed_is_replaced() {
    let stack = stack();
    let error = stack.invoke(json!({"do": "exit"})).await.unwrap_err();
    assert!(
        matches!(error, InvokeError::Crashed { status: Some(status), .. } if status.code() == Some(3)),
        "{error:?}"
    );

    stack.invoke(json!({"do": "describe"})).await.unwrap();
    stack.lambdas.kill(stack.last_started());
    assert_eq!(
        stack.invoke(json!({"do": "describe"})).await.unwrap()["served"],
        1,
        "a killed warm process is not used"
    );

    let (busy, ()) = tokio::join!(stack.invoke(json!({"do": "wait", "ms": 60_000})), async {
        // Queued behind the first, so that the kill comes while it waits.
        let other = stack.invoke(json!({"do": "wait", "ms": 300})).await;
        assert!(other.is_ok(), "{other:?}");
        let mut numbers = stack.started.lock().unwrap().clone();
        numbers.sort_unstable();
        for number in numbers {
            stack.lambdas.kill(number);
        }
    });
    assert!(matches!(busy, Err(InvokeError::Crashed { .. })), "{busy:?}");
    assert_eq!(
        stack.invoke(json!({"do": "describe"})).await.unwrap()["served"],
        1
    );
    stack.lambdas.shut_down().await;
}

#[tokio::test]
async fn a_failed_start_is_told_in_the_processs_own_words() {
    let stack = stack();
    let error = stack
        .lambdas
        .invoke("Refuses", json!({}))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, InvokeError::Start { message, .. } if message.contains("TABLE is not set")),
        "{error:?}"
    );
    let error = stack
        .lambdas
        .invoke("Missing", json!({}))
        .await
        .unwrap_err();
    assert!(matches!(error, InvokeError::Start { .. }), "{error:?}");
    let error = stack.lambdas.invoke("Nobody", json!({})).await.unwrap_err();
    assert!(matches!(error, InvokeError::Unknown { .. }), "{error:?}");
}

#[tokio::test]
async fn after_the_end_nothing_is_started() {
    let stack = stack();
    stack.invoke(json!({"do": "describe"})).await.unwrap();
    stack.lambdas.shut_down().await;
    let error = stack.invoke(json!({"do": "describe"})).await.unwrap_err();
    assert!(matches!(error, InvokeError::ShuttingDown), "{error:?}");
    let log = std::fs::read_dir(stack.dir.path())
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    assert!(log.into_iter().any(|name| name == "Probe.log"));
}
