//! The section `Conditions`: every condition is looked at, used or not, as CloudFormation does.

use std::collections::{BTreeMap, BTreeSet};

use crate::node::{Kind, Node};
use crate::problems::Problem;
use crate::references::{self, PSEUDO};
use crate::template::Template;

/// Checks the shape of each condition, that it depends on parameters and other conditions only, and that none waits for itself; then that
/// resources, outputs and `Fn::If` name conditions that there are.
pub(crate) fn check(
    template: &Template,
    parameters: &[(String, Node)],
    problems: &mut Vec<Problem>,
) {
    let mut graph: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (name, node) in &template.conditions {
        let place = format!("Conditions.{name}");
        shape(node, &place, problems);
        let mut found = Vec::new();
        references::collect(node, &place, &mut found);
        for reference in found {
            let known = PSEUDO.contains(&reference.name.as_str())
                || parameters.iter().any(|(name, _)| *name == reference.name);
            if !known {
                let text = format!(
                    "`{}` is no parameter: conditions are decided before any resource exists",
                    reference.name
                );
                problems.push(Problem::at(reference.line, &reference.place, text));
            }
        }
        let mut named = Vec::new();
        conditions_named(node, &mut named);
        for (line, condition) in &named {
            exists(template, condition, *line, &place, problems);
        }
        let named = named.into_iter().map(|(_, name)| name);
        let named = named.filter(|name| template.conditions.contains_key(name));
        graph.insert(name, named.collect());
    }
    references::report_circle("Conditions", &graph, problems);
    check_uses(template, problems);
}

fn check_uses(template: &Template, problems: &mut Vec<Problem>) {
    for (name, resource) in &template.resources {
        let place = format!("Resources.{name}");
        if let Some(condition) = &resource.condition {
            exists(
                template,
                condition,
                resource.line,
                &format!("{place}.Condition"),
                problems,
            );
        }
        choices(
            &resource.properties,
            &format!("{place}.Properties"),
            template,
            problems,
        );
    }
    for (name, output) in &template.outputs {
        let place = format!("Outputs.{name}");
        if let Some(condition) = output.get("Condition") {
            match condition.text() {
                Some(text) => exists(template, text, condition.line, &place, problems),
                None => problems.push(Problem::at(
                    condition.line,
                    &place,
                    "Condition has to be the name of a condition",
                )),
            }
        }
        choices(output, &place, template, problems);
    }
}

fn exists(
    template: &Template,
    condition: &str,
    line: usize,
    place: &str,
    problems: &mut Vec<Problem>,
) {
    if !template.conditions.contains_key(condition) {
        let text = format!("there is no condition `{condition}`");
        problems.push(Problem::at(line, place, text));
    }
}

/// Both branches of an `Fn::If` are looked at, whichever is taken.
fn choices(node: &Node, place: &str, template: &Template, problems: &mut Vec<Problem>) {
    match &node.kind {
        Kind::Scalar(_) => {}
        Kind::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                choices(item, &format!("{place}.{index}"), template, problems);
            }
        }
        Kind::Mapping(entries) => {
            for (key, value) in entries {
                let inner = if key == "Fn::If" {
                    place.to_owned()
                } else {
                    format!("{place}.{key}")
                };
                if let ("Fn::If", Some([name, ..])) = (key.as_str(), value.items())
                    && let Some(condition) = name.text()
                {
                    exists(template, condition, name.line, place, problems);
                }
                choices(value, &inner, template, problems);
            }
        }
    }
}

fn shape(node: &Node, place: &str, problems: &mut Vec<Problem>) {
    let [(function, argument)] = node.entries() else {
        let text = "has to be one of Fn::Equals, Fn::Not, Fn::And, Fn::Or, Condition";
        problems.push(Problem::at(node.line, place, text));
        return;
    };
    let count = argument.items().map(<[Node]>::len);
    let problem = match (function.as_str(), count) {
        ("Condition", _) if argument.text().is_none() => Some("Condition takes a name"),
        ("Condition", _)
        | ("Fn::Equals", Some(2))
        | ("Fn::Not", Some(1))
        | ("Fn::And" | "Fn::Or", Some(2..=10)) => None,
        ("Fn::Equals", _) => Some("Fn::Equals takes two values"),
        ("Fn::Not", _) => Some("Fn::Not takes a list of one condition"),
        ("Fn::And" | "Fn::Or", _) => Some("Fn::And and Fn::Or take two to ten conditions"),
        _ => Some("is no condition: Fn::Equals, Fn::Not, Fn::And, Fn::Or, Condition"),
    };
    if let Some(problem) = problem {
        problems.push(Problem::at(argument.line, place, problem));
    } else if matches!(function.as_str(), "Fn::Not" | "Fn::And" | "Fn::Or") {
        for item in argument.items().unwrap_or_default() {
            shape(item, place, problems);
        }
    }
}

fn conditions_named(node: &Node, found: &mut Vec<(usize, String)>) {
    for (key, value) in node.entries() {
        match (key.as_str(), value.text(), value.items()) {
            ("Condition", Some(name), _) => found.push((value.line, name.to_owned())),
            ("Fn::Not" | "Fn::And" | "Fn::Or", _, Some(items)) => {
                for item in items {
                    conditions_named(item, found);
                }
            }
            _ => {}
        }
    }
}
