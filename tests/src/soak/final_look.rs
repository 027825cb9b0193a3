//! The look at everything that the stack keeps, once the queue is empty and the leases of killed runs are over.

use std::time::Duration;

use super::{
    audit::{Kept, audit},
    run::World,
};
use crate::{admin::Admin, clock, stack::Stack, wait};

/// Longest that the queue may take to deliver what kills interrupted.
const DELIVERY: Duration = Duration::from_mins(5);
/// Longer than any lease (`LeaseSeconds`).
const LEASE: Duration = Duration::from_secs(11);
/// How many people's refresh tokens are used.
const REFRESHED: usize = 50;

pub(super) async fn final_look(world: &World, stack: &Stack, say: &impl Fn(&str)) {
    say("waiting until the queue is empty and all leases are over");
    let (local, ready) = (&world.visitor.local, stack.ready());
    let queue = ready.physical("IndexQueue");
    let mut left = DELIVERY;
    while local.depth(queue).await > 0 && !left.is_zero() {
        wait::pause(Duration::from_secs(1)).await;
        left = left.saturating_sub(Duration::from_secs(1));
    }
    wait::pause(LEASE).await;
    say("looking at everything that is left");
    refresh_some(world).await;
    let admin = Admin::new(ready);
    let dead_letters = ready.physical("IndexDeadLetterQueue");
    let entries = world.books.entries();
    let kept = Kept {
        enrolments: admin.rows("EnrolmentsTable").await,
        challenges: admin.rows("ChallengesTable").await,
        faces: admin.faces_in_collections().await,
        photos: admin.photos().await,
        queued: [
            ("IndexQueue", local.depth(queue).await),
            ("IndexDeadLetterQueue", local.depth(dead_letters).await),
        ]
        .into(),
        now: u64::try_from(clock::now().unix_timestamp_nanos() / 1_000_000).unwrap_or_default(),
        enrolled: entries.enrolled,
        interrupted: entries.interrupted,
    };
    let findings = audit(&kept);
    world.books.note(|entries| {
        entries.violations.extend(findings.violations);
        entries.counts.extend(findings.explained);
    });
}

/// Refresh tokens outlive the kills.
async fn refresh_some(world: &World) {
    for resident in world.residents.iter().take(REFRESHED) {
        let resident = resident.lock().await;
        let Some(token) = &resident.refresh_token else {
            continue;
        };
        match world.visitor.cognito.refresh(token).await {
            Ok(tokens) => match world.verify(&tokens, resident.sub()) {
                Ok(()) => world.books.count("refresh tokens used at the end"),
                Err(trouble) => world.books.violation(format!("after a refresh: {trouble}")),
            },
            Err(refusal) => world.books.violation(format!(
                "a refresh token was refused: {} {}",
                refusal.kind, refusal.message
            )),
        }
    }
}
