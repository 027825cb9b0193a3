//! The folder that keeps the state: one stack at a time, never one of a newer version, never somebody else's folder.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

/// Version of everything in the folder.
const VERSION: u64 = 1;

/// Why the folder can't be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DataError {
    #[error("--data {path}: {source}")]
    Folder { path: PathBuf, source: io::Error },
    #[error("--data {path}: another stack{who} works with it; end that one or give another folder")]
    Taken { path: PathBuf, who: String },
    #[error(
        "--data {path}: written by a newer version of the stack (its data has version {found}, this program knows {VERSION}); update this program, or start with --fresh or another folder"
    )]
    Newer { path: PathBuf, found: u64 },
    #[error("--data {path}: not empty and not the data of a stack; give an empty or a new folder")]
    Foreign { path: PathBuf },
    #[error("{path} is damaged ({source}); start with --fresh")]
    Damaged {
        path: PathBuf,
        source: serde_json::Error,
    },
}

/// The folder, locked for this process.
pub(crate) struct Data {
    path: PathBuf,
    _lock: File,
}

impl Data {
    pub(crate) fn open(path: &Path) -> Result<Self, DataError> {
        let folder = |source| DataError::Folder {
            path: path.to_owned(),
            source,
        };
        fs::create_dir_all(path).map_err(folder)?;
        let path = path.canonicalize().map_err(folder)?;
        let is_new = fs::read_dir(&path).map_err(folder)?.next().is_none();
        if !is_new && !path.join("lock").exists() {
            return Err(DataError::Foreign { path });
        }
        let lock = lock(&path)?;
        // Photos, mails and keys are this user's alone.
        let private = fs::Permissions::from_mode(0o700);
        fs::set_permissions(&path, private).map_err(folder)?;
        Ok(Self { _lock: lock, path })
    }

    /// A folder below, made if it isn't there.
    pub(crate) fn folder(&self, name: &str) -> Result<PathBuf, DataError> {
        let path = self.path.join(name);
        fs::create_dir_all(&path).map_err(|source| DataError::Folder {
            path: path.clone(),
            source,
        })?;
        Ok(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Refuses what a newer version wrote, and notes this one's.
    pub(crate) fn check_version(&self) -> Result<(), DataError> {
        let known: Option<serde_json::Value> = self.load("version.json")?;
        match known.map(|known| known["version"].as_u64().unwrap_or(u64::MAX)) {
            Some(found) if found > VERSION => Err(DataError::Newer {
                path: self.path.clone(),
                found,
            }),
            Some(_) => Ok(()),
            None => self.save("version.json", &json!({"version": VERSION})),
        }
    }

    /// Removes everything but the lock.
    pub(crate) fn wipe(&self) -> Result<(), DataError> {
        let failed = |source| DataError::Folder {
            path: self.path.clone(),
            source,
        };
        for entry in fs::read_dir(&self.path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let is_folder = entry.file_type().map_err(failed)?.is_dir();
            match entry.file_name().to_str() {
                Some("lock") => Ok(()),
                _ if is_folder => fs::remove_dir_all(entry.path()),
                _ => fs::remove_file(entry.path()),
            }
            .map_err(failed)?;
        }
        Ok(())
    }

    pub(crate) fn load<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, DataError> {
        let path = self.path.join(name);
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|source| DataError::Damaged { path, source }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(DataError::Folder { path, source }),
        }
    }

    pub(crate) fn save(&self, name: &str, value: &impl Serialize) -> Result<(), DataError> {
        let path = self.path.join(name);
        let text = serde_json::to_vec_pretty(value).map_err(|source| DataError::Damaged {
            path: path.clone(),
            source,
        })?;
        write_private(&path, &text).map_err(|source| DataError::Folder { path, source })
    }
}

fn lock(folder: &Path) -> Result<File, DataError> {
    let path = folder.join("lock");
    let failed = |source| DataError::Folder {
        path: path.clone(),
        source,
    };
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(&path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut pid = String::new();
            let _ = file.read_to_string(&mut pid);
            let who = if pid.trim().is_empty() {
                String::new()
            } else {
                format!(" (process {})", pid.trim())
            };
            return Err(DataError::Taken {
                path: folder.to_owned(),
                who,
            });
        }
        Err(TryLockError::Error(source)) => return Err(failed(source)),
    }
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .map_err(failed)?;
    Ok(file)
}

/// Writes a file that only this user can read, and that is there as a whole or not at all.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    // A left-over could have other rights.
    let _ = fs::remove_file(&beside);
    let mut file = OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(&beside)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::{Data, DataError};

    #[test]
    fn one_stack_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let first = Data::open(dir.path()).unwrap();
        let second = Data::open(dir.path()).map(drop);
        assert!(
            second.is_err_and(|error| error.to_string().contains(&std::process::id().to_string()))
        );
        drop(first);
        Data::open(dir.path()).unwrap();
    }

    #[test]
    fn newer_data_and_foreign_folders_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let data = Data::open(dir.path()).unwrap();
        data.check_version().unwrap();
        data.check_version().unwrap();
        data.save("version.json", &json!({"version": 2})).unwrap();
        assert!(matches!(
            data.check_version(),
            Err(DataError::Newer { found: 2, .. })
        ));
        data.wipe().unwrap();
        data.check_version().unwrap();

        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("letter.txt"), "dear").unwrap();
        assert!(matches!(
            Data::open(home.path()),
            Err(DataError::Foreign { .. })
        ));
    }
}
