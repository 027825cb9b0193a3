//! `Custom::Site`: puts the built page and its `config.json` into the bucket that `CloudFront` serves, and takes everything out again when it goes:
//! CloudFormation deletes empty buckets only. The page's files travel with the function.

mod files;
mod plan;

use std::path::PathBuf;
use std::time::Duration;

use face_login_aws::http::{Connection, Http};
use face_login_aws::settings::{BadConfiguration, Settings};
use face_login_aws::site_files::{SiteFiles, SiteFilesError};
use serde_json::Value;

use crate::answer::Outcome;
use crate::reply::{self, Unanswered};
use crate::{PATIENCE, request};

use self::files::FilesError;
use self::plan::{Plan, Target};

/// The resource type.
pub(crate) const TYPE: &str = "Custom::Site";
/// Where the page lies below the function's own folder.
const FOLDER: &str = "site";
/// Where AWS's SDKs look for another address of Cognito: the page has no SDK, so it is told.
const COGNITO: &str = "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER";

/// The custom resource of the page.
pub struct Site {
    services: Result<Services, BadConfiguration>,
    http: Http,
}

#[derive(Clone)]
struct Services {
    connection: Connection,
    folder: PathBuf,
    /// Of Cognito, where it is not AWS's own.
    cognito: Option<String>,
}

/// Why the work on a request ended without success.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error(transparent)]
    Configuration(#[from] BadConfiguration),
    #[error("refused: Bucket, Region, UserPoolId, ClientId and ConsentVersion are needed")]
    Properties,
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error(transparent)]
    Bucket(#[from] SiteFilesError),
}

impl Site {
    /// Reads the configuration. A bad one is told to CloudFormation, request by request.
    pub fn connect(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let mut settings = Settings::new(lookup);
        let connection = Connection::read(&mut settings);
        let root = settings.required_text("LAMBDA_TASK_ROOT");
        let cognito = settings.optional_text(COGNITO);
        let services = match connection.zip(root) {
            Some((connection, root)) => Ok(Services {
                connection,
                folder: PathBuf::from(root).join(FOLDER),
                cognito,
            }),
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
        let mut envelope = request::envelope(&event).ok_or(Unanswered::NoRequest)?;
        let (services, plan) = (self.services.clone(), plan::plan(&event));
        if let Plan::Publish(target) = &plan {
            // Another bucket is another resource: CloudFormation has the old one deleted once nothing can go back to it.
            envelope.physical_resource_id = Some(format!("site-in-{}", target.bucket));
        }
        let work = Box::pin(async move { services?.apply(plan).await });
        let outcome = match reply::within::<Ended>(left, work).await {
            Ok(()) => Outcome::Success {
                prefix: String::new(),
            },
            Err(reason) => Outcome::Failed { reason },
        };
        reply::send(&self.http, &envelope, &outcome, left).await
    }
}

impl Services {
    async fn apply(&self, plan: Plan) -> Result<(), Ended> {
        match plan {
            Plan::Publish(target) => self.publish(&target).await,
            Plan::Empty(bucket) => self.empty(bucket).await,
            Plan::Nothing => Ok(()),
            Plan::Refuse => Err(Ended::Properties),
        }
    }

    /// What others lean on goes first and what is gone goes last, so that whoever loads the page meanwhile finds all of it.
    async fn publish(&self, target: &Target) -> Result<(), Ended> {
        let files = files::all(&self.folder, target, self.cognito.as_deref())?;
        let bucket = self.bucket(target.bucket.clone());
        let wanted: Vec<String> = files.iter().map(|file| file.key.clone()).collect();
        for file in files {
            bucket.put(file).await?;
        }
        for key in bucket.keys().await? {
            if !wanted.contains(&key) {
                bucket.delete(&key).await?;
            }
        }
        Ok(())
    }

    async fn empty(&self, bucket: String) -> Result<(), Ended> {
        let bucket = self.bucket(bucket);
        for key in bucket.keys().await? {
            bucket.delete(&key).await?;
        }
        Ok(())
    }

    fn bucket(&self, name: String) -> SiteFiles {
        SiteFiles::new(&self.connection, &PATIENCE, name)
    }
}

#[cfg(test)]
mod tests;
