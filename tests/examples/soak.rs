//! The soak as a program: `cargo xtask soak` builds everything and starts it. See `docs/endurance.md`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool talks on its standard streams"
)]

use std::{env, fs, path::Path, process::ExitCode};

use face_login_acceptance::soak::{self, plan::Plan};

/// Report for programs; before the options of [`Plan::parse`].
const REPORT: &str = "--report";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    let mut report_file = None;
    if let Some(place) = arguments.iter().position(|argument| argument == REPORT)
        && place + 1 < arguments.len()
    {
        report_file = Some(arguments.remove(place + 1));
        arguments.remove(place);
    }
    let plan = match Plan::parse(&arguments) {
        Ok(plan) => plan,
        Err(problems) => {
            eprintln!("{}", problems.join("\n"));
            return ExitCode::from(2);
        }
    };
    let report = soak::run(&plan, |line| println!("{line}")).await;
    println!("\n{}", report.text);
    if let Some(file) = report_file
        && let Err(error) = fs::write(Path::new(&file), format!("{:#}\n", report.figures))
    {
        eprintln!("{file}: {error}");
        return ExitCode::FAILURE;
    }
    if report.violations.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
