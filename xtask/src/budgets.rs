//! Sizes that the page may not exceed (DESIGN section 6).

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::say;
use crate::workspace::Workspace;

/// Bytes, brotli, of everything that loads before the camera opens.
const PAGE_LIMIT: usize = 110 * 1024;

/// The same of the custom element, which brings the page's side of the guidance and the digests of its files along.
const ELEMENT_LIMIT: usize = 112 * 1024;

/// Bytes, brotli, of detector and weights, which load after the e-mail step.
const GUIDE_LIMIT: usize = 220 * 1024;

/// Files of the detector begin like this.
const GUIDE: &str = "guide";

/// Files of words begin like this; a browser loads those of one language.
const WORDS: &str = "words-";

/// What of the element's package no browser loads.
const FOR_PEOPLE: [&str; 5] = [
    "LICENSE",
    "README.md",
    "face-login.d.ts",
    "integrity.json",
    "package.json",
];

/// Compresses every file of the built page and of the element's package and compares the sums with the budgets.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    say::line("  the page");
    within(&workspace.site(), PAGE_LIMIT)?;
    say::line("  the element");
    within(&workspace.package_web(), ELEMENT_LIMIT)
}

/// `limit` in bytes, brotli.
fn within(folder: &Path, limit: usize) -> anyhow::Result<()> {
    let (mut sum, mut words, mut guide) = (0, 0, 0);
    for entry in fs::read_dir(folder).context("reading the built page")? {
        let path = entry.context("reading the built page")?.path();
        let name = path.file_name().unwrap_or_default().display().to_string();
        if FOR_PEOPLE.contains(&name.as_str()) {
            continue;
        }
        let size = compressed(&path)?;
        say::line(&format!("    {size:>7} bytes brotli  {name}"));
        if name.starts_with(WORDS) {
            words = words.max(size);
        } else if name.starts_with(GUIDE) {
            guide += size;
        } else {
            sum += size;
        }
    }
    sum += words;
    say::line(&format!("    {sum:>7} bytes brotli in all, of {limit}"));
    say::line(&format!(
        "    {guide:>7} bytes brotli after the e-mail step, of {GUIDE_LIMIT}"
    ));
    if guide > GUIDE_LIMIT {
        bail!("guidance has {guide} bytes (brotli), over its budget of {GUIDE_LIMIT}");
    }
    if sum == 0 {
        bail!("the built page is empty");
    }
    if sum > limit {
        bail!("the page has {sum} bytes (brotli), over its budget of {limit}");
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that no compression makes smaller.
    fn noise(length: u32) -> Vec<u8> {
        let mut state = 1_u32;
        let mut byte = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        (0..length).map(|_| byte()).collect()
    }

    #[test]
    fn a_page_over_its_budget_is_refused() {
        let site = tempfile::tempdir().unwrap();
        fs::write(site.path().join("app.wasm"), noise(1500)).unwrap();
        fs::write(site.path().join("app.js"), noise(400)).unwrap();
        assert!(within(site.path(), 2000).is_ok());
        fs::write(site.path().join("more.css"), noise(400)).unwrap();
        let text = within(site.path(), 2000).unwrap_err().to_string();
        assert!(text.contains("over its budget of 2000"), "{text}");
    }

    #[test]
    fn what_loads_later_has_a_budget_of_its_own() {
        let site = tempfile::tempdir().unwrap();
        fs::write(site.path().join("app.wasm"), noise(1000)).unwrap();
        fs::write(site.path().join("guide.bin"), noise(200_000)).unwrap();
        assert!(within(site.path(), 1100).is_ok());
        fs::write(site.path().join("guide_bg.wasm"), noise(30_000)).unwrap();
        assert!(within(site.path(), 1100).is_err());
    }

    #[test]
    fn what_no_browser_loads_is_not_counted() {
        let package = tempfile::tempdir().unwrap();
        fs::write(package.path().join("face-login.js"), noise(1000)).unwrap();
        fs::write(package.path().join("README.md"), noise(500)).unwrap();
        assert!(within(package.path(), 1100).is_ok());
        fs::write(package.path().join("readme.js"), noise(500)).unwrap();
        assert!(within(package.path(), 1100).is_err());
    }

    #[test]
    fn of_the_languages_the_largest_counts() {
        let site = tempfile::tempdir().unwrap();
        fs::write(site.path().join("app.wasm"), noise(1000)).unwrap();
        fs::write(site.path().join("words-en.json"), noise(500)).unwrap();
        fs::write(site.path().join("words-de.json"), noise(700)).unwrap();
        assert!(within(site.path(), 1800).is_ok());
        assert!(within(site.path(), 1600).is_err());
    }

    #[test]
    fn an_empty_page_is_no_small_page() {
        let site = tempfile::tempdir().unwrap();
        assert!(within(site.path(), 2000).is_err());
        assert!(within(&site.path().join("nowhere"), 2000).is_err());
    }
}
