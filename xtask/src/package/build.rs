//! Compiles the functions for Lambda, from any machine: with zig as linker and C compiler, whose version and libc are pinned too.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::arch::Arch;
use crate::python::Tools;
use crate::workspace::Workspace;
use crate::{origins, run, say, tools};

/// Minor version of the glibc on Lambda's `provided.al2023`.
pub(super) const GLIBC: u32 = 34;
/// The profile in the root `Cargo.toml`.
const PROFILE: &str = "lambda";
/// Crates whose programs are functions. Not the whole workspace: the local stack's features have no business in what is deployed.
const PACKAGES: [&str; 4] = [
    "face-login-triggers",
    "face-login-indexer",
    "face-login-collection-init",
    "face-login-sweeper",
];

const TOOLS: Tools = Tools {
    list: "package-tools.txt",
    folder: "package-tools",
    what: "the cross compiler (zig, 100 MB)",
};

/// Builds the programs and returns the folder that holds them.
pub(super) fn build(
    workspace: &Workspace,
    arch: Arch,
    binaries: &[String],
) -> anyhow::Result<PathBuf> {
    let zig = TOOLS.ensure(workspace)?;
    tools::rust_target(&workspace.root, arch.triple())?;
    say::step(&format!(
        "building {} functions for {} (fat LTO: the first time takes a quarter of an hour and more)",
        binaries.len(),
        arch.name()
    ));
    let mut command = run::program(
        &workspace.root,
        zig.join("cargo-zigbuild"),
        ["zigbuild", "--locked"],
    );
    command
        .args(["--profile", PROFILE, "--target"])
        .arg(format!("{}.2.{GLIBC}", arch.triple()))
        .args(PACKAGES.map(|package| format!("--package={package}")))
        .args(binaries.iter().map(|binary| format!("--bin={binary}")))
        .env("CARGO_TARGET_DIR", &workspace.target)
        .env("CARGO_INCREMENTAL", "0")
        .env(
            "CARGO_ZIGBUILD_CACHE_DIR",
            workspace.target.join("package-tools/cache"),
        )
        .env("CARGO_ZIGBUILD_PYTHON_PATH", zig.join("python"))
        .env("PATH", with_first(&zig)?)
        .env(
            "RUSTFLAGS",
            origins::remapped(workspace, "--remap-path-prefix=").join(" "),
        )
        .env(
            "CFLAGS",
            origins::remapped(workspace, "-ffile-prefix-map=").join(" "),
        );
    run::run("building the functions", &mut command)?;
    Ok(workspace.target.join(arch.triple()).join(PROFILE))
}

fn with_first(folder: &Path) -> anyhow::Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(
        [folder.to_owned()]
            .into_iter()
            .chain(std::env::split_paths(&path)),
    )
    .context("PATH holds a folder whose name can't be in it")
}
