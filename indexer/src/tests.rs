//! Whole deliveries: an event in, and afterwards the faces in the collection are exactly those in rows.

mod others;
pub(crate) mod record;
mod world;

use std::time::{Duration, UNIX_EPOCH};

use face_login_domain::challenge::{Ruling, Status, Step};
use face_login_domain::enrolment::EnrolmentStatus;
use face_login_domain::words::Reason;
use serde_json::json;

use self::record::{NOW, record};
use self::world::{Delivery, Fault, World, etag, photo};

impl World {
    async fn ruling(&self) -> Option<Ruling> {
        match self.challenges.read(&record().id).await.unwrap()?.status {
            Status::Judged { ruling, .. } => Some(ruling),
            _ => None,
        }
    }

    async fn deliver_document(&self) -> Delivery {
        self.deliver(record().key.as_str()).await
    }

    async fn pin(&self, bytes: &[u8]) {
        self.challenges
            .take_step(&record().id, &Step::Pin(etag(bytes)), NOW)
            .await
            .unwrap();
    }

    /// One face, in the collection and in a row, and no photo.
    async fn assert_enrolled(&self, name: &str) {
        assert_eq!(self.ruling().await, Some(Ruling::Indexed), "{name}");
        assert_eq!(self.faces().len(), 1, "{name}: faces");
        assert_eq!(self.faces(), self.rows().await, "{name}: faces and rows");
        assert_eq!(self.keys(), Vec::<String>::new(), "{name}: photos");
    }

    /// No face, no row, no photo.
    async fn assert_refused(&self, name: &str, reason: Reason) {
        assert_eq!(self.ruling().await, Some(Ruling::Refused(reason)), "{name}");
        assert_eq!(
            (self.faces(), self.rows().await),
            (vec![], vec![]),
            "{name}: faces and rows"
        );
        assert_eq!(self.keys(), Vec::<String>::new(), "{name}: photos");
    }
}

#[tokio::test]
async fn an_invited_document_becomes_a_pending_enrolment() {
    let world = World::invited("0").await;
    assert_eq!(world.deliver_document().await, Delivery::Done);
    world.assert_enrolled("invited").await;
    let rows = world.enrolments.rows_of(&record().subject).await.unwrap();
    let enrolment = &rows.enrolments[0];
    assert_eq!(
        (&enrolment.id, enrolment.status),
        (&record().chain.unwrap().enrolment, EnrolmentStatus::Pending)
    );
    assert_eq!(Some(&enrolment.consent), record().consent.as_ref());
    assert_eq!(
        (
            rows.faces[0].collection.as_str(),
            rows.faces[0].model_version.as_str()
        ),
        ("p-g1-s0", "7.0")
    );
    assert_eq!(
        world.count("ListFaces"),
        0,
        "a collection is listed for repairs only"
    );
}

#[tokio::test]
async fn a_pinned_document_is_enrolled_after_the_challenge_expired() {
    let world = World::invited("0").await;
    world.pin(&photo("one face")).await;
    world.pass(Duration::from_secs(299));
    assert_eq!(world.deliver_document().await, Delivery::Done);
    world.assert_enrolled("pinned").await;
}

#[tokio::test]
async fn uninvited_objects_are_deleted_unread() {
    for key in [
        "documents/AgICAgICAgICAgICAgICAg",
        "documents/not-a-challenge",
        "documents/a/b c",
    ] {
        let world = World::new("0").await;
        world.put(key, &photo("one face"));
        assert_eq!(
            world.deliver(&key.replace(' ', "+")).await,
            Delivery::Done,
            "{key}"
        );
        assert_eq!(world.keys(), Vec::<String>::new(), "{key}");
        assert_eq!(
            (world.count("GET"), world.count("DetectFaces")),
            (0, 0),
            "{key}: nobody looked at it"
        );
    }
}

#[tokio::test]
async fn unfit_photos_are_refused_and_leave_nothing() {
    for (name, bytes, want) in [
        ("no face", photo("no face"), Reason::NoFace),
        ("not a photo", b"<html>".to_vec(), Reason::PhotoInvalid),
        (
            "refused by the quality filter",
            photo("blurred"),
            Reason::Blurred,
        ),
        (
            "another face than the judged one",
            photo("elsewhere"),
            Reason::SeveralFaces,
        ),
    ] {
        let world = World::invited("0").await;
        world.upload(&bytes);
        assert_eq!(world.deliver_document().await, Delivery::Done, "{name}");
        world.assert_refused(name, want).await;
    }
}

#[tokio::test]
async fn without_a_live_ticket_no_face_stays() {
    let world = World::invited("0").await;
    let other = face_login_domain::ids::TicketId::from_random([9; 16]);
    world
        .challenges
        .write_ticket(&record().subject, &other, NOW.plus(Duration::from_mins(10)))
        .await
        .unwrap();
    assert_eq!(world.deliver_document().await, Delivery::Done);
    world
        .assert_refused("another ticket", Reason::TicketExpired)
        .await;
}

#[tokio::test]
async fn a_crash_after_any_step_is_made_good() {
    for (operation, before) in [
        ("GetItem", 0),
        ("HEAD", 0),
        ("GET", 0),
        ("DetectFaces", 0),
        ("TransactWriteItems", 0),
        ("IndexFaces", 0),
        ("TransactWriteItems", 1),
        ("DELETE", 0),
    ] {
        let name = format!("{operation} after {before} others");
        let world = World::invited("0").await;
        world.fault(operation, &Fault::Spare, before);
        world.fault(operation, &Fault::CrashAfter, 1);
        assert_eq!(world.deliver_document().await, Delivery::Again, "{name}");
        world.revive();
        assert_eq!(world.deliver_document().await, Delivery::Done, "{name}");
        world.assert_enrolled(&name).await;
    }
}

#[tokio::test]
async fn a_face_that_got_lost_is_found_when_nobody_waits_any_more() {
    let world = World::invited("0").await;
    world.fault("IndexFaces", &Fault::CrashAfter, 1);
    assert_eq!(world.deliver_document().await, Delivery::Again);
    world.revive();
    world.pass(Duration::from_mins(6));
    assert_eq!(
        (world.faces().len(), world.rows().await.len()),
        (1, 0),
        "lost"
    );
    assert_eq!(world.deliver_document().await, Delivery::Done);
    world.assert_refused("expired", Reason::Expired).await;
}

#[tokio::test]
async fn a_face_that_got_lost_is_found_when_another_photo_follows() {
    let world = World::invited("0").await;
    world.fault("IndexFaces", &Fault::CrashAfter, 1);
    assert_eq!(world.deliver_document().await, Delivery::Again);
    world.revive();
    world.upload(&photo("one face, again"));
    world.pin(&photo("one face, again")).await;
    assert_eq!(world.deliver_document().await, Delivery::Done);
    world.assert_enrolled("the second photo").await;
}

#[tokio::test]
async fn a_photo_that_replaces_the_pinned_one_is_not_enrolled() {
    let world = World::invited("0").await;
    world.pin(&photo("one face")).await;
    world.upload(&photo("somebody else's one face"));
    assert_eq!(world.deliver_document().await, Delivery::Done);
    world.assert_refused("replaced", Reason::PhotoMissing).await;
    assert_eq!(world.count("GET"), 0, "unread");
}

#[tokio::test]
async fn a_photo_that_is_replaced_on_the_way_is_judged_anew() {
    let world = World::invited("0").await;
    world.fault("GET", &Fault::ReplaceBefore(photo("no face")), 1);
    assert_eq!(world.deliver_document().await, Delivery::Done);
    world
        .assert_refused("replaced before it was read", Reason::NoFace)
        .await;
}

#[tokio::test]
async fn only_the_pinned_photo_is_read() {
    let world = World::invited("0").await;
    world.pin(&photo("one face")).await;
    world.fault("GET", &Fault::ReplaceBefore(photo("one face, swapped")), 1);
    assert_eq!(world.deliver_document().await, Delivery::Done);
    world.assert_refused("swapped", Reason::PhotoMissing).await;
    assert_eq!(world.count("DetectFaces"), 0, "unseen");
}

#[tokio::test]
async fn replays_and_twins_change_nothing() {
    let world = World::invited("0").await;
    let (one, other) = tokio::join!(world.deliver_document(), world.deliver_document());
    assert_eq!((one, other), (Delivery::Done, Delivery::Done));
    world.assert_enrolled("twins").await;
    let indexed = world.count("IndexFaces");
    for _ in 0..3 {
        assert_eq!(world.deliver_document().await, Delivery::Done);
    }
    world.assert_enrolled("replays").await;
    assert_eq!(world.count("IndexFaces"), indexed);
    world.upload(&photo("one face, much later"));
    assert_eq!(world.deliver_document().await, Delivery::Done);
    world.assert_enrolled("the form used once more").await;
}

#[tokio::test]
async fn throttling_is_waited_out_for_half_a_minute() {
    let throttled = "ThrottlingException";
    for (operation, code) in [
        ("DetectFaces", throttled),
        ("IndexFaces", throttled),
        ("TransactWriteItems", throttled),
        ("GET", "SlowDown"),
    ] {
        let world = World::invited("0").await;
        world.fault(operation, &Fault::Error(code), 7);
        assert_eq!(
            world.deliver_document().await,
            Delivery::Done,
            "{operation}"
        );
        world.assert_enrolled(operation).await;
    }
    let world = World::invited("0").await;
    world.fault(
        "IndexFaces",
        &Fault::Error("ProvisionedThroughputExceededException"),
        100,
    );
    assert_eq!(world.deliver_document().await, Delivery::Again);
    assert_eq!(
        (world.ruling().await, world.keys().len()),
        (None, 1),
        "an outage is no verdict"
    );
    world.heal();
    assert_eq!(world.deliver_document().await, Delivery::Done);
    world.assert_enrolled("redelivered").await;
}

#[tokio::test]
async fn a_missing_permission_is_not_waited_out() {
    let world = World::invited("0").await;
    world.fault("DetectFaces", &Fault::Error("AccessDeniedException"), 1);
    assert_eq!(world.deliver_document().await, Delivery::Again);
    assert_eq!(
        (
            world.count("DetectFaces"),
            world.ruling().await,
            world.keys().len()
        ),
        (1, None, 1)
    );
}

#[tokio::test]
async fn photos_are_kept_where_the_operator_says_so() {
    let world = World::invited("30").await;
    assert_eq!(world.deliver_document().await, Delivery::Done);
    assert_eq!(
        world.keys(),
        [format!(
            "kept/{}/{}",
            record().subject.as_str(),
            record().chain.unwrap().enrolment.as_str()
        )]
    );
    let refused = World::invited("30").await;
    refused.upload(&photo("no face"));
    refused.deliver_document().await;
    refused
        .assert_refused("only enrolled ones", Reason::NoFace)
        .await;
}

#[tokio::test]
async fn only_the_failed_messages_of_a_batch_come_again() {
    let world = World::invited("0").await;
    world.put("documents/uninvited", b"");
    world.fault("DetectFaces", &Fault::Error("AccessDeniedException"), 1);
    let about = |key: &str| {
        json!({"Records": [{"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "documents"}, "object": {"key": key}}}]}).to_string()
    };
    let event = json!({"Records": [
        {"messageId": "failing", "body": about(record().key.as_str())},
        {"messageId": "uninvited", "body": about("documents/uninvited")},
        {"messageId": "failing twin", "body": about(record().key.as_str())},
        {"messageId": "unreadable", "body": "?"},
        {"messageId": "test", "body": json!({"Event": "s3:TestEvent"}).to_string()},
    ]});
    let deadline = UNIX_EPOCH + Duration::from_millis(NOW.millis()) + Duration::from_mins(1);
    let answer =
        serde_json::to_value(world.indexer.handle(&event, deadline).await.unwrap()).unwrap();
    let again: Vec<_> = answer["batchItemFailures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["itemIdentifier"])
        .collect();
    assert_eq!(again, ["failing", "failing twin", "unreadable"]);
    assert_eq!(
        world.count("DetectFaces"),
        1,
        "a key that comes up twice is worked on once"
    );
}

#[tokio::test]
async fn a_batch_that_runs_out_of_time_comes_again() {
    let world = World::invited("0").await;
    let body = json!({"Records": [{"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "documents"}, "object": {"key": record().key.as_str()}}}]});
    let event = json!({"Records": [{"messageId": "m", "body": body.to_string()}]});
    let deadline = UNIX_EPOCH + Duration::from_millis(NOW.millis()) + crate::FOR_THE_ANSWER;
    let answer =
        serde_json::to_value(world.indexer.handle(&event, deadline).await.unwrap()).unwrap();
    assert_eq!(answer["batchItemFailures"][0]["itemIdentifier"], "m");
    assert_eq!((world.faces(), world.keys().len()), (vec![], 1));
}
