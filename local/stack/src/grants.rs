//! For the golden list of actions: what the roles of a run were granted, used, and were denied, as lines of JSON appended to a file that many
//! stacks share (`--grants FILE`). Names that differ from run to run are told by their logical ids.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use face_login_local_cognito::PoolConfig;
use face_login_local_gateway::{Asked, Grant};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::configuration::Blueprint;

/// The file, and what was already said.
pub(crate) struct Grants {
    file: Mutex<fs::File>,
    said: Mutex<BTreeSet<String>>,
    /// Digest of the template's text: a run with an edited copy tells nothing about what the template lacks.
    template: String,
    /// Physical ARNs with what stands for them, longest first.
    names: Vec<(String, String)>,
}

/// The file can't be written, or the template can't be read again.
#[derive(Debug, thiserror::Error)]
#[error("recording grants in {path:?}")]
pub(crate) struct GrantsError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

impl Grants {
    /// Opens the file and says what the template grants.
    pub(crate) fn open(
        path: &Path,
        template: &Path,
        blueprint: &Blueprint,
    ) -> Result<Self, GrantsError> {
        let failed = |source| GrantsError {
            path: path.to_owned(),
            source,
        };
        let text = fs::read(template).map_err(failed)?;
        let file = fs::OpenOptions::new().create(true).append(true).open(path);
        let grants = Self {
            file: Mutex::new(file.map_err(failed)?),
            said: Mutex::default(),
            template: hex::encode(Sha256::digest(text)),
            names: names(blueprint),
        };
        for (function, policy) in &blueprint.plan.policies {
            for Grant { action, resource } in policy.grants() {
                grants.say(function, "granted", &action, &resource);
            }
        }
        Ok(grants)
    }

    /// Notes what a role was asked for.
    pub(crate) fn note(&self, function: &str, asked: &Asked) {
        match asked {
            Asked::Allowed(Grant { action, resource }) => {
                self.say(function, "used", action, resource);
            }
            Asked::Denied { action, resource } => self.say(function, "denied", action, resource),
        }
    }

    fn say(&self, function: &str, seen: &str, action: &str, resource: &str) {
        let line = json!({"template": self.template, "function": function, "seen": seen, "action": action, "resource": self.logical(resource)});
        let line = format!("{line}\n");
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.insert(line.clone()) {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            // One write a line: other stacks append to the same file.
            if let Err(error) = file.write_all(line.as_bytes()) {
                tracing::error!(error = %error, "a line about grants is lost");
            }
        }
    }

    /// The resource with logical ids in place of what was made up for this run.
    fn logical(&self, resource: &str) -> String {
        let known = self
            .names
            .iter()
            .find(|(physical, _)| resource.starts_with(physical.as_str()));
        match known {
            Some((physical, logical)) => format!("{logical}{}", &resource[physical.len()..]),
            None => resource.to_owned(),
        }
    }
}

fn names(blueprint: &Blueprint) -> Vec<(String, String)> {
    let resources = blueprint.facts.resources.iter();
    let mut names: Vec<(String, String)> = resources
        .filter_map(|(id, facts)| {
            let arn = facts.attributes.get("Arn").and_then(Value::as_str)?;
            Some((arn.to_owned(), format!("{{{id}}}")))
        })
        .collect();
    let pseudo = &blueprint.facts.pseudo;
    let short = pseudo.stack_id.rsplit('/').next().unwrap_or_default();
    let short = short.split('-').next().unwrap_or_default();
    names.push((
        format!(
            "arn:{}:rekognition:{}:{}:collection/{}-{short}",
            pseudo.partition, pseudo.region, pseudo.account_id, pseudo.stack_name
        ),
        "{collections}".to_owned(),
    ));
    let pool = blueprint.plan.pool.as_ref();
    if let Some(identity) = pool.and_then(PoolConfig::mail_identity) {
        names.push((
            format!(
                "arn:{}:ses:{}:{}:identity/{identity}",
                pseudo.partition, pseudo.region, pseudo.account_id
            ),
            "{identity}".to_owned(),
        ));
    }
    names.sort_by_key(|(physical, _)| std::cmp::Reverse(physical.len()));
    names
}
