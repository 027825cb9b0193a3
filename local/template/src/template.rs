//! The model of a template: its sections, checked for everything that needs no values.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::catalogue::{self, Support};
use crate::node::{self, Kind, Node};
use crate::parameters::{self, Parameter};
use crate::problems::{Problem, Problems};
use crate::{conditions, globals, mappings, outputs, references};

/// A template that was read and whose references all lead somewhere.
#[derive(Clone, Debug)]
pub struct Template {
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) mappings: BTreeMap<String, Node>,
    pub(crate) conditions: BTreeMap<String, Node>,
    pub(crate) resources: BTreeMap<String, Resource>,
    pub(crate) outputs: BTreeMap<String, Node>,
}

/// A resource as it is written.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    pub(crate) line: usize,
    pub(crate) kind: String,
    pub(crate) condition: Option<String>,
    pub(crate) depends_on: Vec<String>,
    /// `Metadata.BuildProperties.Binary`
    pub(crate) binary: Option<String>,
    pub(crate) properties: Node,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// Everything that the local stack does not know or AWS would refuse, as far as it shows without parameter values.
    pub fn parse(text: &str) -> Result<Self, Problems> {
        let root = node::read(text).map_err(Problems)?;
        let mut problems = Vec::new();
        refuse_unknown_sections(&root, &mut problems);
        let parameters = section(&root, "Parameters")
            .iter()
            .filter_map(|(name, node)| Parameter::read(name, node, &mut problems))
            .collect();
        let globals = globals::of_functions(&root, &mut problems);
        let resources = section(&root, "Resources")
            .iter()
            .filter_map(|(name, node)| {
                Some((name.clone(), resource(name, node, globals, &mut problems)?))
            })
            .collect();
        let named = |key| {
            section(&root, key)
                .iter()
                .cloned()
                .collect::<BTreeMap<_, _>>()
        };
        let template = Self {
            parameters,
            mappings: named("Mappings"),
            conditions: named("Conditions"),
            resources,
            outputs: named("Outputs"),
        };
        if template.resources.is_empty() {
            problems.push(Problem::new("Resources", "the template has no resources"));
        }
        let parameters = section(&root, "Parameters");
        refuse_bad_names(&root, &mut problems);
        mappings::check(&template.mappings, &mut problems);
        conditions::check(&template, parameters, &mut problems);
        outputs::check(&template.outputs, &mut problems);
        references::check(&template, parameters, &mut problems);
        Problems::none_or(problems, template)
    }

    /// Values of all parameters: those given, else their defaults.
    ///
    /// # Errors
    /// Unknown names, missing values, and values that the declaration does not allow.
    pub fn parameter_values(
        &self,
        given: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, Value>, Problems> {
        parameters::values(&self.parameters, given)
    }

    /// Whether the template declares this parameter.
    pub fn has_parameter(&self, name: &str) -> bool {
        self.parameters
            .iter()
            .any(|parameter| parameter.is_named(name))
    }

    /// Logical id and type of every resource, conditions not considered.
    pub fn resource_types(&self) -> impl Iterator<Item = (&str, &str)> {
        self.resources
            .iter()
            .map(|(name, resource)| (name.as_str(), resource.kind.as_str()))
    }
}

fn refuse_unknown_sections(root: &Node, problems: &mut Vec<Problem>) {
    for (key, node) in root.entries() {
        let known = [
            "AWSTemplateFormatVersion",
            "Transform",
            "Description",
            "Metadata",
            "Parameters",
            "Mappings",
            "Conditions",
            "Globals",
            "Resources",
            "Outputs",
        ];
        match (key.as_str(), node.text()) {
            ("Transform", Some("AWS::Serverless-2016-10-31"))
            | ("AWSTemplateFormatVersion", Some("2010-09-09")) => {}
            ("Transform" | "AWSTemplateFormatVersion", _) => problems.push(Problem::at(
                node.line,
                key,
                "is not one that the local stack knows",
            )),
            _ if known.contains(&key.as_str()) => {}
            _ => problems.push(Problem::at(
                node.line,
                key,
                "the local stack does not know this section",
            )),
        }
    }
}

/// Logical ids hold letters and digits only, and no parameter may be called like a resource.
fn refuse_bad_names(root: &Node, problems: &mut Vec<Problem>) {
    for name in ["Parameters", "Conditions", "Resources", "Outputs"] {
        for (id, node) in section(root, name) {
            if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                let text = "a logical id holds letters and digits only";
                problems.push(Problem::at(node.line, &format!("{name}.{id}"), text));
            }
        }
    }
    for (id, node) in section(root, "Resources") {
        if section(root, "Parameters")
            .iter()
            .any(|(parameter, _)| parameter == id)
        {
            let text = "a parameter has the same name";
            problems.push(Problem::at(node.line, &format!("Resources.{id}"), text));
        }
    }
}

fn section<'node>(root: &'node Node, name: &str) -> &'node [(String, Node)] {
    root.get(name).map_or(&[], Node::entries)
}

fn resource(
    name: &str,
    node: &Node,
    globals: Option<&Node>,
    problems: &mut Vec<Problem>,
) -> Option<Resource> {
    let place = format!("Resources.{name}");
    refuse_unknown_attributes(node, &place, problems);
    let Some(kind) = node.get("Type").and_then(Node::text) else {
        problems.push(Problem::at(node.line, &place, "has no Type"));
        return None;
    };
    if catalogue::support(kind) == Support::Unknown {
        let text = format!(
            "the local stack does not know {kind}: add it to its table of resource types as served or inert"
        );
        problems.push(Problem::at(node.line, &format!("{place}.Type"), text));
    }
    let empty = Node {
        line: node.line,
        kind: Kind::Mapping(Vec::new()),
    };
    let written = node.get("Properties").cloned().unwrap_or(empty);
    let properties = match (kind, globals) {
        ("AWS::Serverless::Function", Some(globals)) => globals::merge(globals, &written),
        _ => written,
    };
    let binary = node
        .get("Metadata")
        .and_then(|metadata| metadata.get("BuildProperties")?.get("Binary")?.text());
    Some(Resource {
        line: node.line,
        kind: kind.to_owned(),
        condition: condition(node, &place, problems),
        depends_on: depends_on(node, &place, problems),
        binary: binary.map(str::to_owned),
        properties,
    })
}

fn refuse_unknown_attributes(node: &Node, place: &str, problems: &mut Vec<Problem>) {
    let attributes = [
        "Type",
        "Properties",
        "Condition",
        "DependsOn",
        "Metadata",
        "DeletionPolicy",
        "UpdateReplacePolicy",
    ];
    for (key, value) in node.entries() {
        if !attributes.contains(&key.as_str()) {
            problems.push(Problem::at(
                value.line,
                &format!("{place}.{key}"),
                "the local stack does not know this attribute of a resource",
            ));
        }
        if ["DeletionPolicy", "UpdateReplacePolicy"].contains(&key.as_str())
            && !matches!(
                value.text(),
                Some("Delete" | "Retain" | "RetainExceptOnCreate")
            )
        {
            problems.push(Problem::at(
                value.line,
                &format!("{place}.{key}"),
                "has to be Delete or Retain: nothing here takes snapshots",
            ));
        }
    }
}

fn condition(node: &Node, place: &str, problems: &mut Vec<Problem>) -> Option<String> {
    let condition = node.get("Condition")?;
    if condition.text().is_none() {
        let text = "has to be the name of a condition";
        problems.push(Problem::at(
            condition.line,
            &format!("{place}.Condition"),
            text,
        ));
    }
    condition.text().map(str::to_owned)
}

fn depends_on(node: &Node, place: &str, problems: &mut Vec<Problem>) -> Vec<String> {
    let Some(one) = node.get("DependsOn") else {
        return Vec::new();
    };
    let names = one.items().unwrap_or(std::slice::from_ref(one));
    if names.is_empty() || names.iter().any(|name| name.text().is_none()) {
        let text = "has to be the logical id of a resource, or a list of them";
        problems.push(Problem::at(one.line, &format!("{place}.DependsOn"), text));
    }
    names
        .iter()
        .filter_map(Node::text)
        .map(str::to_owned)
        .collect()
}
