//! The page: compiled to WebAssembly, bound, and laid out under `target/site`.

mod module;
pub(crate) mod plain;
mod prune;
mod slim;

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use wasm_bindgen_cli_support::Bindgen;

use crate::workspace::Workspace;
use crate::{origins, run, say, tools};

/// A binary that becomes WebAssembly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Module {
    package: &'static str,
    binary: &'static str,
    /// Of its files: `<name>_bg.wasm` and `<name>.js`.
    name: &'static str,
    /// Of the compiler.
    flags: &'static [&'static str],
}

const PAGE: Module = Module {
    package: "face-login-web",
    binary: "face-login-web",
    name: "app",
    flags: &[],
};

/// What the custom element is made of.
pub(crate) const ELEMENT: Module = Module {
    package: "face-login-web",
    binary: "face-login-element",
    name: "element",
    flags: &[],
};

const GUIDE: Module = Module {
    package: "face-login-guide",
    binary: "face-login-guide",
    name: "guide",
    // Twice as fast with vectors. Browsers that know none go without guidance, not without the page.
    flags: &[
        "--config",
        "target.wasm32-unknown-unknown.rustflags=[\"-Ctarget-feature=+simd128\"]",
    ],
};

/// The small detector's weights, and what the worker calls them.
const DETECTOR: [(&str, &str); 2] = [
    ("tiny_face_detector_model.bin", "guide.bin"),
    (
        "tiny_face_detector_model-weights_manifest.json",
        "guide.json",
    ),
];

/// Builds the page into `target/site`. The weights must be there.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<()> {
    let site = workspace.site();
    empty(&site)?;
    module(workspace, PAGE, &site)?;
    detector(workspace, &site)?;
    copy(&workspace.root.join("web/static"), &site)
}

/// The detector of the guidance into `folder`: `guide.js`, `guide_bg.wasm`, and its weights, which must be there.
pub(crate) fn detector(workspace: &Workspace, folder: &Path) -> anyhow::Result<()> {
    module(workspace, GUIDE, folder)?;
    for (file, name) in DETECTOR {
        let from = workspace.weights().join(file);
        fs::copy(&from, folder.join(name))
            .with_context(|| format!("copying {}", from.display()))?;
    }
    Ok(())
}

/// An empty folder.
pub(crate) fn empty(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("emptying {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))
}

/// Compiles a binary to WebAssembly and puts it with its JavaScript into `folder`.
pub(crate) fn module(workspace: &Workspace, module: Module, folder: &Path) -> anyhow::Result<()> {
    let Module {
        package,
        binary,
        name,
        flags,
    } = module;
    tools::wasm_target(&workspace.root)?;
    say::step(&format!("building {binary} (WebAssembly)"));
    let mut arguments = vec!["build", "--locked", "--package", package];
    arguments.extend(["--bin", binary, "--profile", "page"]);
    arguments.extend(["--target", tools::WASM_TARGET]);
    arguments.extend(flags);
    run::run(
        &format!("building {binary}"),
        run::cargo(&workspace.root, arguments).args(["--config", &remapped(workspace)]),
    )?;
    let made = workspace.target.join(tools::WASM_TARGET).join("page");
    bind(&made.join(format!("{binary}.wasm")), folder, name)
}

/// No path of this machine in what everybody loads. Joins the flags of `.cargo/config.toml`, where a variable would take their place.
fn remapped(workspace: &Workspace) -> String {
    let flags = origins::remapped(workspace, "--remap-path-prefix=");
    format!("target.{}.rustflags={flags:?}", tools::WASM_TARGET)
}

fn bind(wasm: &Path, site: &Path, name: &str) -> anyhow::Result<()> {
    let bytes = fs::read(wasm).with_context(|| format!("reading {}", wasm.display()))?;
    let bytes = prune::prune(&bytes).context("taking out what the page never calls")?;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes(name, bytes)
        .out_name(name)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .web(true)
        .and_then(|bindgen| bindgen.generate(site))
        .with_context(|| format!("making JavaScript bindings for {}", wasm.display()))?;
    let wasm = site.join(format!("{name}_bg.wasm"));
    let javascript = site.join(format!("{name}.js"));
    let bytes = fs::read(&wasm).with_context(|| format!("reading {}", wasm.display()))?;
    let bindings = fs::read_to_string(&javascript)
        .with_context(|| format!("reading {}", javascript.display()))?;
    let (bytes, bindings) = slim::slim(&bytes, &bindings, &format!("./{name}_bg.js"))
        .context("making the page's files smaller")?;
    fs::write(&wasm, bytes).with_context(|| format!("writing {}", wasm.display()))?;
    fs::write(&javascript, bindings).with_context(|| format!("writing {}", javascript.display()))
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("reading {}", from.display()))? {
        let path = entry
            .with_context(|| format!("reading {}", from.display()))?
            .path();
        let text =
            fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let text = match path.extension().and_then(|ending| ending.to_str()) {
            Some("css") => plain::without(&text, ["/*", "*/"]),
            Some("html") => plain::without(&text, ["<!--", "-->"]),
            Some("js") => plain::script(&text),
            _ => text,
        };
        let destination = to.join(path.file_name().unwrap_or_default());
        fs::write(&destination, text)
            .with_context(|| format!("writing {}", destination.display()))?;
    }
    Ok(())
}
