//! What must be on the machine before anything is built.

use std::path::Path;

use crate::problems::Problems;
use crate::run;

/// The compile target of the page.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Notes every tool that is missing and can't be installed by this program.
pub(crate) fn look_for(problems: &mut Problems) {
    if !["cc", "gcc", "clang"]
        .iter()
        .any(|name| run::find(name).is_some())
    {
        problems.add("no C compiler: install gcc or clang (Debian: `apt-get install gcc`; macOS: `xcode-select --install`)");
    }
}

/// Installs the compile target of the page unless it is there.
pub(crate) fn wasm_target(root: &Path) -> anyhow::Result<()> {
    rust_target(root, WASM_TARGET)
}

/// Installs a compile target unless it is there.
pub(crate) fn rust_target(root: &Path, target: &str) -> anyhow::Result<()> {
    if has_target(root, target) {
        return Ok(());
    }
    crate::say::step(&format!("adding the Rust target {target}"));
    run::run(
        &format!(
            "adding the Rust target {target} (is there a network, and is Rust installed by rustup?)"
        ),
        &mut run::program(root, "rustup", ["target", "add", target]),
    )
}

fn has_target(root: &Path, target: &str) -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    run::output(
        "rustc",
        &mut run::program(
            root,
            rustc,
            ["--print", "target-libdir", "--target", target],
        ),
    )
    .is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}
