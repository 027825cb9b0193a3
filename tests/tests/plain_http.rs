//! The example of `docs/integrating.md`: signing in with nothing but curl.

use std::{fs, process::Command};

use face_login_acceptance::{
    faces::Person,
    jwt::{self, Use},
    places, stack,
    visitor::Visitor,
};
use serde_json::Value;
use tempfile::TempDir;

/// The shell text of the document that signs in.
fn example() -> String {
    let document = places::workspace().join("docs/integrating.md");
    let document = fs::read_to_string(document).expect("the document lies in the repository");
    let texts = document.split("```sh\n").skip(1);
    let mut texts = texts.filter_map(|text| text.split("```").next());
    let example = texts.find(|text| text.contains("InitiateAuth"));
    example.expect("the document has an example").to_owned()
}

#[tokio::test]
async fn the_documents_example_signs_in_with_curl() {
    let visitor = Visitor::of(stack::shared()).await;
    let account = visitor.join().await;
    let person = Person::Ada;
    visitor
        .enrol(&account, &person.document(), &person.selfie())
        .await;
    let folder = TempDir::with_prefix("face-login-curl-").expect("a temporary folder");
    fs::write(folder.path().join("selfie.jpg"), person.selfie()).expect("the folder takes a file");

    // Nothing but the reader's own values is changed.
    let ready = stack::shared_ready_file().display().to_string();
    let mut script = example();
    for (theirs, ours) in [
        ("/path/to/ready.json", &ready),
        ("ada@example.com", &account.email),
    ] {
        assert!(script.contains(theirs), "the example has {theirs}");
        script = script.replace(theirs, ours);
    }
    let shell = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .current_dir(folder.path())
        .output()
        .expect("bash runs");
    let (said, wrong) = (
        String::from_utf8_lossy(&shell.stdout),
        String::from_utf8_lossy(&shell.stderr),
    );
    assert!(
        shell.status.success(),
        "curl and jq are needed (on Debian: `apt-get install curl jq`): {said} {wrong}"
    );
    let answer: Value =
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"));
    let id = answer["AuthenticationResult"]["IdToken"].as_str();
    let claims = jwt::verify(
        &visitor.ready,
        &visitor.http,
        id.unwrap_or_else(|| panic!("no tokens: {said}")),
        Use::Id,
    )
    .await;
    assert_eq!(claims["sub"], account.sub.as_str());
}
