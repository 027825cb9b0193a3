//! `cargo deny`: licences, sources and bans in every check; known vulnerabilities on demand, because their list is a
//! network away.

use std::path::PathBuf;

use anyhow::bail;

use crate::workspace::Workspace;
use crate::{run, say};

/// Pinned, so that a check means the same everywhere.
const VERSION: &str = "0.20.2";

/// Fails on a licence, a source or a crate that `deny.toml` does not allow.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let deny = ensure(workspace)?;
    run::run(
        "cargo deny (see deny.toml)",
        &mut run::program(
            &workspace.root,
            deny,
            // Two versions of one crate are told by `cargo tree --duplicates`; here they would hide what matters.
            [
                "--log-level",
                "error",
                "check",
                "licenses",
                "bans",
                "sources",
            ],
        ),
    )
}

/// `cargo xtask audit`: known vulnerabilities and withdrawn releases of what Cargo.lock names.
pub(crate) fn audit(arguments: &[String]) -> anyhow::Result<()> {
    if !arguments.is_empty() {
        bail!("`cargo xtask audit` takes no arguments");
    }
    let workspace = Workspace::locate()?;
    let deny = ensure(&workspace)?;
    run::run(
        "looking for known vulnerabilities (it fetches the RustSec list: is there a network?)",
        &mut run::program(&workspace.root, deny, ["check", "advisories"]),
    )
}

/// The pinned cargo-deny, built into the target folder the first time.
fn ensure(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let folder = workspace.target.join("cargo-deny");
    let program = folder.join("bin/cargo-deny");
    if run::output(
        "cargo-deny",
        &mut run::program(&workspace.root, &program, ["--version"]),
    )
    .is_ok_and(|version| version.trim() == format!("cargo-deny {VERSION}"))
    {
        return Ok(program);
    }
    say::step("building cargo-deny (once; some minutes)");
    run::run(
        "building cargo-deny",
        run::cargo(
            &workspace.root,
            [
                "install",
                "--locked",
                "--force",
                "--version",
                VERSION,
                "--root",
            ],
        )
        .arg(&folder)
        .arg("cargo-deny"),
    )?;
    Ok(program)
}
