//! The Lambda functions and the local stack, as release binaries.

use crate::workspace::Workspace;
use crate::{run, say};

/// What `up` and the acceptance suite run.
const BINARIES: [&str; 11] = [
    "pre-sign-up",
    "post-confirmation",
    "define",
    "create",
    "verify",
    "pre-token",
    "indexer",
    "collection-init",
    "site-init",
    "sweeper",
    "face-login-local",
];

/// Builds the binaries. Selected from the whole workspace, as every other command does: cargo unites features over what
/// is selected, and another selection would compile the SDKs once more.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<()> {
    say::step("building the functions and the local stack (the first time takes several minutes)");
    let mut arguments = vec!["build", "--release", "--locked", "--workspace"];
    arguments.extend(BINARIES.iter().flat_map(|binary| ["--bin", binary]));
    run::run(
        "building the binaries",
        &mut run::cargo(&workspace.root, arguments),
    )
}
