//! Derives the mutants: every small change of the template that could go unnoticed, by rule and not by choice.
//!
//! Dropped: each property and list item of each resource at every depth, each resource, each of its attributes, each output, each
//! constraint of a parameter. Changed: numbers (doubled, halved), booleans, words with an opposite, references to parameters (fixed to
//! the default), conditions (inverted), statements (widened). Texts for people are left alone.

use std::collections::BTreeSet;

use anyhow::{Context as _, bail};

use super::source::{self, Kind, Node};

#[cfg(test)]
mod tests;

/// What nothing depends on: titles and descriptions.
const FOR_PEOPLE: [&str; 6] = [
    "Description",
    "Sid",
    "Id",
    "Label",
    "ClientName",
    "UserPoolName",
];

/// Words whose opposite the same property takes.
const OPPOSITES: [(&str, &str); 15] = [
    ("ENABLED", "LEGACY"),
    ("ACTIVE", "INACTIVE"),
    ("Enabled", "Disabled"),
    ("Allow", "Deny"),
    ("Deny", "Allow"),
    ("Retain", "Delete"),
    ("Delete", "Retain"),
    ("ESSENTIALS", "LITE"),
    ("minutes", "hours"),
    ("OFF", "OPTIONAL"),
    ("POST", "PUT"),
    ("BucketOwnerEnforced", "ObjectWriter"),
    ("PAY_PER_REQUEST", "PROVISIONED"),
    ("JSON", "Text"),
    ("arm64", "x86_64"),
];

/// A changed template.
#[derive(Clone, Debug)]
pub(super) struct Mutant {
    /// Where and what: `VerifyFunction.Policies.0.Statement.1.Action.0: dropped s3:GetObject`. Unique.
    pub(super) name: String,
    pub(super) text: String,
}

/// All mutants of a template, in the order of its text.
pub(super) fn derive(text: &str) -> anyhow::Result<Vec<Mutant>> {
    let root = source::read(text)?;
    let mut deriver = Deriver {
        text,
        root: &root,
        path: Vec::new(),
        names: Vec::new(),
        mutants: Vec::new(),
        seen: BTreeSet::new(),
    };
    for section in [
        "Parameters",
        "Conditions",
        "Globals",
        "Resources",
        "Outputs",
    ] {
        deriver.section(section)?;
    }
    Ok(deriver.mutants)
}

struct Deriver<'run> {
    text: &'run str,
    root: &'run Node,
    /// Indices from the root to the node that is being looked at.
    path: Vec<usize>,
    /// The same as people read it.
    names: Vec<String>,
    mutants: Vec<Mutant>,
    seen: BTreeSet<String>,
}

impl Deriver<'_> {
    fn section(&mut self, name: &str) -> anyhow::Result<()> {
        let Some(index) = self
            .root
            .entries()
            .iter()
            .position(|entry| entry.key == name)
        else {
            return Ok(());
        };
        self.path.push(index);
        let section = &self.root.entries()[index].value;
        match name {
            "Conditions" => self.each(section, Self::invert)?,
            "Parameters" => self.each(section, Self::constraints)?,
            _ => self.each(section, |deriver, node| {
                deriver.drop_it()?;
                deriver.inside(node)
            })?,
        }
        self.path.pop();
        Ok(())
    }

    fn each(
        &mut self,
        node: &Node,
        mut visit: impl FnMut(&mut Self, &Node) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        for index in 0..node.children().len() {
            let name = match &node.kind {
                Kind::Mapping(entries) => entries[index].key.clone(),
                _ => index.to_string(),
            };
            if FOR_PEOPLE.contains(&name.as_str()) {
                continue;
            }
            let child = node.child(index).context("a child that was counted")?;
            self.path.push(index);
            self.names.push(name);
            visit(self, child)?;
            self.names.pop();
            self.path.pop();
        }
        Ok(())
    }

    /// A parameter's bounds; type and default are told by the functions that read it.
    fn constraints(&mut self, parameter: &Node) -> anyhow::Result<()> {
        self.each(parameter, |deriver, _| {
            match deriver.names.last().map(String::as_str) {
                Some("Type" | "Default") => Ok(()),
                _ => deriver.drop_it(),
            }
        })
    }

    fn inside(&mut self, node: &Node) -> anyhow::Result<()> {
        match node.tag.as_deref() {
            Some("Ref") => return self.fix(node),
            Some("If") => return self.branches(node),
            Some(_) => return Ok(()),
            None => {}
        }
        match &node.kind {
            Kind::Scalar(text) => self.change(node, text),
            _ => self.each(node, |deriver, child| {
                deriver.drop_it()?;
                deriver.widen(child)?;
                deriver.inside(child)
            }),
        }
    }

    /// Both values of a choice, and which of them is taken.
    fn branches(&mut self, node: &Node) -> anyhow::Result<()> {
        let (Some(then), Some(otherwise)) = (node.child(1), node.child(2)) else {
            bail!("!If without two values at {}", self.names.join("."));
        };
        let swapped = format!(
            "{}{}{}{}{}",
            &self.text[node.range.start..then.range.start],
            &self.text[otherwise.range.clone()],
            &self.text[then.range.end..otherwise.range.start],
            &self.text[then.range.clone()],
            &self.text[otherwise.range.end..node.range.end]
        );
        self.replace(node, &swapped, "branches swapped")?;
        let index = [1, 2];
        for (at, child) in index.into_iter().zip([then, otherwise]) {
            self.path.push(at);
            self.names.push(at.to_string());
            self.inside(child)?;
            self.names.pop();
            self.path.pop();
        }
        Ok(())
    }

    fn invert(&mut self, node: &Node) -> anyhow::Result<()> {
        let written = &self.text[node.range.clone()];
        self.replace(node, &format!("!Not [{written}]"), "inverted")
    }

    /// A parameter that is not passed on.
    fn fix(&mut self, node: &Node) -> anyhow::Result<()> {
        let name = node.text().unwrap_or_default();
        let parameters = self.root.get("Parameters");
        let default = parameters.and_then(|parameters| parameters.get(name)?.get("Default"));
        match default {
            Some(default) => {
                let written = self.text[default.range.clone()].to_owned();
                self.replace(node, &written, &format!("fixed to {name}'s default"))
            }
            None => Ok(()),
        }
    }

    fn change(&mut self, node: &Node, text: &str) -> anyhow::Result<()> {
        if let Ok(number) = text.parse::<u64>() {
            let quoted = self.text[node.range.clone()].starts_with(['"', '\'']);
            let written = |number: u64| {
                if quoted {
                    format!("\"{number}\"")
                } else {
                    number.to_string()
                }
            };
            if quoted && text.contains('-') {
                return Ok(());
            }
            if number == 0 {
                return self.replace(node, &written(1), "made 1");
            }
            self.replace(node, &written(number * 2), "doubled")?;
            if number > 1 {
                self.replace(node, &written(number / 2), "halved")?;
            }
            return Ok(());
        }
        let opposite = match text {
            "true" => Some("false"),
            "false" => Some("true"),
            word => OPPOSITES
                .iter()
                .find(|(known, _)| *known == word)
                .map(|(_, opposite)| *opposite),
        };
        let Some(opposite) = opposite else {
            return Ok(());
        };
        let quote = if self.text[node.range.clone()].starts_with('"') {
            "\""
        } else {
            ""
        };
        self.replace(
            node,
            &format!("{quote}{opposite}{quote}"),
            &format!("{text} became {opposite}"),
        )
    }

    /// Rights and origins for more than was meant.
    fn widen(&mut self, node: &Node) -> anyhow::Result<()> {
        let name = self.names.last().map_or("", String::as_str);
        let in_policy = self.names.iter().any(|name| name == "Statement");
        match name {
            "Resource" if in_policy && node.text() != Some("*") => {
                self.replace(node, "\"*\"", "widened to all resources")
            }
            "Action" if in_policy => {
                let first = node.text().or_else(|| node.child(0)?.text());
                let service = first.and_then(|action| action.split_once(':'));
                let (service, _) = service.context("an action names its service")?;
                if first.is_some_and(|action| action.ends_with('*')) {
                    return Ok(());
                }
                self.replace(node, &format!("\"{service}:*\""), "widened to all actions")
            }
            "AllowedOrigins" => self.replace(node, "[\"*\"]", "widened to all origins"),
            _ => Ok(()),
        }
    }

    fn replace(&mut self, node: &Node, with: &str, what: &str) -> anyhow::Result<()> {
        let mut expected = self.root.clone();
        let replaced = source::read(&format!("x: {with}\n"))?;
        let value = replaced.get("x").context("the replacement is one value")?;
        let mut at = &mut expected;
        for &index in &self.path {
            at = at.child_mut(index).context("the path leads to a node")?;
        }
        at.tag.clone_from(&value.tag);
        at.kind = value.kind.clone();
        let text = splice(self.text, node.range.start, node.range.end, with);
        self.add(self.path.len(), what, text, &expected)
    }

    /// Without the node; what would be left empty goes with it.
    fn drop_it(&mut self) -> anyhow::Result<()> {
        let mut depth = self.path.len();
        loop {
            let (&index, above) = self.path[..depth].split_last().context("the root stays")?;
            let parent = above
                .iter()
                .try_fold(self.root, |node, &index| node.child(index));
            let children = parent.context("the path leads to a node")?.children();
            // `Resources` is above[0]; a resource without anything is no mutant of its own.
            if children.len() == 1 && above.len() > 2 {
                depth -= 1;
                continue;
            }
            let range = match (children.get(index + 1), index.checked_sub(1)) {
                (Some(next), _) => children[index].start..next.start,
                (None, Some(previous)) => children[previous].end..children[index].end,
                (None, None) => return Ok(()),
            };
            let mut expected = self.root.clone();
            let mut at = &mut expected;
            for &index in above {
                at = at.child_mut(index).context("the path leads to a node")?;
            }
            let gone = at
                .child(index)
                .map(|node| self.shown(node))
                .unwrap_or_default();
            at.remove(index);
            let text = splice(self.text, range.start, range.end, "");
            return self.add(depth, &format!("dropped{gone}"), text, &expected);
        }
    }

    /// A short value as it is written, for the name of the mutant.
    fn shown(&self, node: &Node) -> String {
        const SHORT: usize = 60;
        let actions = node.get("Action").unwrap_or(node);
        let written = &self.text[actions.range.clone()];
        if written.contains('\n') || written.len() > SHORT || written.is_empty() {
            String::new()
        } else {
            format!(" {written}")
        }
    }

    /// `depth` of the path is what the name tells.
    fn add(
        &mut self,
        depth: usize,
        what: &str,
        text: String,
        expected: &Node,
    ) -> anyhow::Result<()> {
        let section = &self.root.entries()[self.path[0]].key;
        let names = &self.names[..depth - 1];
        let last = names.len().saturating_sub(1);
        let place: Vec<&str> = names
            .iter()
            .enumerate()
            .filter(|(index, name)| *name != "Properties" || *index == last)
            .map(|(_, name)| name.as_str())
            .collect();
        let place = if section == "Resources" {
            place.join(".")
        } else {
            format!("{section}.{}", place.join("."))
        };
        let name = format!("{place}: {what}");
        let read = source::read(&text).with_context(|| format!("the mutant {name}"))?;
        if !read.says(expected) {
            bail!("the mutant {name} is not what it says: a fault of this tool");
        }
        if self.seen.insert(text.clone()) {
            self.mutants.push(Mutant { name, text });
        }
        Ok(())
    }
}

fn splice(text: &str, start: usize, end: usize, with: &str) -> String {
    format!("{}{with}{}", &text[..start], &text[end..])
}
