//! Everything that is wrong, told at once.

/// Collects problems so that a person mends them in one go, not one per run.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<String>);

impl Problems {
    /// Notes a problem; the sentence says what is wrong and what to do.
    pub(crate) fn add(&mut self, problem: impl Into<String>) {
        self.0.push(problem.into());
    }

    /// What tests compare: everything noted, or nothing.
    #[cfg(test)]
    pub(crate) fn told(self) -> String {
        let told = self.into_result().err();
        told.map(|error| error.to_string()).unwrap_or_default()
    }

    /// Fails with every problem noted so far.
    pub(crate) fn into_result(self) -> anyhow::Result<()> {
        match self.0.as_slice() {
            [] => Ok(()),
            [only] => Err(anyhow::anyhow!("{only}")),
            several => Err(anyhow::anyhow!(
                "{} problems:\n  - {}",
                several.len(),
                several.join("\n  - ")
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_problems_are_told_at_once() {
        let mut problems = Problems::default();
        problems.add("no npm");
        problems.add("port taken");
        let text = problems.into_result().unwrap_err().to_string();
        assert!(
            text.contains("no npm") && text.contains("port taken"),
            "{text}"
        );
    }

    #[test]
    fn no_problem_is_no_failure() {
        assert!(Problems::default().into_result().is_ok());
    }
}
