use serde_json::json;

use super::*;

fn content_of(body: &Value) -> Content {
    let event = json!({"Records": [{"messageId": "m", "body": body}]});
    messages(&event, "documents").unwrap().remove(0).content
}

fn record(name: &str, bucket: &str, key: &str) -> Value {
    json!({"eventName": name, "s3": {"bucket": {"name": bucket}, "object": {"key": key, "eTag": null}}, "glacierEventData": null})
}

#[test]
fn a_batch_as_lambda_sends_it() {
    let event: Value = serde_json::from_str(include_str!("../../fixtures/sqs-batch.json")).unwrap();
    let contents: Vec<_> = messages(&event, "documents")
        .unwrap()
        .into_iter()
        .map(|message| message.content)
        .collect();
    let keys = |keys: &[&str]| Content::Keys(keys.iter().map(|key| (*key).to_owned()).collect());
    assert_eq!(
        contents,
        [
            keys(&["documents/AQEBAQEBAQEBAQEBAQEBAQ"]),
            keys(&[]),
            keys(&["documents/with a space+plusä"])
        ]
    );
}

#[test]
fn bodies() {
    let created = record("ObjectCreated:Post", "documents", "documents/a");
    let keys = |keys: &[&str]| Content::Keys(keys.iter().map(|key| (*key).to_owned()).collect());
    for (name, body, want) in [
        ("one", json!({"Records": [created]}), keys(&["documents/a"])),
        (
            "two in one message",
            json!({"Records": [created, record("s3:ObjectCreated:Put", "documents", "documents/b")]}),
            keys(&["documents/a", "documents/b"]),
        ),
        ("none", json!({"Records": []}), keys(&[])),
        (
            "another bucket",
            json!({"Records": [record("ObjectCreated:Put", "other", "documents/a")]}),
            keys(&[]),
        ),
        (
            "not an upload",
            json!({"Records": [record("ObjectRemoved:Delete", "documents", "documents/a")]}),
            keys(&[]),
        ),
        (
            "test event",
            json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Records": null}),
            keys(&[]),
        ),
        (
            "another event",
            json!({"Event": "s3:Other"}),
            Content::Unreadable,
        ),
        (
            "half a record",
            json!({"Records": [created, {"eventName": "ObjectCreated:Put", "s3": {"bucket": null}}]}),
            Content::Unreadable,
        ),
        (
            "bytes that are no text",
            json!({"Records": [record("ObjectCreated:Put", "documents", "documents/%FF")]}),
            Content::Unreadable,
        ),
        ("a list", json!([]), Content::Unreadable),
    ] {
        assert_eq!(content_of(&body.to_string().into()), want, "{name}");
    }
    assert_eq!(content_of(&Value::Null), Content::Unreadable, "no body");
    assert_eq!(
        content_of(&"not JSON".into()),
        Content::Unreadable,
        "no JSON"
    );
}

#[test]
fn events_whose_messages_have_no_names_are_refused_whole() {
    for event in [
        json!(null),
        json!({}),
        json!({"Records": null}),
        json!({"Records": [{"body": "{}"}]}),
        json!({"Records": [{"messageId": null}]}),
    ] {
        assert_eq!(messages(&event, "documents"), Err(BadEvent), "{event}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..proptest::test_runner::Config::with_cases(512) })]

    /// A key is a hint: any text is one, however S3 writes it, and only from our own bucket.
    #[test]
    fn keys_come_back_and_only_from_the_own_bucket(key in "[ -~é/+%]{1,40}", bucket in "(documents|other)", body in ".{0,80}") {
        let written = percent_encoding::utf8_percent_encode(&key, percent_encoding::NON_ALPHANUMERIC).to_string();
        let event = json!({"Records": [record("ObjectCreated:Post", &bucket, &written)]});
        let read = content_of(&json!(event.to_string()));
        let want = if bucket == "documents" { vec![key] } else { Vec::new() };
        proptest::prop_assert_eq!(read, Content::Keys(want));
        let _ = content(&body, "documents");
        let event = json!({"Records": [{"messageId": "1", "body": body}]});
        proptest::prop_assert_eq!(messages(&event, "documents").map(|all| all.len()), Ok(1));
    }
}
