//! What a session does, by `domain`'s own functions.

use face_login_domain::attempts::{Allowance, Attempts, Bucket, Counted};
use face_login_domain::challenge::{ChallengeRecord, Ruling, Standing, Status, Step};
use face_login_domain::ids::{ChallengeId, RunId, Sub};
use face_login_domain::keyed_hash::Pepper;
use face_login_domain::object_key::ObjectKey;
use face_login_domain::time::Timestamp;
use face_login_domain::words::{Kind, Reason, State as Asked};

use super::world::{
    Answer, Call, Deed, Finding, LEASE, POLICY, Person, Phase, Photo, at, challenge, owner,
};

/// The record as a call of Verify reads it.
fn record(id: ChallengeId, status: &Status) -> ChallengeRecord {
    let pepper = Pepper::new("0123456789abcdef0123456789abcdef").expect("long enough");
    ChallengeRecord {
        key: ObjectKey::of_challenge(Kind::Selfie, &id),
        id,
        kind: Kind::Selfie,
        bucket: Bucket::Plain,
        state: Asked::Upload,
        status: status.clone(),
        subject: Sub::made_up([1; 16]),
        name: pepper.name("jane"),
        issued_at: at(0),
        expires_at: at(u8::MAX),
        wrong: 0,
        chain: None,
        consent: None,
        indexing: None,
    }
}

/// What happens to a session before Verify is called: a round begins, or is answered.
fn begin(person: &mut Person, which: usize, deed: Deed, tick: u8) {
    let now = at(tick);
    let session = &mut person.sessions[which];
    session.phase = match deed {
        Deed::Answer(photo) => Phase::Answered {
            status: Status::Issued,
            photo,
            calls: vec![Call::Started],
            called: tick,
        },
        _ if person.attempts.allowance(&POLICY, None, now) == Allowance::Free => {
            session.tries += 1;
            Phase::Issued
        }
        _ => {
            let mut running = person.attempts.reservations.values();
            let runs = running.any(|ends| now < *ends);
            person.paused_for_nothing |= person.wrong == 0 && !runs;
            Phase::Ended
        }
    };
}

/// Carries out `deed`; `None` if nothing changes by it.
pub(super) fn carry_out(
    person: &mut Person,
    (whose, which): (usize, usize),
    deed: Deed,
    tick: u8,
) -> Option<()> {
    let now = at(tick);
    let Person {
        attempts, sessions, ..
    } = person;
    let session = &mut sessions[which];
    let id = challenge(whose, which, session.tries);
    let Phase::Answered {
        status,
        photo,
        calls,
        called,
    } = &mut session.phase
    else {
        begin(person, which, deed, tick);
        return Some(());
    };
    let (photo, newest) = (*photo, calls.len() - 1);
    let before = status.clone();
    let heard = match deed {
        Deed::CallAgain => {
            calls.push(Call::Started);
            *called = tick;
            None
        }
        // An exception ends a session of Cognito's. What still runs for it can only be ruled on without being heard: a crash.
        Deed::GiveUp => {
            session.phase = Phase::Ended;
            return Some(());
        }
        Deed::Crash(call) => {
            calls[call] = Call::Gone;
            None
        }
        Deed::Read(call) => {
            let (next, read) = read(
                attempts,
                status,
                &id,
                owner(which, session.tries, call),
                now,
            )?;
            *status = next;
            calls[call] = if read.is_some() {
                Call::Gone
            } else {
                Call::Took
            };
            read.filter(|_| call == newest)
        }
        Deed::Rule(call, finding, answer) => {
            let ruling = match (finding, photo) {
                (Finding::Outage, _) => Ruling::Refused(Reason::Busy),
                (Finding::TheFace, Photo::Own) => Ruling::Passed,
                (Finding::TheFace, Photo::Foreign) => Ruling::Refused(Reason::NotRecognised),
            };
            let step = Step::Rule {
                owner: owner(which, session.tries, call),
                ruling,
            };
            match status.after(&step, now) {
                // Somebody else took over: it goes on as one that waits.
                None => {
                    calls[call] = Call::Started;
                    None
                }
                Some(next) => {
                    *status = next;
                    let counted = match ruling {
                        Ruling::Refused(reason) if reason.counts_for_lockout() => Counted::Failure,
                        _ => Counted::Nothing,
                    };
                    *attempts = attempts.settle(&POLICY, &id, counted, now);
                    person.wrong += u8::from(counted == Counted::Failure);
                    calls[call] = Call::Gone;
                    (call == newest && answer == Answer::Arrives).then_some(ruling.is_correct())
                }
            }
        }
        Deed::Create | Deed::Answer(_) => return None,
    };
    person.judged_twice |= matches!(before, Status::Judged { .. }) && before != *status;
    match heard {
        Some(true) => session.phase = Phase::Tokens(photo),
        Some(false) => session.phase = Phase::Idle,
        None => {}
    }
    Some(())
}

/// Points in time that nothing depends on any more become one, so that states that differ in nothing else are one.
pub(super) fn forget_what_is_over(person: &mut Person, now: Timestamp) {
    for ends in person.attempts.reservations.values_mut() {
        if *ends <= now {
            *ends = at(0);
        }
    }
    for session in &mut person.sessions {
        match &mut session.phase {
            Phase::Answered {
                status: Status::Judging { lease_until, .. },
                ..
            } if *lease_until <= now => {
                *lease_until = at(0);
            }
            // A ruling is repeated for longer than the horizon.
            Phase::Answered {
                status: Status::Judged { at: judged, .. },
                ..
            } => *judged = at(0),
            _ => {}
        }
    }
}

/// What a call of Verify finds: the status that it leaves, and its answer unless it is to look at the photo. `None` if it
/// waits. The taking of challenge and attempt is one transaction.
fn read(
    attempts: &mut Attempts,
    status: &Status,
    id: &ChallengeId,
    owner: RunId,
    now: Timestamp,
) -> Option<(Status, Option<bool>)> {
    match record(id.clone(), status).standing(now) {
        Standing::Wait => None,
        Standing::Repeat(ruling) => Some((status.clone(), Some(ruling.is_correct()))),
        Standing::Expired => Some((status.clone(), Some(false))),
        Standing::Open => {
            let lease_until = now.plus(LEASE);
            if let Ok(next) = attempts.reserve(&POLICY, id, lease_until, now) {
                let taken = status.after(&Step::Take { owner, lease_until }, now)?;
                *attempts = next;
                Some((taken, None))
            } else {
                let closed = status.after(&Step::Close(Reason::Locked), now);
                Some((closed.unwrap_or_else(|| status.clone()), Some(false)))
            }
        }
    }
}
