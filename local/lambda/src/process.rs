//! One Lambda process: started, given invocations, reaped.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    sync::{Notify, mpsc, oneshot, watch},
    time::timeout,
};

use crate::{
    Clock, EnvFor, FunctionConfig, InvokeError,
    environment::{ProcessPlace, environment},
    runtime_api::{Answer, Job, RuntimeApi},
};

/// Lambda's limit for the start of a process.
const INIT_LIMIT: Duration = Duration::from_secs(10);

/// How long a process is used. Its credentials are good for an hour and are never renewed.
const USED_FOR: Duration = Duration::from_mins(45);

/// How much of a failed process's output goes into the error.
const LAST_WORDS: usize = 600;

/// How a process ended: `None` within where the system could not tell.
type Ended = Option<Option<ExitStatus>>;

/// What is needed to start processes.
pub(crate) struct Launcher {
    pub(crate) env_for: EnvFor,
    pub(crate) log_dir: PathBuf,
    pub(crate) clock: Clock,
}

/// How an attempt to run an invocation on a process went.
pub(crate) enum Ran {
    Answered(Answer),
    Failed(InvokeError),
    /// The process was gone before it took the invocation: another one may.
    NotTaken,
}

/// A running process.
pub(crate) struct Process {
    pub(crate) number: u64,
    started: SystemTime,
    function: FunctionConfig,
    api: Arc<RuntimeApi>,
    jobs: mpsc::UnboundedSender<Job>,
    doomed: AtomicBool,
    kill: Arc<Notify>,
    ended: watch::Receiver<Ended>,
    log: PathBuf,
    log_start: u64,
}

impl Launcher {
    /// Starts a process with a server of its own; a task reaps it and closes the server.
    pub(crate) async fn start(
        &self,
        function: &FunctionConfig,
        number: u64,
    ) -> io::Result<Process> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let work_dir = self
            .work_dir()
            .join(format!("{}-{number}", function.logical_id));
        fs::create_dir_all(&work_dir)?;
        let log = self.log_dir.join(format!("{}.log", function.logical_id));
        let output = OpenOptions::new().create(true).append(true).open(&log)?;
        let log_start = output.metadata()?.len();
        let started = (self.clock)();
        let place = ProcessPlace {
            runtime_api: listener.local_addr()?,
            work_dir: &work_dir,
            started,
            number,
        };
        let child = Command::new(&function.binary)
            .env_clear()
            .envs(environment(
                function,
                &place,
                (self.env_for)(&function.logical_id, number),
            ))
            .current_dir(&work_dir)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .kill_on_drop(true)
            .spawn()?;
        let (jobs, received) = mpsc::unbounded_channel();
        let api = Arc::new(RuntimeApi::new(
            function.arn.clone(),
            function.timeout,
            Arc::clone(&self.clock),
            received,
        ));
        let (tell, ended) = watch::channel(None);
        let kill = Arc::new(Notify::new());
        let server = tokio::spawn(Arc::clone(&api).serve(listener));
        let killed = Arc::clone(&kill);
        tokio::spawn(async move {
            let status = reap(child, &killed).await;
            server.abort();
            let _ = fs::remove_dir_all(work_dir);
            tell.send_replace(Some(status));
        });
        Ok(Process {
            number,
            started,
            function: function.clone(),
            api,
            jobs,
            doomed: AtomicBool::new(false),
            kill,
            ended,
            log,
            log_start,
        })
    }

    /// Parent of the processes' working directories. Those left behind by a killed stack are removed at the next start.
    pub(crate) fn work_dir(&self) -> PathBuf {
        self.log_dir.join("work")
    }
}

async fn reap(mut child: Child, kill: &Notify) -> Option<ExitStatus> {
    tokio::select! {
        status = child.wait() => return status.ok(),
        () = kill.notified() => {}
    }
    child.kill().await.ok()?;
    child.wait().await.ok()
}

impl Process {
    /// Whether it can take another invocation.
    pub(crate) fn is_usable(&self) -> bool {
        !self.doomed.load(Ordering::SeqCst) && self.ended.borrow().is_none()
    }

    /// Whether its credentials outlast any invocation that begins now.
    pub(crate) fn is_fresh(&self, now: SystemTime) -> bool {
        now < self.started + USED_FOR
    }

    pub(crate) fn kill(&self) {
        self.doomed.store(true, Ordering::SeqCst);
        self.kill.notify_one();
    }

    /// Resolves when the process has ended.
    pub(crate) async fn end(&self) -> Option<ExitStatus> {
        let mut ended = self.ended.clone();
        ended
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|status| status.flatten())
    }

    /// Hands one invocation to the process and waits for what becomes of it.
    pub(crate) async fn run(&self, request_id: String, payload: Bytes) -> Ran {
        let ((taken, took), (answer, answered)) = (oneshot::channel(), oneshot::channel());
        if self
            .jobs
            .send(Job {
                request_id,
                payload,
                taken,
                answer,
            })
            .is_err()
        {
            return Ran::NotTaken;
        }
        let start = tokio::select! {
            biased;
            start = timeout(INIT_LIMIT, took) => start,
            _ = self.end() => return Ran::NotTaken,
        };
        if start.is_err() {
            self.kill();
            return Ran::Failed(InvokeError::Start {
                function: self.name(),
                message: format!("no invocation asked for within {INIT_LIMIT:?}"),
            });
        }
        let answered = tokio::select! {
            biased;
            answered = timeout(self.function.timeout, answered) => answered,
            status = self.end() => return Ran::Failed(InvokeError::Crashed { function: self.name(), status }),
        };
        match answered {
            Ok(Ok(answer)) => Ran::Answered(answer),
            // The process asked for another invocation without answering this one.
            Ok(Err(_)) => {
                self.kill();
                Ran::Failed(InvokeError::Crashed {
                    function: self.name(),
                    status: self.end().await,
                })
            }
            Err(_) => {
                self.kill();
                self.end().await;
                Ran::Failed(InvokeError::TimedOut {
                    function: self.name(),
                    after: self.function.timeout,
                })
            }
        }
    }

    /// Why a process that has just been started took no invocation: in its own words where it left any.
    pub(crate) async fn start_error(&self) -> InvokeError {
        let status = self.end().await;
        let reported = self
            .api
            .init_error()
            .map(|error| error.error_message)
            .filter(|message| !message.is_empty());
        let message = reported.or_else(|| last_words(&self.log, self.log_start).ok().flatten());
        InvokeError::Start {
            function: self.name(),
            message: message.unwrap_or_else(|| crate::describe(status)),
        }
    }

    fn name(&self) -> String {
        self.function.logical_id.clone()
    }
}

/// The end of what was written to the log since `start`.
fn last_words(log: &Path, start: u64) -> io::Result<Option<String>> {
    let mut file = File::open(log)?;
    file.seek(SeekFrom::Start(start))?;
    let mut written = Vec::new();
    file.read_to_end(&mut written)?;
    let tail = &written[written.len().saturating_sub(LAST_WORDS)..];
    let words = String::from_utf8_lossy(tail).trim().to_owned();
    Ok(Some(words).filter(|words| !words.is_empty()))
}
