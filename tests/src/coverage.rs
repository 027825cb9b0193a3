//! What of AWS the running stack serves: found out by asking for every operation and every member that AWS's own service models know.

mod json;
mod page;
mod s3;

use std::collections::BTreeMap;

pub use page::Page;

use crate::{http::Http, ready::Ready};
use face_login_local_models::Models;

/// A member that no service has.
pub const MADE_UP: &str = "NoSuchMember";

/// What became of one service's operations.
#[derive(Debug)]
pub struct Service {
    /// Name as in credential scopes.
    pub name: &'static str,
    /// By name.
    pub operations: BTreeMap<String, Operation>,
}

/// What became of one operation.
#[derive(Debug)]
pub enum Operation {
    /// It is refused; how, in the service's words.
    Refused(Refusal),
    /// It is served, with these members and without those.
    Served(Members),
}

/// A refusal as it was told.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Name of the error.
    pub code: String,
    /// Its text.
    pub message: String,
}

/// The members of an operation that is served.
#[derive(Debug, Default)]
pub struct Members {
    /// Required, or optional and not refused.
    pub supported: Vec<String>,
    /// Refused by name.
    pub refused: Vec<String>,
    /// What was answered to [`MADE_UP`].
    pub made_up: Option<Refusal>,
}

/// Asks a running stack for everything that is in the models.
pub async fn probe(ready: &Ready, http: &Http, models: &Models) -> Vec<Service> {
    let mut services = json::probe(ready, http, models).await;
    services.push(s3::probe(ready, http, models).await);
    services
}
