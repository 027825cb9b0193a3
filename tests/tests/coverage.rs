//! What is not served is refused by name, for everything that AWS's own service models know; and `local/COVERAGE.md` says so truly.

use std::collections::BTreeSet;

use face_login_acceptance::{
    coverage::{self, MADE_UP, Operation, Page, Service},
    http::Http,
    launch::Launch,
    places,
    stack::Stack,
};
use face_login_local_models::Models;
use tokio::sync::OnceCell;

struct Probed {
    models: Models,
    services: Vec<Service>,
}

/// Asked once for all tests; the stack ends then, and with it the check that no answer broke its model.
async fn probed() -> &'static Probed {
    static PROBED: OnceCell<Probed> = OnceCell::const_new();
    PROBED
        .get_or_init(async || {
            let models = Models::load(&places::models()).expect("`cargo xtask test` fetches them");
            let stack = Stack::start(&Launch::default());
            let services = coverage::probe(stack.ready(), &Http::default(), &models).await;
            Probed { models, services }
        })
        .await
}

/// Heads of answers can't name anything.
const WITHOUT_WORDS: [&str; 2] = ["HeadBucket", "HeadObject"];

#[tokio::test]
async fn every_operation_that_is_not_served_is_refused_by_name() {
    for Service { name, operations } in &probed().await.services {
        for (operation, what) in operations {
            let Operation::Refused(refusal) = what else {
                continue;
            };
            let (status, code, named) = match *name {
                "s3" => (501, "NotImplemented", !refusal.message.is_empty()),
                _ => (
                    400,
                    "UnknownOperationException",
                    refusal.message.contains(operation.as_str()),
                ),
            };
            assert_eq!(
                (refusal.status, refusal.code.as_str()),
                (status, code),
                "{name}:{operation}"
            );
            assert!(
                named,
                "{name}:{operation} is not named: {}",
                refusal.message
            );
        }
    }
}

#[tokio::test]
async fn a_member_that_is_not_supported_is_refused_by_name_and_never_ignored() {
    let mut problems = Vec::new();
    for Service { name, operations } in &probed().await.services {
        let sent = match *name {
            "s3" => format!("x-amz-{}", MADE_UP.to_lowercase()),
            _ => MADE_UP.to_owned(),
        };
        for (operation, what) in operations {
            match what {
                Operation::Refused(_) => {}
                Operation::Served(members) => match &members.made_up {
                    Some(refusal) if refusal.is_of_member(&sent) => {}
                    Some(_) if WITHOUT_WORDS.contains(&operation.as_str()) => {}
                    other => problems.push(format!("{name}:{operation}: {other:?}")),
                },
            }
        }
    }
    assert!(
        problems.is_empty(),
        "a member that is not there is ignored, or refused without its name:\n{}",
        problems.join("\n")
    );
}

#[tokio::test]
async fn the_coverage_page_is_true() {
    let Probed { models, services } = probed().await;
    let page = Page::read();
    let wanted = page.with(services, models);
    if places::writes_coverage() {
        page.write(&wanted);
        return;
    }
    let differs = page
        .text
        .lines()
        .zip(wanted.lines())
        .find(|(is, to_be)| is != to_be);
    assert!(
        page.text == wanted,
        "local/COVERAGE.md is stale; `cargo xtask coverage` writes it anew. First difference: {differs:?}"
    );
}

#[test]
fn every_test_that_the_coverage_page_names_exists() {
    let page = Page::read();
    let mut missing: BTreeSet<&str> = page.tests();
    assert!(40 < missing.len(), "the page names its tests as `fn name`");
    for folder in ["local", "tests"] {
        places::rust_files(&places::workspace().join(folder), &mut |_, source| {
            missing.retain(|name| !source.contains(&format!("fn {name}(")));
        });
    }
    assert!(missing.is_empty(), "there is no test {missing:?}");
}
