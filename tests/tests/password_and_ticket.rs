//! What opens an enrolment: the password *and* a live ticket *and* consent; one or two of them open nothing.

use face_login_acceptance::{
    admin::Admin, challenge::Round, faces::Person, invent, srp::Exchange, stack, upload::Form,
    visitor::Visitor,
};
use serde_json::json;

/// The round must not lead to a document's upload.
#[track_caller]
fn assert_no_document(round: &Round) {
    assert_ne!(
        (round.challenge(), round.state()),
        ("ENROL_DOCUMENT", "UPLOAD"),
        "{}",
        round.summary()
    );
    let documents =
        Form::of(round).is_some_and(|form| form.fields["key"].starts_with("documents/"));
    assert!(!documents, "a document's form in {}", round.summary());
}

/// `[SRP_A true]` is what Define sees before any password was checked.
#[tokio::test]
async fn srp_a_alone_proves_nothing() {
    let visitor = Visitor::of(stack::shared()).await;
    let account = visitor.join().await;
    let round = visitor
        .cognito
        .start_srp(&account.username, &Exchange::begin())
        .await
        .unwrap()
        .round();
    assert_eq!(round.name, "PASSWORD_VERIFIER");
    assert!(
        !round.parameters.contains_key("uploadUrl"),
        "{:?}",
        round.parameters.keys()
    );

    let skipped = Round {
        name: "CUSTOM_CHALLENGE".to_owned(),
        ..round.clone()
    };
    let refusal = visitor
        .cognito
        .answer_with(&skipped, "anything", visitor.consent())
        .await
        .expect_err("the password comes first");
    assert!(
        ["NotAuthorizedException", "InvalidParameterException"].contains(&refusal.kind.as_str()),
        "{refusal:?}"
    );
}

#[tokio::test]
async fn a_ticket_without_the_password_opens_nothing() {
    let visitor = Visitor::of(stack::shared()).await;
    let account = visitor.join().await;
    let wrong = visitor
        .cognito
        .start_with_password(&account.username, &invent::password(), visitor.consent())
        .await;
    let refusal = wrong
        .map(|step| format!("{step:?}"))
        .expect_err("a wrong password");
    assert_eq!(
        (refusal.kind.as_str(), refusal.message.as_str()),
        ("NotAuthorizedException", "Incorrect username or password.")
    );

    let round = visitor.begin_sign_in(&account.email).await;
    assert_no_document(&round);
    let answered = visitor
        .cognito
        .answer_with(&round, round.challenge_id(), visitor.consent())
        .await;
    assert_no_document(&answered.expect("a missing photo is no error").round());
}

#[tokio::test]
async fn the_password_without_a_ticket_opens_nothing() {
    let visitor = Visitor::of(stack::shared()).await;
    let account = visitor.join().await;
    Admin::new(&visitor.ready).remove_ticket(&account.sub).await;
    let started = visitor
        .cognito
        .start_with_password(&account.username, &account.password, visitor.consent())
        .await;
    let round = started.expect("the password is right").round();
    assert_no_document(&round);
    let refused = visitor
        .show(round, &Person::Ada.selfie())
        .await
        .map(|step| assert_no_document(&step.round()));
    drop(refused);
    assert!(
        Admin::new(&visitor.ready)
            .rows_of(&account.sub)
            .await
            .iter()
            .all(|row| !row["sk"].starts_with("FACE#"))
    );
}

/// The ticket is good for one enrolment.
#[tokio::test]
async fn a_spent_ticket_opens_nothing() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.enrolled(Person::Eve).await;
    let again = visitor
        .cognito
        .start_with_password(&account.username, &account.password, visitor.consent())
        .await;
    let round = again.expect("the password is right").round();
    round.must_be("SELFIE", "UPLOAD");
    assert_no_document(&round);
}

/// The ticket was spent or ran out while the photo was being taken: the selfie that would activate does not.
#[tokio::test]
async fn a_ticket_that_ends_midway_activates_nothing() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.join().await;
    let round = visitor.begin_enrolment(&account).await;
    let round = visitor
        .show(round, &Person::Dora.document())
        .await
        .unwrap()
        .round();
    let admin = Admin::new(&visitor.ready);
    admin.remove_ticket(&account.sub).await;
    if let Ok(step) = visitor.show_once(&round, &Person::Dora.selfie()).await {
        assert_no_document(&step.round());
    }
    let rows = admin.rows_of(&account.sub).await;
    assert!(
        rows.iter()
            .all(|row| row.get("status").is_none_or(|status| status != "ACTIVE")),
        "{rows:?}"
    );
}

#[tokio::test]
async fn without_consent_no_document_is_asked_for() {
    let visitor = Visitor::of(stack::shared()).await;
    let account = visitor.join().await;
    for metadata in [
        json!({}),
        json!({"consent": ""}),
        json!({"consent": "1999-01"}),
    ] {
        let started = visitor
            .cognito
            .start_with_password(&account.username, &account.password, metadata.clone())
            .await;
        let round = started.unwrap().round();
        assert_eq!(
            (round.challenge(), round.state()),
            ("ENROL_DOCUMENT", "CONSENT"),
            "{metadata}"
        );
        assert!(
            Form::of(&round).is_none(),
            "no upload before consent, {metadata}"
        );

        let asked = visitor
            .cognito
            .answer_with(&round, round.challenge_id(), metadata.clone())
            .await
            .unwrap()
            .round();
        assert_eq!(
            (asked.state(), asked.reason()),
            ("CONSENT", "CONSENT_REQUIRED"),
            "{metadata}"
        );
        assert!(
            Form::of(&asked).is_none(),
            "no upload before consent, {metadata}"
        );

        let agreed = visitor
            .cognito
            .answer_with(&asked, asked.challenge_id(), visitor.consent())
            .await
            .unwrap()
            .round();
        assert_eq!(
            (agreed.challenge(), agreed.state()),
            ("ENROL_DOCUMENT", "UPLOAD"),
            "{metadata}"
        );
    }
    let admin = Admin::new(&visitor.ready);
    assert!(
        admin
            .rows_of(&account.sub)
            .await
            .iter()
            .all(|row| !row["sk"].starts_with("ENR#")),
        "nothing was enrolled"
    );
}

#[tokio::test]
async fn consent_is_kept_with_version_and_time() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.enrolled(Person::Bea).await;
    let rows = Admin::new(&visitor.ready).rows_of(&account.sub).await;
    let active: Vec<_> = rows
        .iter()
        .filter(|row| row.get("status").is_some_and(|status| status == "ACTIVE"))
        .collect();
    assert_eq!(active.len(), 1, "{rows:?}");
    let said = visitor.consent();
    assert_eq!(
        active[0]["consentVersion"],
        said["consent"].as_str().unwrap()
    );
    assert!(
        active[0]["consentAt"].parse::<u64>().is_ok_and(|at| at > 0),
        "{:?}",
        active[0]
    );
}
