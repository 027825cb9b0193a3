//! `DefineAuthChallenge` as a Lambda function: wiring only.

use face_login_triggers::define;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    face_login_logs::start(variable);
    run(service_fn(|event: LambdaEvent<Value>| async {
        define::handle(event.payload)
    }))
    .await
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place of this function that reads the environment"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
