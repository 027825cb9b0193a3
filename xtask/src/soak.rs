//! `cargo xtask soak`: builds what the soak needs and starts it (`tests/examples/soak.rs`).

use crate::suite::with_paths;
use crate::workspace::Workspace;
use crate::{binaries, run, say, service_models, site, weights};

/// Runs the soak. Arguments are its own: `--enrolments N --sign-ins N --parallel N --seed N --stack-kills N
/// --function-kills N`.
pub(crate) fn soak(arguments: &[String]) -> anyhow::Result<()> {
    let workspace = Workspace::locate()?;
    weights::ensure(&workspace, None)?;
    service_models::ensure(&workspace)?;
    site::build(&workspace)?;
    binaries::build(&workspace)?;
    say::step("building the soak");
    let example = |command: &'static str| {
        run::cargo(
            &workspace.root,
            [command, "--release", "--locked", "--example", "soak"],
        )
    };
    run::run("building the soak", &mut example("build"))?;
    let report = workspace.target.join("soak.json");
    say::step(&format!("soaking; figures go to {}", report.display()));
    run::run(
        "the soak",
        with_paths(
            &workspace,
            example("run")
                .args(["--", "--report"])
                .arg(&report)
                .args(arguments),
        ),
    )
}
