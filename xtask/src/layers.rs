//! Which crate may use which (ARCHITECTURE.md), read from `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use serde_json::Value;

use crate::problems::Problems;
use crate::run;
use crate::workspace::{self, Workspace};

/// The crates of this workspace that each crate may name among its normal dependencies. Anything else is refused.
const MAY_USE: [(&str, &[&str]); 19] = [
    ("face-login-domain", &[]),
    (
        "face-login-aws",
        &["face-login-domain", "face-login-process"],
    ),
    ("face-login-process", &["face-login-domain"]),
    (
        "face-login-triggers",
        &["face-login-domain", "face-login-aws", "face-login-process"],
    ),
    (
        "face-login-indexer",
        &["face-login-domain", "face-login-aws", "face-login-process"],
    ),
    (
        "face-login-collection-init",
        &["face-login-domain", "face-login-aws", "face-login-process"],
    ),
    (
        "face-login-sweeper",
        &["face-login-domain", "face-login-aws", "face-login-process"],
    ),
    ("face-login-face-engine", &[]),
    ("face-login-guide", &["face-login-face-engine"]),
    (
        "face-login-web",
        &["face-login-domain", "face-login-face-engine"],
    ),
    ("face-login-local-template", &[]),
    ("face-login-local-gateway", &[]),
    ("face-login-local-lambda", &[]),
    ("face-login-local-cognito", &[]),
    ("face-login-local-models", &[]),
    ("face-login-local-rekognition", &["face-login-face-engine"]),
    (
        "face-login-local-stack",
        &[
            "face-login-local-template",
            "face-login-local-gateway",
            "face-login-local-lambda",
            "face-login-local-models",
            "face-login-local-cognito",
            "face-login-local-rekognition",
            "face-login-face-engine",
        ],
    ),
    ("face-login-acceptance", &["face-login-local-models"]),
    ("face-login-xtask", &[]),
];

/// Pure crates: no I/O, no clock, no async runtime, anywhere below them.
const PURE: [&str; 2] = ["face-login-domain", "face-login-face-engine"];

/// Packages that no pure crate may reach.
const EFFECTS: [&str; 6] = [
    "tokio",
    "hyper",
    "mio",
    "rustls",
    "reqwest",
    "aws-smithy-runtime",
];

/// TLS stacks that must not come back (see docs/adr).
const BANNED: [&str; 4] = ["openssl", "native-tls", "aws-lc-rs", "aws-lc-sys"];

/// Checks the rules against this workspace.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let graph = Graph::read(&workspace::metadata(&workspace.root)?)?;
    let mut problems = Problems::default();
    judge(&graph, &mut problems);
    problems.into_result()?;
    define_needs_no_sdk(workspace)
}

/// Define decides who gets tokens and has to start in 2 ms: without the feature that brings the SDK it still compiles,
/// and no SDK crate is below it.
fn define_needs_no_sdk(workspace: &Workspace) -> anyhow::Result<()> {
    const SELECTION: [&str; 3] = [
        "--locked",
        "--package=face-login-triggers",
        "--no-default-features",
    ];
    let tree = run::output(
        "cargo tree",
        run::cargo(&workspace.root, ["tree", "--edges=normal", "--prefix=none"]).args(SELECTION),
    )?;
    if let Some(sdk) = tree.lines().find(|line| line.starts_with("aws-")) {
        anyhow::bail!("Define reaches {sdk}: it decides from the history alone and needs no SDK");
    }
    run::run(
        "compiling Define without the SDK",
        run::cargo(&workspace.root, ["check", "--release", "--bin=define"])
            .args(SELECTION)
            .arg("--target-dir")
            .arg(&workspace.target),
    )
}

/// Normal (not build, not dev) dependencies by package name.
#[derive(Debug, Default)]
struct Graph {
    members: BTreeSet<String>,
    uses: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    fn read(metadata: &Value) -> anyhow::Result<Self> {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let names: BTreeMap<String, String> = list(&metadata["packages"])
            .iter()
            .filter_map(|package| {
                Some((
                    package["id"].as_str()?.to_owned(),
                    package["name"].as_str()?.to_owned(),
                ))
            })
            .collect();
        let name = |id: &Value| {
            id.as_str()
                .and_then(|id| names.get(id))
                .cloned()
                .context("cargo metadata names a package that it does not list")
        };
        let mut graph = Self::default();
        for member in list(&metadata["workspace_members"]) {
            graph.members.insert(name(&member)?);
        }
        for node in list(&metadata["resolve"]["nodes"]) {
            let uses = graph.uses.entry(name(&node["id"])?).or_default();
            for dependency in list(&node["deps"]) {
                if list(&dependency["dep_kinds"])
                    .iter()
                    .any(|kind| kind["kind"].is_null())
                {
                    uses.insert(name(&dependency["pkg"])?);
                }
            }
        }
        Ok(graph)
    }

    fn reached_from(&self, start: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut open = vec![start];
        while let Some(package) = open.pop() {
            for next in self.uses.get(package).into_iter().flatten() {
                if reached.insert(next.as_str()) {
                    open.push(next);
                }
            }
        }
        reached
    }
}

fn judge(graph: &Graph, problems: &mut Problems) {
    for member in &graph.members {
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| name == member) else {
            problems.add(format!(
                "{member} has no row in xtask/src/layers.rs: add what it may use"
            ));
            continue;
        };
        for used in graph.uses.get(member).into_iter().flatten() {
            if graph.members.contains(used) && !allowed.contains(&used.as_str()) {
                problems.add(format!("{member} may not use {used}"));
            }
        }
        for banned in graph
            .reached_from(member)
            .into_iter()
            .filter(|name| BANNED.contains(name))
        {
            problems.add(format!(
                "{member} reaches {banned}, which is banned: TLS is rustls with ring"
            ));
        }
    }
    for pure in PURE {
        for effect in graph
            .reached_from(pure)
            .into_iter()
            .filter(|name| EFFECTS.contains(name))
        {
            problems.add(format!("{pure} is pure, but reaches {effect}"));
        }
    }
}

#[cfg(test)]
mod tests;
