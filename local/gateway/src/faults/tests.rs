//! Which faults are taken, and which calls they befall.

use std::time::Duration;

use serde_json::{Value, json};

use super::{FaultError, FaultKind, Faults, Moment, Probe};

fn probe<'a>(operation: &'a str, caller: &'a str, path: &'a str, body: &'a str) -> Probe<'a> {
    Probe {
        service: "dynamodb",
        operation,
        caller,
        path,
        body: body.as_bytes(),
    }
}

#[test]
fn skip_and_times_choose_the_calls_and_are_counted() {
    let faults = Faults::default();
    faults.add(&json!({"service": "dynamodb", "operation": "PutItem", "kind": "throttle", "skip": 1, "times": 2})).unwrap();
    let befallen: Vec<bool> = (0..5)
        .map(|_| {
            faults
                .probe(&probe("PutItem", "admin", "/", "{}"))
                .is_some()
        })
        .collect();
    assert_eq!(befallen, [false, true, true, false, false]);
    assert_eq!(faults.list()[0]["seen"], 5);
    assert_eq!(faults.list()[0]["hits"], 2);
    faults.clear();
    assert_eq!(faults.list(), json!([]));
}

#[test]
fn a_fault_means_only_what_it_names() {
    let put = |extra: Value| {
        let mut fault = json!({"service": "dynamodb", "operation": "PutItem", "kind": "error500"});
        fault
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        fault
    };
    for (name, fault, want) in [
        ("the operation", put(json!({})), true),
        (
            "another operation",
            put(json!({"operation": "GetItem"})),
            false,
        ),
        ("all operations", put(json!({"operation": "*"})), true),
        ("another service", put(json!({"service": "s3"})), false),
        ("text of the body", put(json!({"match": "C#abc"})), true),
        ("text of the path", put(json!({"match": "selfies/"})), true),
        (
            "text that is not there",
            put(json!({"match": "C#abd"})),
            false,
        ),
        ("the caller", put(json!({"caller": "Verify"})), true),
        ("another caller", put(json!({"caller": "Create"})), false),
    ] {
        let faults = Faults::default();
        faults.add(&fault).unwrap();
        let befalls = faults.probe(&probe(
            "PutItem",
            "Verify",
            "/photos/selfies/x",
            r#"{"pk": "C#abc"}"#,
        ));
        assert_eq!(befalls, want.then_some(FaultKind::Error500), "{name}");
    }
}

#[test]
fn every_kind_is_read() {
    let after = Duration::from_millis(7);
    for (fault, want) in [
        (json!({"kind": "throttle"}), FaultKind::Throttle),
        (json!({"kind": "reset"}), FaultKind::Reset(Moment::After)),
        (
            json!({"kind": "reset", "when": "before"}),
            FaultKind::Reset(Moment::Before),
        ),
        (
            json!({"kind": "delay", "delayMs": 7}),
            FaultKind::Delay(after, Moment::Before),
        ),
        (
            json!({"kind": "delay", "delayMs": 7, "when": "after"}),
            FaultKind::Delay(after, Moment::After),
        ),
        (json!({"kind": "crash-before"}), FaultKind::CrashBefore),
        (json!({"kind": "crash-after"}), FaultKind::CrashAfter),
        (
            json!({"kind": "rewrite", "rewrite": {"/a": 1}}),
            FaultKind::Rewrite(vec![("/a".to_owned(), json!(1))]),
        ),
    ] {
        let faults = Faults::default();
        let mut full = json!({"service": "lambda", "operation": "verify"});
        full.as_object_mut()
            .unwrap()
            .extend(fault.as_object().unwrap().clone());
        faults.add(&full).unwrap();
        let befalls = faults.hit("lambda", "verify", "{}");
        assert_eq!(befalls, Some(want), "{fault}");
        assert_eq!(
            befalls.map(|kind| json!(kind.name())),
            fault.get("kind").cloned(),
            "{fault}"
        );
    }
}

#[test]
fn wrong_faults_are_refused_and_nothing_is_set() {
    let bad = |field, found: &str| FaultError::BadValue {
        field,
        found: found.to_owned(),
    };
    for (fault, want) in [
        (json!("throttle"), FaultError::NotAnObject),
        (
            json!({"operation": "PutItem", "kind": "throttle"}),
            FaultError::Missing { field: "service" },
        ),
        (
            json!({"service": "dynamodb", "kind": "throttle"}),
            FaultError::Missing { field: "operation" },
        ),
        (
            json!({"service": "dynamo", "operation": "PutItem", "kind": "throttle"}),
            bad("service", "dynamo"),
        ),
        (
            json!({"service": "s3", "operation": "*", "kind": "explode"}),
            bad("kind", "explode"),
        ),
        (
            json!({"service": "s3", "operation": "*", "kind": "delay"}),
            FaultError::Missing { field: "delayMs" },
        ),
        (
            json!({"service": "s3", "operation": "*", "kind": "delay", "delayMs": -1}),
            bad("delayMs", "-1"),
        ),
        (
            json!({"service": "s3", "operation": "*", "kind": "reset", "when": "later"}),
            bad("when", "later"),
        ),
        (
            json!({"service": "s3", "operation": "*", "kind": "rewrite"}),
            FaultError::Missing { field: "rewrite" },
        ),
        (
            json!({"service": "s3", "operation": "*", "kind": "rewrite", "rewrite": {"a": 1}}),
            bad("rewrite", r#"{"a":1}"#),
        ),
        (
            json!({"service": "s3", "operation": "*", "kind": "throttle", "time": 1}),
            FaultError::UnknownField {
                field: "time".to_owned(),
            },
        ),
    ] {
        let faults = Faults::default();
        let fine = json!({"service": "s3", "operation": "*", "kind": "throttle"});
        assert_eq!(
            faults.add(&json!([fine, fault])).unwrap_err(),
            want,
            "{fault}"
        );
        assert_eq!(faults.list(), json!([]), "{fault}");
    }
}
