//! Copies of the template with one thing changed, by plain text: as an operator's slip of the hand would.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::places;

/// The template's text.
#[derive(Clone, Debug)]
pub struct Template(String);

impl Default for Template {
    fn default() -> Self {
        Self(fs::read_to_string(places::template()).expect("the template is there"))
    }
}

impl Template {
    /// Within the resource `logical_id`, replaces the first `from` with `to`.
    #[must_use]
    pub fn edit(&self, logical_id: &str, from: &str, to: &str) -> Self {
        let start = self
            .0
            .find(&format!("\n  {logical_id}:\n"))
            .unwrap_or_else(|| panic!("no resource {logical_id}"))
            + 1;
        let body = &self.0[start..];
        let end = body
            .match_indices("\n  ")
            .map(|(at, _)| at)
            .find(|at| is_next_resource(&body[at + 3..]))
            .unwrap_or(body.len());
        let resource = &body[..end];
        assert!(
            resource.contains(from),
            "{logical_id} holds no `{from}`: the template changed, change the test"
        );
        Self(format!(
            "{}{}{}",
            &self.0[..start],
            resource.replacen(from, to, 1),
            &body[end..]
        ))
    }

    /// Logical id, program and names of the variables of each function.
    pub fn functions(&self) -> Vec<(String, String, BTreeSet<String>)> {
        let resources = self.0.split_once("\nResources:\n").expect("resources").1;
        let mut found = Vec::new();
        let (mut id, mut in_variables) = ("", false);
        for line in resources.lines() {
            let indent = line.len() - line.trim_start().len();
            let word = line.trim().split(':').next().unwrap_or_default();
            match indent {
                0..=2 if line.trim_end().ends_with(':') => id = word,
                _ if line.contains("Binary: ") => {
                    let rest = line.split_once("Binary: ").expect("just seen").1;
                    let program = rest.trim_end_matches(['}', ' ']);
                    found.push((id.to_owned(), program.to_owned(), BTreeSet::new()));
                }
                _ if word.starts_with('#') => {}
                _ if word == "Variables" => in_variables = true,
                10 if in_variables => {
                    let (_, _, variables) = found.last_mut().expect("a function has variables");
                    variables.insert(word.to_owned());
                }
                11.. => {}
                _ => in_variables = false,
            }
        }
        found
    }

    /// Writes the copy into `folder`.
    pub fn write(&self, folder: &Path) -> PathBuf {
        let path = folder.join("template.yaml");
        fs::write(&path, &self.0).expect("the test's folder takes a template");
        path
    }
}

fn is_next_resource(rest: &str) -> bool {
    rest.starts_with(|first: char| first.is_ascii_uppercase() || first == '#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_found_with_their_variables() {
        let text = "x\nResources:\n  # F\n  F:\n    Metadata: {Binary: f-1}\n    Properties:\n      Environment:\n        Variables:\n          A: !Ref X\n          # Why.\n          B_C: 1\n      Policies: []\n  G:\n    Metadata: {A: {Binary: g}}\n    Properties:\n      MemorySize: 1\n";
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        assert_eq!(
            Template(text.to_owned()).functions(),
            [
                ("F".to_owned(), "f-1".to_owned(), names(&["A", "B_C"])),
                ("G".to_owned(), "g".to_owned(), names(&[])),
            ]
        );
    }

    #[test]
    fn edits_stay_within_their_resource() {
        let text = "Resources:\n  A:\n    Type: x\n    P: 1\n  B:\n    Type: y\n    P: 1\n";
        let edited = Template(text.to_owned()).edit("B", "P: 1", "P: 2");
        assert_eq!(
            edited.0,
            "Resources:\n  A:\n    Type: x\n    P: 1\n  B:\n    Type: y\n    P: 2\n"
        );
    }
}
