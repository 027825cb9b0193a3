//! What became of a mutant, kept from run to run.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::derive::Mutant;

/// Who noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", content = "how", rename_all = "kebab-case")]
pub(super) enum Verdict {
    /// The stack refuses to start, with this sentence.
    Refused(String),
    /// A rule of `xtask/src/template_rules.rs`, or the translation of SAM, with this sentence.
    Rule(String),
    /// The test `file::name` of the acceptance suite is red.
    Test(String),
    /// cfn-lint on the translated template.
    Lint(String),
    /// Nobody can, for this reason.
    Explained(String),
    /// Nobody did.
    Survived,
}

/// A line of the results file.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Line {
    mutant: String,
    digest: String,
    #[serde(flatten)]
    verdict: Verdict,
}

/// Verdicts of this run and of those before it, appended to a file one by one so that a run that is stopped goes on where it was.
pub(super) struct Verdicts {
    path: PathBuf,
    lines: Mutex<BTreeMap<String, Line>>,
}

impl Verdicts {
    /// Lines that can't be read (a run was stopped while writing) are passed over.
    pub(super) fn open(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        let lines = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        Self {
            path: path.to_owned(),
            lines: Mutex::new(
                lines
                    .map(|line: Line| (line.mutant.clone(), line))
                    .collect(),
            ),
        }
    }

    /// The verdict on this very text.
    pub(super) fn of(&self, mutant: &Mutant) -> Option<Verdict> {
        let lines = self.lines.lock().ok()?;
        let line = lines.get(&mutant.name)?;
        (line.digest == digest(&mutant.text)).then(|| line.verdict.clone())
    }

    /// The test that killed a mutant of this name in some earlier run.
    pub(super) fn killer_before(&self, name: &str) -> Option<String> {
        match self.lines.lock().ok()?.get(name)?.verdict.clone() {
            Verdict::Test(test) => Some(test),
            _ => None,
        }
    }

    pub(super) fn keep(&self, mutant: &Mutant, verdict: &Verdict) -> anyhow::Result<()> {
        let line = Line {
            mutant: mutant.name.clone(),
            digest: digest(&mutant.text),
            verdict: verdict.clone(),
        };
        let text = serde_json::to_string(&line).context("writing a verdict")?;
        let mut file = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)
            .with_context(|| format!("opening {}", self.path.display()))?;
        writeln!(file, "{text}").with_context(|| format!("writing {}", self.path.display()))?;
        if let Ok(mut lines) = self.lines.lock() {
            lines.insert(mutant.name.clone(), line);
        }
        Ok(())
    }
}

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_hold_for_the_very_same_text_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("verdicts.jsonl");
        let mutant = |text: &str| Mutant {
            name: "A: dropped".into(),
            text: text.into(),
        };
        let killed = Verdict::Test("journey::a".into());
        Verdicts::open(&path).keep(&mutant("one"), &killed).unwrap();
        fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap()
            .write_all(b"{\"mutant\":\"half")
            .unwrap();
        let again = Verdicts::open(&path);
        assert_eq!(again.of(&mutant("one")), Some(killed));
        assert_eq!(again.of(&mutant("two")), None);
        assert_eq!(
            again.killer_before("A: dropped").as_deref(),
            Some("journey::a")
        );
    }
}
