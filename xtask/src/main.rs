//! Every command of the README: `cargo xtask up | test | check | audit | accuracy`.

mod accuracy;
mod binaries;
mod budgets;
mod check;
mod chromium;
mod clients;
mod documents;
mod layers;
mod options;
mod problems;
mod run;
mod say;
mod service_models;
mod site;
mod suite;
mod supply_chain;
mod template_lint;
mod template_rules;
mod tools;
mod up;
mod weights;
mod workspace;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <command>

  up         set up what is missing, start the whole stack on this machine, print the page's address
               --listen 127.0.0.1:PORT   where the page is served (default 127.0.0.1:8080; port 0 picks a free one)
               --data DIR                where the state is kept (default .local)
               --fresh                   start with no state
               --set NAME=VALUE          a parameter of the template (repeatable)
               --template PATH           another template (default template.yaml)
               --weights FILE            the tarball of the face weights' npm package, where npm is absent
               --ready-file PATH         write addresses and keys there once everything answers
  test       set up what is missing and run every test, the browser ones included
  check      formatting, lints, layer rules, template lint, size budgets
  audit      known vulnerabilities in the dependencies (needs a network)
  coverage   write the tables of local/COVERAGE.md from what the local stack does
  accuracy DIR   measure recognition on photos in DIR/<person>/<photo>.jpg";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next();
    let rest: Vec<String> = arguments.collect();
    let outcome = match command.as_deref() {
        Some("up") => up::up(&rest),
        Some("test") => suite::test(&rest),
        Some("check") => check::check(&rest),
        Some("coverage") => suite::coverage(&rest),
        Some("audit") => supply_chain::audit(&rest),
        Some("accuracy") => accuracy::accuracy(&rest),
        Some("help" | "--help" | "-h") => {
            say::line(USAGE);
            return ExitCode::SUCCESS;
        }
        Some(other) => Err(anyhow::anyhow!("there is no command `{other}`\n\n{USAGE}")),
        None => Err(anyhow::anyhow!("which command?\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::error(&format!("{error:#}"));
            ExitCode::from(2)
        }
    }
}
