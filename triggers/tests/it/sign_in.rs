//! Sign-in from the first event to tokens or denial, with the triggers as Cognito calls them.

use std::{sync::Arc, time::Duration};

use crate::world::{Fault, PEPPER, Session, User, World, photo, session::Next};
use face_login_domain::{attempts::Bucket, keyed_hash::Pepper};
use serde_json::json;
use tokio::task::JoinSet;

const ANA: &str = "00000000-0000-4000-8000-00000000000a";
const BEN: &str = "00000000-0000-4000-8000-00000000000b";

async fn enrolled() -> World {
    let world = World::new().await;
    world.enrol(&User::confirmed(1), ANA, "ana").await;
    world
}

async fn failures(world: &World, user: &User) -> u32 {
    let name = Pepper::new(PEPPER).unwrap().name(&user.name);
    world
        .challenges
        .attempts(&name, Bucket::Plain)
        .await
        .unwrap()
        .attempts
        .failures
}

#[tokio::test]
async fn the_right_face_gets_tokens_and_the_photo_is_gone() {
    let world = enrolled().await;
    let mut session = Session::plain(&world, User::confirmed(1)).await;
    assert_eq!(session.send(&photo("ana", "today")).await, Next::Tokens);
    assert_eq!(
        world
            .state()
            .objects
            .keys()
            .filter(|key| key.contains("selfies/"))
            .count(),
        0
    );
    assert_eq!(failures(&world, &User::confirmed(1)).await, 0);
}

#[tokio::test]
async fn each_wrong_photo_has_its_reason() {
    let world = enrolled().await;
    world.enrol(&User::confirmed(2), BEN, "ben").await;
    for (name, faces, reason, counted) in [
        ("a stranger", "eve", "NOT_RECOGNISED", 1),
        ("another user", "ben", "NOT_RECOGNISED", 2),
        ("nobody", "", "NO_FACE", 2),
        ("two people", "ana,eve", "SEVERAL_FACES", 2),
        ("in the dark", "ana:dark", "TOO_DARK", 2),
    ] {
        let mut session = Session::plain(&world, User::confirmed(1)).await;
        assert_eq!(
            session.send(&photo(faces, name)).await,
            Next::Round,
            "{name}"
        );
        assert_eq!(session.told(), ("UPLOAD", reason), "{name}");
        assert_eq!(session.parameter("attemptsLeft"), "2", "{name}");
        assert_eq!(
            failures(&world, &User::confirmed(1)).await,
            counted,
            "{name}"
        );
    }
    let mut session = Session::plain(&world, User::confirmed(1)).await;
    assert_eq!(session.answer().await, Next::Round);
    assert_eq!(session.told(), ("UPLOAD", "PHOTO_MISSING"));
    assert_eq!(session.send(b"GIF89a").await, Next::Round);
    assert_eq!(session.told(), ("UPLOAD", "PHOTO_INVALID"));
}

#[tokio::test]
async fn three_wrong_tries_end_a_session() {
    let world = enrolled().await;
    let mut session = Session::plain(&world, User::confirmed(1)).await;
    assert_eq!(session.send(&photo("eve", "1")).await, Next::Round);
    assert_eq!(session.send(&photo("eve", "2")).await, Next::Round);
    assert_eq!(session.send(&photo("eve", "3")).await, Next::Denied);
}

#[tokio::test]
async fn a_file_passes_once() {
    let world = enrolled().await;
    let same = photo("ana", "the very same file");
    assert_eq!(
        Session::plain(&world, User::confirmed(1))
            .await
            .send(&same)
            .await,
        Next::Tokens
    );
    let mut session = Session::plain(&world, User::confirmed(1)).await;
    assert_eq!(session.send(&same).await, Next::Round);
    assert_eq!(session.told(), ("UPLOAD", "PHOTO_REUSED"));
    world.pass(Duration::from_hours(25));
    assert_eq!(
        Session::plain(&world, User::confirmed(1))
            .await
            .send(&same)
            .await,
        Next::Tokens
    );
}

#[tokio::test]
async fn a_twin_makes_it_uncertain_and_costs_no_attempt() {
    let world = enrolled().await;
    world.enrol(&User::confirmed(2), BEN, "zoe").await;
    world.state().faces.get_mut(BEN).unwrap().1 = "ana2".to_owned();
    let mut session = Session::plain(&world, User::confirmed(1)).await;
    assert_eq!(session.send(&photo("ana", "x")).await, Next::Round);
    assert_eq!(session.told(), ("UPLOAD", "NOT_RECOGNISED"));
    assert_eq!(failures(&world, &User::confirmed(1)).await, 0);
}

#[tokio::test]
async fn only_this_rounds_answer_counts() {
    let world = enrolled().await;
    let (mine, other) = (
        Session::plain(&world, User::confirmed(1)).await,
        Session::plain(&world, User::confirmed(1)).await,
    );
    world.upload(&mine.parameters, &photo("ana", "x"));
    world.upload(&other.parameters, &photo("ana", "y"));
    let id = mine.parameter("challengeId");
    for answer in [
        "",
        "x",
        other.parameter("challengeId"),
        &format!("{id}.proof"),
        &format!("selfies/{id}"),
    ] {
        assert!(!mine.verify(answer).await, "{answer}");
    }
    assert!(mine.verify(id).await);
}

#[tokio::test]
async fn an_answer_in_time_is_repeated_for_half_a_minute_and_a_late_one_expires() {
    let world = enrolled().await;
    let session = Session::plain(&world, User::confirmed(1)).await;
    world.upload(&session.parameters, &photo("ana", "x"));
    let id = session.parameter("challengeId");
    assert!(session.verify(id).await);
    world.pass(Duration::from_secs(30));
    let before = world.stub.operations().len();
    assert!(session.verify(id).await, "Cognito calls again");
    assert_eq!(
        world.operations(before),
        ["GetItem"],
        "nothing is judged twice"
    );
    world.pass(Duration::from_secs(1));
    assert!(!session.verify(id).await, "too late");
    let mut late = Session::plain(&world, User::confirmed(1)).await;
    world.pass(Duration::from_mins(2));
    assert_eq!(late.send(&photo("ana", "y")).await, Next::Round);
    assert_eq!(late.told(), ("UPLOAD", "EXPIRED"));
}

#[tokio::test]
async fn an_outage_is_no_pass_and_no_attempt() {
    let world = enrolled().await;
    for operation in ["DetectFaces", "SearchFacesByImage", "GET"] {
        let mut session = Session::plain(&world, User::confirmed(1)).await;
        world.fault(operation, Fault::Error("ThrottlingException"), 2);
        assert_eq!(
            session.send(&photo("ana", operation)).await,
            Next::Round,
            "{operation}"
        );
        assert_eq!(session.told(), ("UPLOAD", "BUSY"), "{operation}");
        assert_eq!(
            (
                session.parameter("attemptsLeft"),
                session.parameter("retryAfterMs")
            ),
            ("3", "1000")
        );
        assert_eq!(
            failures(&world, &User::confirmed(1)).await,
            0,
            "{operation}"
        );
        assert_eq!(
            session.send(&photo("ana", operation)).await,
            Next::Tokens,
            "the same file is no repetition: {operation}"
        );
    }
}

#[tokio::test]
async fn a_crash_costs_a_lease_and_nothing_else() {
    let world = enrolled().await;
    for operation in ["TransactWriteItems", "DetectFaces"] {
        let session = Session::plain(&world, User::confirmed(1)).await;
        world.upload(&session.parameters, &photo("ana", operation));
        world.fault(operation, Fault::CrashAfter, 1);
        assert!(
            !session.verify(session.parameter("challengeId")).await,
            "{operation}"
        );
        world.revive();
        world.pass(Duration::from_secs(5));
        assert!(
            session.verify(session.parameter("challengeId")).await,
            "the next run takes over: {operation}"
        );
        assert_eq!(
            failures(&world, &User::confirmed(1)).await,
            0,
            "{operation}"
        );
    }
}

#[tokio::test]
async fn two_runs_at_once_judge_once() {
    let world = enrolled().await;
    let session = Session::plain(&world, User::confirmed(1)).await;
    world.upload(&session.parameters, &photo("ana", "x"));
    let id = session.parameter("challengeId");
    let before = world.stub.operations().len();
    let both = tokio::join!(session.verify(id), session.verify(id));
    assert_eq!(both, (true, true));
    let searches = world
        .operations(before)
        .iter()
        .filter(|operation| *operation == "SearchFacesByImage")
        .count();
    assert_eq!(searches, 1);
}

#[tokio::test]
async fn five_failures_pause_a_name_known_or_not() {
    let world = enrolled().await;
    for user in [User::confirmed(1), User::unknown(7)] {
        for attempt in 0..5 {
            let mut session = Session::plain(&world, user.clone()).await;
            assert_eq!(session.told(), ("UPLOAD", ""), "attempt {attempt}");
            session
                .send(&photo("eve", &format!("{attempt} {}", user.name)))
                .await;
        }
        let mut locked = Session::plain(&world, user.clone()).await;
        assert_eq!(
            (locked.told(), locked.parameter("retryAfterMs")),
            (("LOCKED", "LOCKED"), "30000")
        );
        assert_eq!(locked.answer().await, Next::Denied);
        world.pass(Duration::from_secs(30));
        assert_eq!(Session::plain(&world, user).await.told(), ("UPLOAD", ""));
    }
}

#[tokio::test]
async fn parallel_sessions_cannot_pass_the_limit() {
    let world = enrolled().await;
    let mut sessions = Vec::new();
    for number in 0..8 {
        let session = Session::plain(&world, User::confirmed(1)).await;
        world.upload(&session.parameters, &photo("eve", &number.to_string()));
        sessions.push(session.answer_event(session.parameter("challengeId")));
    }
    let before = world.stub.operations().len();
    let world = Arc::new(world);
    let mut running = JoinSet::new();
    for event in sessions {
        let world = Arc::clone(&world);
        running.spawn(async move { world.verifier.handle(event).await });
    }
    while let Some(ended) = running.join_next().await {
        let event = ended.unwrap().unwrap();
        assert_eq!(event["response"], json!({"answerCorrect": false}));
    }
    let searches = world
        .operations(before)
        .iter()
        .filter(|operation| *operation == "SearchFacesByImage")
        .count();
    assert!(searches <= 5, "{searches} faces were compared");
    assert!(failures(&world, &User::confirmed(1)).await <= 5);
}

#[tokio::test]
async fn a_name_gets_twenty_challenges_in_a_window() {
    let world = enrolled().await;
    for _ in 0..20 {
        assert_eq!(
            Session::plain(&world, User::confirmed(3))
                .await
                .parameter("state"),
            "UPLOAD"
        );
    }
    assert_eq!(
        Session::plain(&world, User::confirmed(3)).await.told(),
        ("LOCKED", "LOCKED")
    );
    world.pass(Duration::from_mins(15));
    assert_eq!(
        Session::plain(&world, User::confirmed(3))
            .await
            .parameter("state"),
        "UPLOAD"
    );
}

#[tokio::test]
async fn a_challenge_is_its_owners() {
    let world = enrolled().await;
    world.enrol(&User::confirmed(2), BEN, "ben").await;
    let session = Session::plain(&world, User::confirmed(1)).await;
    world.upload(&session.parameters, &photo("ana", "x"));
    let mut event = session.answer_event(session.parameter("challengeId"));
    event["request"]["userAttributes"]["sub"] = json!(User::sub(2).as_str());
    let verified = world.verifier.handle(event).await.unwrap();
    assert_eq!(verified["response"], json!({"answerCorrect": false}));
    assert!(
        session.verify(session.parameter("challengeId")).await,
        "nothing was judged for the other one"
    );
}

#[tokio::test]
async fn the_photo_of_a_run_that_died_goes_with_the_next_sign_in() {
    let world = enrolled().await;
    let died = Session::plain(&world, User::confirmed(1)).await;
    world.upload(&died.parameters, &photo("ana", "x"));
    world.fault("DetectFaces", Fault::CrashAfter, 1);
    assert!(!died.verify(died.parameter("challengeId")).await);
    world.revive();
    let selfies = || {
        let state = world.state();
        state
            .objects
            .keys()
            .filter(|key| key.contains("selfies/"))
            .count()
    };
    assert_eq!(selfies(), 1, "nobody was left to delete it");
    let mut at_once = Session::plain(&world, User::confirmed(1)).await;
    assert_eq!(at_once.send(&photo("ana", "y")).await, Next::Tokens);
    assert_eq!(selfies(), 1, "the run may still live");
    world.pass(Duration::from_secs(5));
    let mut later = Session::plain(&world, User::confirmed(1)).await;
    assert_eq!(later.send(&photo("ana", "z")).await, Next::Tokens);
    assert_eq!(selfies(), 0);
}
