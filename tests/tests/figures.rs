//! The figures that functions tell: what happened is counted, by fixed names, in lines that `CloudWatch` takes, without telling on anybody.

use std::collections::BTreeMap;

use face_login_acceptance::{
    challenge::Step,
    faces::{self, Person},
    http::Http,
    launch::Launch,
    stack::Stack,
    visitor::Visitor,
};

/// Sums of what was counted so far, by name, over all functions.
async fn figures(visitor: &Visitor) -> BTreeMap<String, f64> {
    let address = format!("{}/metrics/prometheus", visitor.ready.local);
    let text = Http::default().get(&address).await.text();
    let mut sums = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (series, value) = line.rsplit_once(' ').expect("a series and its value");
        let name = series.split('{').next().unwrap_or_default();
        *sums.entry(name.to_owned()).or_default() += value.parse::<f64>().expect("a number");
    }
    sums
}

async fn ends_with(visitor: &Visitor, name: &str, photo: &[u8]) -> Option<String> {
    let round = visitor.begin_sign_in(name).await;
    match visitor.show(round, photo).await.ok()? {
        Step::Round(round) => Some(round.reason().to_owned()),
        Step::Tokens(_) => None,
    }
}

#[tokio::test]
async fn what_happens_is_counted_once_and_every_line_is_well_formed() {
    let stack = Stack::start(&Launch::default());
    let visitor = Visitor::of(stack.ready()).await;
    let account = visitor.enrolled(Person::Ada).await;
    visitor.sign_in(&account.email, &Person::Ada.selfie()).await;
    for (name, photo, reason) in [
        (
            account.email.as_str(),
            Person::Bea.selfie(),
            "NOT_RECOGNISED",
        ),
        (
            "nobody-at-all@example.com",
            Person::Bea.selfie(),
            "NOT_RECOGNISED",
        ),
        (account.email.as_str(), faces::nobody(), "NO_FACE"),
    ] {
        let ended = ends_with(&visitor, name, &photo).await;
        assert_eq!(ended.as_deref(), Some(reason));
    }
    let counted = figures(&visitor).await;
    let of = |name: &str| counted.get(name).copied().unwrap_or_default();
    for (name, times) in [
        ("face_login_mailboxes_confirmed_total", 1.0),
        ("face_login_sign_ups_admitted_total", 1.0),
        ("face_login_enrolments_begun_total", 1.0),
        ("face_login_enrolments_approved_total", 1.0),
        ("face_login_faces_indexed_total", 1.0),
        ("face_login_sign_ins_begun_total", 4.0),
        ("face_login_sign_ins_approved_total", 1.0),
        ("face_login_sign_ins_refused_total", 3.0),
        ("face_login_sign_ins_refused_not_recognised_total", 2.0),
        ("face_login_sign_ins_refused_no_face_total", 1.0),
        ("face_login_sessions_begun_total", 5.0),
        ("face_login_sessions_approved_total", 2.0),
        ("face_login_tokens_made_total", 2.0),
        ("face_login_lockouts_total", 0.0),
        ("face_login_local_broken_lines", 0.0),
    ] {
        assert!(
            (of(name) - times).abs() < 0.5,
            "{name} is {}, not {times}: {counted:#?}",
            of(name)
        );
    }
    assert!(
        1.0 <= of("face_login_likeness_none_total"),
        "strangers are like nobody: {counted:#?}"
    );
    for time in ["rekognition", "dynamo_db", "own", "run"] {
        let name = format!("face_login_{time}_time_seconds_sum");
        assert!(0.0 < of(&name), "{name}: {counted:#?}");
    }
    assert!(of("face_login_own_time_seconds_sum") < of("face_login_run_time_seconds_sum"));
    what_is_told_names_nobody(&stack, &visitor, &account.email).await;
}

/// The page, the text and the lines themselves.
async fn what_is_told_names_nobody(stack: &Stack, visitor: &Visitor, email: &str) {
    let http = Http::default();
    let page = http
        .get(&format!("{}/metrics/", visitor.ready.local))
        .await
        .text();
    assert!(
        page.contains("<polyline") && page.contains("SignInsRefused.NO_FACE"),
        "{page}"
    );
    for foreign in ["://", "<script", " src=", "@import"] {
        assert!(!page.contains(foreign), "the page holds {foreign}");
    }
    let logs = std::fs::read_dir(stack.folder().join("data/logs")).expect("the functions' logs");
    let mut lines = 0;
    for log in logs
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.is_file())
    {
        let text = std::fs::read_to_string(log).expect("a log");
        for line in text.lines().filter(|line| line.contains("\"_aws\"")) {
            lines += 1;
            let line: serde_json::Value = serde_json::from_str(line).expect("one line of JSON");
            let members = line.as_object().expect("an object");
            for (name, value) in members.iter().filter(|(name, _)| *name != "_aws") {
                let is_number = value.is_number()
                    || value
                        .as_array()
                        .is_some_and(|list| list.iter().all(serde_json::Value::is_number));
                assert!(is_number || name == "Function", "{name} is {value}");
            }
            assert!(!line.to_string().contains(email));
        }
    }
    assert!(10 < lines, "{lines} lines");
}
