//! Figures for `CloudWatch`, in its embedded metric format: one line of JSON on standard output at the end of each run, which becomes metrics without
//! a call. Source: Amazon `CloudWatch` User Guide, "Specification: Embedded metric format".
//!
//! Like the log, it is one for the whole process: a process of Lambda has one run at a time. What is counted, under which names, is
//! `face_login_domain::figures`'; a line holds these names, numbers, the time, and the function's name.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use face_login_domain::{
    figures::{Figure, Time},
    time::Timestamp,
};
use serde_json::{Map, Value, json};

const NAMESPACE: &str = "FaceLogin";
/// Values of one metric in a line, and metrics in a line: the format's own limits. Further ones are not told.
const MOST: usize = 100;

static SHEET: Mutex<Sheet> = Mutex::new(Sheet::new());
static FUNCTION: OnceLock<String> = OnceLock::new();

/// Something happened.
pub fn count(figure: Figure) {
    add(figure, 1);
}

/// Something happened so often. Nothing is told of what did not happen, but for counts that are worth a zero.
pub fn add(figure: Figure, times: u64) {
    sheet().add(figure, times);
}

/// A service was waited for.
pub fn waited(service: Time, from: Instant, to: Instant) {
    sheet().waited(service, from, to);
}

/// Does the work of one run, and tells its figures (and its trace, if somebody asked for one) afterwards.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that measures how long runs take"
)]
pub fn told<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    // Boxed, because what waits for several services is large.
    let work = Box::pin(work);
    async move {
        // What a run left that was killed belongs to nobody.
        sheet().clear();
        let from = Instant::now();
        let done = work.await;
        let (to, now) = (Instant::now(), crate::now());
        crate::traces::send(&sheet().waits, (to, now), crate::variable);
        let function = FUNCTION.get().map_or("", String::as_str);
        let line = sheet().line(function, (from, to), now.into());
        // What can't be written is lost: a figure is never a reason to fail.
        let _ = writeln!(std::io::stdout(), "{line}");
        done
    }
}

/// Whose figures they are.
pub(crate) fn of_function(name: String) {
    // The first name stays: a process is one function.
    let _ = FUNCTION.set(name);
}

fn sheet() -> MutexGuard<'static, Sheet> {
    SHEET.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What one run has to tell.
#[derive(Debug, Default)]
struct Sheet {
    counts: BTreeMap<Cow<'static, str>, u64>,
    waits: Vec<(Time, Instant, Instant)>,
}

impl Sheet {
    const fn new() -> Self {
        Self {
            counts: BTreeMap::new(),
            waits: Vec::new(),
        }
    }

    fn clear(&mut self) {
        *self = Self::new();
    }

    fn add(&mut self, figure: Figure, times: u64) {
        for name in figure.names() {
            *self.counts.entry(name).or_default() += times;
        }
    }

    fn waited(&mut self, service: Time, from: Instant, to: Instant) {
        self.waits.push((service, from, to));
    }

    /// The line of a run that took this long, and an empty sheet.
    fn line(&mut self, function: &str, run: (Instant, Instant), now: Timestamp) -> Value {
        let sheet = std::mem::take(self);
        let mut values: BTreeMap<Cow<'static, str>, (&str, Value)> = BTreeMap::new();
        let whole = millis(run.0, run.1);
        let own = (whole - sheet.waiting()).max(0.0);
        for (time, value) in [(Time::Whole, whole), (Time::Own, own)] {
            let told = ("Milliseconds", json!(rounded(value)));
            values.insert(Cow::Borrowed(time.as_str()), told);
        }
        let mut times: BTreeMap<Time, Vec<f64>> = BTreeMap::new();
        for (service, from, to) in &sheet.waits {
            let times = times.entry(*service).or_default();
            if times.len() < MOST {
                times.push(rounded(millis(*from, *to)));
            }
        }
        for (service, times) in times {
            values.insert(
                Cow::Borrowed(service.as_str()),
                ("Milliseconds", json!(times)),
            );
        }
        for (name, count) in sheet.counts {
            if values.len() < MOST {
                values.insert(name, ("Count", json!(count)));
            }
        }
        written(function, values, now)
    }

    /// Milliseconds in which any service was waited for: calls that overlap count once.
    fn waiting(&self) -> f64 {
        let mut spans: Vec<(Instant, Instant)> = self
            .waits
            .iter()
            .map(|(_, from, to)| (*from, *to))
            .collect();
        spans.sort();
        let mut sum = 0.0;
        let mut end: Option<Instant> = None;
        for (from, to) in spans {
            let from = end.map_or(from, |end| from.max(end));
            if from < to {
                sum += millis(from, to);
                end = Some(to);
            }
        }
        sum
    }
}

fn written(
    function: &str,
    values: BTreeMap<Cow<'static, str>, (&str, Value)>,
    now: Timestamp,
) -> Value {
    let metrics: Vec<Value> = values
        .iter()
        .map(|(name, (unit, _))| json!({"Name": name, "Unit": unit}))
        .collect();
    let directive =
        json!({"Namespace": NAMESPACE, "Dimensions": [["Function"]], "Metrics": metrics});
    let mut line = Map::new();
    line.insert(
        "_aws".to_owned(),
        json!({"Timestamp": now.millis(), "CloudWatchMetrics": [directive]}),
    );
    line.insert("Function".to_owned(), Value::from(function));
    line.extend(
        values
            .into_iter()
            .map(|(name, (_, value))| (name.into_owned(), value)),
    );
    Value::Object(line)
}

fn millis(from: Instant, to: Instant) -> f64 {
    to.saturating_duration_since(from).as_secs_f64() * 1000.0
}

/// To hundredths.
fn rounded(millis: f64) -> f64 {
    (millis * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use face_login_domain::{figures::Step, words::Reason};

    use super::*;

    #[expect(clippy::disallowed_methods, reason = "any instant will do")]
    fn start() -> Instant {
        Instant::now()
    }

    #[test]
    fn a_line_names_its_metrics_with_units_and_holds_their_values() {
        let (from, at) = (start(), Duration::from_millis);
        let mut sheet = Sheet::new();
        sheet.add(Figure::Ambiguous, 1);
        sheet.add(Figure::Refused(Step::SignIn, Reason::Blurred), 1);
        sheet.add(Figure::Refused(Step::SignIn, Reason::NoFace), 1);
        sheet.waited(Time::Rekognition, from + at(10), from + at(40));
        sheet.waited(Time::Rekognition, from + at(20), from + at(60));
        sheet.waited(Time::DynamoDb, from + at(70), from + at(80));
        let line = sheet.line("verify", (from, from + at(100)), Timestamp::from_millis(5));
        let metric = |name: &str, unit: &str| json!({"Name": name, "Unit": unit});
        assert_eq!(
            line,
            json!({
                "_aws": {"Timestamp": 5, "CloudWatchMetrics": [{
                    "Namespace": "FaceLogin",
                    "Dimensions": [["Function"]],
                    "Metrics": [
                        metric("Ambiguous", "Count"),
                        metric("DynamoDbTime", "Milliseconds"),
                        metric("OwnTime", "Milliseconds"),
                        metric("RekognitionTime", "Milliseconds"),
                        metric("RunTime", "Milliseconds"),
                        metric("SignInsRefused", "Count"),
                        metric("SignInsRefused.BLURRED", "Count"),
                        metric("SignInsRefused.NO_FACE", "Count"),
                    ],
                }]},
                "Function": "verify", "Ambiguous": 1, "DynamoDbTime": [10.0], "OwnTime": 40.0, "RekognitionTime": [30.0, 40.0],
                "RunTime": 100.0, "SignInsRefused": 2, "SignInsRefused.BLURRED": 1, "SignInsRefused.NO_FACE": 1,
            })
        );
        assert!(
            sheet.counts.is_empty() && sheet.waits.is_empty(),
            "told once"
        );
    }

    #[test]
    fn a_line_keeps_within_the_limits_of_the_format() {
        let from = start();
        let mut sheet = Sheet::new();
        for step in Step::ALL {
            for reason in Reason::ALL {
                sheet.add(Figure::Refused(*step, *reason), 1);
            }
        }
        for call in 0..5_000 {
            let at = from + Duration::from_millis(call);
            sheet.waited(Time::DynamoDb, at, at);
        }
        let line = sheet.line("f", (from, from), Timestamp::from_millis(1));
        let metrics = line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
            .as_array()
            .unwrap();
        assert!(metrics.len() <= 100, "{}", metrics.len());
        assert!(
            metrics
                .iter()
                .all(|metric| !line[metric["Name"].as_str().unwrap()].is_null())
        );
        assert_eq!(line["DynamoDbTime"].as_array().unwrap().len(), 100);
        assert!(line.to_string().len() < 256 * 1024);
    }
}
