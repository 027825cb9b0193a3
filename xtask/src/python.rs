//! Python tools at pinned versions, each set in a private environment under the target directory.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::workspace::Workspace;
use crate::{run, say};

/// A set of tools: a list for pip in `xtask/`, and what it is installed for.
pub(crate) struct Tools {
    /// File in `xtask/`, one `name==version` a line.
    pub(crate) list: &'static str,
    /// Folder under the target directory.
    pub(crate) folder: &'static str,
    /// Completes "installing …".
    pub(crate) what: &'static str,
}

impl Tools {
    /// The folder of their programs. They are installed again when the list changes.
    pub(crate) fn ensure(&self, workspace: &Workspace) -> anyhow::Result<PathBuf> {
        let wanted = workspace.root.join("xtask").join(self.list);
        let wanted_text =
            fs::read_to_string(&wanted).with_context(|| format!("reading {}", wanted.display()))?;
        let folder = workspace.target.join(self.folder);
        let stamp = folder.join("installed.txt");
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted_text) {
            return Ok(folder.join("bin"));
        }
        if run::find("python3").is_none() {
            bail!("{} needs python3 with venv and pip", self.what);
        }
        say::step(&format!(
            "installing {} into a private environment",
            self.what
        ));
        let mut pip = environment(&workspace.root, &folder)?;
        run::run(
            &format!("installing {}", self.what),
            pip.arg("--requirement").arg(&wanted),
        )?;
        fs::write(&stamp, wanted_text).with_context(|| format!("writing {}", stamp.display()))?;
        Ok(folder.join("bin"))
    }
}

/// Makes an empty environment, and returns its `pip install`, still without what is to be installed, to be run in `directory`.
pub(crate) fn environment(directory: &Path, folder: &Path) -> anyhow::Result<Command> {
    run::run(
        "making a Python environment (on Debian it needs the package python3-venv)",
        run::program(directory, "python3", ["-m", "venv", "--clear"]).arg(folder),
    )?;
    let mut pip = run::program(directory, folder.join("bin/python"), ["-m", "pip"]);
    pip.args(["install", "--quiet", "--disable-pip-version-check"]);
    pip.arg("--no-cache-dir");
    Ok(pip)
}
