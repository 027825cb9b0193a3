//! The page: compiled to WebAssembly, bound, and laid out under `target/site`.

mod module;
mod prune;
mod slim;

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use wasm_bindgen_cli_support::Bindgen;

use crate::workspace::Workspace;
use crate::{run, say, tools};

/// Builds the page into `target/site`.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<()> {
    let site = workspace.site();
    empty(&site)?;
    module(workspace, "face-login-web", &site, "app")?;
    copy(&workspace.root.join("web/static"), &site)
}

/// An empty folder.
pub(crate) fn empty(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("emptying {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))
}

/// Compiles a binary of `web/` to WebAssembly and puts it with its JavaScript into `folder`, as `<name>_bg.wasm` and `<name>.js`.
pub(crate) fn module(
    workspace: &Workspace,
    binary: &str,
    folder: &Path,
    name: &str,
) -> anyhow::Result<()> {
    tools::wasm_target(&workspace.root)?;
    say::step(&format!("building {binary} (WebAssembly)"));
    let mut arguments = vec!["build", "--locked", "--package", "face-login-web"];
    arguments.extend(["--bin", binary, "--profile", "page"]);
    arguments.extend(["--target", tools::WASM_TARGET]);
    run::run(
        &format!("building {binary}"),
        &mut run::cargo(&workspace.root, arguments),
    )?;
    let made = workspace.target.join(tools::WASM_TARGET).join("page");
    bind(&made.join(format!("{binary}.wasm")), folder, name)
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
        let entry = entry.with_context(|| format!("reading {}", from.display()))?;
        let destination = to.join(entry.file_name());
        fs::copy(entry.path(), &destination)
            .with_context(|| format!("writing {}", destination.display()))?;
    }
    Ok(())
}
