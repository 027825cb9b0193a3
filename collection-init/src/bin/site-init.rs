//! The Lambda function behind `Custom::Site`: wiring only.

use face_login_collection_init::Site;
use face_login_process::{now, start, variable};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start();
    let site = Site::connect(variable);
    let site = &site;
    run(service_fn(
        move |event: LambdaEvent<serde_json::Value>| async move {
            let deadline = event.context.deadline();
            let left = deadline.duration_since(now()).unwrap_or_default();
            site.handle(event.payload, left).await.map_err(Error::from)
        },
    ))
    .await
}
