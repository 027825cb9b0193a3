//! Cell after cell, in several stacks at a time.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use super::{
    album::Who,
    cell::{Cell, Place},
    drive::End,
    journey::{Actor, Journey},
    scene::Scene,
    summary::Summary,
};
use crate::visitor::Account;

/// Stacks at a time: most of a cell is waiting.
const STACKS: usize = 5;
/// How often a journey is begun until it comes to the call; polls of what is pending differ in number.
const APPROACHES: usize = 3;

type Cells = Rc<RefCell<VecDeque<Cell>>>;

/// Meets every fault at every call of this journey. Within a [`tokio::task::LocalSet`].
pub async fn run(journey: Journey) -> Summary {
    let first = Scene::start().await;
    let places = places(&first, journey).await;
    assert!(!places.is_empty(), "{journey:?} calls nothing");
    let cells = Cell::all(&places);
    println!("{journey:?}: {} faults to meet", cells.len());
    let cells = Rc::new(RefCell::new(VecDeque::from(cells)));
    let mut workers = tokio::task::JoinSet::new();
    workers.spawn_local(meet_all(first, journey, Rc::clone(&cells)));
    for _ in 1..STACKS {
        let cells = Rc::clone(&cells);
        workers.spawn_local(async move { meet_all(Scene::start().await, journey, cells).await });
    }
    let mut whole = Summary::default();
    while let Some(part) = workers.join_next().await {
        whole.add(part.expect("a worker that panics says why"));
    }
    whole
}

/// The calls that two undisturbed runs of a journey have in common.
async fn places(scene: &Scene, journey: Journey) -> Vec<Place> {
    let mut common: Option<Vec<Place>> = None;
    for _ in 0..2 {
        let mut actor = actor(scene, journey, None).await;
        let mut before = 0;
        let end = scene
            .attempt(journey, &mut actor, async || {
                before = scene.visitor.local.calls().await.len();
            })
            .await;
        let calls = scene.visitor.local.calls_since(before).await;
        let seen = Place::all(&calls);
        scene
            .look(journey, &mut actor, end)
            .await
            .unwrap_or_else(|broken| panic!("{journey:?} without faults: {broken}"));
        scene.admin.forget(&actor.account.sub).await;
        common = Some(match common {
            None => seen,
            Some(earlier) => earlier
                .into_iter()
                .filter(|place| seen.contains(place))
                .collect(),
        });
    }
    common.unwrap_or_default()
}

/// Takes cells until there are none.
async fn meet_all(scene: Scene, journey: Journey, cells: Cells) -> Summary {
    let mut summary = Summary::default();
    let mut waiting: Option<Actor> = None;
    loop {
        let next = cells.borrow_mut().pop_front();
        let Some(cell) = next else {
            summary.swept = scene.swept.get();
            return summary;
        };
        let mut actor = actor(&scene, journey, waiting.take()).await;
        let met = meet(&scene, journey, &cell, &mut actor).await;
        if met != Ok(Met::No) {
            summary.count(&format!("{journey:?}"), &cell.place.function);
        }
        if let Err(broken) = &met {
            println!("{journey:?}: {cell}: {broken}");
            summary
                .broken
                .push(format!("{journey:?}: {cell}: {broken}"));
        }
        if met.is_ok() && journey.leaves_the_enrolment() {
            waiting = Some(actor);
        } else {
            scene.admin.forget(&actor.account.sub).await;
            scene.admin.forgive().await;
        }
    }
}

/// Whether a call came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Met {
    Yes,
    No,
}

/// One fault.
async fn meet(
    scene: &Scene,
    journey: Journey,
    cell: &Cell,
    actor: &mut Actor,
) -> Result<Met, String> {
    for _ in 0..APPROACHES {
        let arm = async || scene.visitor.local.fault(cell.fault()).await;
        let end: End = scene.attempt(journey, actor, arm).await;
        scene.end_all_faults().await;
        let acted = scene.take_hits() > 0;
        let how = end.to_string();
        scene
            .look(journey, actor, end)
            .await
            .map_err(|broken| format!("{broken} (first: {how})"))?;
        if acted {
            return Ok(Met::Yes);
        }
        if !journey.leaves_the_enrolment() {
            scene.admin.forget(&actor.account.sub).await;
            *actor = self::actor(scene, journey, None).await;
        }
    }
    // Somebody who has to wait asks more often on a slow machine: the last of those questions need not come again.
    if cell.place.nth == 0 {
        Err(format!("the call was not met in {APPROACHES} journeys"))
    } else {
        println!("{journey:?}: {cell}: this call did not come in {APPROACHES} journeys");
        Ok(Met::No)
    }
}

/// Who acts: the one who waits, or somebody new.
async fn actor(scene: &Scene, journey: Journey, waiting: Option<Actor>) -> Actor {
    if journey == Journey::Enrol {
        if let Some(actor) = waiting {
            scene.admin.forget(&actor.account.sub).await;
        }
        let account = Account {
            email: String::new(),
            username: String::new(),
            password: String::new(),
            sub: String::new(),
        };
        return Actor {
            account,
            face: Who::Ada,
        };
    }
    match waiting {
        Some(actor) => actor,
        None => scene.enrolled().await,
    }
}
