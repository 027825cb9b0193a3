//! What has to hold after a soak: rules over everything that the stack keeps.

use std::collections::{BTreeMap, BTreeSet};

use crate::admin::Row;

/// What the stack keeps, and what the driver knows.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Rows of the enrolments table.
    pub enrolments: Vec<Row>,
    /// Rows of the challenges table.
    pub challenges: Vec<Row>,
    /// Collection and id of each face in the collections.
    pub faces: BTreeSet<(String, String)>,
    /// Keys of photos in both buckets.
    pub photos: Vec<String>,
    /// Messages in each queue.
    pub queued: BTreeMap<&'static str, u64>,
    /// Milliseconds since 1970.
    pub now: u64,
    /// Subs of everybody who was given tokens after an enrolment.
    pub enrolled: BTreeSet<String>,
    /// Challenges whose attempt was broken off by a kill.
    pub interrupted: BTreeSet<String>,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// What must not be.
    pub violations: Vec<String>,
    /// What killed runs left behind and somebody will clear away.
    pub explained: BTreeMap<&'static str, u64>,
}

impl Findings {
    fn explain(&mut self, what: &'static str) {
        *self.explained.entry(what).or_default() += 1;
    }
}

/// Looks at everything.
pub fn audit(kept: &Kept) -> Findings {
    let mut findings = Findings::default();
    enrolments(kept, &mut findings);
    faces(kept, &mut findings);
    photos(kept, &mut findings);
    challenges(kept, &mut findings);
    for (queue, count) in kept.queued.iter().filter(|(_, count)| **count > 0) {
        findings
            .violations
            .push(format!("{queue} holds {count} messages"));
    }
    findings
}

fn field<'a>(row: &'a Row, name: &str) -> &'a str {
    row.get(name).map_or("", String::as_str)
}

/// Who was told so has exactly one ACTIVE enrolment, which has a face.
fn enrolments(kept: &Kept, findings: &mut Findings) {
    let mut active: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut with_face = BTreeSet::new();
    for row in &kept.enrolments {
        let sub = field(row, "pk").trim_start_matches("U#");
        if let Some(enrolment) = field(row, "sk").strip_prefix("ENR#")
            && field(row, "status") == "ACTIVE"
        {
            active.entry(sub).or_default().push(enrolment);
        }
        if field(row, "sk").starts_with("FACE#") {
            with_face.insert((sub, field(row, "enrolmentId")));
        }
    }
    for sub in &kept.enrolled {
        match active.get(sub.as_str()).map(Vec::as_slice) {
            Some([only]) if with_face.contains(&(sub.as_str(), only)) => {}
            Some([_]) => findings
                .violations
                .push("an ACTIVE enrolment has no face".to_owned()),
            Some(several) => findings.violations.push(format!(
                "{} enrolments of one user are ACTIVE",
                several.len()
            )),
            None => findings
                .violations
                .push("somebody with tokens has no ACTIVE enrolment".to_owned()),
        }
    }
    for sub in active.keys().filter(|sub| !kept.enrolled.contains(**sub)) {
        findings
            .violations
            .push(format!("{sub} is enrolled without ever being given tokens"));
    }
}

/// Faces and their rows are the same set.
fn faces(kept: &Kept, findings: &mut Findings) {
    let rows: BTreeSet<(String, String)> = kept
        .enrolments
        .iter()
        .filter(|row| field(row, "sk").starts_with("FACE#"))
        .map(|row| {
            (
                field(row, "collection").to_owned(),
                field(row, "faceId").to_owned(),
            )
        })
        .collect();
    let without_row = kept.faces.difference(&rows).count();
    if without_row > 0 {
        findings.violations.push(format!(
            "{without_row} faces in the collections have no row"
        ));
    }
    let missing = rows.difference(&kept.faces).count();
    if missing > 0 {
        findings
            .violations
            .push(format!("{missing} faces of rows are in no collection"));
    }
}

/// Photos are gone, but for those of attempts that a kill broke off: the buckets' lifecycle takes them.
fn photos(kept: &Kept, findings: &mut Findings) {
    for key in &kept.photos {
        let challenge = key.split_once('/').map_or("", |(_, challenge)| challenge);
        if kept.interrupted.contains(challenge) {
            findings.explain("photos of attempts that a kill broke off");
        } else {
            findings.violations.push(format!(
                "{} was left behind",
                key.split('/').next().unwrap_or_default()
            ));
        }
    }
}

/// No run is half done and no attempt is reserved. Leases of killed runs are over.
fn challenges(kept: &Kept, findings: &mut Findings) {
    for row in &kept.challenges {
        let key = field(row, "pk");
        if let Some(challenge) = key.strip_prefix("C#")
            && field(row, "status") == "JUDGING"
        {
            let over = field(row, "leaseUntil")
                .parse()
                .is_ok_and(|until: u64| until <= kept.now);
            if kept.interrupted.contains(challenge) && over {
                findings.explain("challenges of killed runs, their leases over");
            } else {
                findings
                    .violations
                    .push(format!("a challenge is half done (lease over: {over})"));
            }
        }
        let live = ends(field(row, "reservations"))
            .filter(|end| kept.now < *end)
            .count();
        if live > 0 {
            findings
                .violations
                .push(format!("{live} attempts are reserved though nobody judges"));
        }
    }
}

/// The numbers in the text of a map of numbers.
fn ends(map: &str) -> impl Iterator<Item = u64> {
    map.split("N(\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(fields: &[(&str, &str)]) -> Row {
        let pairs = fields.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn tidy() -> Kept {
        Kept {
            enrolments: vec![
                row(&[("pk", "U#ada"), ("sk", "ENR#1"), ("status", "ACTIVE")]),
                row(&[("pk", "U#ada"), ("sk", "ENR#0"), ("status", "RETIRED")]),
                row(&[
                    ("pk", "U#ada"),
                    ("sk", "FACE#1#f"),
                    ("enrolmentId", "1"),
                    ("faceId", "f"),
                    ("collection", "s0"),
                ]),
            ],
            challenges: vec![
                row(&[("pk", "C#done"), ("status", "JUDGED")]),
                row(&[
                    ("pk", "C#killed"),
                    ("status", "JUDGING"),
                    ("leaseUntil", "900"),
                ]),
                row(&[
                    ("pk", "L#name#plain"),
                    ("reservations", "M({\"killed\": N(\"900\")})"),
                ]),
            ],
            faces: [("s0".to_owned(), "f".to_owned())].into(),
            photos: vec!["selfies/killed".to_owned()],
            queued: [("IndexQueue", 0)].into(),
            now: 1000,
            enrolled: ["ada".to_owned()].into(),
            interrupted: ["killed".to_owned()].into(),
        }
    }

    #[test]
    fn what_a_killed_run_leaves_is_explained() {
        let findings = audit(&tidy());
        assert_eq!(findings.violations, Vec::<String>::new());
        assert_eq!(findings.explained.values().sum::<u64>(), 2);
    }

    type Spoil = fn(&mut Kept);

    #[test]
    fn everything_else_that_is_left_is_a_violation() {
        let spoilt: [(&str, Spoil); 11] = [
            ("no enrolment", |kept| kept.enrolments.clear()),
            ("still pending", |kept| {
                kept.enrolments[0].insert("status".to_owned(), "PENDING".to_owned());
            }),
            ("two active", |kept| {
                kept.enrolments[1].insert("status".to_owned(), "ACTIVE".to_owned());
            }),
            ("no face row", |kept| {
                kept.enrolments.remove(2);
            }),
            ("enrolled but never told", |kept| kept.enrolled.clear()),
            ("face without row", |kept| {
                kept.faces.insert(("s1".to_owned(), "g".to_owned()));
            }),
            ("face gone", |kept| kept.faces.clear()),
            ("photo", |kept| {
                kept.photos.push("documents/done".to_owned());
            }),
            ("lease", |kept| kept.now = 800),
            ("half done", |kept| kept.interrupted.clear()),
            ("queue", |kept| {
                kept.queued.insert("IndexDeadLetterQueue", 1);
            }),
        ];
        for (name, spoil) in spoilt {
            let mut kept = tidy();
            spoil(&mut kept);
            assert_ne!(audit(&kept).violations, Vec::<String>::new(), "{name}");
        }
    }
}
