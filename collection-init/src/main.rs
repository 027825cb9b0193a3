//! The Lambda function behind `Custom::FaceCollections`: wiring only.

use face_login_collection_init::Collections;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    face_login_logs::start(variable);
    let collections = Collections::connect(variable);
    let collections = &collections;
    run(service_fn(
        move |event: LambdaEvent<serde_json::Value>| async move {
            #[expect(
                clippy::disallowed_methods,
                reason = "the one place that reads the clock"
            )]
            let left = event
                .context
                .deadline()
                .duration_since(std::time::SystemTime::now())
                .unwrap_or_default();
            collections
                .handle(event.payload, left)
                .await
                .map_err(Error::from)
        },
    ))
    .await
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
