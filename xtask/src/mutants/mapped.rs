//! Which tests to ask first, by what was changed; and the survivors that have a reason.

use std::collections::BTreeSet;

/// The way through nearly everything: sign-up, enrolment, sign-in, refresh, sign-out.
const WHOLE_WAY: &str = "journey::the_enrolled_face_signs_in_refreshes_and_signs_out";

/// Tests by a part of the mutant's name; all that match are asked in this order, the whole way last.
const TESTS: [(&str, &[&str]); 3] = [
    ("Environment", &["variables::"]),
    (
        "CorsConfiguration",
        &["roles::another_cors_origin_keeps_the_page_out"],
    ),
    ("Schema", &["bad_configuration::"]),
];

/// Mutants that nobody can notice, by a part of their names, and why.
const EXPLAINED: [(&str, &str); 3] = [
    (
        ".MemorySize: ",
        "memory is speed and cost, which the bench measures; nothing works differently",
    ),
    (
        "Globals.Function.CodeUri: ",
        "where `sam build` looks for sources: read when the package is built, not when it runs",
    ),
    (
        "Architectures: dropped",
        "x86_64 then: the package says what it was built for",
    ),
];

/// The tests to ask about a mutant, of those that there are.
pub(super) fn tests_for<'tests>(mutant: &str, known: &'tests BTreeSet<String>) -> Vec<&'tests str> {
    let rows = TESTS.iter().filter(|(part, _)| mutant.contains(part));
    let wanted = rows.flat_map(|(_, tests)| tests.iter().copied());
    let mut found: Vec<&str> = Vec::new();
    for wanted in wanted.chain([WHOLE_WAY]) {
        let matching = known.iter().filter(|test| test.starts_with(wanted));
        for test in matching {
            if !found.contains(&test.as_str()) {
                found.push(test);
            }
        }
    }
    found
}

/// Why a mutant may survive.
pub(super) fn explanation(mutant: &str) -> Option<&'static str> {
    let row = EXPLAINED.iter().find(|(part, _)| mutant.contains(part))?;
    Some(row.1)
}
