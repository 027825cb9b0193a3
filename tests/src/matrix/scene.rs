//! A stack of its own, and who is in it.

use std::cell::Cell;

use tempfile::TempDir;

use super::album::Album;
use crate::{admin::Admin, launch::Launch, stack::Stack, visitor::Visitor};

/// A stack for one journey after another.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) visitor: Visitor,
    pub(super) admin: Admin,
    pub(super) album: Album,
    /// How often faults acted that are gone already.
    hits: Cell<u64>,
    /// Faults whose leavings the sweeper had to take away.
    pub(super) swept: Cell<u64>,
    pub(super) stack: Stack,
    _folder: TempDir,
}

impl Scene {
    pub(super) async fn start() -> Self {
        let folder = TempDir::with_prefix("face-login-template-").expect("a temporary folder");
        let launch = Launch::default()
            .quick_queue(folder.path())
            .set("RecoveryHoldHours", "0")
            // A fault of each kind for each call of one name is more than a person would try.
            .set("ChallengeLimit", "1000")
            .set("LeaseSeconds", "4")
            .set("SweepGraceSeconds", "1");
        let stack = Stack::start(&launch);
        Self {
            visitor: Visitor::of(stack.ready()).await,
            admin: Admin::new(stack.ready()),
            album: Album::new(),
            hits: Cell::new(0),
            swept: Cell::new(0),
            stack,
            _folder: folder,
        }
    }

    /// Notes faults that acted, before they are cleared.
    pub(super) fn note_hits(&self, hits: u64) {
        self.hits.set(self.hits.get() + hits);
    }

    /// Outages end some time.
    pub(super) async fn end_all_faults(&self) {
        self.note_hits(self.visitor.local.hits().await);
        self.visitor.local.clear_faults().await;
    }

    /// How often faults acted since this was asked last.
    pub(super) fn take_hits(&self) -> u64 {
        self.hits.replace(0)
    }
}
