//! `PreSignUp` as a Lambda function: wiring only.

use std::process::ExitCode;

use face_login_process::figures::told;
use face_login_triggers::{
    edge::{Edge, configured, ended},
    pre_sign_up::Doorman,
};
use lambda_runtime::{LambdaEvent, run, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let doorman = match configured(|lookup| Doorman::configure(lookup, Edge::system())) {
        Ok(doorman) => doorman,
        Err(code) => return code,
    };
    let doorman = &doorman;
    ended(
        run(service_fn(move |event: LambdaEvent<Value>| {
            told(doorman.handle(event.payload))
        }))
        .await,
    )
}
