//! For the test of orphans: a stack that invokes the probe once, says so, starts a second invocation, and waits to be killed.
//!
//! Arguments: the probe, a directory, where the probe marks its end, milliseconds that the second invocation takes (0 for none).

use std::{
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use face_login_local_lambda::{FunctionConfig, Lambdas};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
#[expect(
    clippy::disallowed_methods,
    reason = "the edge of a program: here the clock is the system's"
)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [probe, dir, mark, busy_ms] = &arguments[..] else {
        return Err("four arguments are needed".into());
    };
    let function = FunctionConfig {
        logical_id: "Probe".to_owned(),
        arn: "arn:aws:lambda:us-east-1:123456789012:function:probe".to_owned(),
        binary: PathBuf::from(probe),
        environment: vec![("END_MARK".to_owned(), mark.clone())],
        timeout: Duration::from_mins(1),
        memory_mb: 128,
    };
    let lambdas = Lambdas::new(
        vec![function],
        Arc::new(|_, _| Vec::new()),
        PathBuf::from(dir),
        Arc::new(SystemTime::now),
    );
    lambdas.invoke("Probe", json!({"do": "describe"})).await?;
    let event = json!({"do": "wait", "ms": busy_ms.parse::<u64>()?});
    let (invocation, told) = tokio::join!(lambdas.invoke("Probe", event), tell());
    invocation?;
    told?;
    std::future::pending::<()>().await;
    Ok(())
}

/// Tells the test that the second invocation is under way (or done).
#[expect(
    clippy::disallowed_methods,
    reason = "the process gets time to take the invocation"
)]
async fn tell() -> io::Result<()> {
    tokio::time::sleep(Duration::from_millis(300)).await;
    io::stdout().write_all(b"invoked\n")?;
    io::stdout().flush()
}
