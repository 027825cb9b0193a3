//! Where references lead: names that do not exist, and resources that wait for each other in a circle.

use std::collections::{BTreeMap, BTreeSet};

use crate::node::{Kind, Node};
use crate::problems::Problem;
use crate::template::Template;

/// Pseudo parameters of CloudFormation.
pub(crate) const PSEUDO: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

pub(crate) struct Reference {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) place: String,
}

pub(crate) fn check(
    template: &Template,
    parameters: &[(String, Node)],
    problems: &mut Vec<Problem>,
) {
    let mut graph: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let is_parameter =
        |name: &str| PSEUDO.contains(&name) || parameters.iter().any(|(known, _)| known == name);
    let report = |reference: &Reference, problems: &mut Vec<Problem>| {
        let known = template.resources.contains_key(&reference.name)
            || function_of_role(template, &reference.name).is_some();
        if !is_parameter(&reference.name) && !known {
            let text = format!("`{}` is neither a parameter nor a resource", reference.name);
            problems.push(Problem::at(reference.line, &reference.place, text));
        }
    };
    for (name, resource) in &template.resources {
        let mut found = Vec::new();
        collect(
            &resource.properties,
            &format!("Resources.{name}.Properties"),
            &mut found,
        );
        for reference in &found {
            report(reference, problems);
        }
        for target in &resource.depends_on {
            let place = format!("Resources.{name}.DependsOn");
            if !template.resources.contains_key(target) {
                let text = format!("`{target}` is no resource of this template");
                problems.push(Problem::at(resource.line, &place, text));
            }
            found.push(Reference {
                name: target.clone(),
                line: resource.line,
                place,
            });
        }
        let targets = found
            .into_iter()
            .map(|reference| {
                let function = function_of_role(template, &reference.name).map(str::to_owned);
                function.unwrap_or(reference.name)
            })
            .filter(|name| template.resources.contains_key(name));
        graph.insert(name, targets.collect());
    }
    for (name, output) in &template.outputs {
        let mut found = Vec::new();
        collect(output, &format!("Outputs.{name}"), &mut found);
        for reference in &found {
            report(reference, problems);
        }
    }
    report_circle("Resources", &graph, problems);
}

/// Reports one circle of those that there are.
pub(crate) fn report_circle(
    section: &str,
    graph: &BTreeMap<&str, BTreeSet<String>>,
    problems: &mut Vec<Problem>,
) {
    if let Some(circle) = circle(graph) {
        let text = format!(
            "circular dependency, which CloudFormation refuses: {}",
            circle.join(" -> ")
        );
        problems.push(Problem::new(section, text));
    }
}

/// The function whose role SAM makes under this name: `<function>Role`.
fn function_of_role<'name>(template: &Template, name: &'name str) -> Option<&'name str> {
    let function = name.strip_suffix("Role")?;
    let resource = template.resources.get(function)?;
    (resource.kind == "AWS::Serverless::Function").then_some(function)
}

/// Names that `Ref`, `Fn::GetAtt` and `Fn::Sub` lead to, anywhere below.
pub(crate) fn collect(node: &Node, place: &str, found: &mut Vec<Reference>) {
    match &node.kind {
        Kind::Scalar(_) => {}
        Kind::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &format!("{place}.{index}"), found);
            }
        }
        Kind::Mapping(entries) => {
            for (key, value) in entries {
                let mut add = |name: &str| {
                    found.push(Reference {
                        name: name.to_owned(),
                        line: value.line,
                        place: place.to_owned(),
                    });
                };
                match key.as_str() {
                    "Ref" => value.text().into_iter().for_each(&mut add),
                    "Fn::GetAtt" => resource_of_attribute(value).into_iter().for_each(&mut add),
                    "Fn::Sub" => collect_sub(value, place, found),
                    _ => collect(value, &format!("{place}.{key}"), found),
                }
            }
        }
    }
}

fn resource_of_attribute(node: &Node) -> Option<&str> {
    let text = node.text().or_else(|| node.items()?.first()?.text())?;
    text.split('.').next()
}

fn collect_sub(node: &Node, place: &str, found: &mut Vec<Reference>) {
    let (text, own) = match node.items() {
        Some([text, own, ..]) => (text.text(), own.entries()),
        _ => (node.text(), &[][..]),
    };
    for name in text.map(placeholders).unwrap_or_default() {
        if !own.iter().any(|(key, _)| *key == name) {
            let resource = name.split('.').next().unwrap_or(&name).to_owned();
            found.push(Reference {
                name: resource,
                line: node.line,
                place: place.to_owned(),
            });
        }
    }
    for (_, value) in own {
        collect(value, place, found);
    }
}

/// Names inside `${…}`; `${!…}` is literal text.
pub(crate) fn placeholders(text: &str) -> Vec<String> {
    let starts = text
        .match_indices("${")
        .map(|(start, _)| &text[start + 2..]);
    let names = starts
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name.trim());
    names
        .filter(|name| !name.starts_with('!'))
        .map(str::to_owned)
        .collect()
}

fn circle(graph: &BTreeMap<&str, BTreeSet<String>>) -> Option<Vec<String>> {
    let mut done = BTreeSet::new();
    graph
        .keys()
        .find_map(|start| walk(graph, start, &mut Vec::new(), &mut done))
}

fn walk(
    graph: &BTreeMap<&str, BTreeSet<String>>,
    name: &str,
    path: &mut Vec<String>,
    done: &mut BTreeSet<String>,
) -> Option<Vec<String>> {
    if let Some(start) = path.iter().position(|known| known == name) {
        let mut circle = path.split_off(start);
        circle.push(name.to_owned());
        return Some(circle);
    }
    if done.contains(name) {
        return None;
    }
    path.push(name.to_owned());
    let found = graph
        .get(name)
        .into_iter()
        .flatten()
        .find_map(|next| walk(graph, next, path, done));
    path.pop();
    done.insert(name.to_owned());
    found
}
