//! The event source mapping at work: receives, invokes, deletes what is done.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use face_login_local_gateway::{Clock, Faults};
use serde_json::Value;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::event::{done, event};
use super::{Mapping, Message, Queue, Queues};

/// Batches that one mapping has in work at a time, as on AWS in the beginning.
const CONCURRENT: usize = 5;
/// How long to wait where nothing says when the next message shows.
const IDLE: Duration = Duration::from_secs(5);

/// Runs the function once; an error means that nothing of the batch is done.
pub(crate) type Invoke =
    Arc<dyn Fn(Value) -> Pin<Box<dyn Future<Output = Result<Value, Failed>> + Send>> + Send + Sync>;

/// The function failed; it has been logged.
#[derive(Debug)]
pub(crate) struct Failed;

/// What a mapping works with.
pub(crate) struct Polled {
    pub(crate) queues: Arc<Queues>,
    pub(crate) queue: Queue,
    pub(crate) mapping: Mapping,
    pub(crate) invoke: Invoke,
    pub(crate) clock: Clock,
    /// New receipts.
    pub(crate) receipt: fn() -> String,
    /// Whether a fault eats this deletion.
    pub(crate) is_lost: Arc<dyn Fn(&Message) -> bool + Send + Sync>,
}

/// Whether a fault named `sqs` / `DeleteMessage` befalls a deletion.
pub(crate) fn lost_by_fault(faults: &Faults, message: &Message) -> bool {
    faults.hit("sqs", "DeleteMessage", &message.body).is_some()
}

/// One mapping.
#[derive(Clone)]
pub(crate) struct Poller(Arc<Polled>);

impl Poller {
    pub(crate) fn new(polled: Polled) -> Self {
        Self(Arc::new(polled))
    }

    /// Works until `stop` changes; batches in work are left to their visibility timeout.
    pub(crate) async fn run(self, mut stop: watch::Receiver<()>) {
        let slots = Arc::new(Semaphore::new(CONCURRENT));
        let mut batches = JoinSet::new();
        loop {
            let arrival = self.0.queues.arrival();
            tokio::pin!(arrival);
            arrival.as_mut().enable();
            while let Ok(slot) = Arc::clone(&slots).try_acquire_owned() {
                let batch = self.receive();
                if batch.is_empty() {
                    break;
                }
                let poller = self.clone();
                batches.spawn(async move {
                    poller.work(batch).await;
                    drop(slot);
                });
            }
            tokio::select! {
                _ = stop.changed() => return,
                () = &mut arrival => {}
                _ = batches.join_next(), if !batches.is_empty() => {}
                // Passing means that a hidden message may show again.
                _ = tokio::time::timeout(self.pause(), std::future::pending::<()>()) => {}
            }
        }
    }

    fn receive(&self) -> Vec<Message> {
        let Polled {
            queues,
            queue,
            mapping,
            receipt,
            clock,
            ..
        } = &*self.0;
        queues
            .receive(queue, mapping.batch_size, receipt, clock())
            .unwrap_or_else(|error| {
                tracing::error!(error = %error, "receiving from a queue failed");
                Vec::new()
            })
    }

    fn pause(&self) -> Duration {
        let Polled {
            queues,
            queue,
            clock,
            ..
        } = &*self.0;
        let next = queues.next_visible(queue).ok().flatten();
        next.map_or(IDLE, |at| at.duration_since(clock()).unwrap_or_default())
            .clamp(Duration::from_millis(20), IDLE)
    }

    async fn work(&self, batch: Vec<Message>) {
        let Polled {
            queues,
            queue,
            mapping,
            invoke,
            is_lost,
            ..
        } = &*self.0;
        let Ok(answer) = invoke(event(queue, &batch)).await else {
            return;
        };
        for message in done(&answer, mapping.failures, &batch) {
            if is_lost(message) {
                continue;
            }
            if let Err(error) = queues.delete(&message.receipt) {
                tracing::error!(error = %error, "deleting from a queue failed");
            }
        }
    }
}
