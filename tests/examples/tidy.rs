//! Deletes the users that the suite made in a stack elsewhere, with their faces and rows; `cargo xtask test --aws` starts it:
//! `cargo run -p face-login-acceptance --example tidy -- READY.json`.

use std::{env, path::PathBuf, process::ExitCode};

use face_login_acceptance::{ready::Ready, visitors::Visitors};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some(ready) = env::args_os()
        .nth(1)
        .and_then(|path| Ready::read(&PathBuf::from(path)))
    else {
        return ExitCode::from(2);
    };
    Visitors::of(&ready).forget().await;
    ExitCode::SUCCESS
}
