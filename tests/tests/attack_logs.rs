//! What the functions and the stack print while people use everything: at the most verbose level, nothing that names, opens or shows anybody.

use std::fs;

use face_login_acceptance::{
    admin::Admin,
    attack::{patient, until_called, wished},
    challenge::{Round, Step},
    faces::{self, Person},
    launch::Launch,
    secrets::{Secrets, similarities},
    stack::Stack,
    template::Template,
    visitor::{Account, Visitor},
};
use serde_json::json;

const PEPPER: &str = "a-pepper-of-this-tests-own-0123456789-abcdef";

/// Every function as talkative as Lambda can make it, and a pepper that the test knows.
fn talkative(folder: &std::path::Path) -> Launch {
    let mut template = Template::default();
    for (id, _, variables) in template.functions() {
        let (from, to) = (
            "LoggingConfig: {",
            "LoggingConfig: {ApplicationLogLevel: TRACE, SystemLogLevel: DEBUG, ",
        );
        template = template.edit(&id, from, to);
        if variables.contains("PEPPER") {
            let secret = r#"!Sub "{{resolve:secretsmanager:${Pepper}:SecretString}}""#;
            template = template.edit(&id, secret, PEPPER);
        }
    }
    patient().template(&template.write(folder))
}

/// Somebody who remembers everything that must not be printed.
struct Watched {
    visitor: Visitor,
    secrets: Secrets,
}

impl Watched {
    /// Shows a photo; the step that follows is remembered too.
    async fn show(&mut self, round: Round, photo: &[u8]) -> Option<Step> {
        self.secrets.add_round(&round);
        self.secrets.add_photo(photo);
        let step = self.visitor.show(round, photo).await.ok()?;
        match &step {
            Step::Round(next) => self.secrets.add_round(next),
            Step::Tokens(tokens) => self.secrets.add_tokens(tokens),
        }
        Some(step)
    }

    async fn join_and_enrol(&mut self, person: Person) -> Account {
        let account = self.visitor.join().await;
        self.secrets.add_account(&account);
        let round = self.visitor.begin_enrolment(&account).await;
        let step = self.show(round, &person.document()).await;
        let round = step.expect("the document is taken").round();
        let step = self.show(round, &person.selfie()).await;
        step.expect("the selfie passes").tokens();
        account
    }

    async fn try_selfie(&mut self, name: &str, photo: &[u8]) -> Option<Step> {
        let round = self.visitor.begin_sign_in(name).await;
        self.show(round, photo).await
    }

    /// Right and wrong faces, files that are none, unknown names, answers that are none.
    async fn sign_in_in_all_ways(&mut self, account: &Account) {
        let signed_in = self.try_selfie(&account.email, &Person::Ada.selfie()).await;
        let tokens = signed_in.expect("the right face").tokens();
        let refreshed = self.visitor.cognito.refresh(tokens.refresh()).await;
        self.secrets.add_tokens(&refreshed.expect("a live token"));
        for photo in [
            Person::Bea.selfie(),
            faces::nobody(),
            b"no photo at all, but long enough to be found".to_vec(),
        ] {
            self.try_selfie(&account.email, &photo).await;
            self.try_selfie("somebody-unknown@example.com", &photo)
                .await;
        }
        self.secrets
            .add("unknown address", "somebody-unknown@example.com");
        let answer = "an-answer-that-nobody-asked-for";
        self.secrets.add("answer", answer);
        let round = self.visitor.begin_sign_in(&account.email).await;
        self.secrets.add_round(&round);
        let metadata = json!({"intent": "an-intent-of-nobodys", "consent": "a-consent-of-nobodys"});
        self.secrets.add("intent", "an-intent-of-nobodys");
        let _ = self
            .visitor
            .cognito
            .answer_with(&round, answer, metadata)
            .await;
        let _ = self.visitor.sign_up_as("refused-address@example.com").await;
        self.secrets
            .add("refused address", "refused-address@example.com");
    }

    /// A claim by mail, an update, and a withdrawal.
    async fn change_everything(&mut self, account: &Account) {
        let reader = self.visitor.reset_password(account).await;
        self.secrets.add_account(&reader);
        let wish = self.visitor.wish("REPLACE_FACE");
        let started =
            self.visitor
                .cognito
                .start_with_password(&reader.username, &reader.password, wish);
        let round = started.await.expect("the password is right").round();
        let step = self.show(round, &Person::Cora.document()).await;
        let step = self
            .show(step.expect("a document").round(), &Person::Cora.selfie())
            .await;
        assert_eq!(step.expect("a claim").round().state(), "HELD");
        let round = wished(&self.visitor, &account.email, Person::Ada, "UPDATE_PHOTO").await;
        let step = self.show(round, &Person::Ada.document()).await;
        step.expect("a new photo").tokens();
        let round = wished(&self.visitor, &account.email, Person::Ada, "WITHDRAW").await;
        assert_eq!(round.state(), "WITHDRAWN");
        self.secrets.add_round(&round);
    }

    /// Every service fails once in every way, at every function that asks it.
    async fn break_everything(&mut self, account: &Account) {
        for (service, caller) in [
            ("rekognition", "VerifyFunction"),
            ("dynamodb", "VerifyFunction"),
            ("dynamodb", "CreateFunction"),
            ("s3", "VerifyFunction"),
        ] {
            for kind in ["error500", "throttle", "reset"] {
                let fault = json!({"service": service, "operation": "*", "caller": caller, "kind": kind, "times": 6});
                self.visitor.local.fault(fault).await;
                if let Ok(step) = self.visitor.cognito.start(&account.email).await {
                    let round = step.round();
                    self.secrets.add_round(&round);
                    let photo = Person::Dora.selfie();
                    self.secrets.add_photo(&photo);
                    let _ = self.visitor.upload(&round, &photo).await;
                    let _ = self
                        .visitor
                        .cognito
                        .answer(&round, round.challenge_id())
                        .await;
                }
                self.visitor.local.clear_faults().await;
            }
        }
        let crash = json!({"service": "rekognition", "operation": "SearchFacesByImage", "kind": "crash-after"});
        self.visitor.local.fault(crash).await;
        let round = self.visitor.begin_sign_in(&account.email).await;
        self.secrets.add_round(&round);
        let _ = self.visitor.show_once(&round, &Person::Dora.selfie()).await;
        self.visitor.local.clear_faults().await;
    }

    /// Objects that nobody invited, under names of an attacker's.
    async fn send_bad_events(&mut self) {
        let before = self.visitor.local.calls().await.len();
        let admin = Admin::new(&self.visitor.ready);
        for key in [
            "documents/somebodys-name@example.com",
            "documents/AAAAAAAAAAAAAAAAAAAAAA",
            "documents/%2e%2e/ä",
        ] {
            let photo = Person::Eve.document();
            self.secrets.add_photo(&photo);
            admin.put_document(key, &photo).await;
        }
        self.secrets.add("a key", "somebodys-name@example.com");
        until_called(&self.visitor, before, |call| {
            call.operation() == "DeleteObject" && call.caller().contains("IndexerFunction")
        })
        .await;
    }
}

/// All that was printed, by file.
fn outputs(stack: &Stack) -> Vec<(String, String)> {
    let logs = stack.folder().join("data/logs");
    let files = fs::read_dir(logs).expect("the functions' logs");
    let mut outputs: Vec<(String, String)> = files
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "log"))
        .map(|path| (path.display().to_string(), read(&path)))
        .collect();
    let own = stack.folder().join("stack.log");
    outputs.push((own.display().to_string(), read(&own)));
    outputs
}

fn read(path: &std::path::Path) -> String {
    String::from_utf8_lossy(&fs::read(path).expect("a log is read")).into_owned()
}

#[tokio::test]
async fn nothing_that_is_printed_names_opens_or_shows_anybody() {
    let folder = tempfile::TempDir::with_prefix("face-login-template-").expect("a folder");
    let (stack, visitor) = Visitor::with(&talkative(folder.path())).await;
    let mut watched = Watched {
        visitor,
        secrets: Secrets::default(),
    };
    watched.secrets.add("pepper", PEPPER);
    watched.secrets.add(
        "the owner's key",
        &stack.ready().admin_key.secret_access_key,
    );
    let account = watched.join_and_enrol(Person::Ada).await;
    watched.sign_in_in_all_ways(&account).await;
    watched.break_everything(&account).await;
    watched.send_bad_events().await;
    watched.change_everything(&account).await;

    let outputs = outputs(&stack);
    for function in [
        "DefineFunction",
        "CreateFunction",
        "VerifyFunction",
        "IndexerFunction",
        "PreTokenFunction",
    ] {
        let said = outputs.iter().find(|(file, _)| file.contains(function));
        assert!(
            said.is_some_and(|(_, text)| !text.is_empty()),
            "{function} says something"
        );
    }
    let mut found = Vec::new();
    for (file, text) in &outputs {
        let file = file.rsplit('/').next().unwrap_or_default();
        found.extend(
            watched
                .secrets
                .found_in(text)
                .into_iter()
                .map(|what| format!("{file}: {what}")),
        );
        found.extend(
            similarities(text)
                .into_iter()
                .map(|line| format!("{file}: a similarity: {line:.80}")),
        );
    }
    let mut kinds: Vec<_> = found
        .iter()
        .map(|one| one.split(" #").next().unwrap_or_default())
        .collect();
    kinds.dedup();
    assert!(
        found.is_empty(),
        "{} secrets are printed: {kinds:#?}",
        found.len()
    );

    // The search sees what there is to see: one line with each of them is noticed.
    for (what, secret) in watched.secrets.iter() {
        let planted = format!(
            "{}\n{{\"fields\":{{\"message\":\"it was {secret}.\"}}}}",
            outputs[0].1
        );
        assert!(
            watched.secrets.found_in(&planted).contains(&what),
            "{what} would not be noticed"
        );
    }
    assert_eq!(similarities("{\"Similarity\":99.1}").len(), 1);
}
