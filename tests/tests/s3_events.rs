//! S3 tells of objects that nobody invited, twice, too late, or in another order: nothing but what was invited is looked at.

use std::time::Duration;

use face_login_acceptance::{
    admin::Admin,
    challenge::Round,
    faces::Person,
    launch::Launch,
    visitor::{Account, Visitor},
    wait,
};
use serde_json::json;

/// Until the indexer has worked on everything that S3 told it, and no object is left.
async fn settled(visitor: &Visitor, admin: &Admin) {
    let queue = visitor.ready.physical("IndexQueue");
    wait::until(
        "no photo and no event is left",
        Visitor::INDEXING,
        async || {
            let idle = visitor.local.depth(queue).await == 0;
            (idle && admin.photos().await.is_empty()).then_some(())
        },
    )
    .await;
    let dead = visitor.ready.physical("IndexDeadLetterQueue");
    assert_eq!(visitor.local.depth(dead).await, 0, "no event is given up");
}

/// How often the indexer read a photo or had a face looked at, so far.
async fn looks(visitor: &Visitor) -> usize {
    let looking = [
        "GetObject",
        "DetectFaces",
        "SearchFacesByImage",
        "IndexFaces",
    ];
    let calls = visitor.local.calls().await;
    let by_indexer = calls
        .iter()
        .filter(|call| call.caller().contains("IndexerFunction"));
    by_indexer
        .filter(|call| looking.contains(&call.operation()))
        .count()
}

async fn enrolled(visitor: &Visitor) -> (Account, Round) {
    let account = visitor.join().await;
    let round = visitor.begin_enrolment(&account).await;
    let selfie = visitor
        .show(round.clone(), &Person::Ada.document())
        .await
        .expect("the document is taken")
        .round();
    visitor
        .show(selfie, &Person::Ada.selfie())
        .await
        .expect("the selfie is judged")
        .tokens();
    (account, round)
}

#[tokio::test]
async fn what_nobody_invited_is_deleted_unread() {
    let (_stack, visitor) = Visitor::alone().await;
    let admin = Admin::new(&visitor.ready);
    let (_, used) = enrolled(&visitor).await;
    settled(&visitor, &admin).await;
    let (faces, before) = (admin.faces_in_rows().await, looks(&visitor).await);

    let used = format!("documents/{}", used.challenge_id());
    let photo = Person::Bea.document();
    for key in [
        used.as_str(),
        "documents/AAAAAAAAAAAAAAAAAAAAAA",
        "documents/not-an-id",
        "documents/a/b/c.jpg",
        "documents/%2e%2e%2fselfies%2fx y+z.jpg",
    ] {
        admin.put_document(key, &photo).await;
        settled(&visitor, &admin).await;
    }
    assert_eq!(
        looks(&visitor).await,
        before,
        "nothing was read or looked at"
    );
    assert_eq!(admin.faces_in_rows().await, faces);
    assert_eq!(admin.faces_in_collections().await, faces);
}

#[tokio::test]
async fn the_same_event_many_times_makes_one_face() {
    let (_stack, visitor) = Visitor::alone().await;
    let admin = Admin::new(&visitor.ready);
    let account = visitor.join().await;
    let round = visitor.begin_enrolment(&account).await;
    let (key, photo) = (
        format!("documents/{}", round.challenge_id()),
        Person::Ada.document(),
    );
    assert!(visitor.upload(&round, &photo).await.status.is_success());
    for _ in 0..4 {
        admin.put_document(&key, &photo).await;
    }
    // Each of these wrote the same bytes, so whichever the answer pins is the invited photo.
    let step = visitor.cognito.answer(&round, round.challenge_id()).await;
    let mut round = step.expect("an answer").round();
    while round.state() == "PENDING" {
        wait::pause(round.retry_after()).await;
        let step = visitor.cognito.answer(&round, round.challenge_id()).await;
        round = step.expect("an answer").round();
    }
    assert_eq!(round.challenge(), "SELFIE", "{}", round.summary());
    visitor
        .show(round, &Person::Ada.selfie())
        .await
        .expect("the selfie is judged")
        .tokens();
    settled(&visitor, &admin).await;
    let faces = admin.faces_in_rows().await;
    assert_eq!(faces.len(), 1);
    assert_eq!(admin.faces_in_collections().await, faces);
}

#[tokio::test]
async fn a_photo_after_its_time_is_deleted_unread() {
    let (_stack, visitor) = Visitor::with(&Launch::default().set("DocumentSeconds", "5")).await;
    let admin = Admin::new(&visitor.ready);
    let account = visitor.join().await;
    let round = visitor.begin_enrolment(&account).await;
    wait::pause(Duration::from_secs(6)).await;
    let key = format!("documents/{}", round.challenge_id());
    admin.put_document(&key, &Person::Ada.document()).await;
    settled(&visitor, &admin).await;
    assert_eq!(looks(&visitor).await, 0);
    assert!(admin.faces_anywhere().await.is_empty());
}

/// The first event is held up, so that the second is done with before it.
#[tokio::test]
async fn events_in_another_order_change_nothing() {
    let (_stack, visitor) = Visitor::alone().await;
    let admin = Admin::new(&visitor.ready);
    let late = json!({"service": "rekognition", "operation": "DetectFaces", "caller": "IndexerFunction", "kind": "delay", "delayMs": 3000, "times": 1});
    visitor.local.fault(late).await;
    let (ada, bea) = (visitor.join().await, visitor.join().await);
    let (ada_document, ada_selfie) = (Person::Ada.document(), Person::Ada.selfie());
    let (bea_document, bea_selfie) = (Person::Bea.document(), Person::Bea.selfie());
    tokio::join!(
        visitor.enrol(&ada, &ada_document, &ada_selfie),
        visitor.enrol(&bea, &bea_document, &bea_selfie),
    );
    settled(&visitor, &admin).await;
    assert_eq!(visitor.local.hits().await, 1);
    let faces = admin.faces_in_rows().await;
    assert_eq!(faces.len(), 2);
    assert_eq!(admin.faces_in_collections().await, faces);
}
