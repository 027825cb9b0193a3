//! The types of `<face-login>`: an app in TypeScript that uses all of them compiles, and what is wrong is refused.

use std::{fs, path::Path, process::Command};

use face_login_acceptance::places;
use tempfile::TempDir;

/// Every check that TypeScript has, with the package found as npm lays it out.
const SETTINGS: &str = r#"{"compilerOptions": {"strict": true, "noEmit": true, "module": "nodenext", "target": "es2022",
    "lib": ["es2022", "dom"], "types": [], "noUnusedLocals": true}, "files": ["usage.ts"]}"#;

/// What the compiler says of a source; nothing if all is well.
fn compiled(source: &str) -> String {
    let app = TempDir::with_prefix("face-login-types-").expect("a temporary folder");
    let package = app.path().join("node_modules/face-login-element");
    fs::create_dir_all(&package).expect("a folder for the package");
    for name in ["package.json", "face-login.d.ts"] {
        fs::copy(places::element().join(name), package.join(name)).expect("a file of the package");
    }
    for (name, content) in [
        ("usage.ts", source),
        ("tsconfig.json", SETTINGS),
        ("package.json", r#"{"type": "module"}"#),
    ] {
        fs::write(app.path().join(name), content).expect("the app's folder takes a file");
    }
    let output = Command::new("node")
        .arg(places::clients().join("node/node_modules/typescript/bin/tsc"))
        .current_dir(app.path())
        .output()
        .expect("node runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(
        failed.is_empty(),
        "`cargo xtask test` installs it: {failed}"
    );
    assert_eq!(output.status.success(), said.is_empty(), "{said}");
    said
}

#[test]
fn an_app_in_typescript_uses_the_whole_element_and_errors_are_refused() {
    const MARK: &str = "// @ts-expect-error";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/typescript/usage.ts");
    let usage = fs::read_to_string(path).expect("the app");
    // A mark where nothing is wrong is an error of its own.
    assert_eq!(compiled(&usage), "");
    let marks = usage.matches(MARK).count();
    let said = compiled(&usage.replace(MARK, "//"));
    let errors = said.lines().filter(|line| line.contains("error TS"));
    assert_eq!(errors.count(), marks, "{said}");
    assert!(0 < marks);
}
