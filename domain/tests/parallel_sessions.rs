//! Every interleaving of parallel sign-ins, explored in full: the challenge record, the counter of attempts and the pauses
//! under parallel sessions, Cognito's repeated calls, lost answers, outages, crashes and runs that are slower than their
//! lease. The model decides nothing by itself: records and counters change by `domain`'s own functions only.
//!
//! What is modelled of the triggers: Create asks for the allowance and mints a record; each call of Verify takes the
//! challenge together with an attempt, looks, and rules; Cognito repeats a silent call up to three times and hears the
//! newest call only. Each transaction is one step, as in `DynamoDB`. A tick is Cognito's patience and a lease; a mishap is a
//! crash, a lost answer or an outage, and may come at any step.
//!
//! People share no row, so that the states of two are the pairs of the states of each: two people are explored together with
//! one try each, to show that, and one person with all tries.

use std::time::Duration;

use face_login_domain::attempts::{Allowance, Attempts, Bucket, Counted, LockoutPolicy};
use face_login_domain::challenge::{ChallengeRecord, Ruling, Standing, Status, Step};
use face_login_domain::ids::{ChallengeId, RunId, Sub};
use face_login_domain::keyed_hash::Pepper;
use face_login_domain::object_key::ObjectKey;
use face_login_domain::time::Timestamp;
use face_login_domain::words::{Kind, Reason, State as Asked};
use stateright::{Checker, Model, Property};

const TICK: Duration = Duration::from_secs(1);
const LEASE: Duration = TICK;
/// Cognito calls a silent trigger this often.
const CALLS: usize = 3;

/// Two wrong faces, then a pause of one tick, then of two.
const POLICY: LockoutPolicy = LockoutPolicy {
    failures: 2,
    first: TICK,
    longest: Duration::from_secs(2),
    // Weeks are beyond the horizon; `attempts` has tests of its own for them.
    off: None,
};

fn at(tick: u8) -> Timestamp {
    Timestamp::from_millis(1_000_000 + u64::from(tick) * 1000)
}

/// Whose face the photo of an answer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Photo {
    Own,
    Foreign,
}

/// One call of Verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Call {
    /// It has read nothing yet, or waits for another one's ruling.
    Started,
    /// The challenge and an attempt are its own, and it looks at the photo.
    Took,
    /// It ended, or its answer is lost.
    Gone,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Phase {
    Idle,
    Issued,
    Answered {
        status: Status,
        photo: Photo,
        calls: Vec<Call>,
        /// The tick of the newest call.
        called: u8,
    },
    Tokens(Photo),
    Ended,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Session {
    tries: u8,
    phase: Phase,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Person {
    attempts: Attempts,
    sessions: Vec<Session>,
    /// Foreign faces that were ruled on, ever.
    wrong: u8,
    /// Whether a pause was met that no wrong face earned, although nothing was running.
    paused_for_nothing: bool,
    /// Whether a settled challenge was settled again.
    judged_twice: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    tick: u8,
    people: Vec<Person>,
    mishaps: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Deed {
    Create,
    Answer(Photo),
    /// Cognito has heard nothing and calls again.
    CallAgain,
    /// Cognito has heard nothing three times.
    GiveUp,
    Read(usize),
    Rule(usize, Finding, Answer),
    Crash(usize),
}

/// What becomes of a call's answer. Cognito hears its newest call only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Answer {
    Arrives,
    IsLost,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Finding {
    TheFace,
    Outage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Action {
    Tick,
    Do {
        person: usize,
        session: usize,
        deed: Deed,
    },
}

struct Protocol {
    people: usize,
    sessions: usize,
    tries: u8,
    horizon: u8,
    mishaps: u8,
    photos: &'static [Photo],
}

fn challenge(person: usize, session: usize, tries: u8) -> ChallengeId {
    ChallengeId::from_random(bits([byte(person), byte(session), tries, 0]))
}

fn owner(session: usize, tries: u8, call: usize) -> RunId {
    RunId::from_random(bits([byte(session), tries, byte(call), 1]))
}

fn byte(number: usize) -> u8 {
    u8::try_from(number).expect("few of everything")
}

fn bits([a, b, c, d]: [u8; 4]) -> [u8; 16] {
    [a, b, c, d, a, b, c, d, a, b, c, d, a, b, c, d]
}

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

impl Protocol {
    fn deeds(&self, world: &World, session: &Session, deeds: &mut Vec<Deed>) {
        match &session.phase {
            Phase::Idle if session.tries < self.tries => deeds.push(Deed::Create),
            Phase::Issued => deeds.extend(self.photos.iter().map(|photo| Deed::Answer(*photo))),
            Phase::Answered { calls, called, .. } => {
                let may_fail = world.mishaps < self.mishaps;
                for (number, call) in calls.iter().enumerate() {
                    match call {
                        Call::Started => deeds.push(Deed::Read(number)),
                        Call::Took => {
                            deeds.push(Deed::Rule(number, Finding::TheFace, Answer::Arrives));
                            if may_fail {
                                deeds.push(Deed::Rule(number, Finding::TheFace, Answer::IsLost));
                                deeds.push(Deed::Rule(number, Finding::Outage, Answer::Arrives));
                            }
                        }
                        Call::Gone => {}
                    }
                    if *call != Call::Gone && may_fail {
                        deeds.push(Deed::Crash(number));
                    }
                }
                // A call that was silent for a tick: whether it is dead or slow can't be told from outside.
                if *called < world.tick {
                    deeds.push(if calls.len() < CALLS {
                        Deed::CallAgain
                    } else {
                        Deed::GiveUp
                    });
                }
            }
            Phase::Idle | Phase::Tokens(_) | Phase::Ended => {}
        }
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
fn carry_out(
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
fn forget_what_is_over(person: &mut Person, now: Timestamp) {
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

impl Model for Protocol {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        let session = Session {
            tries: 0,
            phase: Phase::Idle,
        };
        let person = Person {
            attempts: Attempts::default(),
            sessions: vec![session; self.sessions],
            wrong: 0,
            paused_for_nothing: false,
            judged_twice: false,
        };
        vec![World {
            tick: 0,
            people: vec![person; self.people],
            mishaps: 0,
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        if world.tick < self.horizon {
            actions.push(Action::Tick);
        }
        for (person, one) in world.people.iter().enumerate() {
            for (session, its) in one.sessions.iter().enumerate() {
                let mut deeds = Vec::new();
                self.deeds(world, its, &mut deeds);
                actions.extend(deeds.into_iter().map(|deed| Action::Do {
                    person,
                    session,
                    deed,
                }));
            }
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut next = world.clone();
        match action {
            Action::Tick => next.tick += 1,
            Action::Do {
                person,
                session,
                deed,
            } => {
                let smooth = matches!(deed, Deed::Rule(_, Finding::TheFace, Answer::Arrives));
                let mishap = matches!(deed, Deed::Crash(_) | Deed::Rule(..)) && !smooth;
                next.mishaps += u8::from(mishap);
                carry_out(
                    &mut next.people[person],
                    (person, session),
                    deed,
                    world.tick,
                )?;
            }
        }
        let now = at(next.tick);
        for person in &mut next.people {
            forget_what_is_over(person, now);
        }
        (next != *world).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("tokens are given for the face only", |_, world: &World| {
                everybody(world, |person| {
                    person
                        .sessions
                        .iter()
                        .all(|session| session.phase != Phase::Tokens(Photo::Foreign))
                })
            }),
            Property::always(
                "parallel guesses get no more rulings than one after the other",
                |_, world: &World| {
                    everybody(world, |person| {
                        person.wrong <= most_rulings(&Attempts::default(), 0, world.tick)
                    })
                },
            ),
            Property::always("an outage or a crash pauses nobody", |_, world: &World| {
                everybody(world, |person| {
                    !person.paused_for_nothing
                        && (0 < person.wrong || person.attempts.failures == 0)
                })
            }),
            Property::always("a challenge is judged once", |_, world: &World| {
                everybody(world, |person| !person.judged_twice)
            }),
            Property::always("every pause ends by time alone", |_, world: &World| {
                everybody(world, |person| {
                    let later = at(world.tick)
                        .plus(LEASE + POLICY.longest * (1 + person.attempts.failures));
                    person.attempts.allowance(&POLICY, None, later) == Allowance::Free
                })
            }),
            Property::sometimes("a face signs in", |_, world: &World| {
                world.people.iter().any(|person| {
                    person
                        .sessions
                        .iter()
                        .any(|session| session.phase == Phase::Tokens(Photo::Own))
                })
            }),
            Property::sometimes("wrong faces earn a pause", |_, world: &World| {
                world
                    .people
                    .iter()
                    .any(|person| person.attempts.pause(&POLICY, at(world.tick)) != Allowance::Free)
            }),
        ]
    }
}

fn everybody(world: &World, holds: impl Fn(&Person) -> bool) -> bool {
    world.people.iter().all(holds)
}

/// The most rulings on wrong faces that guesses one after the other can get up to `last`, whatever they wait for.
fn most_rulings(attempts: &Attempts, tick: u8, last: u8) -> u8 {
    let wait = if tick < last {
        most_rulings(attempts, tick + 1, last)
    } else {
        0
    };
    let id = challenge(9, 9, 9);
    match attempts.reserve(&POLICY, &id, at(tick).plus(LEASE), at(tick)) {
        Ok(reserved) => {
            let failed = reserved.settle(&POLICY, &id, Counted::Failure, at(tick));
            wait.max(1 + most_rulings(&failed, tick, last))
        }
        Err(_) => wait,
    }
}

/// Explores everything, and says how much that was.
fn explore(protocol: Protocol, at_least: usize) {
    let checker = protocol.checker().threads(2).spawn_bfs().join();
    checker.assert_properties();
    assert!(checker.is_done(), "explored in full");
    let states = checker.unique_state_count();
    assert!(
        at_least <= states,
        "only {states} states: the model lost its steps"
    );
}

#[test]
fn one_person_with_two_sessions_and_three_tries() {
    let protocol = Protocol {
        people: 1,
        sessions: 2,
        tries: 3,
        horizon: 2,
        mishaps: 1,
        photos: &[Photo::Own, Photo::Foreign],
    };
    explore(protocol, 600_000);
}

#[test]
fn two_people_with_two_sessions_each() {
    let protocol = Protocol {
        people: 2,
        sessions: 2,
        tries: 1,
        horizon: 1,
        mishaps: 0,
        photos: &[Photo::Own, Photo::Foreign],
    };
    explore(protocol, 500_000);
}
