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
    analysis::{Analysis, Upright},
    error::ServiceError,
    photo::{Digest, Photo},
};

/// How many files are remembered, and for how long: enough for the requests that one sign-in sends side by side.
const FILES: Memory = Memory {
    most: 8,
    longest: Duration::from_secs(15),
};
/// The same for pictures, whatever files they come in: what the nets say depends on nothing but the pixels, so that files
/// which differ elsewhere need no second analysis. A picture's analysis takes some 300 KB.
const PICTURES: Memory = Memory {
    most: 160,
    longest: Duration::from_mins(10),
};

pub(crate) struct Analyses {
    engine: Arc<Engine>,
    /// One per request that computes or waits.
    places: Arc<Semaphore>,
    /// One per request that computes.
    workers: Arc<Semaphore>,
    files: Recent,
    pictures: Arc<Recent>,
    clock: Clock,
}

/// What is remembered at most.
struct Memory {
    most: usize,
    longest: Duration,
}

/// The latest analyses, those asked for last first.
struct Recent {
    memory: Memory,
    entries: Mutex<VecDeque<Entry>>,
}

struct Entry {
    digest: Digest,
    since: SystemTime,
    cell: Cell,
}

/// The place where an analysis is or will be.
type Cell = Arc<OnceCell<Arc<Analysis>>>;

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
            files: Recent::new(FILES),
            pictures: Arc::new(Recent::new(PICTURES)),
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
        let cell = self.files.cell(photo.digest, (self.clock)());
        let desk = Desk {
            engine: Arc::clone(&self.engine),
            workers: Arc::clone(&self.workers),
            pictures: Arc::clone(&self.pictures),
            clock: Arc::clone(&self.clock),
        };
        let photo = photo.clone();
        let work = tokio::spawn(async move {
            let analysis = cell.get_or_try_init(|| desk.of_file(photo)).await?;
            Ok(Admitted {
                analysis: Arc::clone(analysis),
                workers: Arc::clone(&desk.workers),
                _place: place,
            })
        });
        work.await.map_err(|_| ServiceError::Crashed)?
    }
}

/// What one analysis needs; it outlives the request.
struct Desk {
    engine: Arc<Engine>,
    workers: Arc<Semaphore>,
    pictures: Arc<Recent>,
    clock: Clock,
}

impl Desk {
    /// Decodes the file; analyses the picture, unless somebody did.
    async fn of_file(&self, photo: Photo) -> Result<Arc<Analysis>, ServiceError> {
        let picture = compute(&self.workers, move || Upright::of(&photo)).await??;
        let cell = self.pictures.cell(picture.digest, (self.clock)());
        let analysis = cell.get_or_try_init(|| {
            let engine = Arc::clone(&self.engine);
            compute(&self.workers, move || {
                Arc::new(Analysis::of(engine, &picture))
            })
        });
        analysis.await.map(Arc::clone)
    }
}

impl Recent {
    fn new(memory: Memory) -> Self {
        Self {
            memory,
            entries: Mutex::default(),
        }
    }

    /// The place where the analysis with this digest is or will be.
    fn cell(&self, digest: Digest, now: SystemTime) -> Cell {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|entry| {
            now.duration_since(entry.since)
                .is_ok_and(|age| age < self.memory.longest)
        });
        let known = entries.iter().position(|entry| entry.digest == digest);
        let entry = known.and_then(|place| entries.remove(place));
        let entry = entry.unwrap_or_else(|| Entry {
            digest,
            since: now,
            cell: Arc::default(),
        });
        let cell = Arc::clone(&entry.cell);
        entries.truncate(self.memory.most - 1);
        entries.push_front(entry);
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
