//! `PreSignUp` as a Lambda function: wiring only.

use face_login_triggers::pre_sign_up;
use lambda_runtime::{Error, LambdaEvent, run, service_fn, tracing::init_default_subscriber};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    init_default_subscriber();
    run(service_fn(|event: LambdaEvent<Value>| async {
        pre_sign_up::handle(event.payload)
    }))
    .await
}
