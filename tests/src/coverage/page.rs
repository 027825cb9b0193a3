//! `local/COVERAGE.md`: written by people but for the blocks between two marks, which are made from what the stack did.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::PathBuf};

use face_login_local_models::Models;

use super::{Operation, Service};
use crate::places;

/// Errors that the engine of the tables gives; they are in no source of ours.
const OF_THE_ENGINE: [&str; 6] = [
    "ConditionalCheckFailedException",
    "IdempotentParameterMismatchException",
    "ItemCollectionSizeLimitExceededException",
    "ResourceInUseException",
    "ResourceNotFoundException",
    "TransactionCanceledException",
];

/// The page as it lies in the repository.
#[derive(Debug)]
pub struct Page {
    path: PathBuf,
    /// Its text.
    pub text: String,
}

impl Page {
    /// Reads the page.
    pub fn read() -> Self {
        let path = places::workspace().join("local/COVERAGE.md");
        let text = fs::read_to_string(&path).expect("local/COVERAGE.md is part of the project");
        Self { path, text }
    }

    /// The page's text as it has to be, now that the stack did this.
    pub fn with(&self, services: &[Service], models: &Models) -> String {
        services.iter().fold(self.text.clone(), |text, service| {
            let (start, end) = (
                format!("<!-- made: {} -->\n", service.name),
                format!("<!-- end: {} -->", service.name),
            );
            let (before, rest) = text
                .split_once(&start)
                .unwrap_or_else(|| panic!("the page has no mark {start}"));
            let (_, after) = rest
                .split_once(&end)
                .unwrap_or_else(|| panic!("the page has no mark {end}"));
            format!("{before}{start}{}{end}{after}", block(service, models))
        })
    }

    /// Writes another text in its place.
    pub fn write(&self, text: &str) {
        fs::write(&self.path, text).expect("the page can be written");
    }

    /// The tests that the page names, each as `` `fn name` ``.
    pub fn tests(&self) -> BTreeSet<&str> {
        let quoted = self.text.split('`').skip(1).step_by(2);
        quoted
            .filter_map(|quoted| quoted.strip_prefix("fn "))
            .collect()
    }
}

fn block(service: &Service, models: &Models) -> String {
    let (mut served, mut refused) = (Vec::new(), Vec::new());
    for (name, operation) in &service.operations {
        match operation {
            Operation::Served(members) => served.push((name, members)),
            Operation::Refused(_) => refused.push(name.as_str()),
        }
    }
    let mut text = format!(
        "{} of {} operations.\n\n| operation | members | refused by name |\n|---|---|---|\n",
        served.len(),
        service.operations.len()
    );
    for (name, members) in &served {
        let supported = members.supported.join(", ");
        let refused = members.refused.join(", ");
        let _ = writeln!(text, "| {name} | {supported} | {refused} |");
    }
    let _ = write!(text, "\nRefused by name: {}.\n", refused.join(", "));
    if service.name != "s3" {
        let names: Vec<&str> = served.iter().map(|(name, _)| name.as_str()).collect();
        text.push_str(&errors(service.name, &names, models));
    }
    text
}

/// Which of the errors that the served operations declare are ever given.
fn errors(service: &str, operations: &[&str], models: &Models) -> String {
    let model = models.service(service).expect("all models are read");
    let declared: BTreeSet<&str> = operations
        .iter()
        .flat_map(|name| &model.operations[*name].errors)
        .map(|error| error.shape.as_str())
        .collect();
    let sources = sources(service);
    let (given, never): (Vec<&str>, Vec<&str>) = declared.into_iter().partition(|error| {
        sources.contains(&format!("\"{error}\""))
            || (service == "dynamodb" && OF_THE_ENGINE.contains(error))
    });
    format!(
        "\nErrors given, of those that these operations declare: {}.\n\nNever given, as nothing here leads to them: {}.\n",
        given.join(", "),
        if never.is_empty() {
            "none".to_owned()
        } else {
            never.join(", ")
        }
    )
}

/// Everything that can word an error of the service.
fn sources(service: &str) -> String {
    let folder = match service {
        "cognito-idp" => "local/cognito/src",
        "rekognition" => "local/rekognition/src",
        _ => "local/stack/src/dynamodb",
    };
    let mut text = String::new();
    for folder in [folder, "local/gateway/src"] {
        places::rust_files(&places::workspace().join(folder), &mut |_, source| {
            text.push_str(source);
        });
    }
    text
}
