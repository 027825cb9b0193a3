//! `Globals.Function`, merged into each function as SAM does: maps are merged, lists joined, other values overridden.

use crate::node::{Kind, Node};
use crate::problems::Problem;

/// The globals of functions; other sections of `Globals` are refused.
pub(crate) fn of_functions<'node>(
    root: &'node Node,
    problems: &mut Vec<Problem>,
) -> Option<&'node Node> {
    let globals = root.get("Globals")?;
    for (key, node) in globals.entries() {
        if key != "Function" {
            problems.push(Problem::at(
                node.line,
                &format!("Globals.{key}"),
                "the local stack reads Globals.Function only",
            ));
        }
    }
    globals.get("Function")
}

/// What a function gets that is written as `own` beside `global`.
pub(crate) fn merge(global: &Node, own: &Node) -> Node {
    let kind = match (&global.kind, &own.kind) {
        (Kind::Mapping(global), Kind::Mapping(own))
            if !is_intrinsic(global) && !is_intrinsic(own) =>
        {
            Kind::Mapping(merge_entries(global, own))
        }
        (Kind::Sequence(global), Kind::Sequence(own)) => {
            Kind::Sequence(global.iter().chain(own).cloned().collect())
        }
        _ => own.kind.clone(),
    };
    Node {
        line: own.line,
        kind,
    }
}

fn merge_entries(global: &[(String, Node)], own: &[(String, Node)]) -> Vec<(String, Node)> {
    let mut merged: Vec<(String, Node)> = global
        .iter()
        .filter(|(key, _)| !own.iter().any(|(name, _)| name == key))
        .cloned()
        .collect();
    for (key, node) in own {
        let from_globals = global.iter().find(|(name, _)| name == key);
        merged.push((
            key.clone(),
            from_globals.map_or_else(|| node.clone(), |(_, shared)| merge(shared, node)),
        ));
    }
    merged
}

fn is_intrinsic(entries: &[(String, Node)]) -> bool {
    matches!(entries, [(key, _)] if key == "Ref" || key.starts_with("Fn::"))
}
