//! The template with the packaged programs in the place of their sources. Line by line, so that everything else, comments included, stays as it was
//! reviewed.

use anyhow::{Context as _, bail};

use super::arch::Arch;
use crate::template_rules::edition::{is_id, push};

/// The template of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Packaged {
    /// Its text.
    pub(super) text: String,
    /// The programs that its functions are, in order.
    pub(super) binaries: Vec<String>,
}

/// How a function says which program it is, to `sam build` and to us.
const BUILD: &str = "    Metadata: {BuildMethod: rust-cargolambda, BuildProperties: {Binary: ";
const FUNCTION: &str = "    Type: AWS::Serverless::Function";
const PROPERTIES: &str = "    Properties:";
const SOURCES: &str = "    CodeUri: .";
const ARCHITECTURES: &str = "    Architectures: [arm64]";

/// Stands in the template where the sum of the page's files belongs.
const PAGE: &str = "      Files: unpackaged";

/// Names each function's zip, which lies beside the template, the processor that it is for, and the sum of the page's files.
pub(super) fn packaged(template: &str, arch: Arch, page: &str) -> anyhow::Result<Packaged> {
    let (mut text, mut binaries, mut waiting) = (String::new(), Vec::new(), None);
    let (mut sources, mut architectures, mut pages) = (0, 0, 0);
    for line in template.lines() {
        if is_id(line)
            && let Some(binary) = waiting
        {
            bail!("the function of {binary} has no `Properties:` line");
        }
        if let Some(rest) = line.strip_prefix(BUILD) {
            let binary = rest
                .strip_suffix("}}")
                .context("Metadata of a function goes on")?;
            binaries.push(binary.to_owned());
            waiting = Some(binary);
            continue;
        }
        match line {
            SOURCES => sources += 1,
            ARCHITECTURES => {
                architectures += 1;
                push(&mut text, &format!("    Architectures: [{}]", arch.name()));
            }
            PAGE => {
                pages += 1;
                push(&mut text, &format!("      Files: {page}"));
            }
            _ => push(&mut text, line),
        }
        if line == PROPERTIES
            && let Some(binary) = waiting.take()
        {
            push(&mut text, &format!("      CodeUri: {binary}.zip"));
        }
    }
    let functions = template.lines().filter(|line| *line == FUNCTION).count();
    if (functions, waiting, sources, architectures, pages) != (binaries.len(), None, 1, 1, 1) {
        bail!(
            "template.yaml is not written as `cargo xtask package` reads it: {functions} functions, {} programs, {sources} times `CodeUri: .`, \
             {architectures} times `Architectures: [arm64]`, {pages} times `Files: unpackaged`",
            binaries.len()
        );
    }
    Ok(Packaged { text, binaries })
}

#[cfg(test)]
mod tests {
    use super::*;
    const SOURCE: &str = "Globals:
  Function:
    Architectures: [arm64]
    CodeUri: .
Resources:
  # Why it is there.
  AFunction:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: rust-cargolambda, BuildProperties: {Binary: one}}
    Properties:
      Timeout: 5
  Page:
    Type: Custom::Site
    Properties:
      Files: unpackaged
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
";

    #[test]
    fn functions_name_their_zips_and_nothing_else_changes() {
        let packaged = packaged(SOURCE, Arch::X86, "abc").unwrap();
        assert_eq!(packaged.binaries, ["one"]);
        assert_eq!(
            packaged.text,
            "Globals:
  Function:
    Architectures: [x86_64]
Resources:
  # Why it is there.
  AFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: one.zip
      Timeout: 5
  Page:
    Type: Custom::Site
    Properties:
      Files: abc
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
"
        );
    }

    #[test]
    fn a_template_that_is_written_otherwise_is_refused() {
        for (from, to) in [
            ("    CodeUri: .\n", ""),
            ("[arm64]", "[ arm64 ]"),
            ("Files: unpackaged", "Files: x"),
            ("Metadata: {BuildMethod", "Metadata: { BuildMethod"),
            ("    Properties:\n      Timeout: 5\n", ""),
        ] {
            let text = SOURCE.replacen(from, to, 1);
            assert!(packaged(&text, Arch::Arm64, "abc").is_err(), "{from}");
        }
    }

    #[test]
    fn this_repositorys_template_is_written_so() {
        let text =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml"));
        let packaged = packaged(&text.unwrap(), Arch::Arm64, "abc").unwrap();
        assert!(packaged.binaries.contains(&"define".to_owned()));
    }
}
