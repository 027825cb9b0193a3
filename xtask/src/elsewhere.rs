//! `cargo xtask test --aws READY.json`: the part of the suite that needs nothing but a ready file, against the stack that
//! the file describes.

use std::path::Path;

use anyhow::{Context as _, bail};

use crate::portable::{self, Mails};
use crate::suite::{CARGO_TEST, with_paths};
use crate::workspace::Workspace;
use crate::{run, say, service_models, weights};

/// Runs the portable tests one after the other and says what was left out. Users that the tests made are deleted first
/// and last.
pub(crate) fn test(ready: &Path) -> anyhow::Result<()> {
    let ready = std::path::absolute(ready)?;
    let text =
        std::fs::read_to_string(&ready).with_context(|| format!("reading {}", ready.display()))?;
    let described: serde_json::Value =
        serde_json::from_str(&text).with_context(|| format!("{} is not JSON", ready.display()))?;
    if described["version"] != 1 {
        bail!("{} is no ready file of version 1", ready.display());
    }
    let mails = match described["inbox"].as_str() {
        Some(address) if !address.is_empty() => Mails::Readable,
        _ => Mails::OutOfReach,
    };
    let workspace = Workspace::locate()?;
    let tests = workspace.root.join("tests");
    let list =
        std::fs::read_to_string(tests.join("portable.txt")).context("reading portable.txt")?;
    let selection = portable::select(&list, &portable::of_suite(&tests.join("tests"))?, mails)?;
    weights::ensure(&workspace, None)?;
    service_models::ensure(&workspace)?;
    let mut failed = Vec::new();
    for (file, names) in &selection.run {
        say::step(&format!("{} tests of {file}", names.len()));
        let outcome = run::run(
            file,
            with_paths(
                &workspace,
                run::cargo(&workspace.root, CARGO_TEST)
                    .args(["--test", file, "--", "--test-threads=1", "--exact"])
                    .args(names)
                    .env("FACE_LOGIN_READY", &ready),
            ),
        );
        if outcome.is_err() {
            failed.push(file.as_str());
        }
    }
    say::step("deleting the users that the tests made");
    let tidied = run::run(
        "deleting the users that the tests made",
        run::cargo(
            &workspace.root,
            ["run", "--release", "--locked", "--example", "tidy", "--"],
        )
        .arg(&ready),
    );
    for (reason, tests) in &selection.left_out {
        say::line(&format!("left out, {reason}: {}", portable::count(tests)));
        for (file, names) in tests {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            say::line(&format!("  {file}: {}", names.join(", ")));
        }
    }
    say::line(&format!("run: {} tests", portable::count(&selection.run)));
    if !failed.is_empty() {
        bail!("failures in {}", failed.join(", "));
    }
    tidied
}
