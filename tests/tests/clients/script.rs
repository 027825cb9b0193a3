//! Runs a client's script beside its photos and reads what it prints.

use std::{
    env, fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use face_login_acceptance::{
    clients::{self, Client},
    faces::{self, Person},
    places, stack,
};
use tempfile::TempDir;

/// Photos of each kind: no script shows one twice.
const SELFIES: usize = 8;

/// Runs the script of a client that enrols `person`.
pub(crate) fn run(client: Client, person: Person) {
    let folder = TempDir::with_prefix("face-login-client-").expect("a temporary folder");
    photos(folder.path(), person);
    execute(client, folder.path(), &[]);
}

/// Runs the script that only checks tokens, from the file `tokens`.
pub(crate) fn verify(tokens: &Path) {
    let folder = TempDir::with_prefix("face-login-client-").expect("a temporary folder");
    execute(
        Client::JwtVerify,
        folder.path(),
        &[("FACE_LOGIN_TOKENS", tokens)],
    );
}

fn execute(client: Client, folder: &Path, more: &[(&str, &Path)]) {
    let mut command = command(client, folder);
    command
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("FACE_LOGIN_READY", stack::shared_ready_file())
        .env("FACE_LOGIN_CLIENT_PHOTOS", folder)
        // Nothing of this machine's own AWS settings, and no search for any.
        .env("AWS_CONFIG_FILE", folder.join("none"))
        .env("AWS_SHARED_CREDENTIALS_FILE", folder.join("none"))
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(more.iter().copied());
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", command.get_program().display()));
    let outcomes = clients::read(&String::from_utf8_lossy(&output.stdout));
    super::settle(client, &outcomes, &String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}", output.status);
}

fn command(client: Client, folder: &Path) -> Command {
    match client {
        Client::Boto3 | Client::AwsCli => {
            let mut python = Command::new(installed("python/bin/python"));
            // `-B`: nothing compiled is left among the sources.
            let script = sources("python").join(format!("{}.py", client.name()));
            python.arg("-B").arg(script);
            python
        }
        Client::Amplify | Client::IdentityJs | Client::JwtVerify | Client::RustSdk => {
            let mut node = Command::new("node");
            node.arg(beside_its_modules(folder).join(format!("{}.mjs", client.name())));
            node
        }
    }
}

fn sources(language: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("clients")
        .join(language)
}

fn installed(name: &str) -> PathBuf {
    let path = places::clients().join(name);
    assert!(
        path.exists(),
        "{}: `cargo xtask test` installs the clients, FACE_LOGIN_CLIENTS names another folder",
        path.display()
    );
    path
}

/// Node looks for modules beside the importing file: a copy of the scripts, with a link to what is installed.
fn beside_its_modules(folder: &Path) -> PathBuf {
    for entry in fs::read_dir(sources("node")).expect("the scripts are there") {
        let path = entry.expect("the scripts are there").path();
        if path.extension().is_some_and(|end| end == "mjs") {
            let name = path.file_name().expect("a file has a name");
            fs::copy(&path, folder.join(name)).expect("a copy of a script");
        }
    }
    symlink(installed("node/node_modules"), folder.join("node_modules")).expect("a link");
    folder.to_owned()
}

fn photos(folder: &Path, person: Person) {
    let stranger = if person == Person::Ada {
        Person::Cora
    } else {
        Person::Ada
    };
    let write = |name: String, photo: Vec<u8>| {
        fs::write(folder.join(name + ".jpg"), photo).expect("the folder takes a photo");
    };
    write("document-1".to_owned(), person.document());
    write("nobody-1".to_owned(), faces::nobody());
    write("stranger-1".to_owned(), stranger.selfie());
    for number in 1..=SELFIES {
        write(format!("selfie-{number}"), person.selfie());
    }
}
