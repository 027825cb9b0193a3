//! Each function is given the variables that it asks for, and no others: the real programs say themselves what they miss.

use std::{
    collections::BTreeSet,
    process::{Command, Stdio},
};

use face_login_acceptance::{places, template::Template};

/// Names that the program complains about when it is started with nothing of its own.
fn asked_for(program: &str) -> BTreeSet<String> {
    let reserved = [
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "us-east-1"),
        // Nobody listens there: a function that needs nothing ends all the same.
        ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9"),
        ("AWS_LAMBDA_FUNCTION_NAME", program),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
    ];
    let path = places::binaries().join(program);
    let output = Command::new(&path)
        .env_clear()
        .envs(reserved)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(!output.status.success(), "{program} has nobody to work for");
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let words: Vec<&str> = told.split_whitespace().collect();
    let missing = words
        .windows(4)
        .filter(|words| words[1..3] == ["is", "not"]);
    let missing = missing.filter(|words| words[3].starts_with("set"));
    missing.map(|words| words[0].to_owned()).collect()
}

#[test]
fn each_function_is_given_what_it_asks_for() {
    let functions = Template::default().functions();
    assert!(functions.len() > 4, "{functions:?}");
    for (logical_id, program, given) in functions {
        // It tells CloudFormation what it misses, and no stack starts then.
        if program == "collection-init" {
            continue;
        }
        assert_eq!(given, asked_for(&program), "{logical_id}");
    }
}
