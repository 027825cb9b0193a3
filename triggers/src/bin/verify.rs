//! `VerifyAuthChallengeResponse` as a Lambda function: wiring only.

use std::process::ExitCode;

use face_login_process::figures::told;
use face_login_triggers::{
    edge::{Edge, configured, ended},
    verify::Verifier,
};
use lambda_runtime::{LambdaEvent, run, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let verifier = match configured(|lookup| Verifier::configure(lookup, Edge::system())) {
        Ok(verifier) => verifier,
        Err(code) => return code,
    };
    let verifier = &verifier;
    ended(
        run(service_fn(move |event: LambdaEvent<Value>| {
            told(verifier.handle(event.payload))
        }))
        .await,
    )
}
