//! The Lambda function behind the queue of uploaded documents: wiring only.

use std::sync::Arc;

use face_login_indexer::{Indexer, Surroundings};
use face_login_process::{figures::told, start, variable};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start();
    let indexer = Arc::new(Indexer::connect(variable, Surroundings::system())?);
    let indexer = &indexer;
    run(service_fn(
        move |event: LambdaEvent<serde_json::Value>| async move {
            told(indexer.handle(&event.payload, event.context.deadline()))
                .await
                .map_err(Error::from)
        },
    ))
    .await
}
