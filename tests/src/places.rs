//! Where the built product, its weights and the photos lie: environment first, the workspace's own folders otherwise.

use std::{
    fs,
    path::{Path, PathBuf},
};

#[expect(clippy::disallowed_methods, reason = "the suite is the outermost edge")]
fn from_environment(name: &str) -> Option<PathBuf> {
    std::env::var(name)
        .ok()
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// The repository.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package lies in the workspace")
        .to_owned()
}

/// Folder of the test's own build, where the product's binaries lie too (`target/debug` for `target/debug/deps/x`).
fn build_folder() -> PathBuf {
    let own = std::env::current_exe().expect("a running program has a path");
    own.ancestors()
        .nth(2)
        .expect("test binaries lie in the build's deps folder")
        .to_owned()
}

/// Ready file of a stack that somebody else started and ends.
pub fn ready_file() -> Option<PathBuf> {
    from_environment("FACE_LOGIN_READY")
}

/// File in which stacks record what their roles were granted and used, for the golden list of actions.
pub fn grants() -> Option<PathBuf> {
    from_environment("FACE_LOGIN_GRANTS")
}

/// The program `face-login-local`.
pub fn stack_binary() -> PathBuf {
    from_environment("FACE_LOGIN_STACK_BIN")
        .unwrap_or_else(|| build_folder().join("face-login-local"))
}

/// Folder with the programs of the functions.
pub fn binaries() -> PathBuf {
    from_environment("FACE_LOGIN_BINARIES").unwrap_or_else(build_folder)
}

/// Folder with the built page.
pub fn site() -> PathBuf {
    from_environment("FACE_LOGIN_SITE").unwrap_or_else(|| workspace().join("target/site"))
}

/// Folder with the npm package of the custom element.
pub fn element() -> PathBuf {
    from_environment("FACE_LOGIN_ELEMENT").unwrap_or_else(|| workspace().join("target/package-web"))
}

/// Folder with the face weights.
pub fn weights() -> PathBuf {
    from_environment("FACE_LOGIN_WEIGHTS").unwrap_or_else(|| workspace().join("target/weights"))
}

/// Folder with AWS's service models.
pub fn models() -> PathBuf {
    from_environment("FACE_LOGIN_MODELS")
        .unwrap_or_else(|| workspace().join("target/service-models"))
}

/// Folder with the group photos of the npm package.
pub fn photos() -> PathBuf {
    from_environment("FACE_LOGIN_PHOTOS").unwrap_or_else(|| workspace().join("target/face-photos"))
}

/// The template that describes the product.
pub fn template() -> PathBuf {
    from_environment("FACE_LOGIN_TEMPLATE").unwrap_or_else(|| workspace().join("template.yaml"))
}

/// Chromium, at the place where Debian puts it, unless `FACE_LOGIN_CHROMIUM` says otherwise.
pub fn chromium() -> PathBuf {
    from_environment("FACE_LOGIN_CHROMIUM").unwrap_or_else(|| PathBuf::from("/usr/bin/chromium"))
}

/// Chromium's driver, beside it.
pub fn chromedriver() -> PathBuf {
    from_environment("FACE_LOGIN_CHROMEDRIVER")
        .unwrap_or_else(|| PathBuf::from("/usr/bin/chromedriver"))
}

/// Folder with the installed clients: `python` is a virtual environment, `node` holds `node_modules`.
pub fn clients() -> PathBuf {
    from_environment("FACE_LOGIN_CLIENTS").unwrap_or_else(|| workspace().join("target/clients"))
}

/// The accessibility checker axe-core, as a script for pages.
pub fn axe() -> PathBuf {
    clients().join("node/node_modules/axe-core/axe.min.js")
}

/// Folder that gets a picture of every state of the page, if one is wanted.
pub fn pictures() -> Option<PathBuf> {
    from_environment("FACE_LOGIN_PICTURES")
}

/// Every Rust file below a folder, with its text.
pub fn rust_files(folder: &Path, each: &mut dyn FnMut(&Path, &str)) {
    for entry in fs::read_dir(folder).expect("a folder of the repository") {
        let path = entry.expect("a file of the repository").path();
        if path.is_dir() {
            rust_files(&path, each);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            each(&path, &fs::read_to_string(&path).expect("a source is text"));
        }
    }
}

/// Whether the coverage page is to be written instead of compared.
pub fn writes_coverage() -> bool {
    from_environment("FACE_LOGIN_COVERAGE").is_some_and(|wish| wish == Path::new("write"))
}
