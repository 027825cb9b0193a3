//! A new face for an old account: by mail, after a waiting time, and never against the will of whoever has the old one.

use face_login_acceptance::{
    admin::Admin,
    challenge::Step,
    claim::claim,
    cognito::Refusal,
    faces::Person,
    launch::Launch,
    stack::Stack,
    visitor::{Account, Visitor},
    wait,
};
use serde_json::json;
use std::time::Duration;

/// A stack whose new faces wait for about this long: long enough for what a test does before, on a busy machine.
async fn stack(hold_hours: &str) -> (Stack, Visitor) {
    Visitor::with(&Launch::default().set("RecoveryHoldHours", hold_hours)).await
}

fn is_refused(answer: Result<impl Sized, Refusal>) -> bool {
    answer.is_err_and(|refusal| refusal.kind == "NotAuthorizedException")
}

/// The round after a selfie that does not pass.
async fn misses(visitor: &Visitor, account: &Account, person: Person) {
    let round = visitor.begin_sign_in(&account.email).await;
    match visitor
        .show(round, &person.selfie())
        .await
        .expect("an answer")
    {
        Step::Round(round) => assert_eq!(round.reason(), "NOT_RECOGNISED"),
        Step::Tokens(_) => panic!("{person:?} signs in"),
    }
}

#[tokio::test]
async fn a_new_face_waits_then_replaces_the_old_one_and_ends_its_sessions() {
    let (_stack, visitor) = stack("0.005").await;
    let account = visitor.join().await;
    let old = visitor
        .enrol(&account, &Person::Ada.document(), &Person::Ada.selfie())
        .await;
    let account = visitor.reset_password(&account).await;
    let held = claim(&visitor, &account, Person::Bea).await;
    assert!(is_refused(
        visitor.cognito.answer(&held, held.challenge_id()).await
    ));
    visitor
        .cognito
        .refresh(old.refresh())
        .await
        .expect("nothing is replaced yet");

    wait::pause(held.retry_after() + Duration::from_secs(1)).await;
    visitor.sign_in(&account.email, &Person::Bea.selfie()).await;
    assert!(
        is_refused(visitor.cognito.refresh(old.refresh()).await),
        "signed out everywhere"
    );
    misses(&visitor, &account, Person::Ada).await;
    let admin = Admin::new(&visitor.ready);
    assert_eq!(
        admin.faces_in_collections().await,
        admin.faces_in_rows().await
    );
    assert_eq!(admin.faces_in_rows().await.len(), 1);
}

#[tokio::test]
async fn whoever_has_the_old_face_cancels_the_new_one() {
    let (_stack, visitor) = stack("24").await;
    let account = visitor.enrolled(Person::Ada).await;
    let account = visitor.reset_password(&account).await;
    let held = claim(&visitor, &account, Person::Bea).await;
    assert!(Duration::from_hours(23) < held.retry_after());
    misses(&visitor, &account, Person::Bea).await;

    visitor.sign_in(&account.email, &Person::Ada.selfie()).await;
    let admin = Admin::new(&visitor.ready);
    assert_eq!(admin.claims_of(&account.sub).await, 0, "it is cancelled");
    assert_eq!(
        admin.faces_in_collections().await,
        admin.faces_in_rows().await
    );
    assert_eq!(admin.faces_in_rows().await.len(), 1);
}

#[tokio::test]
async fn without_a_sign_out_no_face_is_replaced() {
    let (_stack, visitor) = stack("0").await;
    let account = visitor.enrolled(Person::Ada).await;
    let account = visitor.reset_password(&account).await;
    claim(&visitor, &account, Person::Bea).await;
    let fault = json!({"service": "cognito-idp", "operation": "AdminUserGlobalSignOut", "kind": "error500", "times": 9});
    visitor.local.fault(fault).await;
    let round = visitor.begin_sign_in(&account.email).await;
    let round = visitor
        .show_once(&round, &Person::Bea.selfie())
        .await
        .unwrap()
        .round();
    assert_eq!(round.reason(), "BUSY", "{}", round.summary());
    visitor.local.clear_faults().await;
    visitor
        .show(round, &Person::Bea.selfie())
        .await
        .unwrap()
        .tokens();
}
