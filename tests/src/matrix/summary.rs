//! How many faults were met, and what they broke.

use std::{collections::BTreeMap, fmt};

/// How many faults were met, and what broke.
#[derive(Debug, Default)]
pub struct Summary {
    counts: BTreeMap<(String, String), u64>,
    /// Faults after which the sweeper had something to take away.
    pub(super) swept: u64,
    /// What must not be, in words.
    pub broken: Vec<String>,
}

impl Summary {
    /// A fault at a call of this function.
    pub(super) fn count(&mut self, journey: &str, function: &str) {
        let key = (journey.to_owned(), function.to_owned());
        *self.counts.entry(key).or_default() += 1;
    }

    /// All faults together.
    pub fn cells(&self) -> u64 {
        self.counts.values().sum()
    }

    pub(super) fn add(&mut self, other: Self) {
        for (key, count) in other.counts {
            *self.counts.entry(key).or_default() += count;
        }
        self.swept += other.swept;
        self.broken.extend(other.broken);
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((journey, function), count) in &self.counts {
            writeln!(f, "{journey}: {count} faults at calls of {function}")?;
        }
        writeln!(
            f,
            "{} faults, {} of them broke something, {} of them left something for the sweeper",
            self.cells(),
            self.broken.len(),
            self.swept
        )?;
        self.broken
            .iter()
            .try_for_each(|line| writeln!(f, "  {line}"))
    }
}
