//! Client libraries of Cognito that the acceptance suite drives: pinned with their digests in `tests/clients`, installed into
//! private folders under the target directory.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::workspace::Workspace;
use crate::{python, run, say};

const HOW_TO: &str = "on Debian run `apt-get install nodejs npm python3-venv` as root";
/// Oldest versions that the pinned clients run on.
const PYTHON: (u32, u32) = (3, 10);
const NODE: (u32, u32) = (20, 0);

/// Installs what is not installed, or pinned otherwise since; returns the folder that the suite is told.
pub(crate) fn ensure(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let folder = workspace.target.join("clients");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    needs(workspace, "python3", PYTHON)?;
    needs(workspace, "node", NODE)?;
    needs(workspace, "npm", (0, 0))?;
    let pins = workspace.root.join("tests/clients");
    once(
        &folder.join("python"),
        &pins.join("python"),
        &["requirements.txt"],
        python,
    )?;
    once(
        &folder.join("node"),
        &pins.join("node"),
        &["package.json", "package-lock.json"],
        node,
    )?;
    Ok(folder)
}

/// The program must be there in this version or a later one.
fn needs(workspace: &Workspace, name: &str, oldest: (u32, u32)) -> anyhow::Result<()> {
    let what = format!("the client tests need {name} {}.{}", oldest.0, oldest.1);
    if run::find(name).is_none() {
        bail!("{what} or later: {HOW_TO}");
    }
    let said = run::output(
        &format!("{name} --version"),
        &mut run::program(&workspace.root, name, ["--version"]),
    )?;
    match version(&said) {
        Some(found) if oldest <= found => Ok(()),
        _ => bail!("{what} or later, not {}: {HOW_TO}", said.trim()),
    }
}

/// The first two numbers of `Python 3.11.7` or `v20.20.2`.
fn version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said
        .trim()
        .trim_start_matches(|letter: char| !letter.is_ascii_digit())
        .split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// Runs `install(folder, pins)` unless the folder was made from the same pins: their text is noted there when it is complete.
fn once(
    folder: &Path,
    pins: &Path,
    files: &[&str],
    install: fn(&Path, &Path) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut wanted = String::new();
    for file in files {
        let path = pins.join(file);
        wanted +=
            &fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    }
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("emptying {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    install(folder, pins)?;
    fs::write(&stamp, wanted).with_context(|| format!("writing {}", stamp.display()))
}

fn python(folder: &Path, pins: &Path) -> anyhow::Result<()> {
    say::step("installing boto3 and the AWS CLI into a private environment");
    run::run(
        "installing boto3 and the AWS CLI",
        python::environment(pins, folder)?
            .arg("--require-hashes")
            .args(["--requirement", "requirements.txt"]),
    )
}

fn node(folder: &Path, pins: &Path) -> anyhow::Result<()> {
    say::step(
        "installing Amplify, amazon-cognito-identity-js and aws-jwt-verify into a private folder",
    );
    for name in ["package.json", "package-lock.json"] {
        fs::copy(pins.join(name), folder.join(name)).with_context(|| format!("copying {name}"))?;
    }
    let cache = folder.join("npm-cache");
    let options = [
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ];
    run::run(
        "installing the clients for Node.js",
        run::program(folder, "npm", ["ci"])
            .args(options)
            // Not the one in the home directory.
            .arg("--cache")
            .arg(&cache),
    )?;
    fs::remove_dir_all(&cache).with_context(|| format!("removing {}", cache.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_programs_say() {
        for (said, want) in [
            ("Python 3.11.7\n", Some((3, 11))),
            ("v20.20.2\n", Some((20, 20))),
            ("11.19.1", Some((11, 19))),
            ("none", None),
        ] {
            assert_eq!(version(said), want, "{said}");
        }
        assert!(
            (3, 9) < PYTHON && PYTHON < (3, 11),
            "as numbers, not as text"
        );
    }

    #[test]
    fn a_missing_program_is_told_in_one_line() {
        let workspace = Workspace {
            root: PathBuf::from("/"),
            target: PathBuf::from("/target"),
        };
        let error = needs(&workspace, "no-such-program", (20, 0)).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("no-such-program 20.0 or later"), "{text}");
        assert!(
            text.contains("apt-get install") && !text.contains('\n'),
            "{text}"
        );
    }

    #[test]
    fn every_pin_has_its_digest_and_no_registry() {
        let lock = include_str!("../../tests/clients/node/package-lock.json");
        let lock: serde_json::Value = serde_json::from_str(lock).unwrap();
        for (name, package) in lock["packages"].as_object().unwrap() {
            assert!(package["resolved"].is_null(), "{name} names a registry");
            assert!(
                name.is_empty() || package["integrity"].is_string(),
                "{name}"
            );
        }
        let pins = include_str!("../../tests/clients/python/requirements.txt");
        assert!(!pins.contains("://"), "no registry");
        let joined = pins.replace("\\\n", " ");
        for pin in joined.lines() {
            assert!(
                pin.contains("==") && pin.contains("--hash=sha256:"),
                "{pin}"
            );
        }
    }

    #[test]
    fn pins_that_changed_install_again() {
        let temporary = tempfile::tempdir().unwrap();
        let (folder, pins) = (temporary.path().join("to"), temporary.path().join("pins"));
        fs::create_dir(&pins).unwrap();
        let install: fn(&Path, &Path) -> anyhow::Result<()> = |folder, _| {
            assert_eq!(fs::read_dir(folder)?.count(), 0, "nothing old is left");
            Ok(fs::write(folder.join("module"), "")?)
        };
        for (text, want) in [("a==1", true), ("a==1", false), ("a==2", true)] {
            fs::write(pins.join("pins.txt"), text).unwrap();
            let _ = fs::remove_file(folder.join("module"));
            once(&folder, &pins, &["pins.txt"], install).unwrap();
            assert_eq!(folder.join("module").exists(), want, "{text}");
        }
    }
}
