//! What a signed-in person may change: a new photo of the same face, and to be forgotten.

use face_login_acceptance::{
    admin::Admin, challenge::Round, faces::Person, launch::Launch, visitor::Visitor,
};
use serde_json::{Value, json};

/// Shows a selfie and asks for something with the answer. A busy machine is asked again.
async fn ask(visitor: &Visitor, email: &str, person: Person, metadata: &Value) -> Round {
    let mut round = visitor.begin_sign_in(email).await;
    loop {
        assert!(
            visitor
                .upload(&round, &person.selfie())
                .await
                .status
                .is_success()
        );
        let answer = visitor
            .cognito
            .answer_with(&round, round.challenge_id(), metadata.clone());
        round = answer.await.expect("an answer").round();
        if round.reason() != "BUSY" {
            return round;
        }
    }
}

#[tokio::test]
async fn a_new_photo_needs_the_same_face_and_ends_other_sessions() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.join().await;
    let old = visitor
        .enrol(&account, &Person::Ada.document(), &Person::Ada.selfie())
        .await;
    let round = ask(
        &visitor,
        &account.email,
        Person::Ada,
        &visitor.wish("UPDATE_PHOTO"),
    )
    .await;
    round.must_be("ENROL_DOCUMENT", "UPLOAD");
    let round = visitor
        .show(round, &Person::Bea.document())
        .await
        .unwrap()
        .round();
    assert_eq!(
        (round.challenge(), round.state(), round.reason()),
        ("ENROL_DOCUMENT", "UPLOAD", "NOT_RECOGNISED"),
        "somebody else's photo"
    );
    visitor
        .cognito
        .refresh(old.refresh())
        .await
        .expect("nothing is replaced yet");
    visitor
        .show(round, &Person::Ada.selfie())
        .await
        .unwrap()
        .tokens();
    assert!(
        visitor.cognito.refresh(old.refresh()).await.is_err(),
        "signed out everywhere"
    );
    let admin = Admin::new(&visitor.ready);
    assert_eq!(
        admin.faces_in_rows().await.len(),
        2,
        "the new face and the anchor"
    );
    visitor.sign_in(&account.email, &Person::Ada.selfie()).await;
}

#[tokio::test]
async fn a_refused_update_leaves_the_sign_in() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.enrolled(Person::Ada).await;
    let round = ask(
        &visitor,
        &account.email,
        Person::Ada,
        &visitor.wish("UPDATE_PHOTO"),
    )
    .await;
    let round = visitor
        .show(round, &Person::Bea.document())
        .await
        .unwrap()
        .round();
    let keep = json!({"intent": "KEEP_PHOTO"});
    let kept = visitor
        .cognito
        .answer_with(&round, round.challenge_id(), keep)
        .await;
    kept.unwrap().tokens();
    visitor.sign_in(&account.email, &Person::Ada.selfie()).await;
}

#[tokio::test]
async fn a_withdrawal_forgets_the_face() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.join().await;
    let tokens = visitor
        .enrol(&account, &Person::Ada.document(), &Person::Ada.selfie())
        .await;
    let admin = Admin::new(&visitor.ready);
    let before = admin.faces_in_collections().await;
    assert_eq!(before.len(), 1);
    let withdraw = json!({"intent": "WITHDRAW"});
    let round = ask(&visitor, &account.email, Person::Ada, &withdraw).await;
    round.must_be("SELFIE", "WITHDRAWN");
    assert!(
        visitor.cognito.refresh(tokens.refresh()).await.is_err(),
        "signed out everywhere"
    );
    let rows = admin.rows_of(&account.sub).await;
    assert!(rows.iter().all(|row| !row["sk"].starts_with("FACE#")));
    let mut consents = rows.iter().filter(|row| row["sk"].starts_with("CONSENT#"));
    assert!(consents.all(|row| row.contains_key("withdrawnAt")));
    assert_eq!(admin.photos().await, Vec::<String>::new());
    let collection = before.into_iter().next().unwrap().0;
    assert_eq!(admin.faces_in(&collection).await, 0, "the vector is gone");

    let round = visitor.begin_sign_in(&account.email).await;
    let round = visitor
        .show(round, &Person::Ada.selfie())
        .await
        .unwrap()
        .round();
    assert_eq!(
        round.reason(),
        "NOT_RECOGNISED",
        "the face opens nothing any more"
    );
}

#[tokio::test]
async fn the_same_face_twice_is_refused_where_the_operator_says_so() {
    let (_stack, visitor) =
        Visitor::with(&Launch::default().set("DuplicatePolicy", "REFUSE")).await;
    let first = visitor.enrolled(Person::Ada).await;
    let second = visitor.join().await;
    let round = visitor.begin_enrolment(&second).await;
    let round = visitor
        .show(round, &Person::Ada.selfie())
        .await
        .unwrap()
        .round();
    assert_eq!(
        (round.challenge(), round.reason()),
        ("ENROL_DOCUMENT", "ENROLMENT_REFUSED"),
        "{}",
        round.summary()
    );
    let body =
        json!({"AccessToken": visitor.sign_in(&first.email, &Person::Ada.selfie()).await.access});
    visitor
        .cognito
        .call_as_is("DeleteUser", &body)
        .await
        .unwrap();
    visitor
        .show(round, &Person::Ada.document())
        .await
        .unwrap()
        .round();
}
