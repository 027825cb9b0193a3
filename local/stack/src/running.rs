//! A running stack: every service opened and wired, every listener serving.

use std::collections::BTreeSet;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use face_login_local_gateway::{Clock, Gateway, Principal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::arguments::Arguments;
use crate::configuration::{Blueprint, Configuration};
use crate::custom::{ANSWERS, CloudFormation, CustomError};
use crate::data::{Data, DataError};
use crate::dynamodb::Tables;
use crate::events::Events;
use crate::functions::{Functions, log_failure};
use crate::grants::Grants;
use crate::inbox::Inbox;
use crate::plan::Feed;
use crate::queue::{Failed, Polled, Poller, Queues, lost_by_fault};
use crate::s3::{Bucket, S3};
use crate::{housekeeping, ready, say};

mod error;
mod opening;
mod services;

pub(crate) use error::StartError;
use opening::Opening;
use services::BackEnds;

/// How long running requests may take to finish at the end.
const END: Duration = Duration::from_secs(2);

/// All services.
pub(crate) struct Running {
    data: Arc<Data>,
    gateway: Arc<Gateway>,
    functions: Arc<Functions>,
    s3: Arc<S3>,
    queues: Arc<Queues>,
    tables: Arc<Tables>,
    blueprint: Blueprint,
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
            mut blueprint,
            pool,
            clients,
            listeners,
        } = configuration;
        blueprint.plan.buckets.push(Bucket {
            name: ANSWERS.to_owned(),
            ..Bucket::default()
        });
        crate::site::packaged(&mut blueprint.plan.custom, &arguments.site)?;
        say::line("loading the face engine");
        let engine = opening::engine(&arguments.weights).await?;
        let folders = opening::folders(&data, &arguments.site)?;
        let (gateway, functions) =
            opening::gateway_and_functions(&blueprint, &arguments.binaries, &folders, &clock);
        let functions = Arc::new(functions);
        for fault in &arguments.faults {
            gateway.faults().add(fault)?;
        }
        if let Some(path) = &arguments.grants {
            let grants = Grants::open(path, &arguments.template, &blueprint)?;
            gateway.watch(Arc::new(move |function, asked| {
                grants.note(function, asked);
            }));
        }
        let queues = Arc::new(Queues::open(&data.folder("queues")?)?);
        let tables = Tables::open(&data.folder("tables")?, &blueprint.plan.tables)?;
        let tables = Arc::new(tables);
        let opening = Opening {
            data: &data,
            blueprint: &blueprint,
            gateway: &gateway,
            queues: &queues,
            inbox: &Arc::new(Inbox::open(&data.folder("mail")?)?),
            clock: &clock,
        };
        let s3 = Arc::new(opening.s3()?);
        let watch = opening.watch(arguments.models.as_deref())?;
        let back_ends = BackEnds {
            local: opening.local(
                &arguments.site,
                &s3,
                watch.as_ref(),
                &functions,
                folders.logs,
            ),
            pool: opening.pool(pool, clients, &functions)?,
            s3: Arc::clone(&s3),
            tables: Arc::clone(&tables),
            faces: opening.rekognition(engine)?,
            mails: opening.ses(),
            watch,
        };
        let (stop, stopped) = watch::channel(());
        let tasks = back_ends.serve(&gateway, listeners, &stopped)?;
        ready::answers(&blueprint.addresses).await?;
        // The questions above are nobody's business.
        gateway.calls().clear();
        Ok(Self {
            data,
            gateway,
            functions,
            s3,
            queues,
            tables,
            blueprint,
            clock,
            tasks,
            stop,
        })
    }

    /// Makes the custom resources and starts what works by itself. Gives the content of the ready file.
    pub(crate) async fn complete(&mut self) -> Result<serde_json::Value, StartError> {
        say::line("bringing the custom resources to what the template says");
        let made = self
            .cloud_formation()
            .settle(&self.blueprint.plan.custom)
            .await?;
        for (logical_id, made) in made {
            let resource = self
                .blueprint
                .facts
                .resources
                .entry(logical_id)
                .or_default();
            resource.reference = made.physical_id;
            resource.attributes.extend(made.attributes);
        }
        let outputs = self.blueprint.template.outputs(&self.blueprint.facts)?;
        self.data.save("outputs.json", &outputs)?;
        self.announce_new_notifications()?;
        for feed in &self.blueprint.plan.feeds {
            let poller = self.poller(feed);
            self.tasks.spawn(poller.run(self.stop.subscribe()));
        }
        for schedule in self.blueprint.plan.schedules.clone() {
            let (functions, clock) = (Arc::clone(&self.functions), Arc::clone(&self.clock));
            let stop = self.stop.subscribe();
            self.tasks.spawn(schedule.run(functions, clock, stop));
        }
        self.tasks.spawn(housekeeping::run(
            Arc::clone(&self.tables),
            Arc::clone(&self.s3),
            Arc::clone(&self.clock),
            self.stop.subscribe(),
        ));
        Ok(ready::content(&self.blueprint))
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
        self.blueprint.addresses.url("page")
    }

    fn cloud_formation(&self) -> CloudFormation<'_> {
        CloudFormation {
            data: &self.data,
            functions: &self.functions,
            s3: &self.s3,
            gateway: &self.gateway,
            s3_endpoint: self.blueprint.addresses.url("s3"),
            stack_id: self.blueprint.identity.stack_id.clone(),
            clock: Arc::clone(&self.clock),
        }
    }

    /// S3 sends a test event where a notification is new.
    fn announce_new_notifications(&self) -> Result<(), DataError> {
        let name = "notifications.json";
        let mut known: BTreeSet<String> = self.data.load(name)?.unwrap_or_default();
        let events = Events {
            queues: Arc::clone(&self.queues),
            known: self.blueprint.plan.queues.clone(),
        };
        for bucket in self
            .blueprint
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

    fn poller(&self, feed: &Feed) -> Poller {
        let (functions, function) = (Arc::clone(&self.functions), feed.function.clone());
        let gateway = Arc::clone(&self.gateway);
        // Lambda polls with the function's role; that it may was checked before the start.
        let polling = {
            let (gateway, arn) = (Arc::clone(&gateway), feed.queue.arn.clone());
            let role = Principal::Function {
                logical_id: function.clone(),
                process: 0,
            };
            move |action: &str| gateway.authorise(&role, action, &arn)
        };
        polling("sqs:GetQueueAttributes");
        let receiving = polling.clone();
        Poller::new(Polled {
            queues: Arc::clone(&self.queues),
            queue: feed.queue.clone(),
            mapping: feed.mapping.clone(),
            invoke: Arc::new(move |event| {
                receiving("sqs:ReceiveMessage");
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
            is_lost: Arc::new(move |message| {
                polling("sqs:DeleteMessage");
                lost_by_fault(gateway.faults(), message)
            }),
        })
    }
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
