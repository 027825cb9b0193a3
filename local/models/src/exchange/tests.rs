//! A made-up service with every kind of promise, and exchanges that keep or break each.

use std::fs;

use serde_json::{Value, json};

use super::{Answer, Exchange};
use crate::Models;

fn models() -> Models {
    let folder = tempfile::tempdir().unwrap();
    let model = json!({
        "metadata": {"protocol": "json", "jsonVersion": "1.1", "targetPrefix": "T"},
        "operations": {
            "Ask": {
                "http": {"method": "POST", "requestUri": "/"},
                "input": {"shape": "AskRequest"}, "output": {"shape": "AskResponse"},
                "errors": [{"shape": "Odd"}, {"shape": "Broken"}],
            },
            "Tell": {"http": {"method": "POST", "requestUri": "/"}},
        },
        "shapes": {
            "AskRequest": {"type": "structure", "required": ["Name"], "members": {"Name": {"shape": "Name"}, "Picture": {"shape": "Picture"}}},
            "AskResponse": {"type": "structure", "required": ["Names"], "members": {
                "Names": {"shape": "Names"}, "Colour": {"shape": "Colour"}, "Share": {"shape": "Share"}, "Count": {"shape": "Count"},
                "Done": {"shape": "Flag"}, "At": {"shape": "Moment"}, "Words": {"shape": "Words"}, "One": {"shape": "One"},
            }},
            "Name": {"type": "string", "min": 1, "max": 4, "pattern": "[a-z]*"},
            "Names": {"type": "list", "member": {"shape": "Name"}, "max": 2},
            "Picture": {"type": "blob", "min": 1, "max": 3},
            "Colour": {"type": "string", "enum": ["RED", "BLUE"]},
            "Share": {"type": "float", "min": 0, "max": 100},
            "Count": {"type": "integer", "min": 1},
            "Flag": {"type": "boolean"},
            "Moment": {"type": "timestamp"},
            "Words": {"type": "map", "key": {"shape": "Name"}, "value": {"shape": "Name"}},
            "One": {"type": "structure", "union": true, "members": {"A": {"shape": "Name"}, "B": {"shape": "Name"}}},
            "Odd": {"type": "structure", "exception": true, "members": {"Names": {"shape": "Names"}}},
            "Broken": {"type": "structure", "exception": true, "fault": true, "members": {}},
        },
    });
    for service in super::super::model::SERVICES {
        fs::write(
            folder.path().join(format!("{service}.json")),
            model.to_string(),
        )
        .unwrap();
    }
    Models::load(folder.path()).unwrap()
}

/// The breaches of `Ask`, each as one line.
fn breaches(status: u16, request: &Value, answer: &Value) -> Vec<String> {
    let (request, body) = (request.to_string(), answer.to_string());
    let error = answer["__type"].as_str().unwrap_or_default();
    let exchange = Exchange {
        service: "rekognition",
        operation: "Ask",
        request: request.as_bytes(),
        answer: Answer {
            status,
            content_type: "application/x-amz-json-1.1",
            request_id: "1",
            error_type: error,
            body: body.as_bytes(),
        },
    };
    models()
        .judge(&exchange)
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn an_answer_that_keeps_to_the_model_passes() {
    let answer = json!({
        "Names": ["ab"], "Colour": "RED", "Share": 12.5, "Count": 1, "Done": false, "At": 1.5, "Words": {"a": "b"}, "One": {"A": "x"},
    });
    assert_eq!(
        breaches(200, &json!({"Name": "a", "Picture": "AAAA"}), &answer),
        [""; 0]
    );
}

#[test]
fn every_promise_of_an_answer_is_checked() {
    for (answer, want) in [
        (json!({}), "Names is required and missing"),
        (json!({"Names": "ab"}), "Names is a text, not a List"),
        (
            json!({"Names": ["a", "b", "c"]}),
            "Names has more than 2 entries",
        ),
        (
            json!({"Names": ["abcde"]}),
            "Names[] has more than 4 characters",
        ),
        (
            json!({"Names": [""]}),
            "Names[] has fewer than 1 characters",
        ),
        (json!({"Names": ["A"]}), "Names[] does not match"),
        (
            json!({"Names": [], "Colour": "GREEN"}),
            "Colour is none of the 2 values",
        ),
        (
            json!({"Names": [], "Share": 101}),
            "Share has more than 100",
        ),
        (
            json!({"Names": [], "Share": "12"}),
            "Share is a text, not a Float",
        ),
        (json!({"Names": [], "Count": 0}), "Count has fewer than 1"),
        (
            json!({"Names": [], "Count": 1.5}),
            "Count is a number, not a Integer",
        ),
        (
            json!({"Names": [], "Done": "true"}),
            "Done is a text, not a Boolean",
        ),
        (
            json!({"Names": [], "At": "2026-01-01T00:00:00Z"}),
            "At is a text, not a Timestamp",
        ),
        (
            json!({"Names": [], "Words": {"a": 1}}),
            "Words{} is a number, not a String",
        ),
        (
            json!({"Names": [], "Words": {"secret": "a"}}),
            "Words{key} has more than 4",
        ),
        (
            json!({"Names": [], "One": {"A": "a", "B": "b"}}),
            "One is a union",
        ),
        (json!({"Names": [], "Colour": null}), "Colour is null"),
        (json!({"Names": [], "More": 1}), "More is not in the model"),
    ] {
        let found = breaches(200, &json!({"Name": "a"}), &answer);
        assert!(
            found.len() == 1 && found[0].contains(want),
            "{want}: {found:?}"
        );
        assert!(!found[0].contains("secret"), "no value is ever told");
    }
}

#[test]
fn a_request_that_breaks_the_model_must_be_refused() {
    let refusal = json!({"__type": "Odd", "message": "no"});
    for (request, want) in [
        (json!({}), "Name is required"),
        (json!({"Name": null}), "Name is required"),
        (
            json!({"Name": "a", "Other": 1}),
            "Other is not in the model",
        ),
        (
            json!({"Name": "a", "Picture": "AAAAAA=="}),
            "Picture has more than 3 bytes",
        ),
        (
            json!({"Name": "a", "Picture": "-"}),
            "Picture is not base64",
        ),
    ] {
        let found = breaches(200, &request, &json!({"Names": []}));
        assert!(
            found.len() == 1 && found[0].contains(want),
            "{want}: {found:?}"
        );
        assert_eq!(breaches(400, &request, &refusal), [""; 0], "{request}");
    }
}

#[test]
fn errors_are_those_of_the_operation_under_their_status() {
    let odd = json!({"__type": "Odd", "message": "no", "Names": ["a"]});
    assert_eq!(breaches(400, &json!({}), &odd), [""; 0]);
    let common = json!({"__type": "SerializationException", "Message": "no"});
    assert_eq!(breaches(400, &json!({}), &common), [""; 0]);
    for (status, answer, want) in [
        (
            500,
            json!({"__type": "Odd", "message": "no"}),
            "has Odd with the status 500, not 400",
        ),
        (
            400,
            json!({"__type": "Broken", "message": "no"}),
            "has Broken with the status 400, not 500",
        ),
        (
            400,
            json!({"__type": "Other", "message": "no"}),
            "has Other, which the operation does not declare",
        ),
        (400, json!({"message": "no"}), "names no error"),
        (400, json!({"__type": "Odd"}), "has no message"),
        (
            400,
            json!({"__type": "Odd", "message": "no", "Names": [1]}),
            "Names[] is a number",
        ),
        (
            400,
            json!({"__type": "Odd", "message": "no", "More": 1}),
            "More is not in the model",
        ),
    ] {
        let found = breaches(status, &json!({}), &answer);
        assert!(
            found.len() == 1 && found[0].contains(want),
            "{want}: {found:?}"
        );
    }
}
