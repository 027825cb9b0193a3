//! `cargo xtask package`: what is deployed. Every function as a zip, the template that names them, and the sums of all of it.
//!
//! The same sources give the same bytes: compiler, linker, libc and the order, times and rights inside the archives are pinned, and no path of the
//! machine gets in.

mod arch;
mod archive;
mod build;
mod program;
mod template;
mod trial;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use sha2::{Digest as _, Sha256};

use self::arch::Arch;
use self::archive::Entry;
use crate::template_rules::edition;
use crate::workspace::Workspace;
use crate::{origins, say, site, weights};

/// Largest archive that Lambda takes by upload, in bytes.
const LAMBDA_LIMIT: usize = 50 << 20;
/// What lies beside the template: the repository shows them to whoever deploys.
const DOCUMENTS: [&str; 2] = ["LICENSE", "README.md"];
/// The function that puts the page in place, and carries it.
const PAGE_BINARY: &str = "site-init";
/// The list of sums, as `sha256sum --check` reads it.
const SUMS: &str = "SHA256SUMS";

/// What is to be done with the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trial {
    /// Nothing.
    No,
    /// One enrolment and sign-in with the packaged functions.
    SignIn,
}

/// Builds, packs, and tells sizes.
pub(crate) fn package(arguments: &[String]) -> anyhow::Result<()> {
    let (arch, trial) = options(arguments)?;
    let workspace = Workspace::locate()?;
    let text = fs::read_to_string(workspace.root.join("template.yaml"))
        .context("reading template.yaml")?;
    weights::ensure(&workspace, None)?;
    site::build(&workspace)?;
    let (page, private) = (files(&workspace.site())?, origins::private(&workspace));
    for (name, bytes) in &page {
        program::silent(name, bytes, &private)?;
    }
    let packaged = template::packaged(&text, arch, &hex::encode(Sha256::digest(sums(&page)?)))?;
    let programs = build::build(&workspace, arch, &packaged.binaries)?;
    let folder = folder(&workspace, arch)?;
    say::step("packing");
    for binary in &packaged.binaries {
        let program = programs.join(binary);
        let bytes = fs::read(&program).with_context(|| format!("reading {}", program.display()))?;
        program::check(binary, &bytes, arch, &private)?;
        let mut entries = vec![Entry::program("bootstrap", &bytes)];
        if binary == PAGE_BINARY {
            for (name, bytes) in &page {
                entries.push(Entry::file(format!("site/{name}"), bytes));
            }
        }
        let archive = archive::zip(&entries).with_context(|| format!("packing {binary}"))?;
        if archive.len() > LAMBDA_LIMIT {
            bail!(
                "{binary}.zip has {} bytes, Lambda takes {LAMBDA_LIMIT}",
                archive.len()
            );
        }
        say::line(&format!(
            "    {:>9} bytes, {:>9} in its zip  {binary}",
            bytes.len(),
            archive.len()
        ));
        write(&folder.join(format!("{binary}.zip")), &archive)?;
    }
    let published = edition::for_repository(&packaged.text)?;
    write(&folder.join("template.yaml"), packaged.text.as_bytes())?;
    write(&folder.join("template-sar.yaml"), published.as_bytes())?;
    for name in DOCUMENTS {
        let bytes =
            fs::read(workspace.root.join(name)).with_context(|| format!("reading {name}"))?;
        write(&folder.join(name), &bytes)?;
    }
    let sums = sums(&files(&folder)?)?;
    write(&folder.join(SUMS), sums.as_bytes())?;
    say::line(&format!("package: {}", folder.display()));
    match trial {
        Trial::No => Ok(()),
        Trial::SignIn => trial::sign_in(&workspace, arch, &programs, &packaged.binaries),
    }
}

fn options(arguments: &[String]) -> anyhow::Result<(Arch, Trial)> {
    let (mut arch, mut trial) = (Arch::Arm64, Trial::No);
    for argument in arguments {
        match argument.as_str() {
            "--x86-64" => arch = Arch::X86,
            "--try" => trial = Trial::SignIn,
            other => {
                bail!("`cargo xtask package` does not know {other}; it takes --x86-64 and --try")
            }
        }
    }
    Ok((arch, trial))
}

/// The empty folder of the package.
fn folder(workspace: &Workspace, arch: Arch) -> anyhow::Result<PathBuf> {
    let folder = workspace.target.join("package").join(arch.name());
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("emptying {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder)
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    fs::write(path, bytes).with_context(|| format!("writing {}", path.display()))
}

/// Name and content of every file of a folder, by name.
fn files(folder: &Path) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry.with_context(|| format!("reading {}", folder.display()))?;
        let name = entry
            .file_name()
            .into_string()
            .ok()
            .context("a name that is no text")?;
        let bytes = fs::read(entry.path()).with_context(|| format!("reading {name}"))?;
        files.push((name, bytes));
    }
    files.sort();
    Ok(files)
}

/// `<SHA-256 in hex>  <name>` for every file.
fn sums(files: &[(String, Vec<u8>)]) -> anyhow::Result<String> {
    let mut sums = String::new();
    for (name, bytes) in files {
        writeln!(sums, "{}  {name}", hex::encode(Sha256::digest(bytes)))
            .context("writing into memory")?;
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_refused() {
        let given = |words: &[&str]| {
            options(&words.iter().map(ToString::to_string).collect::<Vec<_>>())
                .map_err(|error| error.to_string())
        };
        assert_eq!(given(&[]), Ok((Arch::Arm64, Trial::No)));
        assert_eq!(
            given(&["--try", "--x86-64"]),
            Ok((Arch::X86, Trial::SignIn))
        );
        assert!(given(&["--arm"]).unwrap_err().contains("--arm"));
    }

    #[test]
    fn sums_name_every_file_in_order() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("b", "two"), ("a", "one")] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let told = sums(&files(folder.path()).unwrap()).unwrap();
        let names: Vec<&str> = told.lines().map(|line| &line[66..]).collect();
        assert_eq!(names, ["a", "b"]);
        // The published vector of "one" is not at hand; another text has to give another sum.
        assert_ne!(&told[..64], &told[67..131]);
    }
}
