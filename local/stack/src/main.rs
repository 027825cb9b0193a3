//! `face-login-local`: the local stack as a program. `cargo xtask up` starts it with what it needs.

use std::process::ExitCode;

use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let filter = EnvFilter::new("warn,s3s=off,s3s_fs=off");
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime.map_or(ExitCode::FAILURE, |runtime| {
        runtime.block_on(face_login_local_stack::run(std::env::args().skip(1)))
    })
}
