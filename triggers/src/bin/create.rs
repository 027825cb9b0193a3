//! `CreateAuthChallenge` as a Lambda function: wiring only.

use std::process::ExitCode;

use face_login_process::figures::told;
use face_login_triggers::{
    create::Creator,
    edge::{Edge, configured, ended},
};
use lambda_runtime::{LambdaEvent, run, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let creator = match configured(|lookup| Creator::configure(lookup, Edge::system())) {
        Ok(creator) => creator,
        Err(code) => return code,
    };
    let creator = &creator;
    ended(
        run(service_fn(move |event: LambdaEvent<Value>| {
            told(creator.handle(event.payload))
        }))
        .await,
    )
}
