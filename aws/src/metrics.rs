//! Figures for `CloudWatch`, in its embedded metric format: one line of JSON on standard output, which becomes metrics without a call.
//!
//! Names are fixed and values are counts, so that a line holds nothing of anybody. Namespace `FaceLogin`, one dimension: the function.

use std::io::Write as _;

use face_login_domain::time::Timestamp;
use serde_json::{Map, Value, json};

use crate::settings::Settings;

const NAMESPACE: &str = "FaceLogin";

/// The figures of one function.
#[derive(Clone, Debug)]
pub struct Metrics {
    function: String,
}

impl Metrics {
    /// Of the function that Lambda names in `AWS_LAMBDA_FUNCTION_NAME`.
    pub fn read<F: Fn(&str) -> Option<String>>(settings: &Settings<F>) -> Self {
        let function = settings.optional_text("AWS_LAMBDA_FUNCTION_NAME");
        Self {
            function: function.unwrap_or_default(),
        }
    }

    /// Tells counts. What can't be written is lost: a figure is never a reason to fail.
    pub fn count(&self, counts: &[(&str, u64)], now: Timestamp) {
        let line = self.line(counts, now);
        let _ = writeln!(std::io::stdout(), "{line}");
    }

    fn line(&self, counts: &[(&str, u64)], now: Timestamp) -> Value {
        let metrics: Vec<Value> = counts
            .iter()
            .map(|(name, _)| json!({"Name": name, "Unit": "Count"}))
            .collect();
        let directive =
            json!({"Namespace": NAMESPACE, "Dimensions": [["Function"]], "Metrics": metrics});
        let mut line = Map::new();
        line.insert(
            "_aws".to_owned(),
            json!({"Timestamp": now.millis(), "CloudWatchMetrics": [directive]}),
        );
        line.insert("Function".to_owned(), Value::from(self.function.as_str()));
        let values = counts.iter();
        line.extend(values.map(|(name, count)| ((*name).to_owned(), Value::from(*count))));
        Value::Object(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_its_metrics_and_holds_their_values() {
        let metrics = Metrics::read(&Settings::new(|name| {
            (name == "AWS_LAMBDA_FUNCTION_NAME").then(|| "verify".to_owned())
        }));
        let line = metrics.line(&[("Ambiguous", 1), ("Other", 2)], Timestamp::from_millis(5));
        let want = json!({
            "_aws": {"Timestamp": 5, "CloudWatchMetrics": [{
                "Namespace": "FaceLogin",
                "Dimensions": [["Function"]],
                "Metrics": [{"Name": "Ambiguous", "Unit": "Count"}, {"Name": "Other", "Unit": "Count"}],
            }]},
            "Function": "verify", "Ambiguous": 1, "Other": 2,
        });
        assert_eq!(line, want);
    }
}
