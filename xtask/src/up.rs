//! `cargo xtask up`: all set-up that is missing, then the stack itself in place of this program.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use crate::options::{Fresh, UpOptions};
use crate::problems::Problems;
use crate::workspace::Workspace;
use crate::{binaries, run, say, site, tools, weights};

/// Sets up, builds, and becomes the stack. Returns only when something failed before.
pub(crate) fn up(arguments: &[String]) -> anyhow::Result<()> {
    let mut problems = Problems::default();
    let options = UpOptions::parse(arguments, &mut problems);
    let workspace = Workspace::locate()?;
    look_at(&workspace, &options, &mut problems);
    problems.into_result()?;

    weights::ensure(&workspace, options.weights.as_deref())?;
    site::build(&workspace)?;
    binaries::build(&workspace)?;
    say::step("starting the stack");
    become_stack(&mut stack_command(&workspace, &options))
}

/// Everything that can be known to be wrong before minutes go into building.
fn look_at(workspace: &Workspace, options: &UpOptions, problems: &mut Problems) {
    tools::look_for(problems);
    if !options.template.is_file() {
        problems.add(format!(
            "--template {}: there is no such file",
            options.template.display()
        ));
    }
    match &options.weights {
        Some(file) if !file.is_file() => problems.add(format!("--weights {}: there is no such file", file.display())),
        None if !weights::at_hand(workspace) && run::find("npm").is_none() => problems.add(
            "no npm to fetch the face weights with: install Node.js, or give the package's tarball by --weights FILE",
        ),
        _ => {}
    }
    if options.listen.port() != 0
        && let Err(error) = TcpListener::bind(options.listen)
    {
        problems.add(format!(
            "port {} can't be listened on ({error}): end what uses it, or choose another with --listen 127.0.0.1:PORT",
            options.listen.port()
        ));
    }
}

/// The stack's own command line.
fn stack_command(workspace: &Workspace, options: &UpOptions) -> Command {
    let mut command = stack(workspace, &workspace.binaries());
    command
        .arg("--template")
        .arg(&options.template)
        .arg("--listen")
        .arg(options.listen.to_string())
        .arg("--data")
        .arg(&options.data);
    if options.fresh == Fresh::Discard {
        command.arg("--fresh");
    }
    for parameter in &options.parameters {
        command.arg("--set").arg(parameter);
    }
    if let Some(path) = &options.ready_file {
        command.arg("--ready-file").arg(path);
    }
    command
}

/// The stack with what it needs from the build, and functions from `binaries`, in the directory that the person called from.
pub(crate) fn stack(workspace: &Workspace, binaries: &Path) -> Command {
    let mut command = Command::new(workspace.binaries().join("face-login-local"));
    command
        .arg("--weights")
        .arg(workspace.weights())
        .arg("--binaries")
        .arg(binaries)
        .arg("--site")
        .arg(workspace.site());
    command
}

/// Signals go straight to the stack, since it takes this program's place.
#[cfg(unix)]
fn become_stack(command: &mut Command) -> anyhow::Result<()> {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(anyhow::Error::new(error).context(format!(
        "starting {}",
        Path::new(command.get_program()).display()
    )))
}

#[cfg(not(unix))]
fn become_stack(_: &mut Command) -> anyhow::Result<()> {
    anyhow::bail!("the local stack runs on Linux and macOS; on Windows use WSL")
}
