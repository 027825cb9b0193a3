//! CloudFormation custom resources of a stack: its Rekognition collections, made, extended and removed with it, the app client that
//! the last gate serves, and the page in its bucket.
//!
//! Every request that can be answered is answered, with success or with a reason that an operator understands, before the
//! function's time is over. Everything may be repeated at any point.

mod answer;
mod apply;
mod layout;
mod plan;
mod reply;
mod request;
mod site;
mod token_client;

pub use reply::Unanswered;
pub use site::Site;

use std::time::Duration;

use face_login_aws::challenges::Challenges;
use face_login_aws::faces::Faces;
use face_login_aws::http::{Connection, Http, Patience};
use face_login_aws::settings::{BadConfiguration, Settings};
use face_login_aws::store::StoreError;
use serde_json::Value;

use crate::answer::Outcome;
use crate::apply::Failed;
use crate::plan::Plan;
use crate::request::{Envelope, Request};

/// Collections are made one after the other and rarely, and the operator waits: rather wait long than fail.
const PATIENCE: Patience = Patience {
    attempt: Duration::from_secs(5),
    attempts: 6,
    backoff: Duration::from_millis(500),
    overall: Duration::from_secs(20),
};

/// The custom resources.
pub struct Collections {
    services: Result<Services, BadConfiguration>,
    http: Http,
}

#[derive(Clone)]
struct Services {
    faces: Faces,
    challenges: Challenges,
}

/// What a request means, by the type of its resource.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Work {
    Collections(Plan),
    TokenClient(token_client::Plan),
}

impl Work {
    fn of(event: &Value) -> Self {
        if is_token_client(event) {
            Self::TokenClient(token_client::plan(event))
        } else {
            Self::Collections(plan::plan(&request::request(event)))
        }
    }

    fn is_nothing(&self) -> bool {
        matches!(
            self,
            Self::Collections(Plan::Nothing) | Self::TokenClient(token_client::Plan::Nothing)
        )
    }
}

fn is_token_client(event: &Value) -> bool {
    event["ResourceType"] == token_client::TYPE
}

/// Why the work on a request ended without success.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error(transparent)]
    Configuration(#[from] BadConfiguration),
    #[error(transparent)]
    Failed(#[from] Failed),
    #[error("refused: ClientId must be the id of an app client")]
    NoClient,
    #[error("noting the app client")]
    Client(#[from] StoreError),
}

impl Collections {
    /// Reads the configuration. A bad one is told to CloudFormation, request by request.
    pub fn connect(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let mut settings = Settings::new(lookup);
        let connection = Connection::read(&mut settings);
        let table = settings.required_text("CHALLENGES_TABLE");
        let services = match connection.zip(table) {
            Some((connection, table)) => Ok(Services::new(&connection, table)),
            None => Err(settings.finish()),
        };
        Self {
            services,
            http: Http::default(),
        }
    }

    /// Does what `event` asks for and answers it, both before `left` is over.
    ///
    /// # Errors
    /// Nobody could be answered.
    pub async fn handle(&self, event: Value, left: Duration) -> Result<(), Unanswered> {
        let envelope = request::envelope(&event).ok_or(Unanswered::NoRequest)?;
        let outcome = match self.work(&envelope, Work::of(&event), left).await {
            Ok(()) => Outcome::Success {
                prefix: prefix(&event),
            },
            Err(reason) => Outcome::Failed { reason },
        };
        reply::send(&self.http, &envelope, &outcome, left).await
    }

    async fn work(&self, envelope: &Envelope, work: Work, left: Duration) -> Result<(), String> {
        if work.is_nothing() {
            return Ok(());
        }
        let (services, stack_id) = (self.services.clone(), envelope.stack_id.clone());
        let work = Box::pin(async move { services?.apply(&stack_id, &work).await });
        reply::within::<Ended>(left, work).await
    }
}

impl Services {
    fn new(connection: &Connection, table: String) -> Self {
        Self {
            faces: Faces::new(connection, &PATIENCE),
            challenges: Challenges::new(connection.dynamodb(&PATIENCE), table),
        }
    }

    async fn apply(&self, stack_id: &str, work: &Work) -> Result<(), Ended> {
        match work {
            Work::Collections(plan) => Ok(apply::apply(&self.faces, stack_id, plan).await?),
            Work::TokenClient(token_client::Plan::Refuse) => Err(Ended::NoClient),
            Work::TokenClient(plan) => Ok(token_client::apply(&self.challenges, plan).await?),
        }
    }
}

fn prefix(event: &Value) -> String {
    match request::request(event) {
        Request::Create {
            wanted: Some(layout),
        }
        | Request::Update {
            wanted: Some(layout),
            ..
        } => layout.prefix().to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests;
