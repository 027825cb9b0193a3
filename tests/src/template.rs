//! Copies of the template with one thing changed, by plain text: as an operator's slip of the hand would.

use std::{
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
    fn edits_stay_within_their_resource() {
        let text = "Resources:\n  A:\n    Type: x\n    P: 1\n  B:\n    Type: y\n    P: 1\n";
        let edited = Template(text.to_owned()).edit("B", "P: 1", "P: 2");
        assert_eq!(
            edited.0,
            "Resources:\n  A:\n    Type: x\n    P: 1\n  B:\n    Type: y\n    P: 2\n"
        );
    }
}
