//! Tells an onlooker what each function's role was asked for: which grant allowed it, or that none did.

use std::sync::{Arc, OnceLock};

use crate::iam::Grant;

/// What a role was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It was allowed; this grant was the first to do so.
    Allowed(Grant),
    /// A request was refused: nothing allows the action, or something denies it.
    Denied {
        /// `dynamodb:GetItem`
        action: String,
        /// An ARN, or `*`.
        resource: String,
    },
}

/// Hears the logical id of the function and what its role was asked for, at every request.
pub type Onlooker = Arc<dyn Fn(&str, &Asked) + Send + Sync>;

/// At most one onlooker, set once.
#[derive(Default)]
pub(crate) struct Witness(OnceLock<Onlooker>);

impl Witness {
    pub(crate) fn set(&self, onlooker: Onlooker) {
        // A second one would miss the beginning; the first stays.
        let _ = self.0.set(onlooker);
    }

    /// Asks for what to tell only where somebody listens.
    pub(crate) fn tell(&self, logical_id: &str, asked: impl FnOnce() -> Option<Asked>) {
        if let Some(onlooker) = self.0.get()
            && let Some(asked) = asked()
        {
            onlooker(logical_id, &asked);
        }
    }
}
