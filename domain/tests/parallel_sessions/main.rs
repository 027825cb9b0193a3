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

mod deeds;
mod world;

use face_login_domain::attempts::{Allowance, Attempts, Counted};
use stateright::{Checker, Model, Property};

use deeds::{carry_out, forget_what_is_over};
use world::{
    Action, Answer, CALLS, Call, Deed, Finding, LEASE, POLICY, Person, Phase, Photo, Session,
    World, at, challenge,
};

struct Protocol {
    people: usize,
    sessions: usize,
    tries: u8,
    horizon: u8,
    mishaps: u8,
    photos: &'static [Photo],
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
