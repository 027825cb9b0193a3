//! A Lambda function for the tests: does what the event's `do` says.

use std::{process::exit, time::Duration};

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let variable =
        |wanted: &str| std::env::vars().find_map(|(name, value)| (name == wanted).then_some(value));
    if let Some(reason) = variable("REFUSE_TO_START") {
        return Err(reason.into());
    }
    let mut served = 0;
    let end = run(service_fn(move |event| {
        served += 1;
        handle(event, served)
    }))
    .await;
    // For the test of orphans: shows that the runtime client left its loop by itself.
    if let Some(mark) = variable("END_MARK") {
        std::fs::write(mark, "ended")?;
    }
    end
}

#[expect(clippy::disallowed_methods, reason = "a probe may dawdle")]
async fn handle(event: LambdaEvent<Value>, served: u32) -> Result<Value, Error> {
    let LambdaEvent { payload, context } = event;
    match payload["do"].as_str() {
        Some("describe") => Ok(json!({
            "pid": std::process::id(),
            "served": served,
            "deadline": context.deadline,
            "arn": context.invoked_function_arn,
            "requestId": context.request_id,
            "traceId": context.xray_trace_id,
            "environment": std::env::vars().collect::<std::collections::BTreeMap<_, _>>(),
            "directory": std::env::current_dir()?,
        })),
        Some("wait") => {
            tokio::time::sleep(Duration::from_millis(payload["ms"].as_u64().unwrap_or(0))).await;
            Ok(json!({"pid": std::process::id()}))
        }
        Some("exit") => exit(3),
        Some("fail") => Err("the rows are gone".into()),
        _ => Ok(Value::Null),
    }
}
