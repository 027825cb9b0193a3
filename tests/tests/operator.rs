//! What an operator changes between two runs: how many collections there are, how long photos are kept, that all goes.

use std::fs;

use face_login_acceptance::{
    admin::Admin,
    faces::Person,
    launch::Launch,
    stack::{Signal, Stack},
    visitor::Visitor,
    wait,
};

#[tokio::test]
async fn collections_grow_with_the_stack_shrink_while_empty_and_go_with_it() {
    let mut stack = Stack::start(&Launch::default());
    let shards = |count: &str| Launch::default().set("CollectionShards", count);
    assert_eq!(Admin::new(stack.ready()).collections().await.len(), 1);
    stack.restart_as(Signal::Terminate, &shards("2"));
    let two = Admin::new(stack.ready()).collections().await;
    assert_eq!(two.len(), 2, "{two:?}");
    stack.restart_as(Signal::Terminate, &shards("1"));

    let fresh = Launch {
        extra: vec!["--fresh".to_owned()],
        ..Launch::default()
    };
    stack.restart_as(Signal::Terminate, &fresh);
    let printed = fs::read_to_string(stack.folder().join("stack.log")).unwrap();
    assert!(
        printed.contains("deleting what an earlier run made") && !printed.contains("though"),
        "{printed}"
    );
    let new = Admin::new(stack.ready()).collections().await;
    assert!(new.len() == 1 && !two.contains(&new[0]), "{new:?}");
}

/// Without the parameter nothing is left, which every other test that enrols looks at.
#[tokio::test]
async fn a_photo_is_kept_where_the_operator_asks_for_it() {
    let (stack, visitor) = Visitor::with(&Launch::default().set("PhotoRetentionDays", "30")).await;
    visitor.enrolled(Person::Ada).await;
    let admin = Admin::new(stack.ready());
    wait::until("one kept photo is left", Visitor::INDEXING, async || {
        let photos = admin.photos().await;
        (photos.len() == 1 && photos[0].starts_with("kept/")).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_answer_without_a_document_says_that_it_is_missing() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.join().await;
    let round = visitor.begin_enrolment(&account).await;
    let answered = visitor.cognito.answer(&round, round.challenge_id()).await;
    let next = answered.expect("another try").round();
    assert_eq!(
        (next.challenge(), next.reason()),
        ("ENROL_DOCUMENT", "PHOTO_MISSING"),
        "{}",
        next.summary()
    );
}
