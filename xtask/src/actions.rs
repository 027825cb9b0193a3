//! The golden list of actions: which grants of the template each function used while the whole acceptance suite ran.
//!
//! Every stack of the suite appends to one file what its roles were granted, used and were denied (`--grants`). `tests/golden/actions.txt` has a
//! line for every grant; one that no test can use says why it is there, and one that is denied on purpose says why it is asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::problems::Problems;
use crate::say;
use crate::workspace::Workspace;

const GOLDEN: &str = "tests/golden/actions.txt";
const REGENERATE: &str = "cargo xtask actions --write";
const HEAD: &str = "\
# What each function's role is granted, and that the acceptance suite used it: function, action, resource.
# Made by `cargo xtask actions --write` after `cargo xtask test`, which compares. Reasons after a bar are written by hand and stay:
#   | unused: REASON   a grant that no test can use
#   | rare: REASON     a grant that is used at some moments only, so that not every run shows it
#   | denied: REASON   no grant; a test has it refused on purpose
";

/// Where the stacks of a run record.
pub(crate) fn recording(workspace: &Workspace) -> PathBuf {
    workspace.target.join("grants.jsonl")
}

/// `cargo xtask actions [--write]`: compares with the last whole run of the suite, or takes it over.
pub(crate) fn actions(arguments: &[String]) -> anyhow::Result<()> {
    let workspace = Workspace::locate()?;
    match arguments {
        [] => compare(&workspace),
        [option] if option == "--write" => write(&workspace),
        _ => bail!("usage: {REGENERATE}, or without --write to compare only"),
    }
}

/// Compares the last recording with the committed list.
pub(crate) fn compare(workspace: &Workspace) -> anyhow::Result<()> {
    let path = workspace.root.join(GOLDEN);
    let golden =
        fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let mut problems = Problems::default();
    judge(&read(&golden), &observed(workspace)?, &mut problems);
    problems.into_result().with_context(|| {
        format!(
            "{GOLDEN} and what the functions did differ; look at each line, then run {REGENERATE}"
        )
    })?;
    say::line("actions: every grant is used, none is missing");
    Ok(())
}

/// The grants of the committed list.
pub(crate) fn golden_grants(workspace: &Workspace) -> anyhow::Result<BTreeSet<String>> {
    let path = workspace.root.join(GOLDEN);
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let lines = read(&text).into_iter();
    let grants = lines.filter(|(_, reason)| {
        !reason
            .as_deref()
            .is_some_and(|reason| reason.starts_with("denied:"))
    });
    Ok(grants.map(|(grant, _)| grant).collect())
}

fn write(workspace: &Workspace) -> anyhow::Result<()> {
    let path = workspace.root.join(GOLDEN);
    let golden = fs::read_to_string(&path).unwrap_or_default();
    let text = merged(&read(&golden), &observed(workspace)?);
    fs::create_dir_all(path.parent().context("a file lies in a folder")?)
        .context("making the golden folder")?;
    fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    say::line(&format!(
        "{GOLDEN} is written; every line that asks for a reason needs one"
    ));
    Ok(())
}

/// `VerifyFunction dynamodb:GetItem {ChallengesTable}`
type Grant = String;

/// What the suite's stacks recorded.
#[derive(Debug, Default, PartialEq, Eq)]
struct Observed {
    granted: BTreeSet<Grant>,
    used: BTreeSet<Grant>,
    denied: BTreeSet<Grant>,
}

/// A line of the golden list: the reason after the bar, where there is one.
type Golden = BTreeMap<Grant, Option<String>>;

fn observed(workspace: &Workspace) -> anyhow::Result<Observed> {
    let path = recording(workspace);
    let lines = fs::read_to_string(&path)
        .with_context(|| format!("{}: run `cargo xtask test` first", path.display()))?;
    let template =
        fs::read(workspace.root.join("template.yaml")).context("reading template.yaml")?;
    let observed = told(&lines, &hex::encode(Sha256::digest(template)))?;
    if observed.granted.is_empty() {
        bail!(
            "no stack of the last run read template.yaml as it is now: run `cargo xtask test` first"
        );
    }
    Ok(observed)
}

/// Grants and denials count where the stack read the template as it is; a use counts wherever it happened.
fn told(lines: &str, template: &str) -> anyhow::Result<Observed> {
    let mut observed = Observed::default();
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).context("reading what stacks recorded")?;
        let text = |name: &str| line[name].as_str().unwrap_or_default();
        let grant = format!(
            "{} {} {}",
            text("function"),
            text("action"),
            text("resource")
        );
        let own = text("template") == template;
        match text("seen") {
            "granted" if own => observed.granted.insert(grant),
            "denied" if own => observed.denied.insert(grant),
            "used" => observed.used.insert(grant),
            _ => false,
        };
    }
    Ok(observed)
}

fn read(text: &str) -> Golden {
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| match line.split_once(" | ") {
            Some((grant, reason)) => (grant.trim().to_owned(), Some(reason.trim().to_owned())),
            None => (line.trim().to_owned(), None),
        })
        .collect()
}

fn is_given(reason: &str, kind: &str) -> bool {
    reason
        .strip_prefix(kind)
        .is_some_and(|why| why.trim().len() > "?".len())
}

fn judge(golden: &Golden, observed: &Observed, problems: &mut Problems) {
    for grant in &observed.granted {
        let used = observed.used.contains(grant);
        match (golden.get(grant), used) {
            (None, true) => problems.add(format!("+ {grant}: the template grants it now")),
            (None, false) => problems.add(format!(
                "+ {grant}: the template grants it now, and no test used it"
            )),
            (Some(None), false) => problems.add(format!(
                "- {grant}: no test used it; take the grant away, or say why it stays"
            )),
            (Some(Some(reason)), _) if is_given(reason, "rare:") => {}
            (Some(Some(_)), true) => {
                problems.add(format!("~ {grant}: it is used, so it needs no reason"));
            }
            (Some(Some(reason)), false) if !is_given(reason, "unused:") => {
                problems.add(format!("~ {grant}: `| unused: REASON` is asked for"));
            }
            (Some(None), true) | (Some(Some(_)), false) => {}
        }
    }
    for denied in &observed.denied {
        let expected = golden.get(denied).and_then(Option::as_deref);
        if !expected.is_some_and(|reason| is_given(reason, "denied:")) {
            problems.add(format!(
                "! {denied}: it was denied; grant it, or say `| denied: REASON`"
            ));
        }
    }
    for (grant, reason) in golden {
        let is_denial = reason
            .as_deref()
            .is_some_and(|reason| reason.starts_with("denied:"));
        let there = if is_denial {
            &observed.denied
        } else {
            &observed.granted
        };
        if !there.contains(grant) {
            let what = if is_denial {
                "was not asked for"
            } else {
                "is not granted"
            };
            problems.add(format!("- {grant}: {what} any more"));
        }
    }
}

/// The list for what was observed, with the reasons that are there already.
fn merged(golden: &Golden, observed: &Observed) -> String {
    let mut text = HEAD.to_owned();
    let all: BTreeSet<&Grant> = observed.granted.union(&observed.denied).collect();
    for grant in all {
        let kept = golden.get(grant).and_then(Option::as_deref);
        let is_rare = kept.is_some_and(|reason| is_given(reason, "rare:"));
        let kind = match (
            observed.granted.contains(grant),
            observed.used.contains(grant),
        ) {
            (true, _) if is_rare => Some("rare:"),
            (true, true) => None,
            (true, false) => Some("unused:"),
            (false, _) => Some("denied:"),
        };
        // Writing to a String does not fail.
        let _ = match kind {
            None => writeln!(text, "{grant}"),
            Some(kind) => {
                let reason = kept.filter(|reason| reason.starts_with(kind));
                writeln!(text, "{grant} | {}", reason.unwrap_or(&format!("{kind} ?")))
            }
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(template: &str, seen: &str, action: &str) -> String {
        format!(
            r#"{{"template":"{template}","function":"F","seen":"{seen}","action":"{action}","resource":"R"}}"#
        )
    }

    fn set(grants: &[&str]) -> BTreeSet<Grant> {
        grants.iter().map(|grant| format!("F {grant} R")).collect()
    }

    fn verdict(golden: &str, observed: &Observed) -> String {
        let mut problems = Problems::default();
        judge(&read(golden), observed, &mut problems);
        problems.told()
    }

    /// A copy of the template that lacks a permission is denied on purpose; what it uses is used all the same.
    #[test]
    fn edited_templates_tell_what_is_used_but_not_what_is_granted_or_missing() {
        let lines = [
            line("own", "granted", "a"),
            line("own", "used", "a"),
            line("own", "denied", "d"),
            line("edited", "granted", "x"),
            line("edited", "denied", "y"),
            line("edited", "used", "b"),
        ];
        let want = Observed {
            granted: set(&["a"]),
            used: set(&["a", "b"]),
            denied: set(&["d"]),
        };
        assert_eq!(told(&lines.join("\n"), "own").unwrap(), want);
        assert!(told("not json", "own").is_err());
    }

    #[test]
    fn every_difference_is_told_with_what_to_do() {
        let observed = |granted: &[&str], used: &[&str], denied: &[&str]| Observed {
            granted: set(granted),
            used: set(used),
            denied: set(denied),
        };
        for (case, golden, observed, want) in [
            ("as it is", "F a R\n", observed(&["a"], &["a"], &[]), ""),
            ("a new grant", "", observed(&["a"], &["a"], &[]), "+ F a R"),
            (
                "a new grant, unused",
                "",
                observed(&["a"], &[], &[]),
                "no test used it",
            ),
            (
                "unused",
                "F a R\n",
                observed(&["a"], &[], &[]),
                "take the grant away",
            ),
            (
                "unused for a reason",
                "F a R | unused: crashes\n",
                observed(&["a"], &[], &[]),
                "",
            ),
            (
                "unused without one",
                "F a R | unused: ?\n",
                observed(&["a"], &[], &[]),
                "REASON",
            ),
            (
                "a reason too many",
                "F a R | unused: crashes\n",
                observed(&["a"], &["a"], &[]),
                "needs no reason",
            ),
            (
                "rare, and used",
                "F a R | rare: crashes\n",
                observed(&["a"], &["a"], &[]),
                "",
            ),
            (
                "rare, and unused",
                "F a R | rare: crashes\n",
                observed(&["a"], &[], &[]),
                "",
            ),
            (
                "missing",
                "F a R\n",
                observed(&["a"], &["a"], &["b"]),
                "! F b R: it was denied",
            ),
            (
                "denied on purpose",
                "F b R | denied: a test asks\n",
                observed(&[], &[], &["b"]),
                "",
            ),
            (
                "denied no more",
                "F b R | denied: a test asks\n",
                observed(&[], &[], &[]),
                "not asked for any more",
            ),
            (
                "granted no more",
                "F a R\n",
                observed(&[], &["a"], &[]),
                "not granted any more",
            ),
        ] {
            let text = verdict(golden, &observed);
            assert!(
                text.contains(want) && text.is_empty() == want.is_empty(),
                "{case}: {text}"
            );
        }
    }

    #[test]
    fn reasons_survive_a_new_list() {
        let observed = Observed {
            granted: set(&["a", "b", "c"]),
            used: set(&["a"]),
            denied: set(&["d"]),
        };
        let golden = read("F a R | unused: once\nF b R | unused: crashes\n");
        let text = merged(&golden, &observed);
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(
            lines,
            [
                "F a R",
                "F b R | unused: crashes",
                "F c R | unused: ?",
                "F d R | denied: ?"
            ]
        );
        assert!(
            verdict(&text, &observed).contains("F c R"),
            "a question mark is no reason"
        );
    }
}
