//! Every command of the README: `cargo xtask up | test | soak | package | package-web | check | audit | accuracy | aws-ready`.

mod accuracy;
mod actions;
mod aws_ready;
mod binaries;
mod budgets;
mod check;
mod chromium;
mod clients;
mod documents;
mod elsewhere;
mod layers;
mod mutants;
mod options;
mod origins;
mod package;
mod package_web;
mod portable;
mod problems;
mod python;
mod run;
mod say;
mod service_models;
mod site;
mod soak;
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
               --aws READY.json          only what needs no local stack, against the stack that the file describes
  soak       enrolments and sign-ins while the stack is killed again and again (about an hour; docs/endurance.md)
               --enrolments N --sign-ins N --parallel N --seed N --stack-kills N --function-kills N
  aws-ready STACKS.json RESOURCES.json OUT.json   make a ready file for a stack on AWS (docs/testing-on-aws.md)
  package-web   make the npm package of the custom element, under target/package-web
  check      formatting, lints, layer rules, template lint, size budgets
  package    build and zip what is deployed, byte by byte the same each time (docs/deploying.md)
               --x86-64                  for Intel and AMD; without it for arm64
               --try                     enrol and sign in once with the packaged functions
  audit      known vulnerabilities in the dependencies (needs a network)
  coverage   write the tables of local/COVERAGE.md from what the local stack does
  actions    compare tests/golden/actions.txt with what the functions did in the last `test`; --write takes it over
  mutants    change the template in every small way and find who notices; the table is tests/MUTANTS.md (not part of CI: it takes long)
               --only TEXT               mutants with that in their name
               --jobs N                  run N at a time (default 2)
               --cheap                   only what needs no running stack
               --mapped                  not the whole suite for what is left
               --dev                     dev profile; the variables FACE_LOGIN_... say where things are
  accuracy DIR   measure recognition on photos in DIR/<person>/<photo>.jpg";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next();
    let rest: Vec<String> = arguments.collect();
    let outcome = match command.as_deref() {
        Some("up") => up::up(&rest),
        Some("test") => match rest.as_slice() {
            [option, ready] if option == "--aws" => elsewhere::test(ready.as_ref()),
            _ => suite::test(&rest),
        },
        Some("package-web") => package_web::package_web(&rest),
        Some("check") => check::check(&rest),
        Some("coverage") => suite::coverage(&rest),
        Some("audit") => supply_chain::audit(&rest),
        Some("soak") => soak::soak(&rest),
        Some("aws-ready") => aws_ready::aws_ready(&rest),
        Some("package") => package::package(&rest),
        Some("actions") => actions::actions(&rest),
        Some("mutants") => mutants::mutants(&rest),
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
