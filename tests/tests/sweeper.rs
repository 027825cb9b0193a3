//! What nobody owns any more goes, what is in use stays, and what could not be learned is no reason to delete.
//!
//! The sweeper is called when a test wants it; that it comes by itself is one test.

use std::time::Duration;

use face_login_acceptance::{
    admin::{Admin, Row},
    challenge::Step,
    faces::Person,
    invent,
    launch::Launch,
    stack::Stack,
    template::Template,
    visitor::{Account, Visitor},
    visitors::Visitors,
    wait,
};
use serde_json::{Value, json};
use tempfile::TempDir;

const RULE: &str = "SweepSchedule";
/// Longest that repeated runs may take on a busy machine.
const SWEEPING: Duration = Duration::from_mins(2);
/// Long ago, in milliseconds since 1970: in 2001.
const LONG_AGO: u64 = 1_000_000_000_000;

/// A stack whose sweeper takes hardly any time to be sure, with its people and its owner.
struct Scene {
    stack: Stack,
    visitor: Visitor,
    admin: Admin,
    pool: Visitors,
}

impl Scene {
    async fn hasty() -> Self {
        let hasty = Launch::default().set("SweepGraceSeconds", "1");
        Self::of(&hasty.set("PhotoRetentionDays", "30")).await
    }

    async fn of(launch: &Launch) -> Self {
        let stack = Stack::start(launch);
        let visitor = Visitor::of(stack.ready()).await;
        Self {
            admin: Admin::new(stack.ready()),
            pool: Visitors::of(stack.ready()),
            visitor,
            stack,
        }
    }

    async fn enrolled(&self, person: Person) -> Account {
        let account = self.visitor.join().await;
        let (document, selfie) = (person.document(), person.selfie());
        self.visitor.enrol(&account, &document, &selfie).await;
        // The indexer keeps a copy some time after the face is in, and none if it is interrupted: here it is always there.
        let active = &self.profile(&account).await["activeEnrolment"];
        let key = format!("kept/{}/{active}", account.sub);
        self.admin
            .put_photo("DocumentsBucket", &key, &document)
            .await;
        account
    }

    /// One run that reaches everything; gives its counts.
    async fn sweep(&self) -> Value {
        let (status, report) = self.visitor.local.call_rule(RULE).await;
        assert_eq!(status, 200, "the sweeper failed: {}", self.log());
        report
    }

    /// Runs until `is_done`; what is young in one run is old enough in a later one.
    async fn sweep_until(&self, what: &str, mut is_done: impl AsyncFnMut(&Value) -> bool) {
        wait::until(what, SWEEPING, async || {
            let report = self.sweep().await;
            is_done(&report).await.then_some(())
        })
        .await;
    }

    fn log(&self) -> String {
        self.stack.function_log("SweeperFunction")
    }

    /// Everything of a user in tables, collections and buckets, counted.
    async fn traces(&self, account: &Account) -> usize {
        let sub = &account.sub;
        let rows = self.admin.rows_of(sub).await.len();
        let addresses = self.admin.owners_of_addresses().await;
        let photos = self.admin.photos().await;
        let of_user = |key: &&String| key.contains(sub.as_str());
        rows + addresses.iter().filter(|owner| *owner == sub).count()
            + photos.iter().filter(of_user).count()
    }

    /// Keys of the photos that are kept.
    async fn kept(&self) -> Vec<String> {
        let mut photos = self.admin.photos().await;
        photos.retain(|key| key.starts_with("kept/"));
        photos
    }

    async fn profile(&self, account: &Account) -> Row {
        let rows = self.admin.rows_of(&account.sub).await;
        let profile = rows.into_iter().find(|row| row["sk"] == "PROFILE");
        profile.expect("somebody who enrolled has a profile")
    }

    async fn collection(&self) -> String {
        let mut all = self.admin.collections().await;
        all.pop().expect("the stack has a collection")
    }

    /// The label of a user and an enrolment that don't exist.
    fn nobodys_label() -> String {
        let sub = invent::username().replacen("-3", "-4", 1);
        format!("{sub}:{}", "A".repeat(22))
    }

    /// The selfie of this person does not sign in.
    async fn misses(&self, account: &Account, person: Person) {
        let round = self.visitor.begin_sign_in(&account.email).await;
        let shown = self.visitor.show(round, &person.selfie()).await;
        match shown.expect("an answer") {
            Step::Round(round) => assert_eq!(round.reason(), "NOT_RECOGNISED"),
            Step::Tokens(_) => panic!("{person:?} signs in"),
        }
    }
}

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
