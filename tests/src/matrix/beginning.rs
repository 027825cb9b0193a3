//! The first start of a stack, at which its custom resources are made.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use super::{
    cell::{Cell, Place},
    look::Broken,
    summary::Summary,
};
use crate::{admin::Admin, launch::Launch, stack::Stack, visitor::Visitor};

/// Starts at a time: most of one is waiting.
const STARTS: usize = 4;
const CUSTOM: &str = "CollectionInitFunction";

/// Meets every fault at every call of the custom resources' function. Within a [`tokio::task::LocalSet`].
pub async fn run_beginnings() -> Summary {
    let stack = start(Launch::default())
        .await
        .unwrap_or_else(|told| panic!("{told}"));
    let mut places = Place::all(&Visitor::of(stack.ready()).await.local.calls().await);
    places.retain(|place| place.function == CUSTOM);
    assert!(!places.is_empty(), "{CUSTOM} calls nothing");
    let left: VecDeque<Cell> = Cell::all(&places).into();
    println!("the first start: {} faults to meet", left.len());
    let left = Rc::new(RefCell::new(left));
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..STARTS {
        workers.spawn_local(meet_all(Rc::clone(&left)));
    }
    let mut whole = Summary::default();
    while let Some(part) = workers.join_next().await {
        whole.add(part.expect("a worker that panics says why"));
    }
    whole
}

async fn meet_all(left: Rc<RefCell<VecDeque<Cell>>>) -> Summary {
    let mut summary = Summary::default();
    loop {
        let next = left.borrow_mut().pop_front();
        let Some(cell) = next else { return summary };
        summary.count("the first start", CUSTOM);
        if let Err(broken) = meet(&cell).await {
            println!("{cell}: {broken}");
            summary.broken.push(format!("{cell}: {broken}"));
        }
    }
}

/// A start that the fault disturbs, and where that start failed a second one.
async fn meet(cell: &Cell) -> Result<(), Broken> {
    let disturbed = Launch::default().fault(&cell.fault());
    let first = Stack::new_folder();
    let started = blocking(move || Stack::try_start_with(first, &disturbed)).await;
    let stack = match started {
        Ok(stack) => {
            let acted = Visitor::of(stack.ready()).await.local.hits().await;
            if acted == 0 {
                return Err(Broken::NotMet);
            }
            stack
        }
        Err((_, folder)) => {
            let again = blocking(move || Stack::try_start_with(folder, &Launch::default())).await;
            again.map_err(|(failure, _)| Broken::Stuck(failure.printed))?
        }
    };
    let visitor = Visitor::of(stack.ready()).await;
    visitor.local.clear_faults().await;
    let collections = Admin::new(stack.ready()).collections().await.len();
    visitor.begin_sign_in("nobody@example.com").await;
    // Ends the stack, which waits for its processes.
    blocking(move || drop(stack)).await;
    match collections {
        1 => Ok(()),
        other => Err(Broken::Enrolment(format!(
            "{other} collections in place of one"
        ))),
    }
}

async fn start(launch: Launch) -> Result<Stack, String> {
    blocking(move || Stack::try_start(&launch))
        .await
        .map_err(|failure| failure.printed)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work)
        .await
        .expect("the work ends")
}
