//! Looks at the stack and its functions every now and then, as the kernel sees them (Linux).

use std::{fs, sync::Mutex, sync::PoisonError, time::Duration};

use super::{
    disturbance::Weather,
    measure::{Life, Lives, Sample},
};
use crate::{sockets, wait};

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Vitals(Mutex<Lives>);

impl Vitals {
    /// Looks every `interval`, until it is dropped.
    pub(super) async fn watch(&self, weather: &Weather, interval: Duration) {
        loop {
            self.look(weather.pid());
            wait::pause(interval).await;
        }
    }

    /// All lives so far.
    pub(super) fn lives(&self) -> Lives {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Memory of the stack itself, in KB.
    pub(super) fn of_stack(weather: &Weather) -> u64 {
        sample(weather.pid()).map_or(0, |(_, sample)| sample.rss_kb)
    }

    fn look(&self, stack: u32) {
        for pid in sockets::family(stack) {
            if let Some((program, sample)) = sample(pid) {
                let mut lives = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                let life = lives.entry(pid).or_insert_with(|| Life {
                    program,
                    ..Life::default()
                });
                life.samples.push(sample);
            }
        }
    }
}

fn sample(pid: u32) -> Option<(String, Sample)> {
    let program = fs::read_link(format!("/proc/{pid}/exe")).ok()?;
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let rss = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let rss_kb = rss.split_whitespace().next()?.parse().ok()?;
    let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).ok()?.count();
    let sample = Sample {
        rss_kb,
        descriptors: u64::try_from(descriptors).unwrap_or(u64::MAX),
    };
    Some((program.file_name()?.to_str()?.to_owned(), sample))
}
