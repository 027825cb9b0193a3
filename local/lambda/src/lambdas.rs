//! All functions and their warm processes.

use std::{
    collections::HashMap,
    fs,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use serde_json::Value;
use tokio::time::timeout;

use crate::{
    Clock, EnvFor, FunctionConfig, InvokeError,
    process::{Launcher, Process, Ran},
    runtime_api::{Answer, Diagnostic},
};

/// How long the end of killed processes is waited for.
const REAP_LIMIT: Duration = Duration::from_secs(5);

/// The functions of the stack. Cheap to clone.
#[derive(Clone)]
pub struct Lambdas(Arc<Pool>);

struct Pool {
    functions: HashMap<String, FunctionConfig>,
    launcher: Launcher,
    idle: Mutex<HashMap<String, Vec<Arc<Process>>>>,
    all: Mutex<HashMap<u64, Arc<Process>>>,
    started: AtomicU64,
    closing: AtomicBool,
}

impl Lambdas {
    /// Output of the functions goes to `<log_dir>/<logical id>.log`; processes work in `<log_dir>/work/<process>`.
    ///
    /// No process is started yet. `clock` gives the deadlines that the processes are told; timeouts run on the machine's own.
    pub fn new(
        functions: Vec<FunctionConfig>,
        env_for: EnvFor,
        log_dir: PathBuf,
        clock: Clock,
    ) -> Self {
        let launcher = Launcher {
            env_for,
            log_dir,
            clock,
        };
        // Left over where the stack was killed; a start fails by itself if the place can't be written.
        let _ = fs::remove_dir_all(launcher.work_dir());
        let functions = functions
            .into_iter()
            .map(|function| (function.logical_id.clone(), function))
            .collect();
        Self(Arc::new(Pool {
            functions,
            launcher,
            idle: Mutex::default(),
            all: Mutex::default(),
            started: AtomicU64::new(0),
            closing: AtomicBool::new(false),
        }))
    }

    /// Invokes a function and gives its answer, which may be `null`. The invocation runs to its end even if the caller stops waiting, as on AWS.
    ///
    /// # Errors
    /// See [`InvokeError`].
    pub async fn invoke(&self, logical_id: &str, payload: Value) -> Result<Value, InvokeError> {
        let pool = Arc::clone(&self.0);
        let Some(function) = pool.functions.get(logical_id).cloned() else {
            return Err(InvokeError::Unknown {
                function: logical_id.to_owned(),
            });
        };
        let payload = Bytes::from(payload.to_string());
        let invocation = tokio::spawn(async move { pool.invoke(&function, payload).await });
        invocation.await.unwrap_or(Err(InvokeError::ShuttingDown))
    }

    /// Kills a process at once; what it is doing ends as [`InvokeError::Crashed`]. Nothing happens if it is gone already.
    pub fn kill(&self, process: u64) {
        let found = locked(&self.0.all).get(&process).cloned();
        if let Some(process) = found {
            process.kill();
        }
    }

    /// Kills all processes, waits for their end (5 s at most), and starts no more.
    pub async fn shut_down(&self) {
        self.0.closing.store(true, Ordering::SeqCst);
        let all: Vec<Arc<Process>> = locked(&self.0.all)
            .drain()
            .map(|(_, process)| process)
            .collect();
        for process in &all {
            process.kill();
        }
        for process in &all {
            if timeout(REAP_LIMIT, process.end()).await.is_err() {
                tracing::warn!(
                    lambda.process = process.number,
                    "a Lambda process did not end"
                );
            }
        }
    }
}

impl Pool {
    async fn invoke(
        &self,
        function: &FunctionConfig,
        payload: Bytes,
    ) -> Result<Value, InvokeError> {
        while let Some(process) = self.take_idle(&function.logical_id) {
            match process.run(request_id(), payload.clone()).await {
                Ran::NotTaken => self.forget(&process),
                ran => return self.settle(function, process, ran),
            }
        }
        let process = self.start(function).await?;
        match process.run(request_id(), payload).await {
            Ran::NotTaken => {
                self.forget(&process);
                Err(process.start_error().await)
            }
            ran => self.settle(function, process, ran),
        }
    }

    async fn start(&self, function: &FunctionConfig) -> Result<Arc<Process>, InvokeError> {
        if self.closing.load(Ordering::SeqCst) {
            return Err(InvokeError::ShuttingDown);
        }
        let number = self.started.fetch_add(1, Ordering::SeqCst) + 1;
        let started = self.launcher.start(function, number).await;
        let process = started.map_err(|error| InvokeError::Start {
            function: function.logical_id.clone(),
            message: error.to_string(),
        })?;
        let process = Arc::new(process);
        locked(&self.all).insert(number, Arc::clone(&process));
        // The end may have been asked for while the process was starting.
        if self.closing.load(Ordering::SeqCst) {
            process.kill();
        }
        Ok(process)
    }

    /// The process that was used last, as Lambda prefers; those that ended meanwhile are dropped.
    fn take_idle(&self, logical_id: &str) -> Option<Arc<Process>> {
        loop {
            let process = locked(&self.idle).get_mut(logical_id)?.pop()?;
            if process.is_usable() && process.is_fresh((self.launcher.clock)()) {
                return Some(process);
            }
            process.kill();
            self.forget(&process);
        }
    }

    fn settle(
        &self,
        function: &FunctionConfig,
        process: Arc<Process>,
        ran: Ran,
    ) -> Result<Value, InvokeError> {
        if matches!(ran, Ran::Answered(_)) {
            locked(&self.idle)
                .entry(function.logical_id.clone())
                .or_default()
                .push(process);
        } else {
            self.forget(&process);
        }
        let result = outcome(function, ran);
        if let Err(
            error @ (InvokeError::TimedOut { .. }
            | InvokeError::Crashed { .. }
            | InvokeError::Start { .. }),
        ) = &result
        {
            tracing::warn!(
                lambda.function = function.logical_id,
                "a Lambda process was lost: {error}"
            );
        }
        result
    }

    fn forget(&self, process: &Process) {
        locked(&self.all).remove(&process.number);
    }
}

fn outcome(function: &FunctionConfig, ran: Ran) -> Result<Value, InvokeError> {
    let function = || function.logical_id.clone();
    match ran {
        Ran::Answered(Answer::Response(body)) => {
            serde_json::from_slice(&body).map_err(|_| InvokeError::InvalidOutput {
                function: function(),
            })
        }
        Ran::Answered(Answer::Error(Diagnostic {
            error_type,
            error_message: message,
        })) => Err(InvokeError::FunctionError {
            error_type,
            message,
        }),
        Ran::Failed(error) => Err(error),
        Ran::NotTaken => Err(InvokeError::Crashed {
            function: function(),
            status: None,
        }),
    }
}

/// A version 4 UUID, as on AWS; nothing secret hangs on it.
fn request_id() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    let bits = u128::from_be_bytes(bytes) & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-")
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
