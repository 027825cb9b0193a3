//! Removes what was left behind, and what nobody owns any more: photos, faces, enrolments, rows of users who are gone, sign-ups that
//! nobody confirmed. Rules are `face_login_domain::sweep`'s; here they are carried out page by page, for as long as there is time.
//!
//! An outage ends a task and removes nothing: what could not be learned is no reason to delete. See `docs/adr/0021`.

mod config;
mod report;
mod surroundings;
mod tasks;

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use face_login_aws::challenges::Challenges;
use face_login_aws::enrolments::Enrolments;
use face_login_aws::faces::{Faces, FacesError};
use face_login_aws::failure::chain;
use face_login_aws::http::Patience;
use face_login_aws::photos::{Photos, PhotosError};
use face_login_aws::settings::BadConfiguration;
use face_login_aws::store::StoreError;
use face_login_aws::users::{Users, UsersError};
use face_login_domain::figures::Figure;
use face_login_process::figures;
use serde_json::Value;

pub use crate::report::Report;
pub use crate::surroundings::Surroundings;

use crate::config::Config;
use crate::tasks::Task;

/// Of one call. Nobody waits.
const PATIENCE: Patience = Patience {
    attempt: Duration::from_secs(5),
    attempts: 3,
    backoff: Duration::from_millis(200),
    overall: Duration::from_secs(20),
};
/// Kept back from the function's time, for the report.
const FOR_THE_REPORT: Duration = Duration::from_secs(10);

/// The sweeper.
pub struct Sweeper {
    config: Config,
    challenges: Challenges,
    enrolments: Enrolments,
    faces: Faces,
    selfies: Photos,
    documents: Photos,
    users: Users,
    around: Surroundings,
}

/// Why a task ended before its time. What it had not looked at stays.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TaskError {
    /// The buckets.
    #[error(transparent)]
    Photos(#[from] PhotosError),
    /// Rekognition.
    #[error(transparent)]
    Faces(#[from] FacesError),
    /// The tables.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The user pool.
    #[error(transparent)]
    Users(#[from] UsersError),
}

impl TaskError {
    /// Whether the next run may go on at the same place.
    fn is_outage(&self) -> bool {
        match self {
            Self::Photos(error) => error.failure.is_outage(),
            Self::Faces(error) => error.failure.is_outage(),
            Self::Store(error) => error.is_outage(),
            Self::Users(error) => error.failure.is_outage(),
        }
    }
}

/// Not everything was looked at. The counts are in the log and in the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{failed} of the sweeper's tasks failed")]
pub struct Incomplete {
    failed: u64,
}

/// How a page ended.
enum Page {
    /// It is done; the next one begins here, or there is none.
    Done(Option<String>),
    /// There was no time for all of it.
    OutOfTime,
}

impl Sweeper {
    /// Reads the configuration.
    ///
    /// # Errors
    /// Every mistake in it, at once.
    pub fn connect(
        lookup: impl Fn(&str) -> Option<String>,
        around: Surroundings,
    ) -> Result<Self, BadConfiguration> {
        let config = Config::from_lookup(lookup)?;
        let connection = &config.connection;
        let database = connection.dynamodb(&PATIENCE);
        let photos = |bucket: &String| Photos::new(connection, &PATIENCE, bucket.clone());
        Ok(Self {
            challenges: Challenges::new(database.clone(), config.challenges_table.clone()),
            enrolments: Enrolments::new(database, config.enrolments_table.clone()),
            faces: Faces::new(connection, &PATIENCE),
            selfies: photos(&config.selfies_bucket),
            documents: photos(&config.documents_bucket),
            users: Users::new(connection, &PATIENCE),
            config,
            around,
        })
    }

    /// Sweeps until shortly before `deadline` and reports.
    ///
    /// # Errors
    /// Some task failed; the others were done.
    pub async fn handle(&self, deadline: SystemTime) -> Result<Value, Incomplete> {
        let report = self.sweep(deadline - FOR_THE_REPORT).await;
        for (found, times) in report.counts() {
            figures::add(Figure::Swept(found), times);
        }
        tracing::info!(sweep.report = %report.answer(), "swept");
        match report.failed {
            0 => Ok(report.answer()),
            failed => Err(Incomplete { failed }),
        }
    }

    /// Every task in turn, a page at a time, so that a long one holds up none of the others.
    async fn sweep(&self, until: SystemTime) -> Report {
        let mut report = Report::default();
        let mut waiting: VecDeque<(Task, Start)> = Task::all(&self.config)
            .into_iter()
            .map(|task| (task, Start::Noted))
            .collect();
        while let Some((task, start)) = waiting.pop_front() {
            match self.page_in_time(&task, start, until, &mut report).await {
                Ok(Page::Done(None)) => {}
                Ok(Page::Done(next)) => waiting.push_back((task, Start::At(next))),
                Ok(Page::OutOfTime) => report.unfinished += 1,
                Err(error) => {
                    tracing::error!(sweep.task = %task, "a task failed: {}", chain(&error));
                    report.failed += 1;
                    if !error.is_outage() {
                        self.start_over(&task).await;
                    }
                }
            }
        }
        report
    }

    async fn page_in_time(
        &self,
        task: &Task,
        start: Start,
        until: SystemTime,
        report: &mut Report,
    ) -> Result<Page, TaskError> {
        let left = until
            .duration_since((self.around.now)())
            .unwrap_or_default();
        if left.is_zero() {
            return Ok(Page::OutOfTime);
        }
        let page = self.page(task, start, report);
        match tokio::time::timeout(left, page).await {
            Ok(done) => Ok(Page::Done(done?)),
            // What was done of it is done; the next run begins with this page and has all its time for it.
            Err(_) => Ok(Page::OutOfTime),
        }
    }

    async fn page(
        &self,
        task: &Task,
        start: Start,
        report: &mut Report,
    ) -> Result<Option<String>, TaskError> {
        let name = task.to_string();
        let place = match start {
            Start::Noted => self.challenges.sweep_place(&name).await?,
            Start::At(place) => place,
        };
        let began_noted = place.is_some();
        let next = task.page(self, place, report).await?;
        if began_noted || next.is_some() {
            let now = self.around.timestamp();
            self.challenges
                .note_sweep_place(&name, next.as_deref(), now)
                .await?;
        }
        Ok(next)
    }

    /// A place that a service refuses (its tokens grow old) would be refused for ever.
    async fn start_over(&self, task: &Task) {
        let (name, now) = (task.to_string(), self.around.timestamp());
        if let Err(error) = self.challenges.note_sweep_place(&name, None, now).await {
            tracing::warn!("a task goes on where it failed: {}", chain(&error));
        }
    }
}

/// Where a page begins.
enum Start {
    /// Where the run before stopped.
    Noted,
    /// Here.
    At(Option<String>),
}
