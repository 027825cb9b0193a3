//! What time alone ends.

use face_login_acceptance::{challenge::Step, faces::Person, launch::Launch};

use super::scene::{LONG_AGO, Scene};

#[tokio::test]
async fn whoever_is_enrolling_is_left_alone() {
    let scene = Scene::of(&Launch::default()).await;
    let account = scene.visitor.join().await;
    let round = scene.visitor.begin_enrolment(&account).await;
    scene.visitor.upload(&round, &Person::Ada.document()).await;
    scene.sweep().await;
    let answered = scene.visitor.show(round, &Person::Ada.document()).await;
    let round = answered.expect("the document is taken").round();
    scene.visitor.upload(&round, &Person::Ada.selfie()).await;
    let report = scene.sweep().await;
    let removed = [
        "SelfiesRemoved",
        "DocumentsRemoved",
        "EnrolmentsLapsed",
        "FacesRemoved",
        "LostFacesRemoved",
        "UsersErased",
    ];
    assert!(removed.iter().all(|name| report[*name] == 0), "{report}");
    let shown = scene.visitor.show(round, &Person::Ada.selfie()).await;
    shown.expect("the selfie is judged").tokens();

    scene.pool.delete(&account).await;
    let before = scene.traces(&account).await;
    assert_eq!(
        scene.sweep().await["UsersErased"],
        0,
        "too young to be sure"
    );
    assert_eq!(scene.traces(&account).await, before);
}

#[tokio::test]
async fn an_enrolment_that_is_never_finished_ends() {
    let scene = Scene::hasty().await;
    let account = scene.visitor.join().await;
    let round = scene.visitor.begin_enrolment(&account).await;
    let answered = scene.visitor.show(round, &Person::Ada.document()).await;
    let round = answered.expect("the document is taken").round();
    assert_eq!(scene.admin.faces_in_collections().await.len(), 1);
    let collection = scene.collection().await;
    scene
        .sweep_until("its face is gone", async |_| {
            scene.admin.faces_in(&collection).await == 0
        })
        .await;
    assert!(scene.admin.faces_in_rows().await.is_empty());
    let shown = scene.visitor.show(round, &Person::Ada.selfie()).await;
    assert!(
        !matches!(shown, Ok(Step::Tokens(_))),
        "it opens nothing any more"
    );
}

#[tokio::test]
async fn an_enrolment_ends_long_after_the_last_sign_in() {
    let scene = Scene::hasty().await;
    let (ada, bea) = (
        scene.enrolled(Person::Ada).await,
        scene.enrolled(Person::Bea).await,
    );
    scene.admin.age(&ada.sub, LONG_AGO).await;
    scene.admin.age(&bea.sub, LONG_AGO).await;
    let tokens = scene
        .visitor
        .sign_in(&bea.email, &Person::Bea.selfie())
        .await;
    let day: u64 = scene.profile(&bea).await["signedInAt"].parse().unwrap();
    assert!(
        LONG_AGO < day && day.is_multiple_of(86_400_000),
        "the day, and no more: {day}"
    );

    scene
        .sweep_until("Ada's enrolment ends", async |report| {
            report["EnrolmentsPastRetention"] == 1
        })
        .await;
    assert!(!scene.profile(&ada).await.contains_key("activeEnrolment"));
    assert_eq!(
        scene.admin.faces_in_collections().await,
        scene.admin.faces_in_rows().await
    );
    assert_eq!(scene.admin.faces_in_rows().await.len(), 1, "Bea's stays");
    assert!(scene.pool.has(&ada).await, "the account itself stays");
    scene.misses(&ada, Person::Ada).await;
    scene
        .visitor
        .cognito
        .refresh(tokens.refresh())
        .await
        .expect("Bea is still signed in");
}

#[tokio::test]
async fn sign_ups_that_nobody_confirmed_go() {
    let scene = Scene::of(&Launch::default().set("UnconfirmedDays", "0.0001")).await;
    let unconfirmed = scene.visitor.sign_up().await;
    let confirmed = scene.visitor.join().await;
    scene
        .sweep_until("the sign-up is gone", async |_| {
            !scene.pool.has(&unconfirmed).await
        })
        .await;
    assert!(scene.pool.has(&confirmed).await);

    let patient = Scene::of(&Launch::default()).await;
    let unconfirmed = patient.visitor.sign_up().await;
    patient.sweep().await;
    assert!(patient.pool.has(&unconfirmed).await);
}
