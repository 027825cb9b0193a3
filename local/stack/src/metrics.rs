//! What `CloudWatch` would make of the functions' output: their lines in its embedded metric format, collected from the logs that are on disk anyway.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use serde_json::Value;

use crate::queue::millis;

mod emf;
mod page;
mod prometheus;

use emf::Line;

/// Values of one metric that are kept for its quantiles.
const KEPT: usize = 2_000;
/// Minutes that the plots show.
const MINUTES: i64 = 180;
const MINUTE: i64 = 60_000;

/// The figures of all functions since the stack was first started with its data.
pub(crate) struct Metrics {
    logs: PathBuf,
    known: Mutex<Known>,
}

/// What was read so far.
#[derive(Default)]
struct Known {
    /// How far each log was read.
    read: BTreeMap<PathBuf, u64>,
    series: BTreeMap<Name, Series>,
    /// Lines that say they are in the format and are not: function and problem.
    broken: Vec<(String, String)>,
}

/// A metric of one function, by its logical id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    metric: String,
    function: String,
}

/// What is known of one metric.
#[derive(Clone, Debug, Default)]
struct Series {
    unit: String,
    count: u64,
    sum: f64,
    /// The newest values.
    values: Vec<f64>,
    /// Sum and count by minute since 1970.
    minutes: BTreeMap<i64, (f64, u64)>,
}

impl Metrics {
    pub(crate) fn of(logs: PathBuf) -> Self {
        Self {
            logs,
            known: Mutex::default(),
        }
    }

    /// For people.
    pub(crate) fn page(&self, now: SystemTime) -> io::Result<String> {
        self.with_news(|known| page::written(known, millis(now) / MINUTE))
    }

    /// For programs, in Prometheus's text format.
    pub(crate) fn prometheus(&self) -> io::Result<String> {
        self.with_news(prometheus::written)
    }

    fn with_news<T>(&self, tell: impl FnOnce(&Known) -> T) -> io::Result<T> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in std::fs::read_dir(&self.logs)? {
            let path = entry?.path();
            if path.extension().is_some_and(|kind| kind == "log") {
                known.read_on(&path)?;
            }
        }
        Ok(tell(&known))
    }
}

impl Known {
    /// Whole lines only: the rest of one comes with the next look.
    fn read_on(&mut self, path: &Path) -> io::Result<()> {
        let function = path.file_stem().unwrap_or_default().to_string_lossy();
        let start = self.read.get(path).copied().unwrap_or(0);
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(start))?;
        let (mut reader, mut line, mut at) = (BufReader::new(file), Vec::new(), start);
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line)?;
            if line.last() != Some(&b'\n') {
                break;
            }
            at += read as u64;
            self.take(&function, &line);
        }
        self.read.insert(path.to_owned(), at);
        Ok(())
    }

    fn take(&mut self, function: &str, line: &[u8]) {
        // Most lines are of the log.
        let Some(value) = serde_json::from_slice::<Value>(line)
            .ok()
            .filter(|value| value.get("_aws").is_some())
        else {
            return;
        };
        match Line::read(&value, line.len()) {
            Ok(line) => line.metrics.into_iter().for_each(|metric| {
                let name = Name {
                    metric: metric.name,
                    function: function.to_owned(),
                };
                let series = self.series.entry(name).or_default();
                series.unit = metric.unit;
                series.add(&metric.values, line.at / MINUTE);
            }),
            Err(problem) => self.broken.push((function.to_owned(), problem)),
        }
    }
}

impl Series {
    fn add(&mut self, values: &[f64], minute: i64) {
        let sum: f64 = values.iter().sum();
        let count = values.len() as u64;
        self.count += count;
        self.sum += sum;
        let kept = self.minutes.entry(minute).or_default();
        *kept = (kept.0 + sum, kept.1 + count);
        while self.minutes.len() > usize::try_from(MINUTES).unwrap_or(usize::MAX) {
            self.minutes.pop_first();
        }
        self.values.extend(values);
        let surplus = self.values.len().saturating_sub(KEPT);
        self.values.drain(..surplus);
    }

    /// The value that this share of the newest ones does not exceed.
    fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.values.clone();
        sorted.sort_by(f64::total_cmp);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of at most two thousand"
        )]
        let at = ((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len().max(1));
        sorted.get(at - 1).copied().unwrap_or_default()
    }

    fn is_time(&self) -> bool {
        self.unit == "Milliseconds"
    }
}

#[cfg(test)]
mod tests;
