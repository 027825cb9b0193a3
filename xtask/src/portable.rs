//! Which acceptance tests need nothing but a ready file, and which are left out where there is no local stack.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, bail};

/// Tests by the file that holds them.
pub(crate) type Tests = BTreeMap<String, BTreeSet<String>>;

/// What a stack elsewhere can offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mails {
    /// The ready file names an inbox.
    Readable,
    /// It does not.
    OutOfReach,
}

/// What runs, and what does not and why.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    pub(crate) run: Tests,
    pub(crate) left_out: BTreeMap<&'static str, Tests>,
}

/// Why a test is left out.
const NEEDS_LOCAL: &str = "needs the local stack";
const NEEDS_INBOX: &str = "needs `inbox` in the ready file";

/// Chooses from `all` by the list of portable tests (`tests/portable.txt`).
///
/// # Errors
/// Lines that name no test: the list would silently stand for less than it says.
pub(crate) fn select(list: &str, all: &Tests, mails: Mails) -> anyhow::Result<Selection> {
    let mut listed: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (file, test, inbox) = match words[..] {
            [] => continue,
            [file, test] => (file, test, false),
            [file, test, "inbox"] => (file, test, true),
            _ => bail!("portable.txt: `{line}` is not FILE TEST [inbox]"),
        };
        let known = all.get(file).is_some_and(|tests| tests.contains(test));
        if !known {
            bail!("portable.txt: there is no test {test} in {file}.rs");
        }
        listed.insert((file, test), inbox);
    }
    let mut selection = Selection {
        run: Tests::new(),
        left_out: BTreeMap::new(),
    };
    for (file, test) in all
        .iter()
        .flat_map(|(file, tests)| tests.iter().map(move |test| (file, test)))
    {
        let reason = match listed.get(&(file.as_str(), test.as_str())) {
            None => Some(NEEDS_LOCAL),
            Some(true) if mails == Mails::OutOfReach => Some(NEEDS_INBOX),
            Some(_) => None,
        };
        let place = match reason {
            None => &mut selection.run,
            Some(reason) => selection.left_out.entry(reason).or_default(),
        };
        place.entry(file.clone()).or_default().insert(test.clone());
    }
    Ok(selection)
}

/// How many tests these are.
pub(crate) fn count(tests: &Tests) -> usize {
    tests.values().map(BTreeSet::len).sum()
}

/// The tests of the suite, read from its sources (`tests/tests/*.rs`).
pub(crate) fn of_suite(folder: &std::path::Path) -> anyhow::Result<Tests> {
    let mut tests = Tests::new();
    for entry in
        std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?
    {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let source = std::fs::read_to_string(&path)
            .with_context(|| format!("reading {}", path.display()))?;
        let file = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        tests.insert(file, in_source(&source));
    }
    Ok(tests)
}

/// Names of the functions that follow a test attribute.
fn in_source(source: &str) -> BTreeSet<String> {
    let is_test = |line: &str| line.starts_with("#[test]") || line.starts_with("#[tokio::test");
    let mut names = BTreeSet::new();
    let mut lines = source.lines().map(str::trim_start);
    while let Some(line) = lines.next() {
        if is_test(line) {
            let function = lines.find_map(|line| line.split_once("fn ").map(|(_, rest)| rest));
            let name = function.and_then(|rest| rest.split('(').next());
            names.extend(name.map(str::to_owned));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suite() -> Tests {
        let source = "#[tokio::test]\nasync fn one() {}\nfn helper() {}\n#[test]\n#[ignore]\nfn two() {}\n#[tokio::test]\nasync fn three() {}\n";
        [("journey".to_owned(), in_source(source))].into()
    }

    fn names(tests: &Tests) -> String {
        tests
            .values()
            .flatten()
            .cloned()
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn what_is_not_listed_is_named_with_its_reason() {
        let list = "# why\njourney one\njourney two inbox\n";
        let selection = select(list, &suite(), Mails::OutOfReach).unwrap();
        assert_eq!(names(&selection.run), "one");
        assert_eq!(names(&selection.left_out[NEEDS_INBOX]), "two");
        assert_eq!(names(&selection.left_out[NEEDS_LOCAL]), "three");
        let with_mails = select(list, &suite(), Mails::Readable).unwrap();
        assert_eq!(names(&with_mails.run), "one two");
    }

    #[test]
    fn a_line_without_its_test_is_an_error() {
        for list in ["journey gone", "elsewhere one", "journey one two"] {
            assert!(select(list, &suite(), Mails::Readable).is_err(), "{list}");
        }
    }

    #[test]
    fn the_list_fits_the_suite() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/tests");
        let all = of_suite(&folder).unwrap();
        let list = include_str!("../../tests/portable.txt");
        let selection = select(list, &all, Mails::Readable).unwrap();
        assert!(10 < count(&selection.run), "{:?}", selection.run);
        assert!(10 < count(&selection.left_out[NEEDS_LOCAL]));
    }
}
