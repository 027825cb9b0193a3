//! Figures from samples: percentiles, and whether memory and descriptors stayed flat.

use std::{collections::BTreeMap, time::Duration};

/// What the kernel said about one process at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Memory that is in use, in KB (`VmRSS`).
    pub rss_kb: u64,
    /// Open descriptors.
    pub descriptors: u64,
}

/// One process from its start to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Life {
    /// Its program.
    pub program: String,
    /// Samples at even distances.
    pub samples: Vec<Sample>,
}

/// Samples that a life needs to be judged.
pub const ENOUGH: usize = 30;

/// The middle third of a life beside its last third; what comes before is the warm-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thirds {
    /// Medians of the middle third.
    pub before: Sample,
    /// Medians of the last third.
    pub after: Sample,
}

impl Life {
    /// Medians of the middle and the last third; `None` if the life was too short to tell.
    pub fn thirds(&self) -> Option<Thirds> {
        let third = self.samples.len() / 3;
        (ENOUGH <= self.samples.len()).then(|| Thirds {
            before: medians(&self.samples[third..2 * third]),
            after: medians(&self.samples[2 * third..]),
        })
    }

    /// Largest memory in KB.
    pub fn peak_kb(&self) -> u64 {
        let sizes = self.samples.iter().map(|sample| sample.rss_kb);
        sizes.max().unwrap_or_default()
    }
}

impl Thirds {
    /// Flat: memory grew by at most a tenth and 4 MB (16 MB for the stack, which keeps the last ten thousand calls),
    /// descriptors by at most eight (connections and processes that come and go).
    pub fn is_flat(&self, spare_kb: u64) -> bool {
        let most = self.before.rss_kb + self.before.rss_kb / 10 + spare_kb;
        self.after.rss_kb <= most && self.after.descriptors <= self.before.descriptors + 8
    }
}

fn medians(samples: &[Sample]) -> Sample {
    let median = |of: fn(&Sample) -> u64| {
        let mut values: Vec<u64> = samples.iter().map(of).collect();
        values.sort_unstable();
        values[values.len() / 2]
    };
    Sample {
        rss_kb: median(|sample| sample.rss_kb),
        descriptors: median(|sample| sample.descriptors),
    }
}

/// The duration that `percent` of them do not exceed; nothing if there are none.
pub fn percentile(durations: &[Duration], percent: usize) -> Option<Duration> {
    let mut sorted = durations.to_vec();
    sorted.sort_unstable();
    let last = sorted.len().checked_sub(1)?;
    sorted
        .get((sorted.len() * percent / 100).min(last))
        .copied()
}

/// Lives by process id.
pub type Lives = BTreeMap<u32, Life>;

#[cfg(test)]
mod tests {
    use super::*;

    fn life(rss: impl Fn(u64) -> u64, descriptors: impl Fn(u64) -> u64) -> Life {
        let sample = |at| Sample {
            rss_kb: rss(at),
            descriptors: descriptors(at),
        };
        Life {
            program: "verify".to_owned(),
            samples: (0..90).map(sample).collect(),
        }
    }

    #[test]
    fn growth_after_the_warm_up_is_seen() {
        for (name, life, flat) in [
            ("steady", life(|_| 20_000, |_| 9), true),
            (
                "warming up",
                life(|at| 10_000 + 500 * at.min(20), |_| 9),
                true,
            ),
            ("leaking memory", life(|at| 10_000 + 500 * at, |_| 9), false),
            ("leaking descriptors", life(|_| 20_000, |at| 9 + at), false),
        ] {
            assert_eq!(life.thirds().unwrap().is_flat(4096), flat, "{name}");
        }
        let mut short = life(|_| 1, |_| 1);
        short.samples.truncate(ENOUGH - 1);
        assert_eq!(short.thirds(), None);
    }

    #[test]
    fn percentiles_are_of_the_sorted_durations() {
        let all: Vec<Duration> = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile(&all, 50), Some(Duration::from_millis(51)));
        assert_eq!(percentile(&all, 99), Some(Duration::from_millis(100)));
        assert_eq!(percentile(&[], 50), None);
    }
}
