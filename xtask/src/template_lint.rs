//! The template under other people's tools: `sam validate --lint`, then cfn-lint and checkov on what the transform makes of it.
//!
//! cfn-lint on the SAM file alone misses half of what it finds on the translated one (cycles, typos in Globals and in actions).

mod checkov;

use std::fs;

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

/// Any region with all services; nothing is called there.
const REGION: &str = "us-east-1";

/// Lints the template and returns it as translated.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<Value> {
    let tools = TOOLS.ensure(workspace)?;
    let template = workspace.root.join("template.yaml");
    let translated = workspace.target.join("template-translated.json");
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
    run::run(
        "translating the template",
        run::program(
            &workspace.root,
            tools.join("python"),
            ["xtask/translate_template.py"],
        )
        .arg(&template)
        .arg(&translated)
        .env("AWS_DEFAULT_REGION", REGION),
    )?;
    run::run(
        "cfn-lint on the translated template",
        run::program(
            &workspace.root,
            tools.join("cfn-lint"),
            ["--regions", REGION, "--template"],
        )
        .arg(&translated),
    )?;
    checkov::check(workspace, &translated)?;
    let text = fs::read_to_string(&translated).context("reading the translated template")?;
    serde_json::from_str(&text).context("reading the translated template")
}
