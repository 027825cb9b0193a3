//! `DefineAuthChallenge` as a Lambda function: wiring only.

use face_login_process::{figures::told, start};
use face_login_triggers::define;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start();
    run(service_fn(|event: LambdaEvent<Value>| async {
        told(async { define::handle(event.payload) }).await
    }))
    .await
}
