//! `cargo xtask package-web`: the custom element `<face-login>` as a folder that npm takes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha384};

use crate::workspace::Workspace;
use crate::{say, site, weights};

/// The module of the package. It knows the content of every file that it loads.
const MODULE: &str = "face-login.js";
/// The script of the guidance's worker. It knows the content of [`GUIDE`].
const WORKER: &str = "guide-worker.js";
/// What the worker loads, as it calls them.
const GUIDE: [&str; 3] = ["guide_bg.wasm", "guide.bin", "guide.json"];
/// The digests of all files, for whoever serves them.
const DIGESTS: &str = "integrity.json";
/// What is the same in every package.
const FIXED: [&str; 2] = ["face-login.d.ts", "README.md"];

/// Makes the package under `target/package-web`.
pub(crate) fn package_web(arguments: &[String]) -> anyhow::Result<()> {
    if !arguments.is_empty() {
        bail!("`cargo xtask package-web` takes no arguments");
    }
    let workspace = Workspace::locate()?;
    weights::ensure(&workspace, None)?;
    build(&workspace)?;
    say::line(&format!(
        "the package: {}",
        workspace.package_web().display()
    ));
    Ok(())
}

/// Builds the element and writes the package. The weights must be there.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<()> {
    let made = workspace.target.join("element");
    site::empty(&made)?;
    site::module(workspace, site::ELEMENT, &made)?;
    site::detector(workspace, &made)?;
    let folder = workspace.package_web();
    site::empty(&folder)?;
    let sources = workspace.root.join("web");
    let mut guide = BTreeMap::new();
    for name in GUIDE {
        guide.insert(name.to_owned(), bytes(&made.join(name))?);
    }
    let worker = module(
        &read(&made.join("guide.js"))?,
        &read(&sources.join("element").join(WORKER))?,
        &digests(&guide),
    )?;
    let mut files = loaded(&sources, &made)?;
    files.insert(WORKER.to_owned(), worker.into_bytes());
    let camera = camera(&read(&sources.join("static/guide-camera.js"))?)?;
    let element = read(&sources.join("element").join(MODULE))?;
    let module = module(
        &read(&made.join("element.js"))?,
        &format!("{camera}\n{element}"),
        &digests(&files),
    )?;
    files.insert(MODULE.to_owned(), module.into_bytes());
    files.append(&mut guide);
    let digests =
        serde_json::to_string_pretty(&self::digests(&files)).context("writing digests")?;
    files.insert(DIGESTS.to_owned(), digests.into_bytes());
    for name in FIXED {
        files.insert(
            name.to_owned(),
            read(&sources.join("element").join(name))?.into_bytes(),
        );
    }
    let manifest = read(&sources.join("element/package.json"))?;
    files.insert(
        "package.json".to_owned(),
        versioned(&manifest)?.into_bytes(),
    );
    let licence = read(&workspace.root.join("LICENSE"))?;
    files.insert("LICENSE".to_owned(), licence.into_bytes());
    for (name, content) in files {
        let path = folder.join(name);
        fs::write(&path, content).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}

fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("reading {}", path.display()))
}

/// What the module loads at run time, but for the worker.
fn loaded(sources: &Path, made: &Path) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let wasm = bytes(&made.join("element_bg.wasm"))?;
    let page = read(&sources.join("static/style.css"))?;
    let style = style(&page, &read(&sources.join("element/face-login.css"))?)?;
    let style = site::plain::without(&style, ["/*", "*/"]);
    let mut files = BTreeMap::from([
        ("face-login.wasm".to_owned(), wasm),
        ("face-login.css".to_owned(), style.into_bytes()),
    ]);
    let folder = sources.join("static");
    for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry.context("reading the page's files")?.path();
        let name = path.file_name().unwrap_or_default().display().to_string();
        if name.starts_with("words-") {
            files.insert(name, read(&path)?.into_bytes());
        }
    }
    Ok(files)
}

/// Digests in the form of Subresource Integrity, by file.
fn digests(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<&str, String> {
    files
        .iter()
        .map(|(name, content)| {
            let digest = STANDARD.encode(Sha384::digest(content));
            (name.as_str(), format!("sha384-{digest}"))
        })
        .collect()
}

/// One module of what wasm-bindgen made and `own`, which stands behind it and loads the files with these digests: one digest holds for both.
fn module(bindings: &str, own: &str, digests: &BTreeMap<&str, String>) -> anyhow::Result<String> {
    const EXPORTS: &str = "export { initSync, __wbg_init as default };";
    const FILES: &str = "const FILES = {};";
    if bindings.matches("export ").count() != 1 {
        bail!("wasm-bindgen's JavaScript exports something else than it did");
    }
    let bindings = replaced(bindings, EXPORTS, "const init = __wbg_init;")?;
    let list = serde_json::to_string_pretty(digests).context("writing digests")?;
    let own = replaced(own, FILES, &format!("const FILES = {list};"))?;
    Ok(site::plain::script(&format!("{bindings}\n{own}")))
}

/// The page's module that shows pictures to the worker, as a function of the worker's address: a module that is imported has no digest.
fn camera(module: &str) -> anyhow::Result<String> {
    const ADDRESS: &str = "const WORKER = new URL('guide-worker.js', import.meta.url).href;";
    let inside = replaced(module, ADDRESS, "")?;
    let inside = replaced(&inside, "export const watch = ", "const watch = ")?;
    if inside.contains("import") || inside.contains("export ") {
        bail!("guide-camera.js imports or exports something else than it did");
    }
    Ok(format!(
        "const guide = WORKER => {{\n{inside}\nreturn {{ watch }};\n}};"
    ))
}

/// `text` with the one place of `from` changed.
fn replaced(text: &str, from: &str, to: &str) -> anyhow::Result<String> {
    if text.matches(from).count() != 1 {
        bail!("a source of the package has no one place with {from:?}");
    }
    Ok(text.replacen(from, to, 1))
}

/// The page's style for an element: `:host` in place of the document, and a dark theme that can be chosen.
fn style(page: &str, element: &str) -> anyhow::Result<String> {
    const DARK: &str = "@media (prefers-color-scheme: dark) {\n";
    let scoped = |css: &str| {
        css.replace(":root {", ":host {")
            .replace("\nhtml {", "\n:host {")
            .replace("\nbody {", "\n:host {")
    };
    let (before, rest) = page
        .split_once(DARK)
        .context("the style has no dark colours")?;
    let (dark, after) = rest
        .split_once("\n}\n")
        .context("the dark colours do not end")?;
    let by_system = dark.replace(":root {", ":host(:not([theme=\"light\"])) {");
    let by_choice = dark.replace(":root {", ":host([theme=\"dark\"]) {");
    let (before, after) = (scoped(before), scoped(after));
    let style = format!("{before}{DARK}{by_system}\n}}\n{by_choice}\n{after}\n{element}");
    if style.contains(":root") {
        bail!("the style says something of the document that the element has no place for");
    }
    Ok(style)
}

/// The package has the product's version.
fn versioned(manifest: &str) -> anyhow::Result<String> {
    const NONE: &str = "\"version\": \"0.0.0\"";
    if !manifest.contains(NONE) {
        bail!("the package's manifest has a version of its own");
    }
    let own = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    Ok(manifest.replace(NONE, &own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_knows_the_digests_of_what_it_loads() {
        let files = BTreeMap::from([("a.css".to_owned(), b"abc".to_vec())]);
        let digests = digests(&files);
        let abc = "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn";
        assert_eq!(digests["a.css"], abc);
        let bindings = "let wasm;\nexport { initSync, __wbg_init as default };\n";
        let joined = module(bindings, "const FILES = {};\nclass A {}", &digests).unwrap();
        assert!(
            joined.contains(abc) && joined.contains("const init = __wbg_init;"),
            "{joined}"
        );
        assert!(!joined.contains("export"), "{joined}");
        assert!(module("let wasm;", "const FILES = {};", &digests).is_err());
        assert!(module(bindings, "", &digests).is_err());
    }

    #[test]
    fn the_pages_camera_becomes_a_function_of_the_workers_address() {
        let module = include_str!("../../web/static/guide-camera.js");
        let made = camera(module).unwrap();
        assert!(made.starts_with("const guide = WORKER => {"), "{made}");
        assert!(made.contains("new Worker(") && made.ends_with("return { watch };\n};"));
        assert!(!made.contains("import.meta"), "it would be the app's");
        let more = format!("{module}export const more = 1;\n");
        assert!(camera(&more).is_err());
        assert!(camera("").is_err());
    }

    #[test]
    fn the_style_is_the_elements_own_and_darkness_can_be_chosen() {
        let page = ":root {\n  --a: 1;\n}\n\n@media (prefers-color-scheme: dark) {\n  :root {\n    --a: 2;\n  }\n}\n\nbody { margin: 0; }\nhtml { font: x; }\n";
        let want = ":host {\n  --a: 1;\n}\n\n@media (prefers-color-scheme: dark) {\n  :host(:not([theme=\"light\"])) {\n    --a: 2;\n  }\n}\n  :host([theme=\"dark\"]) {\n    --a: 2;\n  }\n\n:host { margin: 0; }\n:host { font: x; }\n\nmain {}";
        assert_eq!(style(page, "main {}").unwrap(), want);
        assert!(style("body {}", "").is_err());
        let more = format!("{page}a:root b {{ }}");
        assert!(style(&more, "").is_err());
    }

    #[test]
    fn the_package_has_the_products_version() {
        let manifest = versioned("{\"version\": \"0.0.0\"}").unwrap();
        assert_eq!(
            manifest,
            format!("{{\"version\": \"{}\"}}", env!("CARGO_PKG_VERSION"))
        );
        assert!(versioned("{\"version\": \"1.0.0\"}").is_err());
    }
}
