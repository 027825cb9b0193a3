//! One line in the embedded metric format, held against the format's rules: what `CloudWatch` would silently drop is told here.
//! Source: Amazon `CloudWatch` User Guide, "Specification: Embedded metric format".

use serde_json::Value;

/// A line that keeps to the format.
#[derive(Debug, PartialEq)]
pub(super) struct Line {
    /// Milliseconds since 1970.
    pub(super) at: i64,
    pub(super) metrics: Vec<Metric>,
}

/// One metric of a line.
#[derive(Debug, PartialEq)]
pub(super) struct Metric {
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) values: Vec<f64>,
}

/// Units that the product has any use for; the service knows more.
const UNITS: [&str; 2] = ["Count", "Milliseconds"];
/// The service takes events up to 1 MB; a line of the log of a function is cut at 256 KB.
const MAX_BYTES: usize = 256 * 1024;
const MAX_METRICS: usize = 100;
const MAX_VALUES: usize = 100;

impl Line {
    pub(super) fn read(line: &Value, bytes: usize) -> Result<Self, String> {
        let refuse = |problem: &str| Err(problem.to_owned());
        if bytes > MAX_BYTES {
            return refuse("longer than 256 KB");
        }
        let Some(at) = line["_aws"]["Timestamp"].as_i64() else {
            return refuse("_aws.Timestamp is no number");
        };
        let directives = line["_aws"]["CloudWatchMetrics"].as_array();
        let Some([directive]) = directives.map(Vec::as_slice) else {
            return refuse("_aws.CloudWatchMetrics holds not one directive");
        };
        if directive["Namespace"].as_str().is_none_or(str::is_empty) {
            return refuse("no Namespace");
        }
        for dimension in directive["Dimensions"]
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(names)
        {
            if line[dimension].as_str().is_none_or(str::is_empty) {
                return Err(format!("the dimension {dimension} has no value"));
            }
        }
        let Some(declared) = directive["Metrics"]
            .as_array()
            .filter(|list| list.len() <= MAX_METRICS)
        else {
            return refuse("more than 100 metrics, or none");
        };
        let metrics: Result<Vec<Metric>, String> =
            declared.iter().map(|metric| read(line, metric)).collect();
        Ok(Self {
            at,
            metrics: metrics?,
        })
    }
}

fn names(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

fn read(line: &Value, metric: &Value) -> Result<Metric, String> {
    let name = metric["Name"].as_str().unwrap_or_default();
    let unit = metric["Unit"].as_str().unwrap_or("None");
    if name.is_empty() || !UNITS.contains(&unit) {
        return Err(format!("{name} has the unit {unit}"));
    }
    let values = match &line[name] {
        Value::Array(values) if values.len() <= MAX_VALUES => {
            values.iter().map(Value::as_f64).collect()
        }
        one => one.as_f64().map(|value| vec![value]),
    };
    match values {
        Some(values) if !values.is_empty() => Ok(Metric {
            name: name.to_owned(),
            unit: unit.to_owned(),
            values,
        }),
        _ => Err(format!("{name} has no numbers, or more than 100")),
    }
}
