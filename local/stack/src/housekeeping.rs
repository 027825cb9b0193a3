//! What AWS does some time: rows whose time to live is over, objects past their lifecycle.

use std::sync::Arc;
use std::time::Duration;

use face_login_local_gateway::Clock;
use tokio::sync::watch;

use crate::dynamodb::Tables;
use crate::s3::S3;

const EVERY: Duration = Duration::from_hours(1);

/// Works once an hour until `stop` changes.
pub(crate) async fn run(
    tables: Arc<Tables>,
    s3: Arc<S3>,
    clock: Clock,
    mut stop: watch::Receiver<()>,
) {
    let mut hour = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            _ = hour.tick() => {}
        }
        let rows = Arc::clone(&tables);
        match tokio::task::spawn_blocking(move || rows.expire()).await {
            Ok(Ok(removed)) => tracing::debug!(removed, "rows past their time to live"),
            Ok(Err(error)) => tracing::warn!(error = %error, "removing old rows failed"),
            Err(_) => tracing::warn!("removing old rows was cut short"),
        }
        s3.expire(clock()).await;
    }
}
