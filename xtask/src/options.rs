//! The options of `up`.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::problems::Problems;

/// What `cargo xtask up` was asked to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UpOptions {
    pub(crate) listen: SocketAddr,
    pub(crate) data: PathBuf,
    pub(crate) fresh: Fresh,
    pub(crate) parameters: Vec<String>,
    pub(crate) template: PathBuf,
    pub(crate) weights: Option<PathBuf>,
    pub(crate) ready_file: Option<PathBuf>,
}

/// Whether earlier state is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fresh {
    Keep,
    Discard,
}

impl UpOptions {
    /// Reads the arguments; every mistake is added to `problems`, and a default stands in for what was wrong.
    pub(crate) fn parse(arguments: &[String], problems: &mut Problems) -> Self {
        let mut options = Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: ".local".into(),
            fresh: Fresh::Keep,
            parameters: Vec::new(),
            template: "template.yaml".into(),
            weights: None,
            ready_file: None,
        };
        let mut arguments = arguments.iter();
        while let Some(name) = arguments.next() {
            if name == "--fresh" {
                options.fresh = Fresh::Discard;
                continue;
            }
            if !TAKES_VALUE.contains(&name.as_str()) {
                problems.add(format!(
                    "there is no option `{name}`; it is one of --fresh {}",
                    TAKES_VALUE.join(" ")
                ));
                continue;
            }
            match arguments.next() {
                Some(value) => options.take(name, value, problems),
                None => problems.add(format!("{name} needs a value after it")),
            }
        }
        options
    }

    fn take(&mut self, name: &str, value: &str, problems: &mut Problems) {
        match name {
            "--listen" => match value.parse::<SocketAddr>() {
                Ok(address) if address.ip() == std::net::Ipv4Addr::LOCALHOST => self.listen = address,
                _ => problems.add(format!(
                    "--listen {value}: give 127.0.0.1:PORT, for instance 127.0.0.1:8080 (the stack serves this machine only)"
                )),
            },
            "--data" => self.data = value.into(),
            "--set" if value.split_once('=').is_some_and(|(key, _)| !key.is_empty()) => self.parameters.push(value.to_owned()),
            "--set" => problems.add(format!("--set {value}: give NAME=VALUE, for instance --set SimilarityThreshold=95")),
            "--template" => self.template = value.into(),
            "--weights" => self.weights = Some(value.into()),
            _ => self.ready_file = Some(value.into()),
        }
    }
}

const TAKES_VALUE: [&str; 6] = [
    "--listen",
    "--data",
    "--set",
    "--template",
    "--weights",
    "--ready-file",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> (UpOptions, Result<(), String>) {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let mut problems = Problems::default();
        let options = UpOptions::parse(&arguments, &mut problems);
        (
            options,
            problems.into_result().map_err(|error| error.to_string()),
        )
    }

    #[test]
    fn without_arguments_the_defaults_of_the_readme_hold() {
        let (options, result) = parse("");
        assert_eq!(result, Ok(()));
        assert_eq!(options.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(options.data, PathBuf::from(".local"));
        assert_eq!(options.fresh, Fresh::Keep);
    }

    #[test]
    fn every_option_is_taken() {
        let (options, result) = parse(
            "--listen 127.0.0.1:0 --data d --fresh --set A=1 --set B=2=3 --template t --weights w --ready-file r",
        );
        assert_eq!(result, Ok(()));
        assert_eq!(options.listen.port(), 0);
        assert_eq!(options.fresh, Fresh::Discard);
        assert_eq!(options.parameters, ["A=1", "B=2=3"]);
        assert_eq!(options.weights, Some("w".into()));
        assert_eq!(options.ready_file, Some("r".into()));
    }

    #[test]
    fn every_mistake_is_told() {
        let (_, result) = parse("--listen 0.0.0.0:80 --set =x --nonsense --data");
        let text = result.unwrap_err();
        for part in [
            "0.0.0.0:80",
            "--set =x",
            "--nonsense",
            "--data needs a value",
        ] {
            assert!(text.contains(part), "{part} is not in: {text}");
        }
    }
}
