//! `tests/MUTANTS.md`: the committed table.

use std::fmt::Write as _;

use super::derive::Mutant;
use super::verdict::Verdict;

const HEAD: &str = "\
# Mutants of template.yaml

Made by `cargo xtask mutants`, not by hand. Each row is a copy of the template with one thing changed, and who noticed: a start that was
refused, a rule of `cargo xtask check`, a test of the acceptance suite, cfn-lint. The first to notice is named; the cheap ones are asked first.
";

/// The table.
pub(super) fn table(judged: &[(Mutant, Verdict)]) -> String {
    let count =
        |wanted: fn(&Verdict) -> bool| judged.iter().filter(|(_, verdict)| wanted(verdict)).count();
    let refused = count(|verdict| matches!(verdict, Verdict::Refused(_)));
    let rules = count(|verdict| matches!(verdict, Verdict::Rule(_)));
    let by_tests = count(|verdict| matches!(verdict, Verdict::Test(_)));
    let lints = count(|verdict| matches!(verdict, Verdict::Lint(_)));
    let explained = count(|verdict| matches!(verdict, Verdict::Explained(_)));
    let survived = count(|verdict| *verdict == Verdict::Survived);
    let mut page = format!(
        "{HEAD}\n**{} mutants: {} killed** ({by_tests} by a test, {refused} by a refused start, {rules} by a rule, {lints} by cfn-lint), \
         {explained} survive with a reason, {survived} without.\n",
        judged.len(),
        refused + rules + by_tests + lints
    );
    section(
        &mut page,
        "Survivors",
        "why nobody notices",
        judged,
        |verdict| match verdict {
            Verdict::Explained(reason) => Some(reason.clone()),
            Verdict::Survived => Some("**nobody noticed: add a test or a rule**".to_owned()),
            _ => None,
        },
    );
    section(
        &mut page,
        "Killed by a test",
        "test",
        judged,
        |verdict| match verdict {
            Verdict::Test(test) => Some(format!("`{test}`")),
            _ => None,
        },
    );
    section(
        &mut page,
        "Killed by a rule",
        "rule",
        judged,
        |verdict| match verdict {
            Verdict::Rule(rule) => Some(cell(rule)),
            Verdict::Lint(rule) => Some(format!("cfn-lint {}", cell(rule))),
            _ => None,
        },
    );
    section(
        &mut page,
        "Killed by a refused start",
        "what the stack says",
        judged,
        |verdict| match verdict {
            Verdict::Refused(sentence) => Some(cell(sentence)),
            _ => None,
        },
    );
    page
}

fn section(
    text: &mut String,
    title: &str,
    column: &str,
    judged: &[(Mutant, Verdict)],
    shown: impl Fn(&Verdict) -> Option<String>,
) {
    let rows: Vec<(String, String)> = judged
        .iter()
        .filter_map(|(mutant, verdict)| Some((cell(&mutant.name), shown(verdict)?)))
        .collect();
    if rows.is_empty() {
        return;
    }
    // Writing to a String does not fail.
    let _ = write!(text, "\n## {title}\n\n| mutant | {column} |\n|---|---|\n");
    for (mutant, shown) in rows {
        let _ = writeln!(text, "| {mutant} | {shown} |");
    }
}

/// One line, no column separators, no folder of the machine that ran it.
fn cell(text: &str) -> String {
    const LONGEST: usize = 160;
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ").replace('|', "/").replace('<', "&lt;");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
