//! Folders of this machine that compilers would write into what they make, and fixed names in their place: the next machine builds the same bytes.

use std::path::PathBuf;

use crate::workspace::Workspace;

/// A flag for each folder of sources, `<flag><folder>=<name>`. Always the same ones: other flags would compile everything anew.
pub(crate) fn remapped(workspace: &Workspace, flag: &str) -> Vec<String> {
    // The target directory often lies in the repository; of several that fit, the last counts.
    let names = [
        (workspace.root.clone(), "/face-login"),
        (workspace.target.clone(), "/target"),
        (cargo_home().join("registry/src"), "/crates"),
    ];
    names
        .iter()
        .map(|(folder, name)| format!("{flag}{}={name}", folder.display()))
        .collect()
}

/// Folders that nothing which is deployed may name.
pub(crate) fn private(workspace: &Workspace) -> Vec<String> {
    [
        cargo_home(),
        home("RUSTUP_HOME", ".rustup"),
        workspace.root.clone(),
        workspace.target.clone(),
    ]
    .map(|path| path.display().to_string())
    .to_vec()
}

/// The first of these folders that `bytes` name.
pub(crate) fn told<'paths>(bytes: &[u8], private: &'paths [String]) -> Option<&'paths str> {
    let holds = |wanted: &[u8]| {
        !wanted.is_empty() && bytes.windows(wanted.len()).any(|window| window == wanted)
    };
    private
        .iter()
        .map(String::as_str)
        .find(|path| holds(path.as_bytes()))
}

fn cargo_home() -> PathBuf {
    home("CARGO_HOME", ".cargo")
}

/// A folder that a variable names, or that lies in the person's own.
fn home(variable: &str, folder: &str) -> PathBuf {
    let path = |name: &str| std::env::var_os(name).map(PathBuf::from);
    path(variable).unwrap_or_else(|| path("HOME").unwrap_or_default().join(folder))
}
