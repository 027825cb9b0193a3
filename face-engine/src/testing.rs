//! What several tests of this crate need.

use std::path::{Path, PathBuf};

/// The folder with the weights: `FACE_LOGIN_WEIGHTS`, or `target/weights` of the workspace.
///
/// Fails with all that is wrong, rather than letting tests pass without having run a net.
pub(crate) fn weights_dir() -> PathBuf {
    let from_environment = std::env::var_os("FACE_LOGIN_WEIGHTS").map(PathBuf::from);
    let dir = from_environment
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/weights"));
    let problems: Vec<String> = crate::verify(&dir)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(
        problems.is_empty(),
        "no usable weights (`cargo xtask test` fetches them):\n{}",
        problems.join("\n")
    );
    dir
}
