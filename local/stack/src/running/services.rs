//! The back ends behind their listeners.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use face_login_local_cognito::Cognito;
use face_login_local_gateway::{AwsService, Backend, BackendFuture, Gateway, Principal};
use face_login_local_rekognition::Rekognition;
use http::Request;
use hyper::body::Incoming;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::dynamodb::Tables;
use crate::local::Local;
use crate::net::{Service, always, read_body, serve};
use crate::ports::Listeners;
use crate::s3::S3;
use crate::ses::Ses;
use crate::watch::Watch;

/// Largest request of the JSON services; Rekognition takes 5 MB of picture in base64.
const MAX_BODY: usize = 16 << 20;

/// Everything that answers requests.
pub(super) struct BackEnds {
    pub(super) local: Local,
    pub(super) pool: Cognito,
    pub(super) s3: Arc<S3>,
    pub(super) tables: Arc<Tables>,
    pub(super) faces: Rekognition,
    pub(super) mails: Ses,
    pub(super) watch: Option<Arc<Watch>>,
}

impl BackEnds {
    /// Starts serving; the tasks end when the sender of `stopped` is gone.
    pub(super) fn serve(
        self,
        gateway: &Arc<Gateway>,
        mut listeners: Listeners,
        stopped: &watch::Receiver<()>,
    ) -> io::Result<JoinSet<()>> {
        let json = |service, backend| json(gateway, self.watch.as_ref(), service, backend);
        let faces = Arc::new(Faces(self.faces));
        let services = [
            ("page", page(self.local)),
            (
                "cognito",
                json(AwsService::CognitoIdp, Arc::new(Pool(self.pool))),
            ),
            ("s3", objects(self.s3)),
            ("dynamodb", json(AwsService::DynamoDb, self.tables)),
            ("rekognition", json(AwsService::Rekognition, faces)),
            ("ses", json(AwsService::Ses, Arc::new(self.mails))),
        ];
        let mut tasks = JoinSet::new();
        for (name, service) in services {
            tasks.spawn(serve(listeners.take(name)?, service, stopped.clone()));
        }
        Ok(tasks)
    }
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

fn page(local: Local) -> Service {
    let local = Arc::new(local);
    Arc::new(move |request| {
        let local = Arc::clone(&local);
        always(async move { local.handle(request).await })
    })
}

fn objects(s3: Arc<S3>) -> Service {
    Arc::new(move |request| {
        let s3 = Arc::clone(&s3);
        Box::pin(async move { s3.handle(request).await })
    })
}

fn json(
    gateway: &Arc<Gateway>,
    watch: Option<&Arc<Watch>>,
    service: AwsService,
    backend: Arc<dyn Backend>,
) -> Service {
    let (gateway, watch) = (Arc::clone(gateway), watch.cloned());
    Arc::new(move |request: Request<Incoming>| {
        let (gateway, backend, watch) = (Arc::clone(&gateway), Arc::clone(&backend), watch.clone());
        Box::pin(async move {
            let request = match read_body(request, MAX_BODY).await {
                Ok(request) => request,
                Err(refusal) => return Ok(refusal),
            };
            let Some(watch) = watch else {
                return gateway.call(service, request, &*backend).await;
            };
            let asked = watch.asked(service, &request);
            let answer = gateway.call(service, request, &*backend).await;
            watch.answered(asked, answer).await
        })
    })
}
