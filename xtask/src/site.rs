//! The page: compiled to WebAssembly, bound, and laid out under `target/site`.

mod slim;

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use wasm_bindgen_cli_support::Bindgen;

use crate::workspace::Workspace;
use crate::{run, say, tools};

/// The binary that cargo makes of `web/`.
const WASM: &str = "face-login-web.wasm";

/// Builds the page into `target/site`.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<()> {
    tools::wasm_target(&workspace.root)?;
    say::step("building the page (WebAssembly)");
    run::run(
        "building the page",
        &mut run::cargo(
            &workspace.root,
            [
                "build",
                "--locked",
                "--package",
                "face-login-web",
                "--bin",
                "face-login-web",
                "--profile",
                "page",
                "--target",
                tools::WASM_TARGET,
            ],
        ),
    )?;
    let site = workspace.site();
    if site.exists() {
        fs::remove_dir_all(&site).with_context(|| format!("emptying {}", site.display()))?;
    }
    fs::create_dir_all(&site).with_context(|| format!("making {}", site.display()))?;
    bind(
        &workspace
            .target
            .join(tools::WASM_TARGET)
            .join("page")
            .join(WASM),
        &site,
    )?;
    copy(&workspace.root.join("web/static"), &site)
}

fn bind(wasm: &Path, site: &Path) -> anyhow::Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm)
        .out_name("app")
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .web(true)
        .and_then(|bindgen| bindgen.generate(site))
        .with_context(|| format!("making JavaScript bindings for {}", wasm.display()))?;
    let (wasm, javascript) = (site.join("app_bg.wasm"), site.join("app.js"));
    let bytes = fs::read(&wasm).with_context(|| format!("reading {}", wasm.display()))?;
    let bindings = fs::read_to_string(&javascript)
        .with_context(|| format!("reading {}", javascript.display()))?;
    let (bytes, bindings) =
        slim::slim(&bytes, &bindings).context("making the page's files smaller")?;
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
