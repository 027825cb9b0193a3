//! Things break, once each, at the worst moment: nobody gets in wrongly, nothing is left behind, the user finishes.

use std::time::Duration;

use face_login_acceptance::{
    admin::Admin,
    faces::Person,
    launch::Launch,
    stack::Stack,
    visitor::{Account, Visitor},
    wait,
};
use serde_json::{Value, json};
use tempfile::TempDir;

fn start() -> (Stack, TempDir) {
    let folder = TempDir::with_prefix("face-login-template-").expect("a temporary folder");
    (
        Stack::start(&Launch::default().quick_queue(folder.path())),
        folder,
    )
}

/// The fault must have acted exactly once.
async fn assert_hit(visitor: &Visitor) {
    wait::until("the fault acts", Visitor::INDEXING, async || {
        (visitor.local.hits().await == 1).then_some(())
    })
    .await;
}

/// Faces in the collections are those in rows, `expected` of them; no photo is left; nobody was charged an attempt.
async fn assert_tidy(visitor: &Visitor, expected: usize) {
    let admin = Admin::new(&visitor.ready);
    let what = "no photo is left and each face has its row";
    wait::until(what, Visitor::INDEXING, async || {
        let (collections, rows) = (
            admin.faces_in_collections().await,
            admin.faces_in_rows().await,
        );
        (admin.photos().await.is_empty() && collections == rows && rows.len() == expected)
            .then_some(())
    })
    .await;
    assert_eq!(admin.failures().await, 0, "no attempt is lost");
}

fn once(service: &str, operation: &str, caller: &str, kind: &str) -> Value {
    json!({"service": service, "operation": operation, "caller": caller, "kind": kind, "skip": 0, "times": 1})
}

/// An enrolled person in a stack of the test's own.
async fn enrolled(person: Person) -> (Stack, TempDir, Visitor, Account) {
    let (stack, folder) = start();
    let visitor = Visitor::of(stack.ready()).await;
    let account = visitor.enrolled(person).await;
    (stack, folder, visitor, account)
}

/// Enrols Ada, arms the fault, signs in: it must end with tokens all the same.
async fn sign_in_in_spite_of(fault: Value) {
    let (_stack, _folder, visitor, account) = enrolled(Person::Ada).await;
    visitor.local.fault(fault).await;
    visitor.sign_in(&account.email, &Person::Ada.selfie()).await;
    assert_hit(&visitor).await;
    assert_tidy(&visitor, 1).await;
}

/// Arms the fault and enrols Bea: it must end with tokens and one face all the same.
async fn enrol_in_spite_of(fault: Value) -> (Stack, TempDir, Visitor) {
    let (stack, folder) = start();
    let visitor = Visitor::of(stack.ready()).await;
    let account = visitor.join().await;
    visitor.local.fault(fault).await;
    visitor
        .enrol(&account, &Person::Bea.document(), &Person::Bea.selfie())
        .await;
    assert_hit(&visitor).await;
    assert_tidy(&visitor, 1).await;
    (stack, folder, visitor)
}

/// A killed function is an error to the client, never a pass; Cognito does not call it again. The person starts over.
async fn verify_killed(moment: &str) {
    let (_stack, _folder, visitor, account) = enrolled(Person::Ada).await;
    let fault = once(
        "rekognition",
        "SearchFacesByImage",
        "VerifyFunction",
        moment,
    );
    visitor.local.fault(fault).await;
    let killed = visitor.begin_sign_in(&account.email).await;
    let answered = visitor.show_once(&killed, &Person::Ada.selfie()).await;
    let refusal = answered
        .map(|step| format!("{step:?}"))
        .expect_err("killed");
    assert_eq!(refusal.kind, "UserLambdaValidationException", "{refusal:?}");
    assert_hit(&visitor).await;

    // The dead run's lease (`LeaseSeconds`, 5) has to end before the next sign-in clears up after it.
    wait::pause(Duration::from_millis(5500)).await;
    visitor.sign_in(&account.email, &Person::Ada.selfie()).await;
    assert_tidy(&visitor, 1).await;
}

#[tokio::test]
async fn verify_killed_while_judging() {
    verify_killed("crash-before").await;
}

#[tokio::test]
async fn verify_killed_before_its_verdict_is_written() {
    verify_killed("crash-after").await;
}

#[tokio::test]
async fn rekognition_throttles_the_selfie() {
    sign_in_in_spite_of(once(
        "rekognition",
        "SearchFacesByImage",
        "VerifyFunction",
        "throttle",
    ))
    .await;
}

#[tokio::test]
async fn rekognition_throttles_the_document() {
    enrol_in_spite_of(once(
        "rekognition",
        "IndexFaces",
        "IndexerFunction",
        "throttle",
    ))
    .await;
}

#[tokio::test]
async fn the_indexer_is_killed_just_after_index_faces() {
    enrol_in_spite_of(once(
        "rekognition",
        "IndexFaces",
        "IndexerFunction",
        "crash-after",
    ))
    .await;
}

#[tokio::test]
async fn the_queue_delivers_twice() {
    let lost = json!({"service": "sqs", "operation": "DeleteMessage", "kind": "error500", "skip": 0, "times": 1});
    let (stack, _folder, visitor) = enrol_in_spite_of(lost).await;
    let queue = stack.ready().physical("IndexQueue");
    wait::until(
        "the message is worked on a second time",
        Duration::from_mins(2),
        async || (visitor.local.depth(queue).await == 0).then_some(()),
    )
    .await;
    assert_hit(&visitor).await;
    assert_eq!(
        visitor
            .local
            .depth(stack.ready().physical("IndexDeadLetterQueue"))
            .await,
        0
    );
    assert_tidy(&visitor, 1).await;
}

/// An outage that lasts is no verdict: no tokens, no attempt lost, and afterwards the face opens again.
#[tokio::test]
async fn a_lasting_outage_is_never_a_verdict() {
    let (stack, _folder) = start();
    let visitor = Visitor::of(stack.ready()).await;
    let account = visitor.enrolled(Person::Cora).await;
    visitor.local.fault(json!({"service": "rekognition", "operation": "*", "kind": "error500", "skip": 0, "times": 1000})).await;
    let round = visitor.begin_sign_in(&account.email).await;
    let next = visitor
        .show_once(&round, &Person::Cora.selfie())
        .await
        .expect("an outage is no error to the client")
        .round();
    assert_eq!(
        (next.reason(), next.parameter("attemptsLeft")),
        ("BUSY", "3"),
        "{}",
        next.summary()
    );
    visitor.local.clear_faults().await;
    visitor
        .show(next, &Person::Cora.selfie())
        .await
        .expect("the outage is over")
        .tokens();
    assert_tidy(&visitor, 1).await;
}
