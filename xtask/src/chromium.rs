//! Chromium and its driver, for the browser tests.

use std::path::Path;

use anyhow::bail;

use crate::{run, say};

/// Makes sure that a browser is there: on Debian as root it is installed, elsewhere its absence is a failure.
pub(crate) fn ensure(root: &Path) -> anyhow::Result<()> {
    if run::find("chromium").is_some() && run::find("chromedriver").is_some() {
        return Ok(());
    }
    if !(is_root(root) && run::find("apt-get").is_some()) {
        bail!(
            "the browser tests need Chromium and ChromeDriver: on Debian run `apt-get install chromium chromium-driver` as root, \
             elsewhere install both so that `chromium` and `chromedriver` are on PATH"
        );
    }
    say::step("installing Chromium (Debian packages chromium, chromium-driver)");
    run::run(
        "apt-get update",
        &mut run::program(root, "apt-get", ["update", "-q"]),
    )?;
    run::run(
        "installing Chromium",
        run::program(
            root,
            "apt-get",
            [
                "install",
                "-q",
                "-y",
                "--no-install-recommends",
                "chromium",
                "chromium-driver",
                "fonts-dejavu-core",
                // For the example of docs/integrating.md, which a test runs.
                "curl",
                "jq",
            ],
        )
        .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

fn is_root(root: &Path) -> bool {
    run::output("id", &mut run::program(root, "id", ["-u"])).is_ok_and(|id| id.trim() == "0")
}
