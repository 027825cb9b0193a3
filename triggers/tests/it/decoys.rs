//! What a stranger can learn about a name: nothing.

use std::collections::BTreeMap;

use crate::world::{PEPPER, Session, User, World, photo, session::Next};
use face_login_domain::keyed_hash::Pepper;
use serde_json::json;

const ANA: &str = "00000000-0000-4000-8000-00000000000a";

async fn enrolled() -> World {
    let world = World::new().await;
    world.enrol(&User::confirmed(1), ANA, "ana").await;
    world
}

/// Operations and answers of a plain session with two strange selfies and a missing photo.
async fn plain_session(world: &World, user: User) -> (Vec<String>, Vec<BTreeMap<String, usize>>) {
    let before = world.stub.operations().len();
    let mut shapes = Vec::new();
    let shape = |session: &Session<'_>| {
        session
            .parameters
            .iter()
            .map(|(key, value)| (key.clone(), value.len()))
            .collect()
    };
    let mut session = Session::plain(world, user.clone()).await;
    shapes.push(shape(&session));
    session.send(&photo("eve", &format!("1 of {user:?}"))).await;
    shapes.push(shape(&session));
    session.answer().await;
    shapes.push(shape(&session));
    let end = session.send(&photo("eve", &format!("2 of {user:?}"))).await;
    assert_eq!(end, Next::Denied);
    (world.operations(before), shapes)
}

#[tokio::test]
async fn known_unknown_and_unenrolled_users_look_the_same() {
    let world = enrolled().await;
    let known = plain_session(&world, User::confirmed(1)).await;
    for user in [User::unknown(7), User::confirmed(8), User::unconfirmed(9)] {
        assert_eq!(plain_session(&world, user.clone()).await, known, "{user:?}");
    }
}

#[tokio::test]
async fn a_locked_round_of_the_plain_way_has_a_form_of_the_same_shape() {
    let world = enrolled().await;
    let open = Session::plain(&world, User::confirmed(3)).await;
    for _ in 0..20 {
        Session::plain(&world, User::confirmed(3)).await;
    }
    let locked = Session::plain(&world, User::confirmed(3)).await;
    assert_eq!(locked.parameter("state"), "LOCKED");
    assert_eq!(open.parameter("uploadUrl"), locked.parameter("uploadUrl"));
    let fields = |session: &Session<'_>| {
        serde_json::from_str::<BTreeMap<String, String>>(session.parameter("uploadFields")).unwrap()
    };
    let shape = |session: &Session<'_>| {
        fields(session)
            .into_iter()
            .map(|(key, value)| (key, value.len()))
            .collect::<Vec<_>>()
    };
    assert_eq!(shape(&open), shape(&locked));
    assert_eq!(fields(&open)["x-amz-security-token"], "token");
}

#[tokio::test]
async fn an_unknown_user_never_passes() {
    let world = enrolled().await;
    let mut user = User::confirmed(1);
    user.not_found = true;
    let mut session = Session::plain(&world, user).await;
    assert_eq!(session.send(&photo("ana", "x")).await, Next::Round);
    assert_eq!(session.told(), ("UPLOAD", "NOT_RECOGNISED"));
    assert_eq!(
        json!(session.history.last().unwrap()["challengeResult"]),
        json!(false)
    );
}

#[tokio::test]
async fn nobody_whom_cognito_does_not_know_passes_even_with_a_face() {
    let world = World::new().await;
    let mut user = User::confirmed(1);
    user.attributes["sub"] = json!(Pepper::new(PEPPER).unwrap().decoy_sub(&user.name).as_str());
    world.enrol(&user, ANA, "ana").await;
    user.not_found = true;
    let mut session = Session::plain(&world, user).await;
    assert_eq!(session.send(&photo("ana", "x")).await, Next::Round);
}
