//! Time, chance and waiting, handed in so that tests need none of them.

use std::pin::Pin;
use std::time::{Duration, SystemTime};

use face_login_domain::time::Timestamp;

type Pause = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What the indexer can't know by itself.
pub struct Surroundings {
    /// The time.
    pub now: Box<dyn Fn() -> SystemTime + Send + Sync>,
    /// A number from 0 to below 1, evenly spread.
    pub chance: Box<dyn Fn() -> f64 + Send + Sync>,
    /// Waits.
    pub pause: Box<dyn Fn(Duration) -> Pause + Send + Sync>,
}

impl Surroundings {
    /// The machine's.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place of the indexer that waits"
    )]
    pub fn system() -> Self {
        Self {
            now: Box::new(face_login_process::now),
            chance: Box::new(rand::random),
            pause: Box::new(|pause| Box::pin(tokio::time::sleep(pause))),
        }
    }

    /// The time as rows write it.
    pub(crate) fn timestamp(&self) -> Timestamp {
        Timestamp::from((self.now)())
    }
}
