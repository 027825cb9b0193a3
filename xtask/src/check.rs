//! `cargo xtask check`: everything that CI looks at before it runs tests.

use std::fs;

use anyhow::{Context as _, bail};

use crate::template_rules::{edition, repository};
use crate::workspace::Workspace;
use crate::{
    actions, budgets, documents, layers, package_web, run, say, site, supply_chain, template_lint,
    template_rules, tools, weights,
};

/// Crates that also compile for the browser.
const WASM_PACKAGES: [&str; 4] = [
    "face-login-domain",
    "face-login-face-engine",
    "face-login-guide",
    "face-login-web",
];

/// Runs all checks, cheapest first, and stops at the first that fails.
pub(crate) fn check(arguments: &[String]) -> anyhow::Result<()> {
    if !arguments.is_empty() {
        bail!("`cargo xtask check` takes no arguments");
    }
    let workspace = Workspace::locate()?;
    say::step("formatting");
    run::run(
        "checking the formatting (mend it with `cargo fmt --all`)",
        &mut run::cargo(&workspace.root, ["fmt", "--all", "--check"]),
    )?;
    say::step("layer rules");
    layers::check(&workspace)?;
    say::step("threat model");
    documents::check(&workspace)?;
    say::step("dependencies");
    supply_chain::check(&workspace)?;
    say::step("template");
    let golden = actions::golden_grants(&workspace)?;
    let text = fs::read_to_string(workspace.root.join("template.yaml"));
    let edition = edition::for_repository(&text.context("reading template.yaml")?)?;
    repository::check_types(&template_lint::check_edition(&workspace, &edition)?)?;
    let template = template_lint::check(&workspace)?;
    template_rules::check(&template, &golden)?;
    documents::check_runbook(&workspace, &template)?;
    say::step("lints (native)");
    run::run(
        "linting",
        &mut run::cargo(
            &workspace.root,
            [
                "clippy",
                "--release",
                "--locked",
                "--workspace",
                "--all-targets",
                "--",
                "--deny",
                "warnings",
            ],
        ),
    )?;
    say::step("lints (WebAssembly)");
    tools::wasm_target(&workspace.root)?;
    let mut arguments = vec![
        "clippy",
        "--release",
        "--locked",
        "--target",
        tools::WASM_TARGET,
    ];
    arguments.extend(
        WASM_PACKAGES
            .iter()
            .flat_map(|package| ["--package", package]),
    );
    arguments.extend(["--", "--deny", "warnings"]);
    run::run(
        "linting for WebAssembly",
        &mut run::cargo(&workspace.root, arguments),
    )?;
    say::step("size budgets");
    weights::ensure(&workspace, None)?;
    site::build(&workspace)?;
    package_web::build(&workspace)?;
    budgets::check(&workspace)?;
    say::line("check: everything holds");
    Ok(())
}
