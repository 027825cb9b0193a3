//! The threat model names tests: each must exist, or the document promises what nobody holds.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::run;
use crate::workspace::Workspace;

const THREATS: &str = "docs/security.md";
const RUNBOOK: &str = "docs/operations.md";

/// Fails on a test that the threat model names and no source file has, and on an attack without a test.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let text = fs::read_to_string(workspace.root.join(THREATS)).context(THREATS)?;
    let named = named_tests(&text)
        .map_err(|line| anyhow::anyhow!("{THREATS} names no test for: {line}"))?;
    let existing = functions(&workspace.root)?;
    let missing: Vec<&str> = named
        .iter()
        .filter(|name| !existing.contains(**name))
        .copied()
        .collect();
    if named.is_empty() || !missing.is_empty() {
        bail!(
            "{THREATS} names tests that do not exist: {}",
            missing.join(", ")
        );
    }
    Ok(())
}

/// Fails on an alarm of the template without a chapter of its own in the runbook, and on a chapter without its alarm.
pub(crate) fn check_runbook(workspace: &Workspace, template: &Value) -> anyhow::Result<()> {
    let text = fs::read_to_string(workspace.root.join(RUNBOOK)).context(RUNBOOK)?;
    let (chapters, alarms) = (chapters(&text), alarms(template));
    let differing: Vec<&str> = chapters.symmetric_difference(&alarms).copied().collect();
    if alarms.is_empty() || !differing.is_empty() {
        bail!(
            "{RUNBOOK} has to say for each alarm what to do, under its logical id: {}",
            differing.join(", ")
        );
    }
    Ok(())
}

fn chapters(text: &str) -> BTreeSet<&str> {
    let headings = text.lines().filter_map(|line| line.strip_prefix("### "));
    headings
        .filter(|heading| heading.ends_with("Alarm"))
        .collect()
}

fn alarms(template: &Value) -> BTreeSet<&str> {
    let resources = template["Resources"].as_object().into_iter().flatten();
    let alarms = resources.filter(|(_, resource)| resource["Type"] == "AWS::CloudWatch::Alarm");
    alarms.map(|(id, _)| id.as_str()).collect()
}

/// The tests in the last column of every three-column table; the row that has none is the error.
fn named_tests(text: &str) -> Result<BTreeSet<&str>, &str> {
    let mut names = BTreeSet::new();
    for line in text.lines() {
        let cells: Vec<&str> = line
            .trim()
            .trim_matches('|')
            .split('|')
            .map(str::trim)
            .collect();
        let [_, _, tests] = cells[..] else { continue };
        if tests == "test" || tests.starts_with("---") {
            continue;
        }
        let quoted: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        if quoted.is_empty() {
            return Err(line);
        }
        names.extend(quoted);
    }
    Ok(names)
}

/// The names of all functions in tracked Rust files.
fn functions(root: &Path) -> anyhow::Result<BTreeSet<String>> {
    let files = run::output(
        "listing the sources",
        &mut run::program(root, "git", ["ls-files", "-z", "*.rs"]),
    )?;
    let mut names = BTreeSet::new();
    for file in files.split('\0').filter(|file| !file.is_empty()) {
        let Ok(text) = fs::read_to_string(root.join(file)) else {
            continue;
        };
        names.extend(text.lines().filter_map(function).map(str::to_owned));
    }
    Ok(names)
}

/// The function that a line begins, if it begins one.
fn function(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line.strip_prefix("async ").unwrap_or(line);
    let name = line.strip_prefix("fn ")?.split(['(', '<']).next()?;
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_read_from_the_last_column() {
        let table =
            "| attack | defence | test |\n|---|---|---|\n| a | b | `one`, `two` |\n| two | cells |";
        assert_eq!(named_tests(table), Ok(BTreeSet::from(["one", "two"])));
    }

    #[test]
    fn alarms_and_chapters_have_the_same_names() {
        let template = serde_json::json!({"Resources": {
            "SlowAlarm": {"Type": "AWS::CloudWatch::Alarm"}, "Topic": {"Type": "AWS::SNS::Topic"}}});
        assert_eq!(alarms(&template), BTreeSet::from(["SlowAlarm"]));
        let text = "# Title\n## Alarms\n### SlowAlarm\ntext\n### Something else\n";
        assert_eq!(chapters(text), BTreeSet::from(["SlowAlarm"]));
    }

    #[test]
    fn a_row_without_a_test_is_an_error() {
        assert_eq!(named_tests("| a | b | later |"), Err("| a | b | later |"));
    }

    #[test]
    fn functions_are_told_by_their_first_line() {
        assert_eq!(function("    async fn a_test() {"), Some("a_test"));
        assert_eq!(function("fn generic<T>(t: T) {"), Some("generic"));
        assert_eq!(function("// fn none()"), None);
    }
}
