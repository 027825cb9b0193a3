//! What needs no running stack: a start that is refused, and the rules that `cargo xtask check` has for the template.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::workspace::Workspace;
use crate::{run, template_rules};

/// Says why the stack would not start with this template; `None` if nothing is wrong with it.
///
/// Weights that are nowhere end every start while the configuration is looked at, and all problems are told at once: what is told
/// besides is the template's.
pub(super) fn refusal(
    stack: &Path,
    binaries: &Path,
    template: &Path,
) -> anyhow::Result<Option<String>> {
    const NOWHERE: &str = "/nowhere/weights";
    let folder = template.with_extension("data");
    let output = Command::new(stack)
        .args([
            "--listen",
            "127.0.0.1:0",
            "--weights",
            NOWHERE,
            "--site",
            NOWHERE,
            "--template",
        ])
        .arg(template)
        .arg("--binaries")
        .arg(binaries)
        .arg("--data")
        .arg(&folder)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("starting {}", stack.display()))?;
    let _ = fs::remove_dir_all(&folder);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    if !told.contains(NOWHERE) {
        // A template that can't be read at all ends with its own problems only.
        return match told.trim() {
            "" => bail!("the stack said nothing: {}", output.status),
            text => Ok(Some(first_line(text, template))),
        };
    }
    let problem = told
        .lines()
        .skip(1)
        .find(|line| !line.contains(NOWHERE) && !line.trim().is_empty());
    Ok(problem.map(|line| first_line(line, template)))
}

fn first_line(text: &str, template: &Path) -> String {
    let line = text
        .lines()
        .find(|line| line.contains(" - "))
        .unwrap_or(text);
    let line = line.replace(&format!("{}: ", template.display()), "");
    line.trim().trim_start_matches("- ").to_owned()
}

/// Which of AWS's tools is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    /// SAM's transform, then our own rules on what it gives.
    Rules,
    /// The same, then cfn-lint: seconds a template.
    Lint,
}

/// What the tools find in each template, by file. `tools` is their folder.
pub(super) fn found_by(
    tool: Tool,
    workspace: &Workspace,
    tools: &Path,
    templates: &[PathBuf],
    golden: &BTreeSet<String>,
) -> anyhow::Result<BTreeMap<PathBuf, String>> {
    const AT_ONCE: usize = 2;
    let share = templates.len().div_ceil(AT_ONCE).max(1);
    let answers = thread::scope(|scope| {
        let asked: Vec<_> = templates
            .chunks(share)
            .map(|part| scope.spawn(move || ask(tool, workspace, tools, part, golden)))
            .collect();
        asked
            .into_iter()
            .map(|asked| {
                asked
                    .join()
                    .unwrap_or_else(|_| bail!("judging templates broke off"))
            })
            .collect::<anyhow::Result<Vec<_>>>()
    })?;
    Ok(answers.into_iter().flatten().collect())
}

fn ask(
    tool: Tool,
    workspace: &Workspace,
    tools: &Path,
    templates: &[PathBuf],
    golden: &BTreeSet<String>,
) -> anyhow::Result<BTreeMap<PathBuf, String>> {
    let what = match tool {
        Tool::Rules => "translate",
        Tool::Lint => "lint",
    };
    let told = run::output(
        "judging templates",
        run::program(
            &workspace.root,
            tools.join("python"),
            ["xtask/judge_templates.py", what],
        )
        .args(templates)
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("HOME", tools),
    )?;
    let mut found = BTreeMap::new();
    for line in told.lines() {
        let answer: Value = serde_json::from_str(line).context("reading what the tools found")?;
        let file = PathBuf::from(answer["file"].as_str().unwrap_or_default());
        let problem = match answer["problem"].as_str() {
            Some(problem) => Some(problem.to_owned()),
            None if tool == Tool::Rules => template_rules::check(&answer["translated"], golden)
                .err()
                .map(|error| error.to_string()),
            None => None,
        };
        found.extend(problem.map(|problem| (file, problem)));
    }
    Ok(found)
}

/// The first of several problems.
pub(super) fn one_line(text: &str) -> String {
    let line = text
        .lines()
        .find(|line| line.trim_start().starts_with("- "));
    line.map_or_else(
        || text.to_owned(),
        |line| line.trim().trim_start_matches("- ").to_owned(),
    )
}
