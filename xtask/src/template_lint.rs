//! The template under AWS's own tools: `sam validate --lint`, and cfn-lint on what the transform makes of it.
//!
//! cfn-lint on the SAM file alone misses half of what it finds on the translated one (cycles, typos in Globals and in actions).

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::workspace::Workspace;
use crate::{run, say};

/// Any region with all services; nothing is called there.
const REGION: &str = "us-east-1";

/// Lints the template and returns it as translated.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<Value> {
    let tools = ensure_tools(workspace)?;
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
    let text = fs::read_to_string(&translated).context("reading the translated template")?;
    serde_json::from_str(&text).context("reading the translated template")
}

/// The tools in a private environment of Python, installed again when their versions change.
pub(crate) fn ensure_tools(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let wanted = workspace.root.join("xtask/template-tools.txt");
    let wanted_text =
        fs::read_to_string(&wanted).with_context(|| format!("reading {}", wanted.display()))?;
    let folder = workspace.target.join("template-tools");
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted_text) {
        return Ok(folder.join("bin"));
    }
    if run::find("python3").is_none() {
        bail!("the template lint needs python3 with venv and pip");
    }
    say::step("installing the template tools (sam, cfn-lint) into a private environment");
    run::run(
        "making a Python environment (on Debian it needs the package python3-venv)",
        run::program(&workspace.root, "python3", ["-m", "venv", "--clear"]).arg(&folder),
    )?;
    run::run(
        "installing the template tools",
        run::program(
            &workspace.root,
            folder.join("bin/python"),
            [
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-cache-dir",
                "--requirement",
            ],
        )
        .arg(&wanted),
    )?;
    fs::write(&stamp, wanted_text).with_context(|| format!("writing {}", stamp.display()))?;
    Ok(folder.join("bin"))
}
