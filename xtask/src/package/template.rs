//! The template with the packaged programs in the place of their sources. Line by line, so that everything else, comments included, stays as it was
//! reviewed.

use anyhow::{Context as _, bail};

use super::arch::Arch;

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

/// Names each function's zip, which lies beside the template, and the processor that it is for.
pub(super) fn packaged(template: &str, arch: Arch) -> anyhow::Result<Packaged> {
    let (mut text, mut binaries, mut waiting) = (String::new(), Vec::new(), None);
    let (mut sources, mut architectures) = (0, 0);
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
            _ => push(&mut text, line),
        }
        if line == PROPERTIES
            && let Some(binary) = waiting.take()
        {
            push(&mut text, &format!("      CodeUri: {binary}.zip"));
        }
    }
    let functions = template.lines().filter(|line| *line == FUNCTION).count();
    if (functions, waiting, sources, architectures) != (binaries.len(), None, 1, 1) {
        bail!(
            "template.yaml is not written as `cargo xtask package` reads it: {functions} functions, {} programs, {sources} times `CodeUri: .`, \
             {architectures} times `Architectures: [arm64]`",
            binaries.len()
        );
    }
    Ok(Packaged { text, binaries })
}

/// The template without the resources of some types, for the Serverless Application Repository, which refuses a template that holds one, whatever its
/// condition. Nothing that stays may lean on them.
pub(super) fn without(template: &str, types: &[&str]) -> anyhow::Result<String> {
    let lines: Vec<&str> = template.lines().collect();
    let starts: Vec<usize> = (0..lines.len()).filter(|&at| is_id(lines[at])).collect();
    let mut gone = Vec::new();
    let mut left = vec![true; lines.len()];
    for (number, &start) in starts.iter().enumerate() {
        let end = starts.get(number + 1).copied().unwrap_or(lines.len());
        let is_left_out = lines
            .get(start + 1)
            .and_then(|line| line.strip_prefix("    Type: "))
            .is_some_and(|kind| types.contains(&kind));
        if is_left_out {
            gone.push(lines[start].trim().trim_end_matches(':'));
            // Not what stands after it at the margin, or as a comment before the next resource.
            let body = (start + 1..end).take_while(|&at| lines[at].starts_with("    "));
            left[start] = false;
            body.for_each(|at| left[at] = false);
        }
    }
    let mut text = String::new();
    let kept = lines.iter().zip(&left).filter(|(_, left)| **left);
    kept.for_each(|(line, _)| push(&mut text, line));
    let leans = |id: &&&str| {
        let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
        words.into_iter().any(|word| word == **id)
    };
    if let Some(id) = gone.iter().find(leans) {
        bail!(
            "{id} can't be left out of the template for the Serverless Application Repository: something leans on it"
        );
    }
    Ok(text)
}

/// Whether the next resource begins.
fn is_id(line: &str) -> bool {
    line.strip_prefix("  ")
        .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_alphanumeric()))
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template_rules::repository::LEFT_OUT;

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
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
";

    #[test]
    fn functions_name_their_zips_and_nothing_else_changes() {
        let packaged = packaged(SOURCE, Arch::X86).unwrap();
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
            ("Metadata: {BuildMethod", "Metadata: { BuildMethod"),
            ("    Properties:\n      Timeout: 5\n", ""),
        ] {
            let text = SOURCE.replacen(from, to, 1);
            assert!(packaged(&text, Arch::Arm64).is_err(), "{from}");
        }
    }

    #[test]
    fn a_type_is_left_out_with_all_of_its_resources() {
        let left = without(SOURCE, &["AWS::Serverless::Function"]).unwrap();
        assert!(
            !left.contains("AFunction") && left.contains("  Table:"),
            "{left}"
        );
        let leaning = format!("{SOURCE}      Name: !Ref AFunction\n");
        let refused = without(&leaning, &["AWS::Serverless::Function"]).unwrap_err();
        assert!(refused.to_string().contains("AFunction can't be left out"));
    }

    #[test]
    fn this_repositorys_template_is_written_so() {
        let text =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml"));
        let packaged = packaged(&text.unwrap(), Arch::Arm64).unwrap();
        assert!(packaged.binaries.contains(&"define".to_owned()));
        let left = without(&packaged.text, &LEFT_OUT).unwrap();
        assert!(packaged.text.contains("WAFv2") && !left.contains("WAFv2"));
    }
}
