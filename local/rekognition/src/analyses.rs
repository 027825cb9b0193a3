//! Who may compute when: a bounded queue, and one analysis for all who ask about the same picture.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use face_login_face_engine::Engine;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};

#[cfg(test)]
mod tests;

use crate::{
    Clock,
    analysis::Analysis,
    error::ServiceError,
    photo::{Digest, Photo},
};

/// How many pictures are remembered, and for how long: enough for the requests that one sign-in sends side by side.
const REMEMBERED: usize = 8;
const REMEMBERED_FOR: Duration = Duration::from_secs(15);

pub(crate) struct Analyses {
    engine: Arc<Engine>,
    /// One per request that computes or waits.
    places: Arc<Semaphore>,
    /// One per request that computes.
    workers: Arc<Semaphore>,
    recent: Mutex<VecDeque<Recent>>,
    clock: Clock,
}

struct Recent {
    digest: Digest,
    since: SystemTime,
    cell: Arc<OnceCell<Arc<Analysis>>>,
}

/// A picture that was analysed, and the right to compute more about it.
pub(crate) struct Admitted {
    pub(crate) analysis: Arc<Analysis>,
    workers: Arc<Semaphore>,
    _place: OwnedSemaphorePermit,
}

impl Analyses {
    pub(crate) fn new(
        engine: Arc<Engine>,
        concurrent: usize,
        waiting: usize,
        clock: Clock,
    ) -> Self {
        Self {
            engine,
            places: Arc::new(Semaphore::new(concurrent + waiting)),
            workers: Arc::new(Semaphore::new(concurrent)),
            recent: Mutex::default(),
            clock,
        }
    }

    /// Analyses the picture, or waits for whoever is analysing it.
    ///
    /// The work goes on when the caller hangs up, so that a caller who tries again after a timeout finds it done.
    ///
    /// # Errors
    /// `Busy` when the queue is full; what is wrong with the picture otherwise.
    pub(crate) async fn analyse(&self, photo: &Photo) -> Result<Admitted, ServiceError> {
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| ServiceError::Busy)?;
        let cell = self.cell(photo.digest);
        let (engine, workers, photo) = (
            Arc::clone(&self.engine),
            Arc::clone(&self.workers),
            photo.clone(),
        );
        let work = tokio::spawn(async move {
            let run = || compute(&workers, move || Analysis::of(engine, &photo).map(Arc::new));
            let analysis = cell.get_or_try_init(|| async { run().await? }).await?;
            Ok(Admitted {
                analysis: Arc::clone(analysis),
                workers: Arc::clone(&workers),
                _place: place,
            })
        });
        work.await.map_err(|_| ServiceError::Crashed)?
    }

    /// The place where the analysis of this picture is or will be.
    fn cell(&self, digest: Digest) -> Arc<OnceCell<Arc<Analysis>>> {
        let now = (self.clock)();
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.retain(|entry| {
            now.duration_since(entry.since)
                .is_ok_and(|age| age < REMEMBERED_FOR)
        });
        if let Some(known) = recent.iter().find(|entry| entry.digest == digest) {
            return Arc::clone(&known.cell);
        }
        recent.truncate(REMEMBERED - 1);
        let cell = Arc::default();
        recent.push_front(Recent {
            digest,
            since: now,
            cell: Arc::clone(&cell),
        });
        cell
    }
}

impl Admitted {
    /// More work on the same picture, on a thread for computing.
    pub(crate) async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Analysis) -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        let analysis = Arc::clone(&self.analysis);
        compute(&self.workers, move || work(&analysis)).await
    }
}

/// Waits for a worker. The work keeps it to its end, even if nobody waits for the result any more.
async fn compute<T: Send + 'static>(
    workers: &Arc<Semaphore>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ServiceError> {
    let worker = Arc::clone(workers)
        .acquire_owned()
        .await
        .map_err(|_| ServiceError::Crashed)?;
    let result = tokio::task::spawn_blocking(move || {
        let result = work();
        drop(worker);
        result
    });
    result.await.map_err(|_| ServiceError::Crashed)
}
