//! The same face under other users, and updates of one's own.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use face_login_aws::enrolments::Finished;
use face_login_aws::judging::Completed;
use face_login_domain::challenge::{Aim, Chain, ChallengeRecord, Ruling, Status};
use face_login_domain::collection::CollectionName;
use face_login_domain::enrolment::EnrolledFace;
use face_login_domain::ids::{
    ChallengeId, ClientId, EnrolmentId, Etag, FaceId, FaceLabel, Sub, TicketId,
};
use face_login_domain::last_gate::{Method, Pass};
use face_login_domain::succession::proved;
use face_login_domain::words::Reason;

use super::record::{NOW, record};
use super::world::{Delivery, Fault, World, photo};

impl World {
    /// A user of the pool whose enrolled face is `person`.
    pub(crate) async fn somebody(&self, number: u8, person: &str) -> EnrolledFace {
        let sub = Sub::made_up([number; 16]);
        let id = EnrolmentId::from_random([number; 16]);
        let label = FaceLabel {
            sub: sub.clone(),
            enrolment: id.clone(),
        };
        let face = EnrolledFace {
            enrolment: id.clone(),
            face: FaceId::parse(&format!("00000000-0000-4000-9000-0000000000{number:02x}"))
                .unwrap(),
            collection: CollectionName::parse("p-g1-s0").unwrap(),
            model_version: "7.0".to_owned(),
            created_at: NOW,
        };
        let photo = STANDARD.encode(photo(&format!("person:{person}")));
        let place = (
            face.collection.as_str().to_owned(),
            label.to_string(),
            photo,
        );
        self.state().faces.insert(place, face.face.clone());
        self.state().users.push(sub.as_str().to_owned());
        let ticket = TicketId::from_random([number; 16]);
        let chain = Chain {
            enrolment: id,
            aim: Aim::First(ticket.clone()),
        };
        let document = ChallengeRecord {
            id: ChallengeId::from_random([number; 16]),
            subject: sub.clone(),
            chain: Some(chain.clone()),
            ..record()
        };
        self.challenges.issue(&document).await.unwrap();
        let until = NOW.plus(Duration::from_mins(10));
        self.challenges
            .write_ticket(&sub, &ticket, until)
            .await
            .unwrap();
        let etag = Etag::parse("x").unwrap();
        let faces = std::slice::from_ref(&face);
        let finish =
            self.enrolments
                .finish_document(&self.challenges, &document, &etag, faces, NOW);
        assert_eq!(finish.await.unwrap(), Finished::Done);
        let rows = self.enrolments.rows_of(&sub).await.unwrap();
        let change = proved(&rows, &chain, NOW).unwrap();
        let pass = Pass {
            challenge: document.id.clone(),
            at: NOW,
            method: Method::Face,
            enrolment: chain.enrolment.clone(),
            client: ClientId::parse("c").unwrap(),
        };
        let done = self
            .challenges
            .complete(&self.enrolments, &sub, &change, &pass, NOW);
        assert_eq!(done.await.unwrap(), Completed::Done);
        face
    }

    /// The user of this number leaves the pool.
    pub(crate) fn leaves(&self, number: u8) {
        let sub = Sub::made_up([number; 16]);
        self.state().users.retain(|user| user != sub.as_str());
    }

    /// Issues [`record`] anew, as an update of the user's enrolment of this number, who has it already.
    pub(crate) async fn updating(&self, number: u8) -> ChallengeRecord {
        let record = ChallengeRecord {
            subject: Sub::made_up([number; 16]),
            chain: Some(Chain {
                enrolment: EnrolmentId::from_random([99; 16]),
                aim: Aim::Update(EnrolmentId::from_random([number; 16])),
            }),
            ..record()
        };
        self.challenges.issue(&record).await.unwrap();
        record
    }

    async fn ruled(&self) -> Ruling {
        match self
            .challenges
            .read(&record().id)
            .await
            .unwrap()
            .unwrap()
            .status
        {
            Status::Judged { ruling, .. } => ruling,
            other => panic!("not judged: {other:?}"),
        }
    }

    async fn faces_of(&self, number: u8) -> usize {
        let sub = Sub::made_up([number; 16]);
        self.enrolments.rows_of(&sub).await.unwrap().faces.len()
    }
}

fn ana() -> Vec<u8> {
    photo("person:ana")
}

#[tokio::test]
async fn the_same_face_under_a_living_user_is_counted_or_refused() {
    for (policy, want) in [
        ("FLAG", Ruling::Indexed),
        ("REFUSE", Ruling::Refused(Reason::EnrolmentRefused)),
    ] {
        let world = World::invited_under("0", policy).await;
        world.somebody(7, "ana").await;
        world.upload(&ana());
        assert_eq!(world.deliver(record().key.as_str()).await, Delivery::Done);
        assert_eq!(world.ruled().await, want, "{policy}");
        assert_eq!(
            world.faces_of(7).await,
            1,
            "{policy}: the other keeps the face"
        );
        let faces = world.faces().len();
        assert_eq!(
            faces,
            if want == Ruling::Indexed { 2 } else { 1 },
            "{policy}"
        );
    }
}

#[tokio::test]
async fn other_faces_and_users_who_are_gone_stand_in_nobodys_way() {
    let world = World::invited_under("0", "REFUSE").await;
    world.somebody(6, "ben").await;
    world.somebody(7, "ana").await;
    world.leaves(7);
    world.upload(&ana());
    assert_eq!(world.deliver(record().key.as_str()).await, Delivery::Done);
    assert_eq!(world.ruled().await, Ruling::Indexed);
    let left = (world.faces_of(6).await, world.faces_of(7).await);
    assert_eq!(left, (1, 0), "what the one who is gone left is deleted");
    assert_eq!(world.faces().len(), 2);
}

#[tokio::test]
async fn an_enrolment_that_was_never_proven_is_no_rival() {
    let world = World::invited_under("0", "REFUSE").await;
    let face = world.somebody(7, "ana").await;
    let owner = Sub::made_up([7; 16]);
    world.enrolments.forget_face(&owner, &face).await.unwrap();
    world.upload(&ana());
    assert_eq!(world.deliver(record().key.as_str()).await, Delivery::Done);
    assert_eq!(world.ruled().await, Ruling::Indexed);
    assert_eq!(world.count("ListUsers"), 0);
}

#[tokio::test]
async fn an_outage_of_the_pool_decides_nothing() {
    let world = World::invited_under("0", "REFUSE").await;
    world.somebody(7, "ana").await;
    world.upload(&ana());
    world.fault("ListUsers", &Fault::Error("InternalErrorException"), 100);
    assert_eq!(world.deliver(record().key.as_str()).await, Delivery::Again);
    world.heal();
    assert_eq!(world.deliver(record().key.as_str()).await, Delivery::Done);
    let refused = Ruling::Refused(Reason::EnrolmentRefused);
    assert_eq!(world.ruled().await, refused);
}

#[tokio::test]
async fn an_update_has_to_show_the_same_person() {
    for (person, want) in [
        ("person:ana", Ruling::Indexed),
        ("person:eve", Ruling::Refused(Reason::NotRecognised)),
    ] {
        let world = World::new("0").await;
        world.somebody(7, "ana").await;
        world.updating(7).await;
        world.upload(&photo(person));
        assert_eq!(world.deliver(record().key.as_str()).await, Delivery::Done);
        assert_eq!(world.ruled().await, want, "{person}");
    }
}

#[tokio::test]
async fn an_update_of_a_face_that_is_not_active_any_more_is_refused() {
    let world = World::new("0").await;
    world.somebody(7, "ana").await;
    let update = ChallengeRecord {
        chain: Some(Chain {
            enrolment: EnrolmentId::from_random([99; 16]),
            aim: Aim::Update(EnrolmentId::from_random([8; 16])),
        }),
        subject: Sub::made_up([7; 16]),
        ..record()
    };
    world.challenges.issue(&update).await.unwrap();
    world.upload(&ana());
    assert_eq!(world.deliver(record().key.as_str()).await, Delivery::Done);
    let refused = Ruling::Refused(Reason::EnrolmentRefused);
    assert_eq!(world.ruled().await, refused);
}
