//! Kills of the stack and of its functions, and what everybody else may know of them.

use std::{
    collections::VecDeque,
    path::PathBuf,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::sync::watch;

use super::{books::Books, plan::Kill, random::Random};
use crate::{
    sockets,
    stack::{Signal, Stack},
    wait,
};

/// Longest that a function may outlive its stack: it learns of the end from its next call.
const AFTERLIFE: Duration = Duration::from_secs(20);

/// Whether the stack is up, and how many kills there were.
#[derive(Debug)]
pub(super) struct Weather {
    state: watch::Sender<State>,
    pid: AtomicU32,
}

#[derive(Clone, Copy, Debug)]
struct State {
    kills: u64,
    up: bool,
}

impl Weather {
    pub(super) fn of(stack: &Stack) -> Self {
        Self {
            state: watch::Sender::new(State { kills: 0, up: true }),
            pid: AtomicU32::new(stack.ready().pid),
        }
    }

    /// Process id of the running stack.
    pub(super) fn pid(&self) -> u32 {
        self.pid.load(Ordering::SeqCst)
    }

    /// Kills so far.
    pub(super) fn kills(&self) -> u64 {
        self.state.borrow().kills
    }

    /// Waits until the stack is up; gives the number of kills before.
    pub(super) async fn clear(&self) -> u64 {
        let mut state = self.state.subscribe();
        let up = state.wait_for(|state| state.up).await;
        up.expect("the sender lives as long as this").kills
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        self.state.send_modify(change);
    }
}

/// Does what the plan says, each after so many finished jobs; gives the stack back, running.
pub(super) async fn disturb(
    mut stack: Stack,
    mut kills: VecDeque<(usize, Kill)>,
    (weather, books): (Arc<Weather>, Arc<Books>),
    mut finished: watch::Receiver<usize>,
    mut random: Random,
) -> Stack {
    while let Some((after, kill)) = kills.pop_front() {
        if finished.wait_for(|count| after <= *count).await.is_err() {
            break;
        }
        let functions: Vec<u32> = sockets::family(weather.pid()).split_off(1);
        match kill {
            Kill::Function => {
                if let Some(&function) = functions.get(random.below(functions.len().max(1))) {
                    weather.change(|state| state.kills += 1);
                    kill_9(function);
                    books.count("functions killed");
                }
            }
            Kill::Stack => {
                weather.change(|state| {
                    *state = State {
                        kills: state.kills + 1,
                        up: false,
                    }
                });
                let restarted = tokio::task::spawn_blocking(move || {
                    stack.restart(Signal::Kill);
                    stack
                });
                stack = restarted.await.expect("the stack starts again");
                weather.pid.store(stack.ready().pid, Ordering::SeqCst);
                books.count("stacks killed");
                orphans(&functions, &books).await;
                weather.change(|state| state.up = true);
            }
        }
    }
    stack
}

/// The functions of a killed stack must end by themselves.
async fn orphans(functions: &[u32], books: &Books) {
    let programs = |pid: &u32| std::fs::read_link(format!("/proc/{pid}/exe")).ok();
    let binaries = crate::places::binaries();
    let ours = |program: PathBuf| program.starts_with(&binaries);
    let mut left = AFTERLIFE;
    let step = Duration::from_millis(100);
    while functions.iter().any(|pid| programs(pid).is_some_and(ours)) {
        if left.is_zero() {
            books.violation(format!(
                "a function was still there {AFTERLIFE:?} after its stack"
            ));
            return;
        }
        wait::pause(step).await;
        left = left.saturating_sub(step);
    }
}

fn kill_9(pid: u32) {
    // An error says that the process is gone already.
    let _ = Command::new("kill")
        .args(["-KILL", &pid.to_string()])
        .status();
}
