//! The Lambda function behind the schedule: wiring only.

// The futures of the SDKs' calls are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use face_login_process::{figures::told, start, variable};
use face_login_sweeper::{Surroundings, Sweeper};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start();
    let sweeper = Sweeper::connect(variable, Surroundings::system())?;
    let sweeper = &sweeper;
    run(service_fn(
        move |event: LambdaEvent<serde_json::Value>| async move {
            told(sweeper.handle(event.context.deadline()))
                .await
                .map_err(Error::from)
        },
    ))
    .await
}
