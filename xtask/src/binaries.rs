//! The Lambda functions and the local stack, as release binaries.

use crate::workspace::Workspace;
use crate::{run, say};

/// The packages whose binaries make up the stack.
const PACKAGES: [&str; 4] = [
    "face-login-triggers",
    "face-login-indexer",
    "face-login-collection-init",
    "face-login-local-stack",
];

/// Builds what `up` and the acceptance suite run.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<()> {
    say::step("building the functions and the local stack (the first time takes several minutes)");
    let mut arguments = vec!["build", "--release", "--locked", "--bins"];
    arguments.extend(PACKAGES.iter().flat_map(|package| ["--package", package]));
    run::run(
        "building the binaries",
        &mut run::cargo(&workspace.root, arguments),
    )
}
