use std::fs;
use std::path::Path;

use super::*;

fn graph(uses: &[(&str, &[&str])]) -> Graph {
    let mut graph = Graph::default();
    for (package, used) in uses {
        if package.starts_with("face-login-") {
            graph.members.insert((*package).to_owned());
        }
        graph.uses.insert(
            (*package).to_owned(),
            used.iter().map(|&name| name.to_owned()).collect(),
        );
    }
    graph
}

fn verdict(uses: &[(&str, &[&str])]) -> String {
    let mut problems = Problems::default();
    judge(&graph(uses), &mut problems);
    problems.told()
}

#[test]
fn the_rules_hold_and_break_where_they_should() {
    for (case, uses, want) in [
        (
            "allowed",
            &[("face-login-aws", &["face-login-domain"][..])][..],
            "",
        ),
        (
            "upwards",
            &[
                ("face-login-domain", &["face-login-aws"][..]),
                ("face-login-aws", &[]),
            ][..],
            "may not use face-login-aws",
        ),
        ("stranger", &[("face-login-new", &[][..])][..], "no row"),
        (
            "stack and product",
            &[
                ("face-login-local-cognito", &["face-login-domain"][..]),
                ("face-login-domain", &[]),
            ][..],
            "face-login-local-cognito may not use face-login-domain",
        ),
        (
            "effect below",
            &[("face-login-domain", &["x"][..]), ("x", &["tokio"][..])][..],
            "reaches tokio",
        ),
        (
            "banned below",
            &[("face-login-aws", &["x"][..]), ("x", &["aws-lc-rs"][..])][..],
            "banned",
        ),
    ] {
        let text = verdict(uses);
        assert!(
            text.contains(want) && text.is_empty() == want.is_empty(),
            "{case}: {text}"
        );
    }
}

#[test]
fn only_normal_dependencies_count() {
    let metadata = serde_json::json!({
        "packages": [{"id": "a 1", "name": "a"}, {"id": "b 1", "name": "b"}, {"id": "c 1", "name": "c"}],
        "workspace_members": ["a 1"],
        "resolve": {"nodes": [{"id": "a 1", "deps": [
            {"pkg": "b 1", "dep_kinds": [{"kind": null}]},
            {"pkg": "c 1", "dep_kinds": [{"kind": "dev"}]},
        ]}]},
    });
    let graph = Graph::read(&metadata).unwrap();
    assert_eq!(graph.uses["a"], BTreeSet::from(["b".to_owned()]));
}

/// A workspace of one crate that is called like the triggers, and of a stand-in for the SDK.
fn made_up(folder: &Path, dependency: &str, define: &str) -> Workspace {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let package = |name: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n")
    };
    write(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"triggers\", \"sdk\"]\n",
    );
    write("sdk/Cargo.toml", &package("aws-made-up"));
    write("sdk/src/lib.rs", "pub fn call() {}\n");
    let bins = "[[bin]]\nname = \"define\"\npath = \"define.rs\"\n[[bin]]\nname = \"pre-sign-up\"\npath = \"pre_sign_up.rs\"\n";
    write(
        "triggers/Cargo.toml",
        &format!("{}{bins}{dependency}", package("face-login-triggers")),
    );
    write("triggers/define.rs", define);
    write("triggers/pre_sign_up.rs", "fn main() {}\n");
    run::run(
        "locking the made-up workspace",
        &mut run::cargo(folder, ["generate-lockfile", "--offline", "--quiet"]),
    )
    .unwrap();
    Workspace {
        root: folder.to_owned(),
        target: folder.join("target"),
    }
}

#[test]
fn a_define_with_the_sdk_is_refused() {
    let optional = "[features]\ndefault = [\"sdk\"]\nsdk = [\"dep:aws-made-up\"]\n[dependencies]\naws-made-up = { path = \"../sdk\", optional = true }\n";
    let always = "[dependencies]\naws-made-up = { path = \"../sdk\" }\n";
    for (case, dependency, define, want) in [
        ("free of it", optional, "fn main() {}", ""),
        (
            "reaches it",
            always,
            "fn main() {}",
            "Define reaches aws-made-up",
        ),
        (
            "calls it where the feature is on only",
            optional,
            "fn main() { aws_made_up::call(); }",
            "compiling Define without the SDK failed",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let checked = define_needs_no_sdk(&made_up(folder.path(), dependency, define));
        let text = checked
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(
            text.contains(want) && text.is_empty() == want.is_empty(),
            "{case}: {text}"
        );
    }
}
