//! Lines of logs, and what is made of them.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};

use super::Metrics;

fn line() -> Value {
    json!({
        "_aws": {"Timestamp": 120_000, "CloudWatchMetrics": [{"Namespace": "FaceLogin", "Dimensions": [["Function"]], "Metrics": [
            {"Name": "SignInsRefused", "Unit": "Count"}, {"Name": "SignInsRefused.NO_FACE", "Unit": "Count"},
            {"Name": "RekognitionTime", "Unit": "Milliseconds"}, {"Name": "Likeness.99.5", "Unit": "Count"}]}]},
        "Function": "verify", "SignInsRefused": 2, "SignInsRefused.NO_FACE": 2, "RekognitionTime": [100.0, 300.0], "Likeness.99.5": 1,
    })
}

struct Logs(tempfile::TempDir);

impl Logs {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, text: &str) {
        let path = self.0.path().join("VerifyFunction.log");
        let file = OpenOptions::new().create(true).append(true).open(path);
        file.unwrap().write_all(text.as_bytes()).unwrap();
    }

    fn metrics(&self) -> Metrics {
        Metrics::of(self.0.path().to_owned())
    }
}

#[test]
fn what_the_functions_count_is_summed_up_for_prometheus() {
    let logs = Logs::new();
    let metrics = logs.metrics();
    logs.write("{\"level\":\"INFO\"}\nno json\n");
    logs.write(&format!("{}\n", line()));
    let half = format!("{}\n", line());
    logs.write(&half[..40]);
    let text = metrics.prometheus().unwrap();
    for wanted in [
        "# TYPE face_login_sign_ins_refused_total counter\nface_login_sign_ins_refused_total{function=\"VerifyFunction\"} 2\n",
        "face_login_sign_ins_refused_no_face_total{function=\"VerifyFunction\"} 2\n",
        "face_login_likeness_99_5_total{function=\"VerifyFunction\"} 1\n",
        "# TYPE face_login_rekognition_time_seconds summary\n",
        "face_login_rekognition_time_seconds{function=\"VerifyFunction\",quantile=\"0.99\"} 0.3\n",
        "face_login_rekognition_time_seconds_sum{function=\"VerifyFunction\"} 0.4\n",
        "face_login_local_broken_lines 0\n",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
    logs.write(&half[40..]);
    assert!(
        metrics
            .prometheus()
            .unwrap()
            .contains("refused_total{function=\"VerifyFunction\"} 4\n")
    );
    // A stack that is started again goes on.
    assert!(
        logs.metrics()
            .prometheus()
            .unwrap()
            .contains("refused_total{function=\"VerifyFunction\"} 4\n")
    );
}

#[test]
fn the_page_plots_without_asking_anybody() {
    let logs = Logs::new();
    logs.write(&format!("{}\n", line()));
    let page = logs
        .metrics()
        .page(UNIX_EPOCH + Duration::from_mins(3))
        .unwrap();
    assert!(
        page.contains("<polyline") && page.contains("SignInsRefused.NO_FACE"),
        "{page}"
    );
    for foreign in ["http://", "https://", "<script", "src=", "@import"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
}

#[test]
fn a_line_that_cloudwatch_would_drop_is_told() {
    for (pointer, value, problem) in [
        ("/_aws/Timestamp", json!("now"), "Timestamp"),
        (
            "/_aws/CloudWatchMetrics/0/Namespace",
            json!(""),
            "Namespace",
        ),
        (
            "/_aws/CloudWatchMetrics/0/Metrics/0/Unit",
            json!("Pieces"),
            "Pieces",
        ),
        ("/SignInsRefused", json!("many"), "SignInsRefused"),
        ("/SignInsRefused", json!(vec![1; 101]), "SignInsRefused"),
        ("/Function", json!(""), "Function"),
    ] {
        let logs = Logs::new();
        let mut line = line();
        *line.pointer_mut(pointer).unwrap() = value;
        logs.write(&format!("{line}\n"));
        let metrics = logs.metrics();
        assert!(
            metrics.prometheus().unwrap().ends_with("broken_lines 1\n"),
            "{pointer}"
        );
        assert!(
            metrics.page(UNIX_EPOCH).unwrap().contains(problem),
            "{pointer}"
        );
    }
}
