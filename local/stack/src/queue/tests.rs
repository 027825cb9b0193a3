//! Delivery, redelivery, dead letters, partial batches.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tokio::sync::watch;

use super::config::DeadLetters;
use super::event::done;
use super::mapping::Failures;
use super::poller::Failed;
use super::{Mapping, Message, Polled, Poller, Queue, Queues};

fn queue() -> Queue {
    Queue {
        name: "work".to_owned(),
        arn: "arn:aws:sqs:us-east-1:123456789012:work".to_owned(),
        visibility: Duration::from_secs(30),
        retention: Duration::from_hours(1),
        dead_letters: Some(DeadLetters {
            queue: "dead".to_owned(),
            after: 2,
        }),
        policy: Vec::new(),
    }
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds)
}

fn receive(queues: &Queues, seconds: u64) -> Vec<Message> {
    let mut next = 0;
    let receipt = || {
        next += 1;
        format!("receipt {seconds}.{next}")
    };
    queues.receive(&queue(), 10, receipt, at(seconds)).unwrap()
}

#[test]
fn a_message_hides_comes_again_and_ends_among_the_dead_letters() {
    let dir = tempfile::tempdir().unwrap();
    let queues = Queues::open(dir.path()).unwrap();
    queues.send("work", "m1", "body", at(0)).unwrap();
    let first = receive(&queues, 1);
    assert_eq!((first[0].body.as_str(), first[0].received), ("body", 1));
    assert_eq!(receive(&queues, 30).len(), 0, "hidden");
    let second = receive(&queues, 31);
    assert_eq!(
        (second[0].received, second[0].first_received),
        (2, first[0].first_received),
        "counted from the first delivery"
    );
    queues.delete(&first[0].receipt).unwrap();
    assert_eq!(
        queues.depth("work", at(32)).unwrap(),
        (0, 1),
        "an old receipt deletes nothing"
    );
    assert_eq!(
        receive(&queues, 62).len(),
        0,
        "delivered twice, that is enough"
    );
    assert_eq!(queues.depth("dead", at(62)).unwrap(), (1, 0));
    assert_eq!(queues.depth("work", at(62)).unwrap(), (0, 0));
}

#[test]
fn a_message_in_flight_when_the_stack_ended_comes_again_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let queues = Queues::open(dir.path()).unwrap();
    queues.send("work", "m1", "body", at(0)).unwrap();
    assert_eq!(receive(&queues, 1).len(), 1);
    drop(queues);
    let again = receive(&Queues::open(dir.path()).unwrap(), 2);
    assert_eq!((again[0].body.as_str(), again[0].received), ("body", 2));
}

#[test]
fn deleted_and_too_old_messages_are_gone() {
    let dir = tempfile::tempdir().unwrap();
    let queues = Queues::open(dir.path()).unwrap();
    queues.send("work", "m1", "a", at(0)).unwrap();
    queues.delete(&receive(&queues, 0)[0].receipt).unwrap();
    assert_eq!(receive(&queues, 100).len(), 0);
    queues.send("work", "m2", "b", at(100)).unwrap();
    assert_eq!(receive(&queues, 100 + 3600).len(), 0);
}

#[test]
fn what_an_answer_leaves_undone() {
    let message = |id: &str| Message {
        id: id.to_owned(),
        receipt: String::new(),
        body: String::new(),
        sent: 0,
        first_received: 0,
        received: 1,
    };
    let batch = [message("a"), message("b")];
    for (name, answer, failures, want) in [
        (
            "nothing said",
            json!(null),
            Failures::Reported,
            vec!["a", "b"],
        ),
        (
            "no failures",
            json!({"batchItemFailures": []}),
            Failures::Reported,
            vec!["a", "b"],
        ),
        (
            "one failed",
            json!({"batchItemFailures": [{"itemIdentifier": "a"}]}),
            Failures::Reported,
            vec!["b"],
        ),
        (
            "an unknown one",
            json!({"batchItemFailures": [{"itemIdentifier": "x"}]}),
            Failures::Reported,
            vec![],
        ),
        (
            "an empty id",
            json!({"batchItemFailures": [{"itemIdentifier": ""}]}),
            Failures::Reported,
            vec![],
        ),
        (
            "no list",
            json!({"batchItemFailures": "a"}),
            Failures::Reported,
            vec![],
        ),
        (
            "failures not asked for",
            json!({"batchItemFailures": [{"itemIdentifier": "a"}]}),
            Failures::WholeBatch,
            vec!["a", "b"],
        ),
    ] {
        let got: Vec<&str> = done(&answer, failures, &batch)
            .iter()
            .map(|message| message.id.as_str())
            .collect();
        assert_eq!(got, want, "{name}");
    }
}

/// Runs a poller on the real clock until the function has been called `calls` times.
async fn poll(
    answers: Vec<Result<Value, Failed>>,
    lose_first_deletion: usize,
    visibility: Duration,
) -> (Vec<Value>, Arc<Queues>) {
    let dir = tempfile::tempdir().unwrap();
    let queues = Arc::new(Queues::open(dir.path()).unwrap());
    #[expect(clippy::disallowed_methods, reason = "the poller waits in real time")]
    let clock: face_login_local_gateway::Clock = Arc::new(SystemTime::now);
    let events = Arc::new(Mutex::new(Vec::new()));
    let (calls, mut called) = watch::channel(0);
    let (want, answers) = (answers.len(), Mutex::new(answers.into_iter()));
    let seen = Arc::clone(&events);
    let polled = Polled {
        queues: Arc::clone(&queues),
        queue: Queue {
            visibility,
            ..queue()
        },
        mapping: Mapping {
            queue_arn: String::new(),
            function: String::new(),
            batch_size: 5,
            failures: Failures::Reported,
        },
        invoke: Arc::new(move |event| {
            seen.lock().unwrap().push(event);
            let answer = answers.lock().unwrap().next().unwrap_or(Ok(Value::Null));
            calls.send_modify(|calls| *calls += 1);
            Box::pin(async move { answer })
        }),
        clock: Arc::clone(&clock),
        receipt: crate::random::uuid,
        is_lost: {
            let left = Mutex::new(lose_first_deletion);
            Arc::new(move |_| {
                let mut left = left.lock().unwrap();
                let lost = *left > 0;
                *left = left.saturating_sub(1);
                lost
            })
        },
    };
    let (stop, stopped) = watch::channel(());
    let running = tokio::spawn(Poller::new(polled).run(stopped));
    queues.send("work", "m1", "hello", clock()).unwrap();
    tokio::time::timeout(
        Duration::from_secs(10),
        called.wait_for(|calls| *calls >= want),
    )
    .await
    .unwrap()
    .unwrap();
    let emptied = async {
        while queues.depth("work", clock()).unwrap() != (0, 0) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), emptied)
        .await
        .unwrap();
    drop(stop);
    running.await.unwrap();
    let events = events.lock().unwrap().clone();
    (events, queues)
}

#[tokio::test]
async fn the_event_is_as_sqs_sends_it() {
    let (events, _) = poll(
        vec![Ok(json!({"batchItemFailures": []}))],
        0,
        Duration::from_secs(30),
    )
    .await;
    let record = &events[0]["Records"][0];
    for (pointer, want) in [
        ("/messageId", "m1"),
        ("/body", "hello"),
        ("/md5OfBody", "5d41402abc4b2a76b9719d911017c592"),
        ("/eventSource", "aws:sqs"),
        ("/eventSourceARN", "arn:aws:sqs:us-east-1:123456789012:work"),
        ("/awsRegion", "us-east-1"),
        ("/attributes/ApproximateReceiveCount", "1"),
    ] {
        assert_eq!(record.pointer(pointer), Some(&json!(want)), "{pointer}");
    }
}

#[tokio::test]
async fn a_failed_or_lost_batch_is_delivered_again() {
    let again =
        |events: &[Value]| events[1]["Records"][0]["attributes"]["ApproximateReceiveCount"] == "2";
    let (events, _) = poll(
        vec![Err(Failed), Ok(Value::Null)],
        0,
        Duration::from_millis(100),
    )
    .await;
    assert!(again(&events), "the function failed");
    let (events, _) = poll(
        vec![Ok(Value::Null), Ok(Value::Null)],
        1,
        Duration::from_millis(100),
    )
    .await;
    assert!(again(&events), "the deletion was lost");
}
