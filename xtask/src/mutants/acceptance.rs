//! The acceptance suite, one test at a time, against a stack that reads another template.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::run;
use crate::workspace::Workspace;

/// A test that hangs because of the mutant has noticed it. Far above what any test takes on a busy machine.
const LONGEST: Duration = Duration::from_mins(6);
const STEP: Duration = Duration::from_millis(100);

/// What tests say that edit the template themselves and no longer find what they edit: this is not about the product.
const EDIT_FAILED: &str = "the template changed, change the test";

/// The built tests.
pub(super) struct Tests {
    /// Program by name of its file.
    programs: BTreeMap<String, PathBuf>,
    /// `file::name`
    names: BTreeSet<String>,
    /// Where things are that were built and fetched.
    paths: Vec<(&'static str, PathBuf)>,
    /// Whether a test is green on the template as it is.
    sound: Mutex<BTreeMap<String, bool>>,
}

/// How a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    Green,
    Red,
    /// Red for a reason of its own.
    NotApplicable,
}

impl Tests {
    /// Finds the acceptance tests among what `cargo test` has built.
    pub(super) fn find(
        workspace: &Workspace,
        profile: &[&str],
        paths: Vec<(&'static str, PathBuf)>,
    ) -> anyhow::Result<Self> {
        let told = run::output(
            "building the tests",
            run::cargo(
                &workspace.root,
                [
                    "test",
                    "--locked",
                    "--workspace",
                    "--no-run",
                    "--message-format=json",
                ],
            )
            .args(profile),
        )?;
        let mut tests = Self {
            programs: programs(&told),
            names: BTreeSet::new(),
            paths,
            sound: Mutex::default(),
        };
        for (file, program) in &tests.programs {
            let list = run::output(
                "listing the tests",
                run::program(&workspace.root, program, ["--list", "--format", "terse"])
                    .envs(tests.paths.iter().map(|(name, path)| (name, path))),
            )?;
            let names = list.lines().filter_map(|line| line.strip_suffix(": test"));
            tests
                .names
                .extend(names.map(|name| format!("{file}::{name}")));
        }
        if tests.names.is_empty() {
            bail!("there are no acceptance tests");
        }
        Ok(tests)
    }

    pub(super) fn names(&self) -> &BTreeSet<String> {
        &self.names
    }

    /// Whether the test is red with this template though it is green with the one that is committed.
    pub(super) fn notices(
        &self,
        test: &str,
        template: &Path,
        sound: &Path,
    ) -> anyhow::Result<bool> {
        if !self.names.contains(test) {
            return Ok(false);
        }
        Ok(self.run(test, template)? == Ended::Red && self.is_sound(test, sound)?)
    }

    fn is_sound(&self, test: &str, template: &Path) -> anyhow::Result<bool> {
        let known = self
            .sound
            .lock()
            .ok()
            .and_then(|sound| sound.get(test).copied());
        if let Some(known) = known {
            return Ok(known);
        }
        let green = self.run(test, template)? == Ended::Green;
        if let Ok(mut sound) = self.sound.lock() {
            sound.insert(test.to_owned(), green);
        }
        Ok(green)
    }

    fn run(&self, test: &str, template: &Path) -> anyhow::Result<Ended> {
        let (file, name) = test.split_once("::").context("a test is file::name")?;
        let program = self.programs.get(file).context("a test's program")?;
        let log = template.with_extension(format!("{file}.log"));
        let output = fs::File::create(&log).with_context(|| format!("making {}", log.display()))?;
        let mut child = Command::new(program)
            .args([name, "--exact"])
            .envs(self.paths.iter().map(|(name, path)| (name, path)))
            .env("FACE_LOGIN_TEMPLATE", template)
            .env_remove("FACE_LOGIN_READY")
            .stdin(Stdio::null())
            .stdout(output.try_clone().context("sharing a log")?)
            .stderr(output)
            .spawn()
            .with_context(|| format!("starting {}", program.display()))?;
        let mut left = LONGEST;
        let status = loop {
            if let Some(status) = child.try_wait().context("looking at a test")? {
                break Some(status);
            }
            if left.is_zero() {
                child
                    .kill()
                    .and_then(|()| child.wait())
                    .context("ending a test")?;
                break None;
            }
            thread::sleep(STEP);
            left = left.saturating_sub(STEP);
        };
        let told = fs::read_to_string(&log).unwrap_or_default();
        let _ = fs::remove_file(&log);
        Ok(match status {
            Some(status) if status.success() => Ended::Green,
            _ if told.contains(EDIT_FAILED) => Ended::NotApplicable,
            _ => Ended::Red,
        })
    }
}

/// The programs of the acceptance suite's files, from cargo's messages.
fn programs(messages: &str) -> BTreeMap<String, PathBuf> {
    let built = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    built
        .filter(|message| {
            let target = &message["target"];
            let of_suite = target["src_path"].as_str().is_some_and(|path| {
                let mut folders = Path::new(path).ancestors();
                folders.any(|folder| folder.ends_with("tests/tests"))
            });
            message["reason"] == "compiler-artifact"
                && target["kind"] == serde_json::json!(["test"])
                && of_suite
        })
        .filter_map(|message| {
            let name = message["target"]["name"].as_str()?.to_owned();
            Some((name, PathBuf::from(message["executable"].as_str()?)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suites_programs_are_told_from_others() {
        let line = |kind: &str, path: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","target":{{"kind":["{kind}"],"name":"journey","src_path":"{path}"}},"executable":"/t/journey-1"}}"#
            )
        };
        let found = programs(&line("test", "/w/tests/tests/journey.rs"));
        assert_eq!(found.get("journey"), Some(&PathBuf::from("/t/journey-1")));
        assert!(!programs(&line("test", "/w/tests/tests/clients/main.rs")).is_empty());
        assert!(programs(&line("test", "/w/triggers/tests/it/main.rs")).is_empty());
        assert!(programs(&line("lib", "/w/tests/tests/journey.rs")).is_empty());
    }
}
