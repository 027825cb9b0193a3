//! A zip whose bytes depend on nothing but its entries: their order is given, every time is 1980 and every right is named.

use std::io::{Cursor, Write as _};

use anyhow::Context as _;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// Deflate's slowest level. Archives are packed once and loaded at every cold start.
const LEVEL: i64 = 9;

/// A file of an archive.
pub(super) struct Entry<'bytes> {
    name: String,
    mode: u32,
    bytes: &'bytes [u8],
}

impl<'bytes> Entry<'bytes> {
    /// A file that Lambda may start.
    pub(super) fn program(name: impl Into<String>, bytes: &'bytes [u8]) -> Self {
        Self {
            name: name.into(),
            mode: 0o755,
            bytes,
        }
    }

    /// A file that functions read.
    pub(super) fn file(name: impl Into<String>, bytes: &'bytes [u8]) -> Self {
        Self {
            name: name.into(),
            mode: 0o644,
            bytes,
        }
    }
}

/// Packs the entries in their order.
pub(super) fn zip(entries: &[Entry<'_>]) -> anyhow::Result<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for entry in entries {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(LEVEL))
            .last_modified_time(DateTime::default())
            .system(System::Unix)
            .unix_permissions(entry.mode);
        writer
            .start_file(entry.name.as_str(), options)
            .and_then(|()| Ok(writer.write_all(entry.bytes)?))
            .with_context(|| format!("adding {}", entry.name))?;
    }
    Ok(writer
        .finish()
        .context("finishing the archive")?
        .into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn the_same_entries_give_the_same_bytes_and_can_be_started() {
        let pack = || zip(&[Entry::program("bootstrap", b"program")]).unwrap();
        let bytes = pack();
        assert_eq!(bytes, pack());
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut file = archive.by_name("bootstrap").unwrap();
        assert_eq!(file.unix_mode(), Some(0o100_755));
        let time = file.last_modified().unwrap();
        assert_eq!((time.year(), time.month(), time.day()), (1980, 1, 1));
        let mut content = String::new();
        file.read_to_string(&mut content).unwrap();
        assert_eq!(content, "program");
    }
}
