//! From the command line to the exit code.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use face_login_local_gateway::Clock;

use crate::arguments::{Arguments, State};
use crate::configuration::{Configuration, chain, configure};
use crate::custom::CloudFormation;
use crate::data::{Data, DataError};
use crate::ready::ReadyFile;
use crate::running::{Running, StartError, ended_by_signal};
use crate::say;

/// Bad configuration; everything else that fails is 1.
const BAD_CONFIGURATION: u8 = 2;

/// Why the program ends before it is told to.
enum Ended {
    BadConfiguration(Vec<String>),
    Failed(StartError),
}

impl From<StartError> for Ended {
    fn from(error: StartError) -> Self {
        Self::Failed(error)
    }
}

/// Runs the stack until SIGINT or SIGTERM. `arguments` come without the program's name.
pub async fn run(arguments: impl Iterator<Item = String>) -> ExitCode {
    match stack(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(Ended::BadConfiguration(problems)) => {
            let list: Vec<String> = problems
                .iter()
                .map(|problem| format!("  - {problem}"))
                .collect();
            say::problem(&format!(
                "The stack can't start like this:\n{}",
                list.join("\n")
            ));
            ExitCode::from(BAD_CONFIGURATION)
        }
        Err(Ended::Failed(error)) => {
            say::problem(&format!("The stack could not start: {}", chain(&error)));
            ExitCode::FAILURE
        }
    }
}

async fn stack(arguments: impl Iterator<Item = String>) -> Result<(), Ended> {
    let arguments = Arguments::parse(arguments).map_err(Ended::BadConfiguration)?;
    #[expect(
        clippy::disallowed_methods,
        reason = "the edge of the program: every part gets this clock"
    )]
    let clock: Clock = Arc::new(std::time::SystemTime::now);
    let mut end = std::pin::pin!(ended_by_signal().map_err(StartError::from)?);
    let (data, configuration) = open(&arguments)?;
    let configuration = match arguments.state {
        State::Keep => configuration,
        State::Discard => discard(&arguments, &data, configuration, &clock).await?,
    };
    let ready_file = ready_file(&arguments, &data);
    // Left by a stack that was killed: nobody may take it for this one's.
    let _ = std::fs::remove_file(&ready_file);
    let mut running = Running::start(&arguments, Arc::clone(&data), configuration, clock).await?;
    let ready = tokio::select! {
        ready = announce(&ready_file, &data, &mut running) => Some(ready),
        () = &mut end => None,
    };
    let outcome = match ready {
        None => Ok(()),
        Some(Ok(file)) => {
            end.await;
            drop(file);
            Ok(())
        }
        Some(Err(error)) => Err(error),
    };
    running.stop().await;
    Ok(outcome?)
}

fn open(arguments: &Arguments) -> Result<(Arc<Data>, Configuration), Ended> {
    let data = Data::open(&arguments.data).and_then(|data| {
        match (data.check_version(), arguments.state) {
            (Err(DataError::Newer { .. }), State::Discard) => data
                .wipe()
                .and_then(|()| data.check_version())
                .map(|()| data),
            (checked, _) => checked.map(|()| data),
        }
    });
    let configuration = configure(arguments, data.as_ref().ok());
    match (data, configuration) {
        (Ok(data), Ok(configuration)) => Ok((Arc::new(data), configuration)),
        (Ok(_), Err(problems)) => Err(Ended::BadConfiguration(problems)),
        (Err(error), configuration) => {
            let others = configuration.err().unwrap_or_default();
            Err(Ended::BadConfiguration(
                std::iter::once(error.to_string()).chain(others).collect(),
            ))
        }
    }
}

/// `--fresh`: the custom resources hear of their end, then everything goes.
async fn discard(
    arguments: &Arguments,
    data: &Arc<Data>,
    old: Configuration,
    clock: &Clock,
) -> Result<Configuration, Ended> {
    if CloudFormation::has_made(data).unwrap_or(false) {
        say::line("deleting what an earlier run made");
        let running = Running::start(arguments, Arc::clone(data), old, Arc::clone(clock)).await?;
        if let Err(error) = running.delete_custom_resources().await {
            say::problem(&format!("Going on with --fresh, though {}", chain(&error)));
        }
        running.stop().await;
    } else {
        drop(old);
    }
    data.wipe()
        .and_then(|()| data.check_version())
        .map_err(StartError::from)?;
    configure(arguments, Some(data)).map_err(Ended::BadConfiguration)
}

fn ready_file(arguments: &Arguments, data: &Data) -> PathBuf {
    let given = arguments.ready_file.clone();
    given.unwrap_or_else(|| data.path().join("ready.json"))
}

async fn announce(
    ready_file: &Path,
    data: &Data,
    running: &mut Running,
) -> Result<ReadyFile, StartError> {
    let file = ReadyFile::write(ready_file, &running.complete().await?)?;
    let page = running.page();
    say::line(&format!(
        "\nSign-in page   {page}/\nMails          {page}/_local/inbox/\nData           {}\n\nCtrl-C ends the stack.",
        data.path().display()
    ));
    Ok(file)
}
