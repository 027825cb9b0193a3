//! `PostConfirmation` as a Lambda function: wiring only.

use std::process::ExitCode;

use face_login_process::figures::told;
use face_login_triggers::{
    edge::{Edge, configured, ended},
    post_confirmation::Ticketing,
};
use lambda_runtime::{LambdaEvent, run, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let ticketing = match configured(|lookup| Ticketing::configure(lookup, Edge::system())) {
        Ok(ticketing) => ticketing,
        Err(code) => return code,
    };
    let ticketing = &ticketing;
    ended(
        run(service_fn(move |event: LambdaEvent<Value>| {
            told(ticketing.handle(event.payload))
        }))
        .await,
    )
}
