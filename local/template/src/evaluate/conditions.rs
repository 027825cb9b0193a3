//! Conditions: `Fn::Equals`, `Fn::Not`, `Fn::And`, `Fn::Or`, `Condition`, and the choice that `Fn::If` makes.

use super::{At, Evaluator, Outcome};
use crate::node::Node;

impl Evaluator<'_> {
    /// Whether a condition of the template is met; `None` after a problem.
    pub(crate) fn condition(&self, name: &str, at: At<'_>) -> Option<bool> {
        if let Some(known) = self.conditions.borrow().get(name) {
            return *known;
        }
        let Some(node) = self.template.conditions.get(name) else {
            return self.fail(at, &format!("there is no condition `{name}`"));
        };
        let met = self.test(node, &format!("Conditions.{name}"));
        self.conditions.borrow_mut().insert(name.to_owned(), met);
        met
    }

    /// Whether the resource exists in this stack.
    pub(crate) fn exists(&self, logical_id: &str) -> Option<bool> {
        let resource = self.template.resources.get(logical_id)?;
        let place = format!("Resources.{logical_id}.Condition");
        match &resource.condition {
            None => Some(true),
            Some(name) => self.condition(
                name,
                At {
                    line: resource.line,
                    place: &place,
                },
            ),
        }
    }

    fn test(&self, node: &Node, place: &str) -> Option<bool> {
        let at = At {
            line: node.line,
            place,
        };
        let [(function, argument)] = node.entries() else {
            return self.fail(
                at,
                "has to be one of Fn::Equals, Fn::Not, Fn::And, Fn::Or, Condition",
            );
        };
        let items = argument.items().unwrap_or_default();
        let all = || {
            items
                .iter()
                .map(|item| self.test(item, place))
                .collect::<Option<Vec<bool>>>()
        };
        match (function.as_str(), items.len()) {
            ("Condition", _) => self.condition(argument.text()?, at),
            ("Fn::Equals", 2) => Some(self.text(&items[0], place)? == self.text(&items[1], place)?),
            ("Fn::Not", 1) => all().map(|met| !met[0]),
            ("Fn::And", 2..=10) => all().map(|met| met.into_iter().all(|met| met)),
            ("Fn::Or", 2..=10) => all().map(|met| met.into_iter().any(|met| met)),
            _ => self.fail(
                at,
                &format!("{function} is no condition, or has the wrong number of arguments"),
            ),
        }
    }

    pub(super) fn choose(&self, argument: &Node, at: At<'_>) -> Outcome {
        let Some([name, then, otherwise]) = argument.items() else {
            self.fail::<()>(at, "Fn::If takes a condition and two values");
            return Outcome::Failed;
        };
        match name.text().map(|name| self.condition(name, at)) {
            Some(Some(true)) => self.value(then, at.place),
            Some(Some(false)) => self.value(otherwise, at.place),
            Some(None) => Outcome::Failed,
            None => {
                self.fail::<()>(at, "Fn::If takes the name of a condition");
                Outcome::Failed
            }
        }
    }
}
