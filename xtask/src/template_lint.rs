//! The template under other people's tools: `sam validate --lint`, then cfn-lint and checkov on what the transform makes of it.
//!
//! cfn-lint on the SAM file alone misses half of what it finds on the translated one (cycles, typos in Globals and in actions).

mod checkov;

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;

use crate::python::Tools;
use crate::run;
use crate::workspace::Workspace;

/// Also what the mutants of the template are judged with.
pub(crate) const TOOLS: Tools = Tools {
    list: "template-tools.txt",
    folder: "template-tools",
    what: "the template tools (sam, cfn-lint)",
};

/// The translated template, in the target folder.
const TRANSLATED: &str = "template-translated.json";
/// Any region with all services; nothing is called there.
const REGION: &str = "us-east-1";

/// Lints the template and returns it as translated.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<Value> {
    let template = workspace.root.join("template.yaml");
    let tools = TOOLS.ensure(workspace)?;
    run::run(
        "sam validate --lint",
        run::program(
            &workspace.root,
            tools.join("sam"),
            ["validate", "--lint", "--template"],
        )
        .arg(&template)
        .args(["--region", REGION])
        .env("SAM_CLI_TELEMETRY", "0")
        // It keeps a file of its own in the home directory.
        .env("HOME", &tools),
    )?;
    let template = translated(workspace, &template, TRANSLATED)?;
    checkov::check(workspace, &workspace.target.join(TRANSLATED))?;
    Ok(template)
}

/// The same, but for checkov, for the edition for the Serverless Application Repository.
pub(crate) fn check_edition(workspace: &Workspace, text: &str) -> anyhow::Result<Value> {
    let template = workspace.target.join("template-sar.yaml");
    fs::write(&template, text).with_context(|| format!("writing {}", template.display()))?;
    translated(workspace, &template, "template-sar-translated.json")
}

fn translated(workspace: &Workspace, template: &Path, name: &str) -> anyhow::Result<Value> {
    let tools = TOOLS.ensure(workspace)?;
    let translated = workspace.target.join(name);
    run::run(
        &format!("translating {}", template.display()),
        run::program(
            &workspace.root,
            tools.join("python"),
            ["xtask/translate_template.py"],
        )
        .arg(template)
        .arg(&translated)
        .env("AWS_DEFAULT_REGION", REGION),
    )?;
    run::run(
        &format!("cfn-lint on {name}"),
        run::program(
            &workspace.root,
            tools.join("cfn-lint"),
            ["--regions", REGION, "--template"],
        )
        .arg(&translated),
    )?;
    let text = fs::read_to_string(&translated).context("reading the translated template")?;
    serde_json::from_str(&text).context("reading the translated template")
}
