//! Which client of Cognito shows which step, and what came of it: one list for the scripts, the tests and the table in the
//! suite's README.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

/// A client library of Cognito, as people use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// AWS Amplify v6 in Node.
    Amplify,
    /// amazon-cognito-identity-js in Node.
    IdentityJs,
    /// The AWS SDK for Python.
    Boto3,
    /// The AWS CLI, version 1.
    AwsCli,
    /// The AWS SDK for Rust.
    RustSdk,
    /// aws-jwt-verify in Node: what back ends check tokens with.
    JwtVerify,
}

/// Steps of a person with an app.
const JOURNEY: [&str; 21] = [
    "sign-up",
    "confirm",
    "wrong-password",
    "consent",
    "consent-at-once",
    "enrol-document",
    "enrol-selfie",
    "current-user",
    "attributes",
    "refresh",
    "sign-out",
    "sign-in-retries",
    "sign-in",
    "sign-out-global",
    "reset-password",
    "reset-keeps-face",
    "update-name",
    "update-email",
    "verify-email",
    "sign-in-new-email",
    "change-password",
];

/// Steps of the pool's operator.
const OPERATOR: [&str; 12] = [
    "describe-user-pool",
    "describe-user-pool-client",
    "admin-get-user",
    "list-users",
    "admin-confirm-sign-up",
    "admin-update-user-attributes",
    "admin-set-user-password",
    "admin-disable-user",
    "admin-enable-user",
    "admin-user-global-sign-out",
    "admin-create-user",
    "admin-delete-user",
];

/// The person's last steps.
const LEAVING: [&str; 2] = ["unknown-user", "delete-user"];

/// Steps of a back end that checks tokens.
const VERIFIER: [&str; 8] = [
    "id-token",
    "access-token",
    "wrong-audience",
    "wrong-issuer",
    "wrong-key",
    "tampered",
    "unsigned",
    "expired",
];

impl Client {
    /// All clients, in the order of the table's columns.
    pub const ALL: [Self; 6] = [
        Self::Amplify,
        Self::IdentityJs,
        Self::Boto3,
        Self::AwsCli,
        Self::RustSdk,
        Self::JwtVerify,
    ];

    /// Name in reports, and of the script.
    pub fn name(self) -> &'static str {
        match self {
            Self::Amplify => "amplify",
            Self::IdentityJs => "identity-js",
            Self::Boto3 => "boto",
            Self::AwsCli => "cli",
            Self::RustSdk => "rust",
            Self::JwtVerify => "jwt-verify",
        }
    }

    /// Every step that the client must show, in order.
    pub fn steps(self) -> Vec<&'static str> {
        match self {
            Self::Amplify | Self::IdentityJs => [&JOURNEY[..], &LEAVING].concat(),
            Self::Boto3 | Self::AwsCli | Self::RustSdk => {
                [&JOURNEY[..], &OPERATOR, &LEAVING].concat()
            }
            Self::JwtVerify => VERIFIER.to_vec(),
        }
    }
}

/// What a client says about one step.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Outcome {
    /// [`Client::name`].
    pub client: String,
    /// One of [`Client::steps`].
    pub step: String,
    /// Whether everything was as expected.
    pub ok: bool,
    /// What was seen, or why it is wrong; nothing secret.
    pub detail: String,
}

/// What is missing, wrong, or not on the list; empty when the client showed every step in order.
pub fn faults(client: Client, outcomes: &[Outcome]) -> Vec<String> {
    let failed = outcomes.iter().filter(|outcome| !outcome.ok);
    let mut faults: Vec<_> = failed
        .map(|outcome| format!("{}: {}", outcome.step, outcome.detail))
        .collect();
    let shown: Vec<_> = outcomes
        .iter()
        .filter(|outcome| outcome.ok && outcome.client == client.name())
        .map(|outcome| outcome.step.as_str())
        .collect();
    let steps = client.steps();
    let missing = steps.iter().filter(|step| !shown.contains(step));
    faults.extend(missing.map(|step| format!("{step}: not shown")));
    if faults.is_empty() && shown != steps {
        faults.push(format!("other steps than {steps:?}: {shown:?}"));
    }
    faults
}

/// The table client × step as Markdown; `cell` says what stands for a step that the client must show.
fn table(cell: impl Fn(Client, &str) -> &'static str) -> String {
    let columns = Client::ALL.map(Client::name).join(" | ");
    let mut lines = vec![
        format!("| step | {columns} |"),
        format!("|---|{}", ":-:|".repeat(Client::ALL.len())),
    ];
    for step in [&JOURNEY[..], &LEAVING, &OPERATOR, &VERIFIER].concat() {
        let cells = Client::ALL.map(|client| {
            if client.steps().contains(&step) {
                cell(client, step)
            } else {
                ""
            }
        });
        lines.push(format!("| {step} | {} |", cells.join(" | ")));
    }
    lines.join("\n") + "\n"
}

/// The table as the README has it: what every run must show.
pub fn expected_table() -> String {
    table(|_, _| "✓")
}

/// Where the outcomes of the last run are kept.
#[derive(Clone, Debug)]
pub struct Kept(PathBuf);

impl Kept {
    /// In `folder`, which is made if need be.
    pub fn new(folder: &Path) -> Self {
        fs::create_dir_all(folder).expect("the build's folder can be written to");
        Self(folder.to_owned())
    }

    /// Keeps what a client showed, and renews the table `matrix.md` of everything kept.
    pub fn keep(&self, client: Client, outcomes: &[Outcome]) {
        let lines: Vec<_> = outcomes
            .iter()
            .map(|outcome| serde_json::to_string(outcome).expect("an outcome is plain data"))
            .collect();
        let write = |name: &str, text: String| {
            fs::write(self.0.join(name), text).expect("the build's folder can be written to");
        };
        write(&format!("{}.jsonl", client.name()), lines.join("\n"));
        let seen: BTreeMap<_, _> = Client::ALL
            .map(|client| (client.name(), self.read(client).unwrap_or_default()))
            .into();
        let matrix = table(|client, step| {
            let mut outcomes = seen[client.name()].iter();
            match outcomes.find(|outcome| outcome.step == step) {
                Some(outcome) if outcome.ok => "✓",
                Some(_) => "✗",
                None => "?",
            }
        });
        write("matrix.md", matrix);
    }

    fn read(&self, client: Client) -> io::Result<Vec<Outcome>> {
        let text = fs::read_to_string(self.0.join(format!("{}.jsonl", client.name())))?;
        Ok(read(&text))
    }
}

/// Outcomes from lines of JSON; other lines are not outcomes.
pub fn read(text: &str) -> Vec<Outcome> {
    text.lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(client: Client) -> Vec<Outcome> {
        let outcome = |step: &str| Outcome {
            client: client.name().to_owned(),
            step: step.to_owned(),
            ok: true,
            detail: String::new(),
        };
        client.steps().into_iter().map(outcome).collect()
    }

    #[test]
    fn every_step_must_be_shown_once_and_in_order() {
        let all = shown(Client::JwtVerify);
        assert_eq!(faults(Client::JwtVerify, &all), Vec::<String>::new());
        let mut failed = all.clone();
        failed[3].ok = false;
        failed[3].detail = "no".to_owned();
        let want = ["wrong-issuer: no", "wrong-issuer: not shown"];
        assert_eq!(faults(Client::JwtVerify, &failed), want);
        assert_eq!(faults(Client::JwtVerify, &all[..7]), ["expired: not shown"]);
        assert_eq!(faults(Client::Amplify, &all).len(), 23, "of another client");
        let mut swapped = all.clone();
        swapped.swap(0, 1);
        assert_eq!(faults(Client::JwtVerify, &swapped).len(), 1);
        let twice = [&all[..], &all[..1]].concat();
        assert_eq!(faults(Client::JwtVerify, &twice).len(), 1);
    }

    #[test]
    fn lines_that_are_no_outcomes_are_passed_over() {
        let line = r#"{"client":"boto","step":"sign-up","ok":true,"detail":""}"#;
        assert_eq!(read(&format!("warning\n{line}\n{{}}\n")).len(), 1);
    }
}
