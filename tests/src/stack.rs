//! A running stack: one shared by the tests that don't disturb others, one of a test's own where it must.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::{Arc, OnceLock},
    thread,
    time::Duration,
};

use tempfile::TempDir;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{launch::Launch, places, ready::Ready, visitors::Visitors};

const STEP: Duration = Duration::from_millis(50);
/// Longest start: reading the weights and making the collections on a busy machine.
const START: Duration = Duration::from_secs(90);
/// Longest end after SIGTERM.
const END: Duration = Duration::from_secs(20);

/// How a process is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Asked to end.
    Terminate,
    /// `kill -9`.
    Kill,
}

/// A start that failed: what an operator would see.
#[derive(Debug)]
pub struct NotStarted {
    /// Exit code.
    pub code: Option<i32>,
    /// Everything that it printed.
    pub printed: String,
}

/// A stack of a test's own; ends, with its data, when dropped.
#[derive(Debug)]
pub struct Stack {
    ready: Ready,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// A process of this machine.
    Here {
        child: Child,
        launch: Launch,
        folder: TempDir,
    },
    /// Somebody else's, which the tests have one after the other.
    Elsewhere {
        #[expect(dead_code, reason = "held until the stack is dropped")]
        turn: OwnedMutexGuard<()>,
    },
}

/// The stack that tests share: somebody else's by `FACE_LOGIN_READY`, or one started for this process.
pub fn shared() -> &'static Ready {
    &whole_shared().1
}

/// The ready file of the stack that tests share: for programs that read it themselves.
pub fn shared_ready_file() -> &'static Path {
    &whole_shared().0
}

fn whole_shared() -> &'static (PathBuf, Ready) {
    static SHARED: OnceLock<(PathBuf, Ready)> = OnceLock::new();
    SHARED.get_or_init(|| {
        if let Some(path) = places::ready_file() {
            let ready = Ready::read(&path).unwrap_or_else(|| {
                panic!(
                    "FACE_LOGIN_READY names {}, which is not there",
                    path.display()
                )
            });
            return (path, ready);
        }
        let folder = TempDir::with_prefix("face-login-shared-")
            .expect("a temporary folder")
            .keep();
        let (ready, child) = start_in(&folder, &Launch::default(), Some(&folder))
            .unwrap_or_else(|failure| panic!("{failure:?}"));
        // Ends with this process: its keeper waits on a pipe that closes then, and removes the folder.
        std::mem::forget(child);
        (folder.join("ready.json"), ready)
    })
}

/// Whether the tests run against a stack that is not of this machine.
pub fn is_elsewhere() -> bool {
    places::ready_file().is_some() && !shared().is_local()
}

fn start_in(
    folder: &Path,
    launch: &Launch,
    clean: Option<&Path>,
) -> Result<(Ready, Child), NotStarted> {
    let mut child = launch.spawn(folder, clean);
    let file = folder.join("ready.json");
    let mut waited = Duration::ZERO;
    loop {
        if let Some(ready) = Ready::read(&file) {
            return Ok((ready, child));
        }
        if let Some(status) = child.try_wait().expect("a child can be asked") {
            let printed = fs::read_to_string(folder.join("stack.log")).unwrap_or_default();
            return Err(NotStarted {
                code: status.code(),
                printed,
            });
        }
        assert!(
            waited < START,
            "not ready after {START:?}: {}",
            fs::read_to_string(folder.join("stack.log")).unwrap_or_default()
        );
        thread::sleep(STEP);
        waited += STEP;
    }
}

impl Stack {
    /// Starts a stack with new data on free ports; panics with what it printed when it does not start.
    pub fn start(launch: &Launch) -> Self {
        Self::try_start(launch)
            .unwrap_or_else(|failure| panic!("the stack did not start: {failure:?}"))
    }

    /// Starts a stack that may refuse to.
    pub fn try_start(launch: &Launch) -> Result<Self, NotStarted> {
        Self::try_start_with(Self::new_folder(), launch).map_err(|(failure, _)| failure)
    }

    /// A folder for the data of a new stack.
    pub fn new_folder() -> TempDir {
        TempDir::with_prefix("face-login-").expect("a temporary folder")
    }

    /// Starts a stack with the data of this folder; gives it back when the stack refuses to start.
    pub fn try_start_with(folder: TempDir, launch: &Launch) -> Result<Self, (NotStarted, TempDir)> {
        match start_in(folder.path(), launch, None) {
            Ok((ready, child)) => Ok(Self {
                ready,
                place: Place::Here {
                    child,
                    launch: launch.clone(),
                    folder,
                },
            }),
            Err(failure) => Err((failure, folder)),
        }
    }

    /// The shared stack, for one test at a time. What earlier tests left in it is removed.
    pub async fn in_turn() -> Self {
        static TURN: OnceLock<Arc<Mutex<()>>> = OnceLock::new();
        let turn = Arc::clone(TURN.get_or_init(Arc::default))
            .lock_owned()
            .await;
        let ready = shared().clone();
        Visitors::of(&ready).forget().await;
        Self {
            ready,
            place: Place::Elsewhere { turn },
        }
    }

    /// What the stack says about itself.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// The stack's folder: `data`, `ready.json`, `stack.log`.
    pub fn folder(&self) -> &Path {
        let Place::Here { folder, .. } = &self.place else {
            panic!("this needs the local stack");
        };
        folder.path()
    }

    /// What a function wrote into its log.
    pub fn function_log(&self, logical_id: &str) -> String {
        fs::read_to_string(self.folder().join(format!("data/logs/{logical_id}.log")))
            .unwrap_or_default()
    }

    /// Ends the stack with `signal` and waits until it is gone.
    pub fn end(&mut self, signal: Signal) {
        let flag = if signal == Signal::Kill {
            "-KILL"
        } else {
            "-TERM"
        };
        // An error says that the process is gone already.
        let _ = Command::new("kill")
            .args([flag, &self.ready.pid.to_string()])
            .status();
        let mut waited = Duration::ZERO;
        while self.is_running() {
            assert!(waited < END, "still running {END:?} after {signal:?}");
            thread::sleep(STEP);
            waited += STEP;
        }
    }

    fn is_running(&mut self) -> bool {
        match &mut self.place {
            Place::Here { child, .. } => matches!(child.try_wait(), Ok(None)),
            Place::Elsewhere { .. } => panic!("this needs the local stack"),
        }
    }

    /// Ends the stack with `signal` and starts it again with the same data, but otherwise as `launch` says.
    pub fn restart_as(&mut self, signal: Signal, launch: &Launch) {
        if let Place::Here { launch: known, .. } = &mut self.place {
            *known = launch.clone();
        }
        self.restart(signal);
    }

    /// Ends the stack with `signal` and starts it again with the same data.
    pub fn restart(&mut self, signal: Signal) {
        self.end(signal);
        // After a kill the old file is still there.
        let _ = fs::remove_file(self.folder().join("ready.json"));
        let Place::Here {
            child,
            launch,
            folder,
        } = &mut self.place
        else {
            panic!("this needs the local stack");
        };
        let again = start_in(folder.path(), launch, None);
        (self.ready, *child) =
            again.unwrap_or_else(|failure| panic!("no second start: {failure:?}"));
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        let Place::Here { child, .. } = &mut self.place else {
            return;
        };
        drop(child.stdin.take());
        let mut waited = Duration::ZERO;
        while matches!(child.try_wait(), Ok(None)) && waited < END {
            thread::sleep(STEP);
            waited += STEP;
        }
        // A test that failed already has said what matters.
        if !thread::panicking() {
            let violations = violations(self.folder());
            assert!(
                violations.is_empty(),
                "requests or answers broke AWS's service models:\n{violations}"
            );
        }
    }
}

/// What the stack of this folder found to break AWS's service models, a line each.
fn violations(folder: &Path) -> String {
    let file = folder.join("data/violations/list.txt");
    fs::read_to_string(file).unwrap_or_default()
}
