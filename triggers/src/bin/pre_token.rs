//! `PreTokenGeneration` as a Lambda function: wiring only.

use std::process::ExitCode;

use face_login_process::figures::told;
use face_login_triggers::{
    edge::{Edge, configured, ended},
    pre_token::LastGate,
};
use lambda_runtime::{LambdaEvent, run, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let gate = match configured(|lookup| LastGate::configure(lookup, Edge::system())) {
        Ok(gate) => gate,
        Err(code) => return code,
    };
    let gate = &gate;
    ended(
        run(service_fn(move |event: LambdaEvent<Value>| {
            told(gate.handle(event.payload))
        }))
        .await,
    )
}
