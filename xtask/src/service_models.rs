//! AWS's service models, from a pinned and verified botocore: fetched once, unpacked under `target/`, never part of the project.
//!
//! They say what requests and answers of each operation look like; the tests hold the local stack against them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use flate2::read::GzDecoder;
use serde_json::Value;

use crate::workspace::Workspace;
use crate::{python, run, say};

/// Name in the folder that tests read, and the model's place in botocore.
const MODELS: [(&str, &str); 4] = [
    ("cognito-idp", "cognito-idp/2016-04-18"),
    ("dynamodb", "dynamodb/2012-08-10"),
    ("rekognition", "rekognition/2016-06-27"),
    ("s3", "s3/2006-03-01"),
];

/// Makes sure that the models are there; fetches them again when the pinned version changes.
pub(crate) fn ensure(workspace: &Workspace) -> anyhow::Result<()> {
    let pinned = workspace.root.join("xtask/service-models.txt");
    let wanted =
        fs::read_to_string(&pinned).with_context(|| format!("reading {}", pinned.display()))?;
    let folder = workspace.service_models();
    let stamp = folder.join("from.txt");
    if fs::read_to_string(&stamp).is_ok_and(|from| from == wanted) {
        return Ok(());
    }
    let package = wanted.split_whitespace().next().unwrap_or_default();
    say::step(&format!(
        "fetching AWS's service models (15 MB, Python package {package})"
    ));
    let fetched = fetch(workspace, &pinned)?;
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    for (name, place) in MODELS {
        let packed = fetched.join("botocore/data").join(place);
        let model = unpack(&packed.join("service-2.json.gz"))?;
        let path = folder.join(format!("{name}.json"));
        fs::write(&path, model.to_string())
            .with_context(|| format!("writing {}", path.display()))?;
    }
    fs::remove_dir_all(&fetched).with_context(|| format!("removing {}", fetched.display()))?;
    fs::write(&stamp, wanted).with_context(|| format!("writing {}", stamp.display()))
}

/// The unpacked package. pip refuses one whose SHA-256 is not the pinned one.
fn fetch(workspace: &Workspace, pinned: &Path) -> anyhow::Result<PathBuf> {
    if run::find("python3").is_none() {
        bail!("fetching AWS's service models needs python3 with venv and pip");
    }
    let tools = workspace.target.join("service-models-tools");
    let fetched = workspace.target.join("service-models-package");
    if fetched.exists() {
        fs::remove_dir_all(&fetched).with_context(|| format!("emptying {}", fetched.display()))?;
    }
    // This wheel and nothing else.
    run::run(
        "fetching AWS's service models with pip",
        python::environment(&workspace.root, &tools)?
            .args(["--no-deps", "--only-binary=:all:", "--require-hashes"])
            .arg("--no-compile")
            .arg("--target")
            .arg(&fetched)
            .arg("--requirement")
            .arg(pinned),
    )?;
    fs::remove_dir_all(&tools).with_context(|| format!("removing {}", tools.display()))?;
    Ok(fetched)
}

/// The model without its documentation, which is nine tenths of it.
fn unpack(path: &Path) -> anyhow::Result<Value> {
    let file = fs::File::open(path).with_context(|| format!("opening {}", path.display()))?;
    let mut model: Value = serde_json::from_reader(GzDecoder::new(file))
        .with_context(|| format!("reading {}", path.display()))?;
    drop_documentation(&mut model);
    Ok(model)
}

/// Only texts: a structure may well have a member of that name.
fn drop_documentation(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, value| name != "documentation" || !value.is_string());
            members.values_mut().for_each(drop_documentation);
        }
        Value::Array(entries) => entries.iter_mut().for_each(drop_documentation),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::drop_documentation;

    #[test]
    fn only_texts_are_dropped() {
        let mut model = json!({"documentation": "x", "members": {"documentation": {"shape": "S", "documentation": "y"}}, "list": [{"documentation": "z"}]});
        drop_documentation(&mut model);
        assert_eq!(
            model,
            json!({"members": {"documentation": {"shape": "S"}}, "list": [{}]})
        );
    }
}
