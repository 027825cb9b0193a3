//! A running stack: every service opened and wired, every listener serving.

use std::future::Future;
use std::io;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use face_login_face_engine::Engine;
use face_login_local_cognito::Cognito;
use face_login_local_gateway::{
    AwsService, Backend, BackendFuture, Clock, Credentials, Gateway, Principal, Settings,
};
use face_login_local_lambda::Lambdas;
use face_login_local_rekognition::Rekognition;
use face_login_local_template::{Facts, Problems, Template};
use http::Request;
use hyper::body::Incoming;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::arguments::Arguments;
use crate::configuration::{Configuration, absolute};
use crate::custom::{ANSWERS, CloudFormation, CustomError};
use crate::data::{Data, DataError};
use crate::dynamodb::{Tables, TablesError};
use crate::events::Events;
use crate::functions::{Functions, lambdas, log_failure};
use crate::identity::{ACCOUNT, Identity, PARTITION, REGION};
use crate::inbox::Inbox;
use crate::local::Local;
use crate::net::{Service, always, read_body, serve};
use crate::plan::Plan;
use crate::ports::{Addresses, Listeners};
use crate::queue::{Failed, Polled, Poller, QueueError, Queues, lost_by_fault};
use crate::s3::{Bucket, S3, Store, StoreError};
use crate::site::Site;
use crate::{ready, say};

/// Largest request of the JSON services; Rekognition takes 5 MB of picture in base64.
const MAX_BODY: usize = 16 << 20;
/// Pictures that may wait for the engine.
const MAX_WAITING: usize = 16;
/// How long running requests may take to finish at the end.
const END: Duration = Duration::from_secs(2);

/// Why the stack could not be started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error(transparent)]
    Data(#[from] DataError),
    #[error("loading the face engine")]
    Engine(#[source] face_login_face_engine::WeightsError),
    #[error("the face engine could not be loaded")]
    EnginePanicked,
    #[error("opening the buckets")]
    Store(#[from] StoreError),
    #[error(transparent)]
    Tables(#[from] TablesError),
    #[error("opening the queues")]
    Queues(#[from] QueueError),
    #[error("opening the inbox")]
    Inbox(#[from] rusqlite::Error),
    #[error("opening the user pool")]
    Cognito(#[from] face_login_local_cognito::OpenError),
    #[error("opening the face collections")]
    Rekognition(#[from] face_login_local_rekognition::OpenError),
    #[error("serving")]
    Serve(#[from] io::Error),
    #[error(transparent)]
    Custom(#[from] CustomError),
    #[error("{0}")]
    Outputs(#[from] Problems),
}

/// Cognito behind the gateway.
struct Pool(Cognito);

impl Backend for Pool {
    fn handle<'a>(&'a self, request: Request<Bytes>, _: &'a Principal) -> BackendFuture<'a> {
        Box::pin(self.0.handle(request))
    }
}

/// Rekognition behind the gateway.
struct Faces(Rekognition);

impl Backend for Faces {
    fn handle<'a>(&'a self, request: Request<Bytes>, _: &'a Principal) -> BackendFuture<'a> {
        Box::pin(self.0.handle(request))
    }
}

/// All services.
pub(crate) struct Running {
    data: Arc<Data>,
    gateway: Arc<Gateway>,
    functions: Arc<Functions>,
    s3: Arc<S3>,
    queues: Arc<Queues>,
    tables: Arc<Tables>,
    plan: Plan,
    template: Template,
    facts: Facts,
    identity: Identity,
    addresses: Addresses,
    clock: Clock,
    tasks: JoinSet<()>,
    stop: watch::Sender<()>,
}

impl Running {
    /// Opens everything and serves. Queues are not polled and custom resources not made yet.
    pub(crate) async fn start(
        arguments: &Arguments,
        data: Arc<Data>,
        configuration: Configuration,
        clock: Clock,
    ) -> Result<Self, StartError> {
        let Configuration {
            identity,
            template,
            facts,
            mut plan,
            mut listeners,
            addresses,
        } = configuration;
        say::line("loading the face engine");
        let engine = load_engine(&arguments.weights).await?;
        let kill: Arc<OnceLock<Lambdas>> = Arc::default();
        let gateway = Arc::new(gateway(
            &plan,
            &identity,
            Arc::clone(&kill),
            Arc::clone(&clock),
        ));
        let logs = data.folder("logs")?;
        let lambdas = lambdas(
            &plan.functions,
            &absolute(&arguments.binaries),
            Arc::clone(&gateway),
            &addresses,
            &logs,
            Arc::clone(&clock),
        );
        // Set once, here.
        let _ = kill.set(lambdas.clone());
        let functions = Arc::new(Functions::new(
            lambdas,
            Arc::clone(&gateway),
            plan.functions.clone(),
            plan.permissions.clone(),
        ));
        let queues = Arc::new(Queues::open(&data.folder("queues")?)?);
        let inbox = Arc::new(Inbox::open(&data.folder("mail")?)?);
        plan.buckets.push(Bucket {
            name: ANSWERS.to_owned(),
            ..Bucket::default()
        });
        let s3 = Arc::new(open_s3(
            &data, &plan, &gateway, &queues, &addresses, &clock,
        )?);
        let tables = Arc::new(Tables::open(&data.folder("tables")?, &plan.tables)?);
        let pool = open_pool(
            &data, &mut plan, &identity, &addresses, &facts, &functions, &inbox, &clock,
        )?;
        let faces = Rekognition::open(
            &data.folder("faces")?,
            rekognition_settings(),
            engine,
            Arc::clone(&clock),
        )?;
        let local = local(
            arguments, &identity, &facts, &addresses, &plan, inbox, &gateway, &queues, &clock,
        );

        let (stop, stopped) = watch::channel(());
        let mut tasks = JoinSet::new();
        let json = |service, backend| json_service(Arc::clone(&gateway), service, backend);
        let s3_service: Service = {
            let s3 = Arc::clone(&s3);
            Arc::new(move |request| {
                let s3 = Arc::clone(&s3);
                Box::pin(async move { s3.handle(request).await })
            })
        };
        let services: [(&str, Service); 5] = [
            ("page", page_service(local)),
            (
                "cognito",
                json(AwsService::CognitoIdp, Arc::new(Pool(pool))),
            ),
            ("s3", s3_service),
            (
                "dynamodb",
                json(
                    AwsService::DynamoDb,
                    Arc::clone(&tables) as Arc<dyn Backend>,
                ),
            ),
            (
                "rekognition",
                json(AwsService::Rekognition, Arc::new(Faces(faces))),
            ),
        ];
        serve_all(services, &mut listeners, &mut tasks, &stopped)?;
        ready::answers(&addresses).await?;
        // The questions above are nobody's business.
        gateway.calls().clear();
        Ok(Self {
            data,
            gateway,
            functions,
            s3,
            queues,
            tables,
            plan,
            template,
            facts,
            identity,
            addresses,
            clock,
            tasks,
            stop,
        })
    }

    /// Makes the custom resources and starts what works by itself. Gives the content of the ready file.
    pub(crate) async fn complete(&mut self) -> Result<serde_json::Value, StartError> {
        say::line("bringing the custom resources to what the template says");
        let made = self.cloud_formation().settle(&self.plan.custom).await?;
        for (logical_id, made) in made {
            let resource = self.facts.resources.entry(logical_id).or_default();
            resource.reference = made.physical_id;
            resource.attributes.extend(made.attributes);
        }
        let outputs = self.template.outputs(&self.facts)?;
        self.data.save("outputs.json", &outputs)?;
        self.announce_new_notifications()?;
        for feed in &self.plan.feeds {
            let poller = self.poller(feed);
            self.tasks.spawn(poller.run(self.stop.subscribe()));
        }
        self.tasks.spawn(crate::housekeeping::run(
            Arc::clone(&self.tables),
            Arc::clone(&self.s3),
            Arc::clone(&self.clock),
            self.stop.subscribe(),
        ));
        Ok(ready::content(&self.identity, &self.facts, &self.addresses))
    }

    /// Deletes the custom resources of an earlier run.
    pub(crate) async fn delete_custom_resources(&self) -> Result<(), CustomError> {
        self.cloud_formation().delete_all().await
    }

    /// Finishes what is running, then ends the functions.
    pub(crate) async fn stop(mut self) {
        drop(self.stop);
        let finish = async { while self.tasks.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(END, finish).await;
        self.functions.shut_down().await;
    }

    pub(crate) fn page(&self) -> String {
        self.addresses.url("page")
    }

    fn cloud_formation(&self) -> CloudFormation<'_> {
        CloudFormation {
            data: &self.data,
            functions: &self.functions,
            s3: &self.s3,
            gateway: &self.gateway,
            s3_endpoint: self.addresses.url("s3"),
            stack_id: self.identity.stack_id.clone(),
            clock: Arc::clone(&self.clock),
        }
    }

    /// S3 sends a test event where a notification is new.
    fn announce_new_notifications(&self) -> Result<(), DataError> {
        let name = "notifications.json";
        let mut known: std::collections::BTreeSet<String> =
            self.data.load(name)?.unwrap_or_default();
        let events = Events {
            queues: Arc::clone(&self.queues),
            known: self.plan.queues.clone(),
        };
        for bucket in self
            .plan
            .buckets
            .iter()
            .filter(|bucket| !bucket.notifications.is_empty())
        {
            if known.insert(bucket.name.clone()) {
                events.announce_set_up(bucket, (self.clock)());
            }
        }
        self.data.save(name, &known)
    }

    fn poller(&self, feed: &crate::plan::Feed) -> Poller {
        let (functions, function) = (Arc::clone(&self.functions), feed.function.clone());
        let gateway = Arc::clone(&self.gateway);
        Poller::new(Polled {
            queues: Arc::clone(&self.queues),
            queue: feed.queue.clone(),
            mapping: feed.mapping.clone(),
            invoke: Arc::new(move |event| {
                let (functions, function) = (Arc::clone(&functions), function.clone());
                Box::pin(async move {
                    functions.invoke(&function, event).await.map_err(|error| {
                        log_failure(&function, &error);
                        Failed
                    })
                })
            }),
            clock: Arc::clone(&self.clock),
            receipt: crate::random::uuid,
            is_lost: Arc::new(move |message| lost_by_fault(gateway.faults(), message)),
        })
    }
}

async fn load_engine(weights: &Path) -> Result<Arc<Engine>, StartError> {
    let weights = weights.to_owned();
    let loaded = tokio::task::spawn_blocking(move || Engine::load(&weights)).await;
    loaded
        .map_err(|_| StartError::EnginePanicked)?
        .map(Arc::new)
        .map_err(StartError::Engine)
}

fn gateway(
    plan: &Plan,
    identity: &Identity,
    lambdas: Arc<OnceLock<Lambdas>>,
    clock: Clock,
) -> Gateway {
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
    let kill = move |process| {
        if let Some(lambdas) = lambdas.get() {
            lambdas.kill(process);
        }
    };
    Gateway::new(
        settings,
        plan.policies.clone(),
        admin,
        clock,
        Arc::new(kill),
    )
}

fn open_s3(
    data: &Data,
    plan: &Plan,
    gateway: &Arc<Gateway>,
    queues: &Arc<Queues>,
    addresses: &Addresses,
    clock: &Clock,
) -> Result<S3, StartError> {
    let store = Store::open(
        &data.folder("objects")?,
        plan.buckets.iter().map(|bucket| bucket.name.as_str()),
    )?;
    let events = Events {
        queues: Arc::clone(queues),
        known: plan.queues.clone(),
    };
    let announce =
        Arc::new(move |bucket: &Bucket, event: crate::s3::Event| events.announce(bucket, &event));
    Ok(S3::new(
        plan.buckets.clone(),
        store,
        Arc::clone(gateway),
        announce,
        Arc::clone(clock),
        addresses.url("s3"),
    ))
}

#[expect(
    clippy::too_many_arguments,
    reason = "the pool is wired to nearly everything, once"
)]
fn open_pool(
    data: &Data,
    plan: &mut Plan,
    identity: &Identity,
    addresses: &Addresses,
    facts: &Facts,
    functions: &Arc<Functions>,
    inbox: &Arc<Inbox>,
    clock: &Clock,
) -> Result<Cognito, StartError> {
    let settings = face_login_local_cognito::Settings {
        region: REGION.to_owned(),
        account_id: ACCOUNT.to_owned(),
        pool_id: identity.pool_id.clone(),
        client_id: identity.client_id.clone(),
        endpoint: addresses.url("cognito"),
    };
    let pool = facts
        .resources
        .values()
        .find(|resource| resource.reference == identity.pool_id);
    let pool_arn: Arc<str> = pool
        .and_then(|pool| pool.attributes.get("Arn")?.as_str())
        .unwrap_or_default()
        .into();
    let (functions, inbox) = (Arc::clone(functions), Arc::clone(inbox));
    let invoke: face_login_local_cognito::Invoke = Arc::new(move |invocation| {
        let (functions, pool_arn) = (Arc::clone(&functions), Arc::clone(&pool_arn));
        Box::pin(async move { functions.trigger(&pool_arn, invocation).await })
    });
    let mail: face_login_local_cognito::SendMail = Arc::new(move |mail| {
        if let Err(error) = inbox.keep(&mail) {
            tracing::error!(error = %error, "a mail was lost");
        }
    });
    let (pool, client) = plan
        .pool
        .take()
        .zip(plan.client.take())
        .expect("a plan without pool and client is refused");
    Ok(Cognito::open(
        &data.folder("pool")?,
        settings,
        pool,
        client,
        invoke,
        mail,
        Arc::clone(clock),
    )?)
}

fn rekognition_settings() -> face_login_local_rekognition::Settings {
    face_login_local_rekognition::Settings {
        region: REGION.to_owned(),
        account_id: ACCOUNT.to_owned(),
        max_concurrent: std::thread::available_parallelism().map_or(1, usize::from),
        max_waiting: MAX_WAITING,
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "the page's listener shows a bit of everything"
)]
fn local(
    arguments: &Arguments,
    identity: &Identity,
    facts: &Facts,
    addresses: &Addresses,
    plan: &Plan,
    inbox: Arc<Inbox>,
    gateway: &Arc<Gateway>,
    queues: &Arc<Queues>,
    clock: &Clock,
) -> Local {
    let config = serde_json::json!({
        "version": 1,
        "region": REGION,
        "userPoolId": identity.pool_id,
        "clientId": identity.client_id,
        "cognitoEndpoint": format!("{}/", addresses.url("cognito")),
        "consentVersion": facts.parameters.get("ConsentVersion"),
        "languages": ["en"],
        "returnOrigins": [],
    });
    Local {
        site: Site {
            folder: absolute(&arguments.site),
            config,
        },
        inbox,
        gateway: Arc::clone(gateway),
        queues: Arc::clone(queues),
        queue_names: plan.queues.iter().map(|queue| queue.name.clone()).collect(),
        clock: Arc::clone(clock),
    }
}

fn page_service(local: Local) -> Service {
    let local = Arc::new(local);
    Arc::new(move |request| {
        let local = Arc::clone(&local);
        always(async move { local.handle(request).await })
    })
}

fn json_service(gateway: Arc<Gateway>, service: AwsService, backend: Arc<dyn Backend>) -> Service {
    Arc::new(move |request: Request<Incoming>| {
        let (gateway, backend) = (Arc::clone(&gateway), Arc::clone(&backend));
        Box::pin(async move {
            match read_body(request, MAX_BODY).await {
                Ok(request) => gateway.call(service, request, &*backend).await,
                Err(refusal) => Ok(refusal),
            }
        })
    })
}

fn serve_all(
    services: [(&str, Service); 5],
    listeners: &mut Listeners,
    tasks: &mut JoinSet<()>,
    stopped: &watch::Receiver<()>,
) -> io::Result<()> {
    for (name, service) in services {
        let listener = listeners.take(name)?;
        tasks.spawn(serve(listener, service, stopped.clone()));
    }
    Ok(())
}

/// Completes at SIGINT or SIGTERM.
pub(crate) fn ended_by_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    );
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
