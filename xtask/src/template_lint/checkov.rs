//! checkov: what a reviewer of infrastructure would ask. Each of its findings is mended or accepted with a reason.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

use crate::problems::Problems;
use crate::python::Tools;
use crate::run;
use crate::workspace::Workspace;

/// In an environment of its own: its dependencies disagree with those of the SAM CLI.
const TOOLS: Tools = Tools {
    list: "checkov-tools.txt",
    folder: "checkov-tools",
    what: "checkov (300 MB)",
};
/// Findings that stay, in `xtask/`.
const ACCEPTED: &str = "checkov-accepted.txt";

/// What `checkov --output json` says of one framework.
#[derive(Deserialize)]
struct Report {
    results: Results,
    summary: Summary,
}

#[derive(Deserialize)]
struct Results {
    failed_checks: Vec<Finding>,
}

#[derive(Deserialize)]
struct Summary {
    passed: usize,
    parsing_errors: usize,
}

#[derive(Deserialize)]
struct Finding {
    check_id: String,
    check_name: String,
    /// `<type>.<logical id>`
    resource: String,
}

/// A line of the list.
struct Accepted<'text> {
    check: &'text str,
    resource: &'text str,
}

/// Runs checkov over the translated template.
pub(super) fn check(workspace: &Workspace, translated: &Path) -> anyhow::Result<()> {
    let tools = TOOLS.ensure(workspace)?;
    let mut command = run::program(&workspace.root, tools.join("checkov"), ["--file"]);
    command
        .arg(translated)
        .args(["--framework", "cloudformation", "--output", "json"])
        .args(["--quiet", "--soft-fail", "--skip-download"]);
    let told = run::output("checkov on the translated template", &mut command)?;
    let list = workspace.root.join("xtask").join(ACCEPTED);
    let list = fs::read_to_string(&list).with_context(|| format!("reading {}", list.display()))?;
    compare(&told, &list)
}

fn compare(told: &str, list: &str) -> anyhow::Result<()> {
    let report: Report = serde_json::from_str(told).context("reading what checkov says")?;
    let mut problems = Problems::default();
    if report.summary.parsing_errors > 0 || report.summary.passed == 0 {
        problems.add("checkov could not read the translated template");
    }
    let mut accepted = Vec::new();
    for line in list.lines().filter(|line| !line.trim().is_empty()) {
        match entry(line) {
            Some(entry) => accepted.push((entry, 0_usize)),
            None if line.starts_with('#') => {}
            None => problems.add(format!(
                "{ACCEPTED}: a line is a check, a resource and a reason: {line}"
            )),
        }
    }
    for finding in &report.results.failed_checks {
        match accepted.iter_mut().find(|(entry, _)| entry.holds(finding)) {
            Some((_, times)) => *times += 1,
            None => problems.add(format!(
                "{} {}: {} (mend it, or say in xtask/{ACCEPTED} why it stays)",
                finding.check_id, finding.resource, finding.check_name
            )),
        }
    }
    for (Accepted { check, resource }, _) in accepted.iter().filter(|(_, times)| *times == 0) {
        problems.add(format!(
            "{ACCEPTED}: checkov no longer finds {check} in {resource}: take the line out"
        ));
    }
    problems.into_result()
}

fn entry(line: &str) -> Option<Accepted<'_>> {
    let (check, rest) = line.split_once("  ")?;
    let (resource, reason) = rest.split_once("  ")?;
    (check.starts_with("CKV") && !reason.trim().is_empty()).then_some(Accepted { check, resource })
}

impl Accepted<'_> {
    fn holds(&self, finding: &Finding) -> bool {
        let of_type = finding.resource.split_once('.').map(|(kind, _)| kind);
        finding.check_id == self.check
            && (finding.resource == self.resource || of_type == Some(self.resource))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"{"check_type": "cloudformation", "summary": {"passed": 3, "failed": 2, "parsing_errors": 0},
        "results": {"passed_checks": [], "failed_checks": [
            {"check_id": "CKV_AWS_1", "check_name": "one", "resource": "AWS::S3::Bucket.A"},
            {"check_id": "CKV_AWS_2", "check_name": "two", "resource": "AWS::S3::Bucket.B"}]}}"#;
    const LIST: &str =
        "# Why.\n\nCKV_AWS_1  AWS::S3::Bucket  because\nCKV_AWS_2  AWS::S3::Bucket.B  because\n";

    fn told(report: &str, list: &str) -> String {
        compare(report, list)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn a_finding_stays_only_with_a_reason() {
        assert_eq!(told(REPORT, LIST), "");
        for (from, to, want) in [
            (
                "CKV_AWS_1  AWS::S3::Bucket  because\n",
                "",
                "CKV_AWS_1 AWS::S3::Bucket.A: one",
            ),
            ("Bucket.B", "Bucket.C", "CKV_AWS_2 AWS::S3::Bucket.B: two"),
            (
                "Bucket.B  because",
                "Bucket.B  ",
                "a line is a check, a resource and a reason",
            ),
            (
                "CKV_AWS_2  ",
                "CKV_AWS_2 ",
                "a line is a check, a resource and a reason",
            ),
            (
                "# Why.",
                "CKV_AWS_3  AWS::S3::Bucket  because",
                "no longer finds CKV_AWS_3",
            ),
        ] {
            let text = told(REPORT, &LIST.replacen(from, to, 1));
            assert!(text.contains(want), "{to}: {text}");
        }
    }

    #[test]
    fn a_template_that_was_not_read_does_not_pass() {
        for (from, to) in [
            (r#""parsing_errors": 0"#, r#""parsing_errors": 1"#),
            (r#""passed": 3"#, r#""passed": 0"#),
        ] {
            assert!(
                told(&REPORT.replace(from, to), LIST).contains("could not read"),
                "{to}"
            );
        }
        assert!(told("[]", LIST).contains("reading what checkov says"));
    }
}
