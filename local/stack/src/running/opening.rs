//! Opens each service with what it needs.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use face_login_face_engine::Engine;
use face_login_local_cognito::{Cognito, Invoke, PoolConfig, SendMail, TemplateClient};
use face_login_local_gateway::{Clock, Credentials, Gateway, Settings};
use face_login_local_lambda::Lambdas;
use face_login_local_models::Models;
use face_login_local_rekognition::Rekognition;
use serde_json::json;

use super::StartError;
use crate::configuration::{Blueprint, absolute};
use crate::data::Data;
use crate::events::Events;
use crate::functions::{Folders, Functions, lambdas};
use crate::identity::{ACCOUNT, PARTITION, REGION};
use crate::inbox::Inbox;
use crate::local::Local;
use crate::metrics::Metrics;
use crate::queue::Queues;
use crate::s3::{Bucket, Event, S3, Store};
use crate::ses::Ses;
use crate::site::{Files, Site, headers};
use crate::watch::Watch;

/// Pictures that may wait for the engine.
const MAX_WAITING: usize = 16;

pub(super) async fn engine(weights: &Path) -> Result<Arc<Engine>, StartError> {
    let weights = weights.to_owned();
    let loaded = tokio::task::spawn_blocking(move || Engine::load(&weights)).await;
    let loaded = loaded.map_err(|_| StartError::EnginePanicked)?;
    loaded.map(Arc::new).map_err(StartError::Engine)
}

/// The folders of the functions; the page lies in theirs as it does in their zips.
pub(super) fn folders(data: &Data, site: &Path) -> Result<Folders, StartError> {
    let (logs, task) = (data.folder("logs")?, data.folder("task")?);
    let page = task.join("site");
    match std::fs::remove_file(&page) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => std::os::unix::fs::symlink(absolute(site), &page)?,
    }
    Ok(Folders { logs, task })
}

/// The gateway and the functions, which know each other: a fault kills a process, a process gets a key.
pub(super) fn gateway_and_functions(
    blueprint: &Blueprint,
    binaries: &Path,
    folders: &Folders,
    clock: &Clock,
) -> (Arc<Gateway>, Functions) {
    let Blueprint { plan, identity, .. } = blueprint;
    let known: Arc<OnceLock<Lambdas>> = Arc::default();
    let settings = Settings {
        region: REGION.to_owned(),
        account_id: ACCOUNT.to_owned(),
        partition: PARTITION.to_owned(),
    };
    let admin = Credentials {
        access_key_id: identity.admin_key_id.clone(),
        secret_access_key: identity.admin_secret.clone(),
        session_token: None,
    };
    let killer = Arc::clone(&known);
    let kill = move |process| {
        if let Some(lambdas) = killer.get() {
            lambdas.kill(process);
        }
    };
    let policies = plan.policies.clone();
    let gateway = Gateway::new(settings, policies, admin, Arc::clone(clock), Arc::new(kill));
    let identity = plan.pool.as_ref().and_then(PoolConfig::mail_identity);
    let gateway = gateway.with_mail_identity(identity.map(str::to_owned));
    let gateway = Arc::new(gateway);
    let lambdas = lambdas(
        &plan.functions,
        &absolute(binaries),
        Arc::clone(&gateway),
        &blueprint.addresses,
        folders,
        Arc::clone(clock),
    );
    let lambdas = known.get_or_init(|| lambdas).clone();
    let (functions, permissions) = (plan.functions.clone(), plan.permissions.clone());
    let functions = Functions::new(lambdas, Arc::clone(&gateway), functions, permissions);
    (gateway, functions)
}

/// What the services opened later are wired to.
pub(super) struct Opening<'a> {
    pub(super) data: &'a Data,
    pub(super) blueprint: &'a Blueprint,
    pub(super) gateway: &'a Arc<Gateway>,
    pub(super) queues: &'a Arc<Queues>,
    pub(super) inbox: &'a Arc<Inbox>,
    pub(super) clock: &'a Clock,
}

impl Opening<'_> {
    pub(super) fn s3(&self) -> Result<S3, StartError> {
        let names = self
            .blueprint
            .plan
            .buckets
            .iter()
            .map(|bucket| bucket.name.as_str());
        let store = Store::open(&self.data.folder("objects")?, names)?;
        let events = Events {
            queues: Arc::clone(self.queues),
            known: self.blueprint.plan.queues.clone(),
        };
        Ok(S3::new(
            self.blueprint.plan.buckets.clone(),
            store,
            Arc::clone(self.gateway),
            Arc::new(move |bucket: &Bucket, event: Event| events.announce(bucket, &event)),
            Arc::clone(self.clock),
            self.blueprint.addresses.url("s3"),
        ))
    }

    pub(super) fn rekognition(&self, engine: Arc<Engine>) -> Result<Rekognition, StartError> {
        let settings = face_login_local_rekognition::Settings {
            region: REGION.to_owned(),
            account_id: ACCOUNT.to_owned(),
            max_concurrent: std::thread::available_parallelism().map_or(1, usize::from),
            max_waiting: MAX_WAITING,
        };
        let (dir, clock) = (self.data.folder("faces")?, Arc::clone(self.clock));
        Ok(Rekognition::open(&dir, settings, engine, clock)?)
    }

    pub(super) fn pool(
        &self,
        pool: PoolConfig,
        clients: Vec<TemplateClient>,
        functions: &Arc<Functions>,
    ) -> Result<Cognito, StartError> {
        let settings = face_login_local_cognito::Settings {
            region: REGION.to_owned(),
            account_id: ACCOUNT.to_owned(),
            pool_id: self.blueprint.identity.pool_id.clone(),
            endpoint: self.blueprint.addresses.url("cognito"),
        };
        let arn: Arc<str> = self.blueprint.identity.pool_arn().into();
        let functions = Arc::clone(functions);
        let invoke: Invoke = Arc::new(move |invocation| {
            let (functions, arn) = (Arc::clone(&functions), Arc::clone(&arn));
            Box::pin(async move { functions.trigger(&arn, invocation).await })
        });
        let inbox = Arc::clone(self.inbox);
        let mail: SendMail = Arc::new(move |mail| {
            if let Err(error) = inbox.keep(&mail) {
                tracing::error!(error = %error, "a mail was lost");
            }
        });
        let dir = self.data.folder("pool")?;
        let clock = Arc::clone(self.clock);
        Ok(Cognito::open(
            &dir, settings, pool, clients, invoke, mail, clock,
        )?)
    }

    /// Amazon SES, which sends for the pool's identity only.
    pub(super) fn ses(&self) -> Ses {
        let pool = self.blueprint.plan.pool.as_ref();
        let identity = pool.and_then(PoolConfig::mail_identity);
        Ses::new(identity, Arc::clone(self.inbox), Arc::clone(self.clock))
    }

    /// What holds every exchange against AWS's service models, if they are there.
    pub(super) fn watch(&self, models: Option<&Path>) -> Result<Option<Arc<Watch>>, StartError> {
        let Some(models) = models else {
            return Ok(None);
        };
        let folder = self.data.folder("violations")?;
        Ok(Some(Arc::new(Watch::new(Models::load(models)?, &folder)?)))
    }

    pub(super) fn local(
        &self,
        site: &Path,
        s3: &Arc<S3>,
        watch: Option<&Arc<Watch>>,
        functions: &Arc<Functions>,
        logs: PathBuf,
    ) -> Local {
        let parameters = &self.blueprint.facts.parameters;
        let apps = parameters.get("AppOrigins").and_then(|apps| apps.as_str());
        let apps = apps.unwrap_or_default().split(',');
        let config = json!({
            "version": 1,
            "region": REGION,
            "userPoolId": self.blueprint.identity.pool_id,
            "clientId": self.blueprint.page_client,
            "cognitoEndpoint": format!("{}/", self.blueprint.addresses.url("cognito")),
            "consentVersion": parameters.get("ConsentVersion"),
            "languages": ["en", "de", "fr"],
            "returnOrigins": apps.filter(|app| !app.is_empty()).collect::<Vec<_>>(),
        });
        let queues = self.blueprint.plan.queues.iter();
        let plan = &self.blueprint.plan;
        let served = plan.distribution.as_ref().and_then(|distribution| {
            let mut buckets = plan.buckets.iter();
            let bucket = buckets.find(|bucket| distribution.is_before(&bucket.name))?;
            Some(Files::Bucket {
                s3: Arc::clone(s3),
                bucket: bucket.name.clone(),
                distribution: distribution.clone(),
            })
        });
        let folder = absolute(site);
        Local {
            site: Site {
                files: served.unwrap_or(Files::Folder { folder, config }),
                headers: headers(&["cognito", "s3"].map(|name| self.blueprint.addresses.url(name))),
            },
            inbox: Arc::clone(self.inbox),
            gateway: Arc::clone(self.gateway),
            metrics: Metrics::of(logs),
            queues: Arc::clone(self.queues),
            queue_names: queues.map(|queue| queue.name.clone()).collect(),
            clock: Arc::clone(self.clock),
            watch: watch.cloned(),
            functions: Arc::clone(functions),
            schedules: self.blueprint.plan.schedules.clone(),
        }
    }
}
