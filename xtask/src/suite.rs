//! `cargo xtask test`: all set-up that is missing, then every test, the browser ones included.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::workspace::Workspace;
use crate::{
    actions, binaries, chromium, clients, package_web, run, say, service_models, site, up, weights,
};

/// How long the stack may take to answer; a cold disk on a busy machine needs some of it.
const START_LIMIT: Duration = Duration::from_mins(2);
const START_STEP: Duration = Duration::from_millis(100);

/// Runs every test. Arguments go to `cargo test`, so that a part can be run alone: `cargo xtask test --test journey`.
pub(crate) fn test(arguments: &[String]) -> anyhow::Result<()> {
    let workspace = Workspace::locate()?;
    chromium::ensure(&workspace.root)?;
    let clients = clients::ensure(&workspace)?;
    weights::ensure(&workspace, None)?;
    service_models::ensure(&workspace)?;
    site::build(&workspace)?;
    package_web::build(&workspace)?;
    binaries::build(&workspace)?;
    say::step("building the tests");
    run::run(
        "building the tests",
        run::cargo(&workspace.root, CARGO_TEST)
            .args(arguments)
            .arg("--no-run"),
    )?;
    let grants = actions::recording(&workspace);
    if grants.exists() {
        fs::remove_file(&grants).context("removing what the last run recorded")?;
    }
    say::step("starting a stack for the acceptance suite");
    let stack = Stack::start(&workspace, "acceptance", &workspace.binaries())?;
    say::step("running the tests");
    let shown = workspace.target.join("tmp/clients");
    // What an earlier run showed says nothing about this one.
    let _ = fs::remove_dir_all(&shown);
    let outcome = run::run(
        "the tests",
        run::cargo(&workspace.root, CARGO_TEST)
            .args(arguments)
            .envs(paths(&workspace))
            .env("FACE_LOGIN_CLIENTS", clients)
            .env("FACE_LOGIN_READY", &stack.ready)
            .env("FACE_LOGIN_GRANTS", &grants),
    );
    if let Ok(table) = fs::read_to_string(shown.join("matrix.md")) {
        say::step(&format!(
            "what each client showed (kept in {})",
            shown.display()
        ));
        say::line(&table);
    }
    // Stacks of a test's own are asked by that test; this one is everybody's.
    outcome?;
    stack.kept_to_the_models()?;
    // A part of the suite does not use all that is granted.
    if arguments.is_empty() {
        say::step("comparing what the functions did with the golden list");
        actions::compare(&workspace)?;
    }
    Ok(())
}

/// Writes the tables of `local/COVERAGE.md` from what the stack does.
pub(crate) fn coverage(arguments: &[String]) -> anyhow::Result<()> {
    if !arguments.is_empty() {
        bail!("`cargo xtask coverage` takes no arguments");
    }
    let workspace = Workspace::locate()?;
    weights::ensure(&workspace, None)?;
    service_models::ensure(&workspace)?;
    site::build(&workspace)?;
    binaries::build(&workspace)?;
    say::step("asking the stack for everything that AWS's service models know");
    run::run(
        "writing local/COVERAGE.md",
        run::cargo(&workspace.root, CARGO_TEST)
            .args(["the_coverage_page_is_true", "--test", "coverage"])
            .envs(paths(&workspace))
            .env("FACE_LOGIN_COVERAGE", "write"),
    )
}

/// Every test of the workspace, and all of them even when one fails.
pub(crate) const CARGO_TEST: [&str; 5] = [
    "test",
    "--release",
    "--locked",
    "--workspace",
    "--no-fail-fast",
];

/// Where tests find what was built and fetched.
pub(crate) fn paths(workspace: &Workspace) -> Vec<(&'static str, PathBuf)> {
    let mut paths = vec![
        ("FACE_LOGIN_WEIGHTS", workspace.weights()),
        ("FACE_LOGIN_PHOTOS", workspace.photos()),
        ("FACE_LOGIN_MODELS", workspace.service_models()),
        ("FACE_LOGIN_BINARIES", workspace.binaries()),
        (
            "FACE_LOGIN_STACK_BIN",
            workspace.binaries().join("face-login-local"),
        ),
        ("FACE_LOGIN_SITE", workspace.site()),
        ("FACE_LOGIN_ELEMENT", workspace.package_web()),
        ("FACE_LOGIN_TEMPLATE", workspace.root.join("template.yaml")),
    ];
    let browser = [
        ("FACE_LOGIN_CHROMIUM", "chromium"),
        ("FACE_LOGIN_CHROMEDRIVER", "chromedriver"),
    ];
    paths.extend(
        browser
            .into_iter()
            .filter_map(|(variable, name)| Some((variable, run::find(name)?))),
    );
    paths
}

/// Tells a command where things are.
pub(crate) fn with_paths<'a>(workspace: &Workspace, command: &'a mut Command) -> &'a mut Command {
    command.envs(paths(workspace))
}

/// A stack that tests share; ended when dropped.
pub(crate) struct Stack {
    child: Child,
    /// The ready file.
    pub(crate) ready: PathBuf,
    /// What broke AWS's service models, a line each; there is no file while nothing did.
    violations: PathBuf,
}

impl Stack {
    /// Starts one whose functions are the programs in `binaries`, with data and log in a folder of that name under the target directory.
    pub(crate) fn start(
        workspace: &Workspace,
        folder: &str,
        binaries: &Path,
    ) -> anyhow::Result<Self> {
        let folder = workspace.target.join(folder);
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("emptying {}", folder.display()))?;
        }
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        let ready = folder.join("ready.json");
        let log = folder.join("stack.log");
        let output = fs::File::create(&log).with_context(|| format!("making {}", log.display()))?;
        let errors = output.try_clone().context("sharing the stack's log")?;
        let child = up::stack(workspace, binaries)
            .arg("--template")
            .arg(workspace.root.join("template.yaml"))
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(folder.join("data"))
            .arg("--ready-file")
            .arg(&ready)
            .arg("--models")
            .arg(workspace.service_models())
            .arg("--grants")
            .arg(actions::recording(workspace))
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .context("starting the stack")?;
        let violations = folder.join("data/violations/list.txt");
        let mut stack = Self {
            child,
            ready,
            violations,
        };
        stack.wait(&log)?;
        Ok(stack)
    }

    fn kept_to_the_models(&self) -> anyhow::Result<()> {
        match fs::read_to_string(&self.violations) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error).context("reading what broke AWS's service models"),
            Ok(violations) => bail!(
                "requests or answers of the shared stack broke AWS's service models:\n{violations}"
            ),
        }
    }

    fn wait(&mut self, log: &Path) -> anyhow::Result<()> {
        let mut left = START_LIMIT;
        while !self.ready.exists() {
            if let Some(status) = self.child.try_wait().context("looking at the stack")? {
                bail!(
                    "the stack ended at its start ({status}):\n{}",
                    fs::read_to_string(log).unwrap_or_default()
                );
            }
            if left.is_zero() {
                bail!(
                    "the stack did not answer within {START_LIMIT:?}; see {}",
                    log.display()
                );
            }
            thread::sleep(START_STEP);
            left = left.saturating_sub(START_STEP);
        }
        Ok(())
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // SIGTERM lets it end its functions; the kill after the wait is the net.
        let _ = Command::new("kill")
            .arg("-TERM")
            .arg(self.child.id().to_string())
            .status();
        for _ in 0..100 {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            thread::sleep(START_STEP);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
