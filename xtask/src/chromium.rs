//! What the tests take from the system: Chromium with its driver, and what the documents' example for a shell is written with.

use std::path::Path;

use anyhow::bail;

use crate::{run, say};

/// A program, and the Debian packages that bring it.
const PROGRAMS: [(&str, &[&str]); 4] = [
    ("chromium", &["chromium", "fonts-dejavu-core"]),
    ("chromedriver", &["chromium-driver"]),
    ("curl", &["curl"]),
    ("jq", &["jq"]),
];

/// Makes sure that they are there: on Debian as root what is missing is installed, elsewhere its absence is a failure.
pub(crate) fn ensure(root: &Path) -> anyhow::Result<()> {
    let packages = packages(|program| run::find(program).is_some());
    if packages.is_empty() {
        return Ok(());
    }
    let packages = packages.join(" ");
    if !(is_root(root) && run::find("apt-get").is_some()) {
        bail!(
            "the tests need Chromium, ChromeDriver, curl and jq: on Debian run `apt-get install {packages}` as root, \
             elsewhere install them so that `chromium`, `chromedriver`, `curl` and `jq` are on PATH"
        );
    }
    say::step(&format!("installing Debian packages: {packages}"));
    run::run(
        "apt-get update",
        &mut run::program(root, "apt-get", ["update", "-q"]),
    )?;
    run::run(
        "installing what the tests take from the system",
        run::program(
            root,
            "apt-get",
            ["install", "-q", "-y", "--no-install-recommends"],
        )
        .args(packages.split(' '))
        .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

/// The packages of what is missing.
fn packages(is_there: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let missing = PROGRAMS.iter().filter(|(program, _)| !is_there(program));
    missing
        .flat_map(|(_, packages)| *packages)
        .copied()
        .collect()
}

fn is_root(root: &Path) -> bool {
    run::output("id", &mut run::program(root, "id", ["-u"])).is_ok_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_missing_program_brings_its_packages() {
        assert!(packages(|_| true).is_empty());
        assert_eq!(packages(|program| program != "jq"), ["jq"]);
        assert_eq!(
            packages(|program| program != "chromium"),
            ["chromium", "fonts-dejavu-core"]
        );
    }
}
