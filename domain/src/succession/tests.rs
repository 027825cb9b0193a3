//! Every change of a user's enrolments, and when there is none.

use super::*;
use crate::{
    collection::CollectionName,
    enrolment::{Consent, ConsentVersion},
    ids::ChallengeId,
};

const NOW: Timestamp = Timestamp::from_millis(1_000_000);
const SOON: Timestamp = Timestamp::from_millis(1_000_001);

fn id(byte: u8) -> EnrolmentId {
    EnrolmentId::from_random([byte; 16])
}

fn face(byte: u8) -> FaceId {
    FaceId::parse(&format!("00000000-0000-4000-8000-0000000000{byte:02x}")).unwrap()
}

fn ticket() -> TicketId {
    TicketId::from_random([7; 16])
}

fn chain(byte: u8, aim: Aim) -> Chain {
    Chain {
        enrolment: id(byte),
        aim,
    }
}

/// Enrolments by number, each with a face of the same number.
fn rows(profile: [Option<u8>; 3], enrolments: &[(u8, Status)]) -> UserRows {
    let consent = Consent {
        version: ConsentVersion::parse("2026-11").unwrap(),
        at: NOW,
    };
    let [active, held, anchor] = profile.map(|byte| byte.map(id));
    UserRows {
        profile: Profile {
            active,
            held,
            anchor,
        },
        enrolments: enrolments
            .iter()
            .map(|(byte, status)| Enrolment {
                id: id(*byte),
                status: *status,
                created_at: NOW,
                consent: consent.clone(),
                challenge: ChallengeId::from_random([*byte; 16]),
                held_until: (*status == Status::Held).then_some(NOW),
            })
            .collect(),
        faces: enrolments
            .iter()
            .map(|(byte, _)| EnrolledFace {
                enrolment: id(*byte),
                face: face(*byte),
                collection: CollectionName::parse("c").unwrap(),
                model_version: "7.0".to_owned(),
                created_at: NOW,
            })
            .collect(),
        open_consents: vec![NOW],
        signed_in: None,
    }
}

/// What a change comes to: event, profile, moves and faces to forget, by number.
#[track_caller]
fn check(
    rows: &UserRows,
    change: Option<&Succession>,
    event: Event,
    profile: [Option<u8>; 3],
    moves: &[(u8, Status)],
    forgotten: &[u8],
) {
    let change = change.expect("a change");
    assert_eq!(change.event, event);
    assert_eq!(change.before, rows.profile);
    let [active, held, anchor] = profile.map(|byte| byte.map(id));
    let want = Profile {
        active,
        held,
        anchor,
    };
    assert_eq!(change.after, want);
    let got: Vec<_> = change
        .moves
        .iter()
        .map(|row| (row.enrolment.clone(), row.to))
        .collect();
    let want: Vec<_> = moves.iter().map(|(byte, to)| (id(*byte), *to)).collect();
    assert_eq!(got, want);
    let got: Vec<_> = change
        .forgotten(rows)
        .iter()
        .map(|face| face.face.clone())
        .collect();
    assert_eq!(got, forgotten.iter().copied().map(face).collect::<Vec<_>>());
}

#[test]
fn the_active_face_signs_in_and_cancels_what_was_held() {
    let plain = rows(
        [Some(1), None, Some(1)],
        &[(1, Status::Active), (2, Status::Pending)],
    );
    let change = signed_in(&plain, &[face(1)], NOW);
    check(
        &plain,
        change.as_ref(),
        Event::SignedIn,
        [Some(1), None, Some(1)],
        &[],
        &[],
    );
    let waiting = rows(
        [Some(1), Some(2), Some(1)],
        &[(1, Status::Active), (2, Status::Held)],
    );
    for matched in [vec![face(1)], vec![face(2), face(1)]] {
        let change = signed_in(&waiting, &matched, NOW);
        let moves = [(2, Status::Retired)];
        check(
            &waiting,
            change.as_ref(),
            Event::SignedIn,
            [Some(1), None, Some(1)],
            &moves,
            &[2],
        );
    }
    let left = rows(
        [Some(1), None, Some(1)],
        &[(1, Status::Active), (3, Status::Retired)],
    );
    let change = signed_in(&left, &[face(1)], NOW);
    check(
        &left,
        change.as_ref(),
        Event::SignedIn,
        [Some(1), None, Some(1)],
        &[],
        &[3],
    );
}

#[test]
fn a_held_face_becomes_active_once_its_time_has_come() {
    let all = [(1, Status::Anchor), (2, Status::Active), (3, Status::Held)];
    let mut waiting = rows([Some(2), Some(3), Some(1)], &all);
    let change = signed_in(&waiting, &[face(3)], NOW);
    let moves = [
        (3, Status::Active),
        (1, Status::Retired),
        (2, Status::Retired),
    ];
    check(
        &waiting,
        change.as_ref(),
        Event::Replaced,
        [Some(3), None, Some(3)],
        &moves,
        &[1, 2],
    );
    assert_eq!(comparable(None, &waiting, NOW).len(), 2, "active and due");

    waiting.enrolments[2].held_until = Some(SOON);
    assert_eq!(signed_in(&waiting, &[face(3)], NOW), None, "not yet");
    assert_eq!(
        comparable(None, &waiting, NOW).len(),
        1,
        "only the active one"
    );
    waiting.enrolments[2].held_until = None;
    assert_eq!(signed_in(&waiting, &[face(3)], NOW), None, "no time");
    waiting.enrolments[2].held_until = Some(NOW);
    waiting.profile.held = None;
    assert_eq!(
        signed_in(&waiting, &[face(3)], NOW),
        None,
        "cancelled in the profile"
    );
}

#[test]
fn nobody_signs_in_without_an_active_enrolment() {
    for (name, rows) in [
        ("nothing", rows([None; 3], &[])),
        ("pending", rows([None; 3], &[(1, Status::Pending)])),
        (
            "retired",
            rows([Some(1), None, None], &[(1, Status::Retired)]),
        ),
        (
            "anchor",
            rows([Some(1), None, Some(1)], &[(1, Status::Anchor)]),
        ),
        (
            "held without an active one",
            rows([None, Some(1), None], &[(1, Status::Held)]),
        ),
    ] {
        assert_eq!(signed_in(&rows, &[face(1)], NOW), None, "{name}");
    }
    let two = rows(
        [Some(1), None, Some(1)],
        &[(1, Status::Active), (2, Status::Anchor)],
    );
    assert_eq!(
        signed_in(&two, &[face(2)], NOW),
        None,
        "an anchor is no way in"
    );
    assert_eq!(comparable(None, &two, NOW).len(), 1);
}

#[test]
fn the_first_face_becomes_active_and_its_rivals_retire() {
    let new = rows([None; 3], &[(1, Status::Pending), (2, Status::Pending)]);
    let change = proved(&new, &chain(1, Aim::First(ticket())), SOON);
    let moves = [(1, Status::Active), (2, Status::Retired)];
    check(
        &new,
        change.as_ref(),
        Event::Enrolled,
        [Some(1), None, Some(1)],
        &moves,
        &[2],
    );
    assert_eq!(change.unwrap().ticket, Some(ticket()));
    let enrolled = rows(
        [Some(2), None, Some(2)],
        &[(1, Status::Pending), (2, Status::Active)],
    );
    assert_eq!(
        proved(&enrolled, &chain(1, Aim::First(ticket())), SOON),
        None,
        "enrolled meanwhile"
    );
}

#[test]
fn a_claim_is_held_and_never_opens() {
    let all = [
        (1, Status::Anchor),
        (2, Status::Active),
        (3, Status::Held),
        (4, Status::Pending),
    ];
    let mine = rows([Some(2), Some(3), Some(1)], &all);
    let change = proved(&mine, &chain(4, Aim::Replace(ticket())), SOON).unwrap();
    let moves = [(4, Status::Held), (3, Status::Retired)];
    check(
        &mine,
        Some(&change),
        Event::Held,
        [Some(2), Some(4), Some(1)],
        &moves,
        &[3],
    );
    assert_eq!(
        (change.moves[0].held_until, change.ticket.clone()),
        (Some(SOON), Some(ticket()))
    );
    assert!(!change.event.opens());
    let none = rows([None; 3], &[(4, Status::Pending)]);
    assert_eq!(
        proved(&none, &chain(4, Aim::Replace(ticket())), SOON),
        None,
        "nothing to replace"
    );
    assert_eq!(
        proved(&mine, &chain(4, Aim::Update(id(2))), SOON),
        None,
        "an update has no first selfie"
    );
    assert_eq!(
        proved(&mine, &chain(3, Aim::Replace(ticket())), SOON),
        None,
        "held already"
    );
}

#[test]
fn updates_keep_the_first_face_as_their_anchor() {
    let first = rows(
        [Some(1), None, Some(1)],
        &[(1, Status::Active), (2, Status::Pending)],
    );
    let change = updated(&first, &chain(2, Aim::Update(id(1))));
    let moves = [(2, Status::Active), (1, Status::Anchor)];
    check(
        &first,
        change.as_ref(),
        Event::Replaced,
        [Some(2), None, Some(1)],
        &moves,
        &[],
    );

    let all = [
        (1, Status::Anchor),
        (2, Status::Active),
        (3, Status::Pending),
        (4, Status::Held),
    ];
    let second = rows([Some(2), Some(4), Some(1)], &all);
    let change = updated(&second, &chain(3, Aim::Update(id(2))));
    let moves = [
        (3, Status::Active),
        (2, Status::Retired),
        (4, Status::Retired),
    ];
    check(
        &second,
        change.as_ref(),
        Event::Replaced,
        [Some(3), None, Some(1)],
        &moves,
        &[2, 4],
    );

    let old = rows(
        [Some(1), None, None],
        &[(1, Status::Active), (2, Status::Pending)],
    );
    assert!(
        updated(&old, &chain(2, Aim::Update(id(1)))).is_some(),
        "a row of an earlier release names no anchor"
    );
    assert_eq!(
        updated(&first, &chain(2, Aim::First(ticket()))),
        None,
        "another chain"
    );
    assert_eq!(
        updated(&second, &chain(3, Aim::Update(id(1)))),
        None,
        "another face is active by now"
    );
    let gone = rows([None; 3], &[(2, Status::Pending)]);
    assert_eq!(
        updated(&gone, &chain(2, Aim::Update(id(1)))),
        None,
        "withdrawn meanwhile"
    );
    let lost = rows(
        [Some(1), None, Some(9)],
        &[(1, Status::Active), (2, Status::Pending)],
    );
    assert_eq!(
        updated(&lost, &chain(2, Aim::Update(id(1)))),
        None,
        "the anchor is gone"
    );
}

#[test]
fn a_withdrawal_leaves_nothing() {
    let all = [
        (1, Status::Anchor),
        (2, Status::Active),
        (3, Status::Held),
        (4, Status::Retired),
    ];
    let mine = rows([Some(2), Some(3), Some(1)], &all);
    let change = withdrawn(&mine);
    let moves = [1, 2, 3].map(|byte| (byte, Status::Retired));
    check(
        &mine,
        Some(&change),
        Event::Withdrawn,
        [None; 3],
        &moves,
        &[1, 2, 3, 4],
    );
    assert_eq!(change.ended_consents, [NOW]);
    assert!(!change.event.opens() && change.event.ends_sessions());
    let nothing = UserRows::default();
    assert_eq!(withdrawn(&nothing).moves, [], "again: nothing to do");
}

#[test]
fn a_change_fits_into_a_transaction() {
    let many: Vec<_> = (1..=90).map(|byte| (byte, Status::Pending)).collect();
    let mine = rows([None; 3], &many);
    let change = proved(&mine, &chain(1, Aim::First(ticket())), SOON).unwrap();
    assert_eq!(change.moves.len(), 1 + MAX_MOVES);
    assert_eq!(withdrawn(&mine).moves.len(), MAX_MOVES);
}
