//! The command line.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// What the stack is started with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) template: PathBuf,
    /// Address of the page; port 0 is the one used before, else any that is free.
    pub(crate) listen: SocketAddr,
    pub(crate) data: PathBuf,
    pub(crate) state: State,
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) ready_file: Option<PathBuf>,
    pub(crate) weights: PathBuf,
    pub(crate) binaries: PathBuf,
    pub(crate) site: PathBuf,
    /// Folder of AWS's service models; every exchange is held against them then.
    pub(crate) models: Option<PathBuf>,
    /// Where grants are recorded, for the golden list of actions.
    pub(crate) grants: Option<PathBuf>,
    /// Faults that are set from the start, as `/_local/faults` takes them.
    pub(crate) faults: Vec<serde_json::Value>,
}

/// What becomes of the state of an earlier run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Keep,
    /// `--fresh`
    Discard,
}

impl Default for Arguments {
    fn default() -> Self {
        Self {
            template: "template.yaml".into(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            data: ".local".into(),
            state: State::Keep,
            parameters: BTreeMap::new(),
            ready_file: None,
            weights: "target/weights".into(),
            binaries: "target/release".into(),
            site: "target/site".into(),
            models: None,
            grants: None,
            faults: Vec::new(),
        }
    }
}

impl Arguments {
    /// Reads the command line without the program's name.
    ///
    /// # Errors
    /// Every argument that can't be used, with what to give instead.
    pub(crate) fn parse(given: impl Iterator<Item = String>) -> Result<Self, Vec<String>> {
        let (mut arguments, mut problems, mut given) = (Self::default(), Vec::new(), given);
        while let Some(name) = given.next() {
            if name == "--fresh" {
                arguments.state = State::Discard;
            } else if !TAKES_VALUE.contains(&name.as_str()) {
                problems.push(format!(
                    "{name}: there is no such option; known are --fresh, {}",
                    TAKES_VALUE.join(", ")
                ));
            } else if let Some(value) = given.next() {
                arguments
                    .set(&name, value)
                    .unwrap_or_else(|problem| problems.push(problem));
            } else {
                problems.push(format!("{name} needs a value"));
            }
        }
        if problems.is_empty() {
            Ok(arguments)
        } else {
            Err(problems)
        }
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), String> {
        match name {
            "--listen" => self.listen = listen(&value)?,
            "--data" => self.data = value.into(),
            "--template" => self.template = value.into(),
            "--ready-file" => self.ready_file = Some(value.into()),
            "--weights" => self.weights = value.into(),
            "--binaries" => self.binaries = value.into(),
            "--site" => self.site = value.into(),
            "--models" => self.models = Some(value.into()),
            "--grants" => self.grants = Some(value.into()),
            "--fault" => {
                let fault = serde_json::from_str(&value);
                self.faults
                    .push(fault.map_err(|error| format!("--fault {value}: no JSON: {error}"))?);
            }
            _ => match value.split_once('=') {
                Some((parameter, value)) if !parameter.is_empty() => {
                    self.parameters
                        .insert(parameter.to_owned(), value.to_owned());
                }
                _ => return Err(format!("--set {value}: give NAME=VALUE")),
            },
        }
        Ok(())
    }
}

const TAKES_VALUE: [&str; 11] = [
    "--listen",
    "--data",
    "--set",
    "--template",
    "--ready-file",
    "--weights",
    "--binaries",
    "--site",
    "--models",
    "--grants",
    "--fault",
];

fn listen(value: &str) -> Result<SocketAddr, String> {
    let address: Option<SocketAddr> = value.replace("localhost:", "127.0.0.1:").parse().ok();
    match address {
        Some(address) if address.ip() == Ipv4Addr::LOCALHOST => Ok(address),
        Some(_) => Err(format!(
            "--listen {value}: the stack serves this machine only, give 127.0.0.1:PORT"
        )),
        None => Err(format!(
            "--listen {value}: give 127.0.0.1:PORT, for instance 127.0.0.1:8080"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::{Arguments, State};

    fn parse(line: &str) -> Result<Arguments, Vec<String>> {
        Arguments::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn everything_that_can_be_said() {
        let read = parse("--listen 127.0.0.1:0 --data d --fresh --set A=1 --set B=2=3 --template t --ready-file r --weights w --binaries b --site s --fault {\"times\":2}").unwrap();
        assert_eq!((read.listen.port(), read.state), (0, State::Discard));
        assert_eq!(read.faults, [serde_json::json!({"times": 2})]);
        assert_eq!(
            read.parameters.into_iter().collect::<Vec<_>>(),
            [("A".into(), "1".into()), ("B".into(), "2=3".into())]
        );
        assert_eq!(parse("").unwrap(), Arguments::default());
    }

    #[test]
    fn every_mistake_is_reported() {
        let problems =
            parse("--listen 0.0.0.0:80 --set =x --nonsense --fault {x --data").unwrap_err();
        let starts: Vec<&str> = problems
            .iter()
            .filter_map(|problem| problem.split(':').next())
            .collect();
        assert_eq!(
            starts,
            [
                "--listen 0.0.0.0",
                "--set =x",
                "--nonsense",
                "--fault {x",
                "--data needs a value"
            ]
        );
        assert!(parse("--listen [::1]:80").is_err());
        assert!(parse("--listen here").is_err());
    }
}
