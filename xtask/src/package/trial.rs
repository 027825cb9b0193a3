//! `--try`: an enrolment and a sign-in against the local stack, with the functions as they were packed. Programs for another processor run in QEMU.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::arch::Arch;
use crate::suite::{CARGO_TEST, Stack, with_paths};
use crate::workspace::Workspace;
use crate::{binaries, run, say, service_models, weights};

/// Runs arm64 programs on any processor.
const QEMU: &str = "qemu-aarch64-static";
/// Debian's libraries for arm64.
const LIBRARIES: &str = "/usr/aarch64-linux-gnu";
/// From sign-up to verified tokens, and a sign-in with the enrolled face: every trigger and the indexer.
const JOURNEY: [&str; 2] = [
    "a_newcomer_enrols_and_gets_tokens_that_verify",
    "the_enrolled_face_signs_in_refreshes_and_signs_out",
];

/// Runs the journey.
pub(super) fn sign_in(
    workspace: &Workspace,
    arch: Arch,
    programs: &Path,
    names: &[String],
) -> anyhow::Result<()> {
    let functions = startable(workspace, arch, programs, names)?;
    weights::ensure(workspace, None)?;
    service_models::ensure(workspace)?;
    binaries::build(workspace)?;
    say::step(&format!(
        "a sign-in with the packaged functions ({})",
        arch.name()
    ));
    let stack = Stack::start(workspace, "package-trial", &functions)?;
    run::run(
        "the sign-in",
        with_paths(
            workspace,
            run::cargo(&workspace.root, CARGO_TEST)
                .args(["--test", "journey", "--", "--test-threads=1", "--exact"])
                .args(JOURNEY)
                .env("FACE_LOGIN_READY", &stack.ready),
        ),
    )?;
    say::line("package: the packaged functions enrolled a face and let it in");
    Ok(())
}

/// A folder whose programs this machine can start.
fn startable(
    workspace: &Workspace,
    arch: Arch,
    programs: &Path,
    names: &[String],
) -> anyhow::Result<PathBuf> {
    if arch.is_native() {
        return Ok(programs.to_owned());
    }
    let Some(qemu) = run::find(QEMU).filter(|_| arch == Arch::Arm64) else {
        bail!(
            "--try needs {QEMU} and its libraries (Debian: `apt-get install qemu-user-static libc6-arm64-cross`)"
        );
    };
    let folder = workspace.target.join("package-trial-functions");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    for name in names {
        let script = script(&qemu, &programs.join(name));
        let file = folder.join(name);
        fs::write(&file, script).with_context(|| format!("writing {}", file.display()))?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755))
            .with_context(|| format!("making {} a program", file.display()))?;
    }
    Ok(folder)
}

fn script(qemu: &Path, program: &Path) -> String {
    let quoted = |path: &Path| format!("'{}'", path.display().to_string().replace('\'', r"'\''"));
    format!(
        "#!/bin/sh\nexec {} -L {LIBRARIES} {}\n",
        quoted(qemu),
        quoted(program)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_words_of_the_shell() {
        let script = script(Path::new("/usr/bin/qemu"), Path::new("/a b/it's"));
        assert!(
            script.ends_with("exec '/usr/bin/qemu' -L /usr/aarch64-linux-gnu '/a b/it'\\''s'\n"),
            "{script}"
        );
    }
}
