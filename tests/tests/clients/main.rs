//! Real clients of Cognito, each through the whole journey of a person, and of the pool's operator where it can be his tool.
//!
//! They share one stack. The same face under two accounts makes each a rival of the other, so everybody here is another person.

mod rust_sdk;
mod script;

use std::{path::Path, sync::Mutex};

use face_login_acceptance::{
    clients::{Client, Kept, Outcome, expected_table, faults},
    faces::Person,
};

#[test]
fn amplify() {
    script::run(Client::Amplify, Person::Ada);
}

#[test]
fn amazon_cognito_identity_js() {
    script::run(Client::IdentityJs, Person::Bea);
}

#[test]
fn boto3() {
    script::run(Client::Boto3, Person::Cora);
}

#[test]
fn aws_cli() {
    script::run(Client::AwsCli, Person::Dora);
}

#[tokio::test]
async fn aws_sdk_for_rust_and_aws_jwt_verify() {
    rust_sdk::run(Person::Eve).await;
}

#[test]
fn the_readme_has_the_table_of_clients_and_steps() {
    let readme = include_str!("../../README.md");
    assert!(
        readme.contains(&expected_table()),
        "tests/README.md should hold this table:\n{}",
        expected_table()
    );
}

/// Keeps what the client showed, and fails unless that is every step.
fn settle(client: Client, outcomes: &[Outcome], errors: &str) {
    static KEPT: Mutex<()> = Mutex::new(());
    {
        let _one_at_a_time = KEPT.lock();
        Kept::new(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients")).keep(client, outcomes);
    }
    let faults = faults(client, outcomes);
    assert!(
        faults.is_empty(),
        "{}:\n{}\n{errors}",
        client.name(),
        faults.join("\n")
    );
}
