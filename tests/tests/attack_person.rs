//! Attacks with a face: people who are alike, who stand beside or before the user, who come closer step by step, or who were here first.

use face_login_acceptance::{
    admin::Admin,
    attack::{
        self, assert_refused, faces_of, found, operator, patient, reason, rewritten_search,
        until_called, victim, wished,
    },
    challenge::Step,
    faces::{Person, jpeg},
    visitor::{Account, Visitor},
};
use serde_json::{Value, json};

const VERIFY: &str = "VerifyFunction";

/// A selfie of `person`; the reason why it does not pass, or that it does. A busy machine is asked again.
async fn tried(visitor: &Visitor, name: &str, photo: &[u8]) -> String {
    let round = visitor.begin_sign_in(name).await;
    match visitor.show(round, photo).await {
        Ok(Step::Tokens(_)) => "passed".to_owned(),
        other => reason("a selfie", other),
    }
}

/// The same while searches answer otherwise.
async fn tried_with(visitor: &Visitor, name: &str, photo: &[u8], rewrite: &Value) -> String {
    let fault = rewritten_search(VERIFY, 100, rewrite);
    visitor.local.fault(fault).await;
    let told = tried(visitor, name, photo).await;
    assert!(0 < visitor.local.hits().await, "the answer was rewritten");
    visitor.local.clear_faults().await;
    told
}

/// Rekognition lists whoever is alike enough to be listed. Who that is counts from our own threshold on.
#[tokio::test]
async fn a_look_alike_below_our_threshold_is_refused() {
    let (_stack, visitor, account) = victim(&patient(), Person::Ada).await;
    for (similarity, want) in [
        (98.99, "NOT_RECOGNISED"),
        (90.0, "NOT_RECOGNISED"),
        (99.0, "passed"),
    ] {
        let rewrite = json!({"/FaceMatches/0/Similarity": similarity});
        let told = tried_with(&visitor, &account.email, &Person::Ada.selfie(), &rewrite).await;
        assert_eq!(told, want, "{similarity}");
    }
    assert_eq!(
        Admin::new(&visitor.ready).failures().await,
        2,
        "each counts"
    );
}

/// The operator's threshold is the one that counts.
#[tokio::test]
async fn a_higher_threshold_of_the_operators_counts() {
    let launch = patient().set("SimilarityThreshold", "99.5");
    let (_stack, visitor, account) = victim(&launch, Person::Bea).await;
    for (similarity, want) in [(99.49, "NOT_RECOGNISED"), (99.5, "passed")] {
        let rewrite = json!({"/FaceMatches/0/Similarity": similarity});
        let told = tried_with(&visitor, &account.email, &Person::Bea.selfie(), &rewrite).await;
        assert_eq!(told, want, "{similarity}");
    }
}

/// Each new photo is a little more somebody else than the one before. The first face of the line stays the measure.
#[tokio::test]
async fn a_chain_of_photo_updates_does_not_drift_to_somebody_else() {
    let (_stack, visitor, account) = victim(&patient(), Person::Bea).await;
    let round = wished(&visitor, &account.email, Person::Bea, "UPDATE_PHOTO").await;
    assert_eq!(round.challenge(), "ENROL_DOCUMENT", "{}", round.summary());
    visitor
        .show(round, &Person::Bea.document())
        .await
        .expect("the same face")
        .tokens();
    let active = faces_of(&visitor, &account.sub, "ACTIVE").await;
    let anchor = faces_of(&visitor, &account.sub, "ANCHOR").await;
    assert_eq!((active.len(), anchor.len()), (1, 1));
    let (new, first) = (
        found(&active[0], &account.sub, 99.9),
        found(&anchor[0], &account.sub, 99.9),
    );
    let mut round = wished(&visitor, &account.email, Person::Bea, "UPDATE_PHOTO").await;
    for (case, matches) in [
        ("like the last photo only", json!([new])),
        ("like the first photo only", json!([first])),
    ] {
        let fault = rewritten_search("IndexerFunction", 100, &json!({"/FaceMatches": matches}));
        visitor.local.fault(fault).await;
        round = attack::refused(case, visitor.show(round, &Person::Cora.document()).await);
        assert_eq!(
            (round.challenge(), round.reason()),
            ("ENROL_DOCUMENT", "NOT_RECOGNISED"),
            "{case}"
        );
        visitor.local.clear_faults().await;
    }
    assert_eq!(
        faces_of(&visitor, &account.sub, "ACTIVE").await,
        active,
        "nothing moved"
    );
    // Like both: so the rewritten answers were what decided.
    let fault = rewritten_search(
        "IndexerFunction",
        100,
        &json!({"/FaceMatches": [new, first]}),
    );
    visitor.local.fault(fault).await;
    visitor
        .show(round, &Person::Cora.document())
        .await
        .expect("like both")
        .tokens();
}

/// The user beside somebody else, behind somebody else, and with a passer-by far behind.
#[tokio::test]
async fn the_nearest_face_is_the_one_that_counts() {
    let (_stack, visitor, account) = victim(&patient(), Person::Cora).await;
    for (case, photo, want) in [
        (
            "in a group",
            Person::Cora.with_company(Person::Ada, 1.0),
            "SEVERAL_FACES",
        ),
        (
            "in a group, on the right",
            Person::Ada.with_company(Person::Cora, 1.0),
            "SEVERAL_FACES",
        ),
        (
            "a bystander is closer",
            Person::Ada.with_company(Person::Cora, 0.35),
            "NOT_RECOGNISED",
        ),
        (
            "a passer-by is far behind",
            Person::Cora.with_company(Person::Ada, 0.35),
            "passed",
        ),
    ] {
        assert_eq!(
            tried(&visitor, &account.email, &photo).await,
            want,
            "{case}"
        );
    }
    let elsewhere =
        json!({"/SearchedFaceBoundingBox": {"Width": 0.1, "Height": 0.1, "Left": 0.0, "Top": 0.0}});
    let told = tried_with(&visitor, &account.email, &Person::Cora.selfie(), &elsewhere).await;
    assert_eq!(
        told, "SEVERAL_FACES",
        "another face was searched than was judged"
    );
}

/// Two enrolled users and one selfie: whoever ranks first, a face opens its own account or none.
#[tokio::test]
async fn a_user_who_ranks_higher_opens_nothing_and_costs_nothing() {
    let (_stack, visitor, dora) = victim(&patient(), Person::Dora).await;
    let eve = visitor.enrolled(Person::Eve).await;
    let face = async |account: &Account, similarity| {
        let faces = faces_of(&visitor, &account.sub, "ACTIVE").await;
        found(&faces[0], &account.sub, similarity)
    };
    let admin = Admin::new(&visitor.ready);
    let photo = || Person::Dora.selfie();
    let both = json!({"/FaceMatches": [face(&eve, 99.99).await, face(&dora, 99.5).await]});
    for account in [&dora, &eve] {
        let told = tried_with(&visitor, &account.email, &photo(), &both).await;
        assert_eq!(told, "NOT_RECOGNISED", "uncertain");
    }
    assert_eq!(
        admin.failures().await,
        0,
        "nobody loses an attempt by being alike"
    );
    let below = json!({"/FaceMatches": [face(&dora, 99.5).await, face(&eve, 98.9).await]});
    assert_eq!(
        tried_with(&visitor, &dora.email, &photo(), &below).await,
        "passed"
    );
    let only = json!({"/FaceMatches": [face(&eve, 99.99).await]});
    assert_eq!(
        tried_with(&visitor, &dora.email, &photo(), &only).await,
        "NOT_RECOGNISED"
    );
    assert_eq!(admin.failures().await, 1, "a wrong face counts");
}

/// The right face is shown, and forgotten while it is looked for, or when it was just found.
#[tokio::test]
async fn a_face_that_is_deleted_while_it_is_judged_opens_nothing() {
    let (_stack, visitor, account) = victim(&patient(), Person::Ada).await;
    let other = visitor.enrolled(Person::Bea).await;
    let admin = Admin::new(&visitor.ready);
    for (when, account, person) in [
        ("before", &account, Person::Ada),
        ("after", &other, Person::Bea),
    ] {
        let slow = json!({"service": "rekognition", "operation": "SearchFacesByImage", "caller": VERIFY,
            "kind": "delay", "delayMs": 1500, "when": when});
        let round = visitor.begin_sign_in(&account.email).await;
        let uploaded = visitor.upload(&round, &person.selfie()).await;
        assert!(uploaded.status.is_success());
        let before = visitor.local.calls().await.len();
        visitor.local.fault(slow).await;
        let answering = tokio::spawn({
            let visitor = visitor.clone();
            async move { visitor.cognito.answer(&round, round.challenge_id()).await }
        });
        until_called(&visitor, before, |call| call.operation() == "DetectFaces").await;
        match when {
            "before" => admin.forget_vectors(&account.sub).await,
            _ => admin.forget_active(&account.sub).await,
        }
        let told = reason(when, answering.await.expect("an answer"));
        assert!(
            ["NOT_RECOGNISED", "BUSY"].contains(&told.as_str()),
            "{when}: {told}"
        );
        visitor.local.clear_faults().await;
    }
}

/// Document and selfie have to show one face: somebody else's photo makes no account, nor does somebody else before the camera.
#[tokio::test]
async fn an_enrolment_with_somebody_elses_document_activates_nothing() {
    let (_stack, visitor) = Visitor::alone().await;
    for (document, selfie) in [(Person::Dora, Person::Eve), (Person::Eve, Person::Dora)] {
        let account = visitor.join().await;
        let round = visitor.begin_enrolment(&account).await;
        let mut round =
            attack::refused("document", visitor.show(round, &document.document()).await);
        for _ in 0..2 {
            round = attack::refused("selfie", visitor.show(round, &selfie.selfie()).await);
            assert_eq!(
                (round.challenge(), round.reason()),
                ("SELFIE", "NOT_RECOGNISED")
            );
        }
        let third = visitor.show(round, &selfie.selfie()).await;
        assert_refused("the third try", third, &["NotAuthorizedException"]);
        assert!(faces_of(&visitor, &account.sub, "ACTIVE").await.is_empty());
        let told = tried(&visitor, &account.email, &selfie.selfie()).await;
        assert_eq!(told, "NOT_RECOGNISED");
    }
}

/// Enrols as far as it goes: the reason why it goes no further, or that it does.
async fn enrolling(visitor: &Visitor, account: &Account, person: Person) -> String {
    let round = visitor.begin_enrolment(account).await;
    let round = attack::refused("document", visitor.show(round, &person.document()).await);
    match visitor.show(round, &person.selfie()).await {
        Ok(Step::Tokens(_)) => "passed".to_owned(),
        other => reason("the first selfie", other),
    }
}

/// A second account with the same face does not come to be, and disturbs the first one in nothing.
#[tokio::test]
async fn the_same_face_under_a_second_account_disturbs_nobody() {
    let (stack, visitor, account) = victim(&patient(), Person::Eve).await;
    let second = visitor.join().await;
    assert_eq!(
        enrolling(&visitor, &second, Person::Eve).await,
        "NOT_RECOGNISED"
    );
    assert_eq!(
        tried(&visitor, &account.email, &Person::Eve.selfie()).await,
        "passed"
    );
    assert_eq!(
        tried(&visitor, &second.email, &Person::Eve.selfie()).await,
        "NOT_RECOGNISED"
    );
    assert!(faces_of(&visitor, &second.sub, "ACTIVE").await.is_empty());
    let told = |function, metric| stack.function_log(function).contains(metric);
    assert!(
        told("IndexerFunction", "\"Duplicates\":1"),
        "operators learn of it"
    );
    assert!(
        told("VerifyFunction", "\"Ambiguous\":1"),
        "operators learn of it"
    );
}

/// Somebody enrols a picture of the user's before the user does. The user gets in once that account is gone; until then nobody learns
/// why, and nobody gets into anything but what they enrolled themselves.
#[tokio::test]
async fn a_picture_that_somebody_enrolled_first_gives_way_with_its_account() {
    let launch = patient().set("SignUpsPerHour", "10");
    let (_stack, visitor, thief) = victim(&launch, Person::Ada).await;
    let user = visitor.join().await;
    assert_eq!(
        enrolling(&visitor, &user, Person::Ada).await,
        "NOT_RECOGNISED"
    );
    assert_eq!(
        Admin::new(&visitor.ready).failures().await,
        0,
        "no attempt is lost"
    );
    let pool = operator(&visitor.ready);
    let delete = pool
        .admin_delete_user()
        .user_pool_id(&visitor.ready.user_pool_id)
        .username(&thief.username);
    delete.send().await.expect("the operator may");
    assert_eq!(enrolling(&visitor, &user, Person::Ada).await, "passed");
    visitor
        .sign_in(&user.email, &jpeg(&Person::Ada.pixels(), 90))
        .await;
}
