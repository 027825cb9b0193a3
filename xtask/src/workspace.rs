//! Where things are: the repository, and cargo's target directory.

use std::path::PathBuf;

use anyhow::Context as _;

use crate::run;

/// Paths that every command needs.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    /// The repository.
    pub(crate) root: PathBuf,
    /// Cargo's target directory; everything made or fetched lies under it.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Asks cargo, so that `CARGO_TARGET_DIR` and configuration are honoured.
    pub(crate) fn locate() -> anyhow::Result<Self> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask lies in a folder of the workspace")?
            .to_owned();
        let metadata = metadata(&root)?;
        let target = metadata["target_directory"]
            .as_str()
            .context("cargo metadata names no target directory")?
            .into();
        Ok(Self { root, target })
    }

    /// Release binaries: the Lambda functions and the local stack.
    pub(crate) fn binaries(&self) -> PathBuf {
        self.target.join("release")
    }

    /// The verified face weights.
    pub(crate) fn weights(&self) -> PathBuf {
        self.target.join("weights")
    }

    /// The photos of the weights' package, for tests.
    pub(crate) fn photos(&self) -> PathBuf {
        self.target.join("face-photos")
    }

    /// AWS's service models, for tests.
    pub(crate) fn service_models(&self) -> PathBuf {
        self.target.join("service-models")
    }

    /// The npm package of the custom element.
    pub(crate) fn package_web(&self) -> PathBuf {
        self.target.join("package-web")
    }

    /// The built page.
    pub(crate) fn site(&self) -> PathBuf {
        self.target.join("site")
    }
}

/// What `cargo metadata` says of the workspace, dependencies included.
pub(crate) fn metadata(root: &std::path::Path) -> anyhow::Result<serde_json::Value> {
    let text = run::output(
        "cargo metadata",
        &mut run::cargo(root, ["metadata", "--format-version=1", "--locked"]),
    )?;
    serde_json::from_str(&text).context("reading cargo metadata")
}
