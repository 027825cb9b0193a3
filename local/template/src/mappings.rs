//! The section `Mappings`: two levels of names, then a scalar or a list of scalars, and nothing that has to be evaluated.

use std::collections::BTreeMap;

use crate::node::{Kind, Node};
use crate::problems::Problem;

pub(crate) fn check(mappings: &BTreeMap<String, Node>, problems: &mut Vec<Problem>) {
    for (map, node) in mappings {
        let place = format!("Mappings.{map}");
        for (first, node) in level(node, &place, problems) {
            let place = format!("{place}.{first}");
            for (second, node) in level(node, &place, problems) {
                if !is_plain(node) {
                    let text =
                        "has to be text, a number, or a list of them: mappings are not evaluated";
                    problems.push(Problem::at(node.line, &format!("{place}.{second}"), text));
                }
            }
        }
    }
}

fn level<'node>(
    node: &'node Node,
    place: &str,
    problems: &mut Vec<Problem>,
) -> &'node [(String, Node)] {
    if node.entries().is_empty() {
        let text = "has to be a map with at least one name";
        problems.push(Problem::at(node.line, place, text));
    }
    node.entries()
}

fn is_plain(node: &Node) -> bool {
    match &node.kind {
        Kind::Scalar(value) => !value.is_null(),
        Kind::Sequence(items) => items
            .iter()
            .all(|item| matches!(&item.kind, Kind::Scalar(value) if !value.is_null())),
        Kind::Mapping(_) => false,
    }
}
