//! What a program has to be before it is packed: for the right processor, content with Lambda's libc, and silent about the machine it was built on.

use anyhow::{Context as _, bail};

use super::arch::Arch;
use super::build::GLIBC;
use crate::origins;

/// Where an ELF header says for which processor it is.
const MACHINE: std::ops::Range<usize> = 18..20;
/// How symbols of glibc are versioned.
const VERSION: &[u8] = b"GLIBC_2.";

/// Refuses a program that would not start on Lambda or that tells a path of this machine.
pub(super) fn check(name: &str, bytes: &[u8], arch: Arch, paths: &[String]) -> anyhow::Result<()> {
    if !bytes.starts_with(b"\x7fELF") {
        bail!("{name} is no ELF file");
    }
    let machine = bytes
        .get(MACHINE)
        .and_then(|field| field.try_into().ok())
        .map(u16::from_le_bytes)
        .with_context(|| format!("{name} has no whole header"))?;
    if machine != arch.elf_machine() {
        bail!(
            "{name} is for another processor (ELF machine {machine}) than {}",
            arch.name()
        );
    }
    if let Some(newest) = newest_glibc(bytes).filter(|newest| *newest > GLIBC) {
        bail!("{name} needs glibc 2.{newest}; Lambda's provided.al2023 has 2.{GLIBC}");
    }
    silent(name, bytes, paths)
}

/// Refuses a file that tells a path of this machine.
pub(super) fn silent(name: &str, bytes: &[u8], paths: &[String]) -> anyhow::Result<()> {
    match origins::told(bytes, paths) {
        Some(path) => bail!(
            "{name} tells where it was built ({path}): the next machine would build other bytes"
        ),
        None => Ok(()),
    }
}

/// The highest minor version of glibc that any symbol asks for.
fn newest_glibc(bytes: &[u8]) -> Option<u32> {
    bytes
        .windows(VERSION.len())
        .enumerate()
        .filter(|(_, window)| *window == VERSION)
        .filter_map(|(start, _)| {
            let digits = bytes.get(start + VERSION.len()..)?.iter();
            let minor: String = digits
                .take_while(|byte| byte.is_ascii_digit())
                .map(|&byte| char::from(byte))
                .collect();
            minor.parse().ok()
        })
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elf(machine: u16, text: &str) -> Vec<u8> {
        let mut bytes = b"\x7fELF".to_vec();
        bytes.resize(MACHINE.start, 0);
        bytes.extend(machine.to_le_bytes());
        bytes.extend(text.as_bytes());
        bytes
    }

    #[test]
    fn only_programs_that_start_there_and_tell_nothing_pass() {
        let paths = ["/home/someone".to_owned()];
        let told = |bytes: &[u8]| {
            check("f", bytes, Arch::Arm64, &paths)
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default()
        };
        for (name, bytes, want) in [
            ("fine", elf(183, "GLIBC_2.17 GLIBC_2.34"), ""),
            ("script", b"#!/bin/sh".to_vec(), "no ELF file"),
            ("cut off", b"\x7fELF".to_vec(), "no whole header"),
            ("Intel's", elf(62, ""), "another processor"),
            (
                "too new",
                elf(183, "GLIBC_2.4 GLIBC_2.38"),
                "needs glibc 2.38",
            ),
            (
                "telling",
                elf(183, "/home/someone/src"),
                "tells where it was built",
            ),
        ] {
            let text = told(&bytes);
            assert!(
                text.contains(want) && text.is_empty() == want.is_empty(),
                "{name}: {text}"
            );
        }
    }
}
