//! Everything that can be wrong before the stack runs, found together.

use std::path::Path;

use face_login_local_cognito::{PoolConfig, TemplateClient};
use face_login_local_template::{Facts, Problem, Template};

use crate::arguments::Arguments;
use crate::data::Data;
use crate::identity::Identity;
use crate::plan::{Plan, plan};
use crate::ports::{Addresses, Listeners, bind};
use crate::{names, ports};

/// What is to be built, and where.
pub(crate) struct Blueprint {
    pub(crate) identity: Identity,
    pub(crate) template: Template,
    pub(crate) facts: Facts,
    pub(crate) plan: Plan,
    pub(crate) addresses: Addresses,
    /// Id of the client that the page uses.
    pub(crate) page_client: String,
}

/// A configuration that the stack can run with.
pub(crate) struct Configuration {
    pub(crate) blueprint: Blueprint,
    pub(crate) pool: PoolConfig,
    /// The page's client first.
    pub(crate) clients: Vec<TemplateClient>,
    pub(crate) listeners: Listeners,
}

/// Reads and checks everything; without a folder for the data only to find what else is wrong.
/// The problems are sentences for the operator.
pub(crate) fn configure(
    arguments: &Arguments,
    data: Option<&Data>,
) -> Result<Configuration, Vec<String>> {
    let mut problems = Vec::new();
    check_files(arguments, &mut problems);
    let identity = data.map_or_else(|| Ok(Identity::make_up()), Identity::load);
    let identity = identity
        .map_err(|error| problems.push(error.to_string()))
        .ok();
    let listeners = data
        .map(|data| bind(data, arguments.listen))
        .and_then(|bound| match bound {
            Ok(listeners) => Some(listeners),
            Err(ports::PortError::Taken(taken)) => {
                problems.extend(taken);
                None
            }
            Err(ports::PortError::Data(error)) => {
                problems.push(error.to_string());
                None
            }
        });
    let addresses = listeners
        .as_ref()
        .map_or_else(Addresses::unknown, Listeners::addresses);
    let read = read(arguments, identity, &addresses).map_err(|found| problems.extend(found));
    match (data, listeners, read) {
        (Some(data), Some(listeners), Ok((identity, template, facts, mut plan)))
            if problems.is_empty() =>
        {
            let clients = std::mem::take(&mut plan.clients);
            let (Some(pool), Some(page)) = (plan.pool.clone(), clients.first()) else {
                return Err(vec![format!(
                    "{}: the local stack needs a user pool and an app client",
                    arguments.template.display()
                )]);
            };
            if let Err(error) = identity.save(data) {
                return Err(vec![error.to_string()]);
            }
            Ok(Configuration {
                blueprint: Blueprint {
                    identity,
                    template,
                    facts,
                    plan,
                    addresses,
                    page_client: page.id.clone(),
                },
                pool,
                clients,
                listeners,
            })
        }
        _ => Err(problems),
    }
}

fn check_files(arguments: &Arguments, problems: &mut Vec<String>) {
    let Arguments {
        weights,
        site,
        binaries,
        ..
    } = arguments;
    if weights.is_dir() {
        problems.extend(
            face_login_face_engine::verify(weights)
                .iter()
                .map(|error| format!("--weights {}: {}", weights.display(), chain(error))),
        );
    } else {
        problems.push(format!(
            "--weights {}: there is no such folder; `cargo xtask up` fills it",
            weights.display()
        ));
    }
    if !site.join("index.html").is_file() {
        problems.push(format!(
            "--site {}: there is no index.html; `cargo xtask up` builds the page",
            site.display()
        ));
    }
    if !binaries.is_dir() {
        problems.push(format!(
            "--binaries {}: there is no such folder; `cargo xtask up` builds the functions",
            binaries.display()
        ));
    }
}

type Read = (Identity, Template, Facts, Plan);

fn read(
    arguments: &Arguments,
    identity: Option<Identity>,
    addresses: &Addresses,
) -> Result<Read, Vec<String>> {
    let path = &arguments.template;
    let shown = |problems: Vec<Problem>| {
        problems
            .iter()
            .map(|problem| format!("{}: {problem}", path.display()))
            .collect::<Vec<_>>()
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| vec![format!("--template {}: {error}", path.display())])?;
    let template = Template::parse(&text).map_err(|problems| shown(problems.0))?;
    let mut given = arguments.parameters.clone();
    if template.has_parameter("PageOrigin") {
        given
            .entry("PageOrigin".to_owned())
            .or_insert_with(|| addresses.url("page"));
    }
    let parameters = template
        .parameter_values(&given)
        .map_err(|problems| shown(problems.0))?;
    let Some(mut identity) = identity else {
        return Err(Vec::new());
    };
    let facts = names::facts(&template, parameters, &mut identity, addresses)
        .map_err(|problems| shown(problems.0))?;
    let plan = plan(&template, &facts, &absolute(&arguments.binaries)).map_err(shown)?;
    Ok((identity, template, facts, plan))
}

/// Functions run in folders of their own: their programs need whole paths.
pub(crate) fn absolute(path: &Path) -> std::path::PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// An error and what caused it.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    std::iter::once(error.to_string())
        .chain(causes.map(ToString::to_string))
        .collect::<Vec<_>>()
        .join(": ")
}
