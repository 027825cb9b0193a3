//! What nobody owns any more goes, what is in use stays, and what could not be learned is no reason to delete.
//!
//! The sweeper is called when a test wants it; that it comes by itself is one test.

mod scene;
mod time;

use std::time::Duration;

use face_login_acceptance::{faces::Person, launch::Launch, template::Template, wait};
use scene::{LONG_AGO, RULE, SWEEPING, Scene};
use serde_json::{Value, json};
use tempfile::TempDir;

#[tokio::test]
async fn a_deleted_user_leaves_nothing_and_a_restore_brings_nothing_back() {
    let scene = Scene::hasty().await;
    let (ada, bea) = (
        scene.enrolled(Person::Ada).await,
        scene.enrolled(Person::Bea).await,
    );
    let backup = scene.admin.keep_rows(&ada.sub).await;
    let of_bea = scene.admin.keep_rows(&bea.sub).await;
    assert!(of_bea.len() >= 4, "profile, enrolment, face, address");

    scene.pool.delete(&ada).await;
    scene
        .sweep_until("Ada is forgotten", async |_| scene.traces(&ada).await == 0)
        .await;
    assert_eq!(scene.admin.faces_in_collections().await.len(), 1);
    assert_eq!(
        scene.admin.faces_in_collections().await,
        scene.admin.faces_in_rows().await
    );

    scene.admin.restore_rows(&backup).await;
    assert_ne!(scene.traces(&ada).await, 0);
    scene
        .sweep_until("Ada is forgotten again", async |_| {
            scene.traces(&ada).await == 0
        })
        .await;
    assert_eq!(scene.admin.keep_rows(&bea.sub).await.len(), of_bea.len());
    assert_eq!(scene.kept().await.len(), 1);
    scene
        .visitor
        .sign_in(&bea.email, &Person::Bea.selfie())
        .await;
}

#[tokio::test]
async fn photos_that_were_left_behind_go_and_others_stay() {
    let scene = Scene::hasty().await;
    let ada = scene.enrolled(Person::Ada).await;
    let judged = scene.visitor.begin_sign_in(&ada.email).await;
    let shown = scene
        .visitor
        .show_once(&judged, &Person::Ada.selfie())
        .await;
    shown.expect("an answer");
    let sent_again = format!("selfies/{}", judged.challenge_id());
    scene
        .admin
        .put_photo("SelfiesBucket", &sent_again, &Person::Ada.selfie())
        .await;
    let open = scene.visitor.begin_sign_in(&ada.email).await;
    scene.visitor.upload(&open, &Person::Ada.selfie()).await;
    let unknown = format!("selfies/{}", "A".repeat(22));
    scene
        .admin
        .put_photo("SelfiesBucket", &unknown, &Person::Bea.selfie())
        .await;
    let bea = scene.visitor.join().await;
    let no_indexer =
        json!({"service": "lambda", "operation": "indexer", "kind": "throttle", "times": 99});
    scene.visitor.local.fault(no_indexer).await;
    let document = scene.visitor.begin_enrolment(&bea).await;
    scene
        .visitor
        .upload(&document, &Person::Bea.document())
        .await;

    let open_key = format!("selfies/{}", open.challenge_id());
    let document_key = format!("documents/{}", document.challenge_id());
    let is_there = async |key: &str| scene.admin.photos().await.iter().any(|found| found == key);
    scene
        .sweep_until("only what is in use is left", async |_| {
            !is_there(&sent_again).await && !is_there(&unknown).await
        })
        .await;
    assert!(is_there(&open_key).await && is_there(&document_key).await);

    scene.admin.expire_challenge(open.challenge_id()).await;
    scene.admin.expire_challenge(document.challenge_id()).await;
    let report = scene.sweep().await;
    assert_eq!(
        (&report["SelfiesRemoved"], &report["DocumentsRemoved"]),
        (&json!(1), &json!(1))
    );
    assert!(!is_there(&open_key).await && !is_there(&document_key).await);
    let kept = scene.kept().await;
    assert!(
        kept.len() == 1 && kept[0].starts_with(&format!("kept/{}/", ada.sub)),
        "{kept:?}"
    );
}

#[tokio::test]
async fn a_photo_is_kept_no_longer_than_its_enrolment_and_than_the_operator_says() {
    let mut scene = Scene::hasty().await;
    let ada = scene.enrolled(Person::Ada).await;
    let orphan = format!("kept/{}/{}", ada.sub, "A".repeat(22));
    scene
        .admin
        .put_photo("DocumentsBucket", &orphan, b"whose?")
        .await;
    scene
        .sweep_until("the photo of no enrolment is gone", async |_| {
            !scene.admin.photos().await.contains(&orphan)
        })
        .await;
    assert_eq!(scene.kept().await.len(), 1);

    let none = Launch::default().set("SweepGraceSeconds", "1");
    scene
        .stack
        .restart_as(face_login_acceptance::stack::Signal::Terminate, &none);
    scene
        .sweep_until("photos are kept no more", async |_| {
            scene.kept().await.is_empty()
        })
        .await;
}

#[tokio::test]
async fn a_face_without_a_row_goes_at_the_second_look() {
    let scene = Scene::hasty().await;
    scene.enrolled(Person::Ada).await;
    let held = scene.admin.faces_in_rows().await;
    let collection = scene.collection().await;
    let nobody = Scene::nobodys_label();
    let lost = scene
        .admin
        .put_face(&collection, &Person::Bea.document(), &nobody)
        .await;
    let foreign = scene
        .admin
        .put_face(&collection, &Person::Cora.document(), "somebody")
        .await;
    let report = scene.sweep().await;
    assert_eq!(
        (&report["LostFacesSuspected"], &report["LostFacesRemoved"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(
        scene.admin.faces_in_collections().await.len(),
        held.len() + 2
    );
    scene
        .sweep_until("the lost face is gone", async |report| {
            report["LostFacesRemoved"] == 1
        })
        .await;
    let left = scene.admin.faces_in_collections().await;
    assert!(!left.contains(&(collection.clone(), lost)));
    assert!(
        left.contains(&(collection, foreign)),
        "not this product's, so not its business"
    );
    assert!(held.is_subset(&left));
}

#[tokio::test]
async fn a_row_without_its_face_is_told_and_stays() {
    let scene = Scene::hasty().await;
    let ada = scene.enrolled(Person::Ada).await;
    assert_eq!(scene.sweep().await["FacesMissing"], 0);
    let (collection, face) = scene
        .admin
        .faces_in_rows()
        .await
        .pop_first()
        .expect("a face");
    scene.admin.drop_face(&collection, &face).await;
    let rows = scene.admin.rows_of(&ada.sub).await;
    scene
        .sweep_until("the missing face is told", async |report| {
            report["FacesMissing"] == 1
        })
        .await;
    assert_eq!(scene.admin.rows_of(&ada.sub).await, rows);
}

#[tokio::test]
async fn an_outage_removes_nothing() {
    let scene = Scene::hasty().await;
    let (ada, bea) = (
        scene.enrolled(Person::Ada).await,
        scene.enrolled(Person::Bea).await,
    );
    scene.pool.delete(&ada).await;
    scene.admin.age(&ada.sub, LONG_AGO).await;
    let (of_ada, of_bea) = (scene.traces(&ada).await, scene.traces(&bea).await);
    for (service, operation, kind) in [
        ("cognito-idp", "ListUsers", "error500"),
        ("cognito-idp", "ListUsers", "throttle"),
        ("dynamodb", "Query", "error500"),
        ("dynamodb", "Scan", "throttle"),
        ("rekognition", "DeleteFaces", "error500"),
    ] {
        let fault = json!({"service": service, "operation": operation, "kind": kind, "times": 999});
        scene.visitor.local.fault(fault).await;
        let (status, _) = scene.visitor.local.call_rule(RULE).await;
        assert_eq!(
            status, 502,
            "{service} {operation}: an incomplete run says so"
        );
        scene.visitor.local.clear_faults().await;
        assert_eq!(scene.traces(&ada).await, of_ada, "{service} {operation}");
        assert_eq!(scene.traces(&bea).await, of_bea, "{service} {operation}");
        assert_eq!(
            scene.admin.faces_in_collections().await.len(),
            2,
            "{service} {operation}"
        );
    }
    scene
        .sweep_until("Ada is forgotten after all", async |_| {
            scene.traces(&ada).await == 0
        })
        .await;
    assert_eq!(scene.traces(&bea).await, of_bea);
}

#[tokio::test]
async fn a_task_that_fails_holds_up_no_other() {
    let scene = Scene::hasty().await;
    let collection = scene.collection().await;
    let nobody = Scene::nobodys_label();
    let photo = Person::Bea.document();
    scene.admin.put_face(&collection, &photo, &nobody).await;
    for (service, operation) in [("s3", "ListObjectsV2"), ("dynamodb", "Scan")] {
        let fault =
            json!({"service": service, "operation": operation, "kind": "error500", "times": 999});
        scene.visitor.local.fault(fault).await;
    }
    wait::until("the face is gone", SWEEPING, async || {
        let (status, _) = scene.visitor.local.call_rule(RULE).await;
        assert_eq!(status, 502, "an incomplete run says so");
        (scene.admin.faces_in(&collection).await == 0).then_some(())
    })
    .await;
}

/// A page is a hundred keys. The second one can't be listed, so the next run begins there, and only the one after it at the beginning.
#[tokio::test]
async fn the_next_run_goes_on_where_one_stopped() {
    let scene = Scene::hasty().await;
    let put = async |name: &str| {
        let key = format!("selfies/{name}");
        scene.admin.put_photo("SelfiesBucket", &key, b"left").await;
    };
    for number in 0..101 {
        put(&format!("left-{number:03}")).await;
    }
    // Older than the grace time.
    wait::pause(Duration::from_secs(2)).await;
    let no_second_page = json!({"service": "s3", "operation": "ListObjectsV2", "match": "start-after", "kind": "error500", "times": 999});
    scene.visitor.local.fault(no_second_page).await;
    assert_eq!(scene.visitor.local.call_rule(RULE).await.0, 502);
    assert_eq!(scene.admin.photos().await, ["selfies/left-100"]);

    scene.visitor.local.clear_faults().await;
    put("early").await;
    wait::pause(Duration::from_secs(2)).await;
    assert_eq!(scene.sweep().await["SelfiesRemoved"], 1);
    assert_eq!(scene.admin.photos().await, ["selfies/early"]);
    assert_eq!(scene.sweep().await["SelfiesRemoved"], 1);
    assert_eq!(scene.admin.photos().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_sweeper_comes_by_itself_and_tells_what_it_did_without_telling_on_anybody() {
    let folder = TempDir::new().unwrap();
    let often = Template::default().edit("SweepSchedule", "${SweepMinutes} minutes", "1 minute");
    let launch = Launch::default().template(&often.write(folder.path()));
    let scene = Scene::of(&launch).await;
    let account = scene.visitor.sign_up().await;
    wait::until("a run nobody asked for", SWEEPING, async || {
        scene.log().contains("\"_aws\"").then_some(())
    })
    .await;
    let log = scene.log();
    let line = log.lines().find(|line| line.contains("\"_aws\"")).unwrap();
    let line: Value = serde_json::from_str(line).expect("the metrics are one line of JSON");
    let declared = line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
        .as_array()
        .unwrap();
    assert!(
        declared
            .iter()
            .any(|metric| metric["Name"] == "UsersErased")
    );
    assert_eq!(line["UsersErased"], 0);
    for secret in [&account.email, &account.username, &account.sub] {
        assert!(!log.contains(secret.as_str()));
    }
}

#[tokio::test]
async fn a_rule_that_nobody_permits_calls_nothing() {
    let folder = TempDir::new().unwrap();
    let slip = Template::default().edit(
        "SweeperPermission",
        "SweepSchedule.Arn",
        "SweeperFunction.Arn",
    );
    let launch = Launch::default().template(&slip.write(folder.path()));
    let scene = Scene::of(&launch).await;
    assert_eq!(scene.visitor.local.call_rule(RULE).await.0, 403);
    assert!(!scene.log().contains("swept"));
}
