//! `cargo xtask accuracy DIR`: recognition measured on photos that are not part of the project.

use anyhow::bail;

use crate::workspace::Workspace;
use crate::{run, say, weights};

/// Prints distances and acceptance rates for `DIR/<person>/<photo>.jpg`.
pub(crate) fn accuracy(arguments: &[String]) -> anyhow::Result<()> {
    let [folder] = arguments else {
        bail!(
            "usage: cargo xtask accuracy DIR, where DIR holds one folder of JPEG photos a person"
        );
    };
    let folder = std::path::absolute(folder)?;
    let workspace = Workspace::locate()?;
    weights::ensure(&workspace, None)?;
    say::step("measuring recognition (about a second a photo)");
    run::run(
        "measuring recognition",
        run::cargo(
            &workspace.root,
            [
                "run",
                "--release",
                "--locked",
                "--example",
                "accuracy",
                "--",
            ],
        )
        .arg(folder)
        .env("FACE_LOGIN_WEIGHTS", workspace.weights()),
    )
}
