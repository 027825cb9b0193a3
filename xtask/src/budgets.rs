//! Sizes that the page may not exceed (DESIGN section 6).

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::say;
use crate::workspace::Workspace;

/// Bytes, brotli, of everything that loads before the camera opens.
const PAGE_LIMIT: usize = 110 * 1024;

/// Compresses every file of the built page and compares the sum with the budget.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let mut sum = 0;
    for entry in fs::read_dir(workspace.site()).context("reading the built page")? {
        let path = entry.context("reading the built page")?.path();
        let size = compressed(&path)?;
        say::line(&format!(
            "    {:>7} bytes brotli  {}",
            size,
            path.file_name().unwrap_or_default().display()
        ));
        sum += size;
    }
    say::line(&format!(
        "    {sum:>7} bytes brotli in all, of {PAGE_LIMIT}"
    ));
    if sum == 0 {
        bail!("the built page is empty");
    }
    if sum > PAGE_LIMIT {
        bail!("the page has {sum} bytes (brotli), over its budget of {PAGE_LIMIT}");
    }
    Ok(())
}

fn compressed(path: &Path) -> anyhow::Result<usize> {
    const BUFFER: usize = 4096;
    const QUALITY: u32 = 11;
    const WINDOW: u32 = 22;
    let bytes = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let mut writer = brotli::CompressorWriter::new(Vec::new(), BUFFER, QUALITY, WINDOW);
    writer.write_all(&bytes).context("compressing")?;
    Ok(writer.into_inner().len())
}
