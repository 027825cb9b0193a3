//! A template with every intrinsic function evaluated.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::evaluate::{Evaluator, Outcome};
use crate::facts::Facts;
use crate::node::Node;
use crate::problems::Problems;
use crate::template::Template;

/// A resource with plain JSON properties. They may hold a generated secret: not for logs.
#[derive(Clone)]
pub struct Resolved {
    /// Name inside the template.
    pub logical_id: String,
    /// Such as `AWS::SQS::Queue`.
    pub resource_type: String,
    /// Line of the template.
    pub line: usize,
    /// `Metadata.BuildProperties.Binary` of a function.
    pub binary: Option<String>,
    /// Always a JSON object. Parameters arrive as text, numbers too.
    pub properties: Value,
}

impl Template {
    /// Evaluates all resources whose condition is met.
    ///
    /// # Errors
    /// Everything that can't be evaluated.
    pub fn resolve(&self, facts: &Facts) -> Result<Vec<Resolved>, Problems> {
        let evaluator = Evaluator::new(self, facts);
        let mut resolved = Vec::new();
        for (logical_id, resource) in &self.resources {
            if evaluator.exists(logical_id) != Some(true) {
                continue;
            }
            let place = format!("Resources.{logical_id}.Properties");
            if let Outcome::Value(properties) = evaluator.value(&resource.properties, &place) {
                resolved.push(Resolved {
                    logical_id: logical_id.clone(),
                    resource_type: resource.kind.clone(),
                    line: resource.line,
                    binary: resource.binary.clone(),
                    properties,
                });
            }
        }
        Problems::none_or(evaluator.problems.into_inner(), resolved)
    }

    /// Logical id and type of the resources whose condition is met.
    ///
    /// # Errors
    /// Conditions that can't be evaluated.
    pub fn existing(&self, facts: &Facts) -> Result<Vec<(String, String)>, Problems> {
        let evaluator = Evaluator::new(self, facts);
        let existing = self
            .resources
            .iter()
            .filter(|(name, _)| evaluator.exists(name) == Some(true));
        let existing = existing
            .map(|(name, resource)| (name.clone(), resource.kind.clone()))
            .collect();
        Problems::none_or(evaluator.problems.into_inner(), existing)
    }

    /// One property. It may use parameters, pseudo parameters and what `facts` hold so far.
    ///
    /// # Errors
    /// The property can't be evaluated.
    pub fn property(
        &self,
        logical_id: &str,
        property: &str,
        facts: &Facts,
    ) -> Result<Option<Value>, Problems> {
        let resource = self.resources.get(logical_id);
        let Some(node) = resource.and_then(|resource| resource.properties.get(property)) else {
            return Ok(None);
        };
        let evaluator = Evaluator::new(self, facts);
        let place = format!("Resources.{logical_id}.Properties.{property}");
        let value = match evaluator.value(node, &place) {
            Outcome::Value(value) => Some(value),
            Outcome::Nothing | Outcome::Failed => None,
        };
        Problems::none_or(evaluator.problems.into_inner(), value)
    }

    /// Values of the outputs.
    ///
    /// # Errors
    /// Outputs without a value, and values that can't be evaluated.
    pub fn outputs(&self, facts: &Facts) -> Result<BTreeMap<String, String>, Problems> {
        let evaluator = Evaluator::new(self, facts);
        let mut outputs = BTreeMap::new();
        for (name, node) in &self.outputs {
            let place = format!("Outputs.{name}");
            if let Some(condition) = node.get("Condition").and_then(Node::text)
                && evaluator.condition(condition, crate::evaluate::At::new(node.line, &place))
                    != Some(true)
            {
                continue;
            }
            let value = node.get("Value");
            if let Some(text) = value.and_then(|value| evaluator.text(value, &place)) {
                outputs.insert(name.clone(), text);
            }
        }
        Problems::none_or(evaluator.problems.into_inner(), outputs)
    }
}
