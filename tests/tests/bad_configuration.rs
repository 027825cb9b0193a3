//! A stack that can't run says why, everything at once, and does not start.

use std::{fs, net::TcpListener, path::Path};

use face_login_acceptance::{
    launch::Launch,
    places,
    stack::{NotStarted, Stack},
    template::Template,
};
use tempfile::TempDir;

/// The start must fail with code 2 and name all of `words`.
#[track_caller]
fn assert_refused(launch: &Launch, words: &[&str]) {
    let Err(NotStarted { code, printed }) = Stack::try_start(launch) else {
        panic!("started with {launch:?}")
    };
    assert_eq!(code, Some(2), "{printed}");
    for word in words {
        assert!(
            printed.contains(word),
            "`{word}` is not named in: {printed}"
        );
    }
    assert!(!printed.contains("panicked"), "{printed}");
}

fn listen(address: &str) -> Launch {
    Launch {
        listen: address.to_owned(),
        ..Launch::default()
    }
}

#[test]
fn a_bad_listen_address_is_refused() {
    assert_refused(&listen("nonsense"), &["--listen", "nonsense"]);
    assert_refused(&listen("0.0.0.0:0"), &["--listen", "0.0.0.0"]);
}

#[test]
fn a_taken_port_is_an_error_never_another_port() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    assert_refused(&listen(&address), &[&address]);
}

#[test]
fn unknown_and_impossible_parameters_are_named() {
    let launch = Launch::default()
        .set("NoSuchParameter", "1")
        .set("SelfieSeconds", "4")
        .set("PageOrigin", "not an origin");
    assert_refused(&launch, &["NoSuchParameter", "SelfieSeconds", "PageOrigin"]);
}

/// Lambda refuses such an event source mapping too.
#[test]
fn a_queue_that_is_faster_than_its_function_is_refused() {
    let launch = Launch::default().set("QueueVisibilitySeconds", "5");
    assert_refused(&launch, &["visibility timeout", "Function timeout"]);
}

#[test]
fn all_problems_are_listed_at_once() {
    let launch = Launch {
        extra: vec!["--no-such-option".to_owned()],
        ..listen("nonsense")
    };
    let launch = launch.set("NoSuchParameter", "1");
    assert_refused(&launch, &["nonsense", "--no-such-option"]);
    let launch = Launch {
        weights: "/nowhere/weights".into(),
        ..Launch::default().set("NoSuchParameter", "1")
    };
    assert_refused(&launch, &["/nowhere/weights", "NoSuchParameter"]);
}

#[test]
fn a_broken_template_is_refused_by_name() {
    let folder = TempDir::new().unwrap();
    let start = |template: &Template| Launch::default().template(&template.write(folder.path()));
    let template = Template::default();
    assert_refused(
        &start(&template.edit("IndexQueue", "AWS::SQS::Queue", "AWS::SQS::Quue")),
        &["IndexQueue", "AWS::SQS::Quue"],
    );
    assert_refused(
        &start(&template.edit("IndexQueue", "VisibilityTimeout", "VisibilityTimout")),
        &["VisibilityTimout"],
    );
    assert_refused(
        &start(&template.edit(
            "IndexerEvents",
            "!Ref IndexerFunction",
            "!Ref IndexrFunction",
        )),
        &["IndexrFunction"],
    );
    assert_refused(
        &start(&template.edit(
            "UserPool",
            "MfaConfiguration: \"OFF\"",
            "MfaConfiguration: [",
        )),
        &["template.yaml"],
    );
    let nowhere = folder.path().join("nowhere.yaml");
    assert_refused(&Launch::default().template(&nowhere), &["nowhere.yaml"]);
}

/// One flipped byte in the weights would quietly change who is recognised.
#[test]
fn damaged_weights_are_refused_by_name() {
    let folder = TempDir::new().unwrap();
    copy(&places::weights(), folder.path());
    let damaged = folder.path().join("face_recognition_model.bin");
    let mut bytes = fs::read(&damaged).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&damaged, bytes).unwrap();
    assert_refused(
        &Launch {
            weights: folder.path().to_owned(),
            ..Launch::default()
        },
        &["face_recognition_model.bin"],
    );
}

fn copy(from: &Path, to: &Path) {
    let files = fs::read_dir(from).unwrap_or_else(|error| {
        panic!(
            "{}: {error}; `cargo xtask test` fetches the weights",
            from.display()
        )
    });
    for file in files
        .map(|file| file.expect("the folder can be listed").path())
        .filter(|path| path.is_file())
    {
        fs::copy(&file, to.join(file.file_name().expect("a file has a name")))
            .expect("the test's folder takes a copy");
    }
}
