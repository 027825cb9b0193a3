//! The section `Outputs`: what an output may say.

use std::collections::BTreeMap;

use crate::node::Node;
use crate::problems::Problem;

pub(crate) fn check(outputs: &BTreeMap<String, Node>, problems: &mut Vec<Problem>) {
    for (name, output) in outputs {
        if output.get("Value").is_none() {
            let place = format!("Outputs.{name}");
            problems.push(Problem::at(output.line, &place, "has no Value"));
        }
        for (key, node) in output.entries() {
            if !["Description", "Value", "Condition"].contains(&key.as_str()) {
                let text = "the local stack does not know this property of an output";
                problems.push(Problem::at(
                    node.line,
                    &format!("Outputs.{name}.{key}"),
                    text,
                ));
            }
        }
    }
}
