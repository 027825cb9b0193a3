//! The report of a soak.

use std::{fmt::Write as _, time::Duration};

use serde_json::{Value, json};

use super::{
    books::Entries,
    measure::{ENOUGH, Life, Lives, percentile},
    plan::Plan,
};

/// Program of the stack.
const STACK: &str = "face-login-local";
/// Memory that the stack may still gain after its warm-up, in KB, beside a tenth: it keeps its last ten thousand calls.
const STACK_SPARE_KB: u64 = 16 << 10;
/// The same for a function.
const FUNCTION_SPARE_KB: u64 = 4 << 10;

/// What a soak came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// Everything that must not happen; a good soak has none.
    pub violations: Vec<String>,
    /// The figures, for programs.
    pub figures: Value,
    /// The figures, for people.
    pub text: String,
}

impl Report {
    pub(super) fn of(plan: &Plan, entries: &Entries, lives: &Lives, worked: Duration) -> Self {
        let mut violations = entries.violations.clone();
        let memory: Vec<Value> = programs(lives)
            .into_iter()
            .map(|program| memory(lives, program, &mut violations))
            .collect();
        let jobs = f64::from(u32::try_from(plan.enrolments + plan.sign_ins).unwrap_or(u32::MAX));
        let figures = json!({
            "plan": {
                "enrolments": plan.enrolments, "signIns": plan.sign_ins, "parallel": plan.parallel, "seed": plan.seed,
                "stackKills": plan.stack_kills, "functionKills": plan.function_kills,
            },
            "seconds": worked.as_secs(),
            "perSecond": tenths(jobs / worked.as_secs_f64().max(0.001)),
            "enrolmentMs": latency(&entries.enrolments),
            "signInMs": latency(&entries.sign_ins),
            "counts": entries.counts,
            "memory": memory,
            "outages": entries.outages,
            "violations": violations,
        });
        let text = text(&figures);
        Self {
            violations,
            figures,
            text,
        }
    }
}

fn programs(lives: &Lives) -> Vec<&str> {
    let mut programs: Vec<&str> = lives.values().map(|life| life.program.as_str()).collect();
    programs.sort_unstable();
    programs.dedup();
    programs
}

/// The longest life of a program as an example, and the judgement of all that were long enough.
fn memory(lives: &Lives, program: &str, violations: &mut Vec<String>) -> Value {
    let spare = if program == STACK {
        STACK_SPARE_KB
    } else {
        FUNCTION_SPARE_KB
    };
    let of_program = || lives.values().filter(|life| life.program == program);
    let mut judged = 0;
    for thirds in of_program().filter_map(Life::thirds) {
        judged += 1;
        if !thirds.is_flat(spare) {
            violations.push(format!(
                "{program} grew: {} KB and {} descriptors, later {} KB and {}",
                thirds.before.rss_kb,
                thirds.before.descriptors,
                thirds.after.rss_kb,
                thirds.after.descriptors
            ));
        }
    }
    let longest = of_program().max_by_key(|life| life.samples.len());
    let thirds = longest.and_then(Life::thirds);
    json!({
        "program": program,
        "lives": of_program().count(),
        "judged": judged,
        "peakKb": of_program().map(Life::peak_kb).max(),
        "longestLife": longest.filter(|life| ENOUGH <= life.samples.len()).map(|life| json!({
            "samples": life.samples.len(),
            "startKb": life.samples[0].rss_kb,
            "endKb": life.samples[life.samples.len() - 1].rss_kb,
            "middleThirdKb": thirds.map(|thirds| thirds.before.rss_kb),
            "lastThirdKb": thirds.map(|thirds| thirds.after.rss_kb),
            "middleThirdDescriptors": thirds.map(|thirds| thirds.before.descriptors),
            "lastThirdDescriptors": thirds.map(|thirds| thirds.after.descriptors),
        })),
    })
}

fn latency(durations: &[Duration]) -> Value {
    let of = |percent| percentile(durations, percent).map(|duration| duration.as_millis());
    json!({"count": durations.len(), "p50": of(50), "p99": of(99)})
}

fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

fn text(figures: &Value) -> String {
    let mut text = String::new();
    let mut line = |words: String| text.push_str(&(words + "\n"));
    let plan = &figures["plan"];
    line(format!(
        "{} enrolments and {} sign-ins, {} at a time, seed {}: {} s, {} per second",
        plan["enrolments"],
        plan["signIns"],
        plan["parallel"],
        plan["seed"],
        figures["seconds"],
        figures["perSecond"]
    ));
    for (name, key) in [("enrolment", "enrolmentMs"), ("sign-in", "signInMs")] {
        let latency = &figures[key];
        line(format!(
            "{name}, undisturbed ({}): p50 {} ms, p99 {} ms",
            latency["count"], latency["p50"], latency["p99"]
        ));
    }
    for (what, count) in figures["counts"].as_object().into_iter().flatten() {
        line(format!("{what}: {count}"));
    }
    for memory in figures["memory"].as_array().into_iter().flatten() {
        let longest = &memory["longestLife"];
        let mut words = format!(
            "{}: {} lives, {} long enough to be judged, peak {} KB",
            memory["program"].as_str().unwrap_or_default(),
            memory["lives"],
            memory["judged"],
            memory["peakKb"]
        );
        if longest.is_object() {
            let _ = write!(
                words,
                "; the longest began with {} KB and ended with {} KB (middle third {}, last third {}; descriptors {}, {})",
                longest["startKb"],
                longest["endKb"],
                longest["middleThirdKb"],
                longest["lastThirdKb"],
                longest["middleThirdDescriptors"],
                longest["lastThirdDescriptors"]
            );
        }
        line(words);
    }
    for outage in figures["outages"].as_array().into_iter().flatten() {
        line(format!("too slow: {}", outage.as_str().unwrap_or_default()));
    }
    let violations = figures["violations"].as_array().map_or(0, Vec::len);
    line(format!("violations: {violations}"));
    for violation in figures["violations"].as_array().into_iter().flatten() {
        line(format!("  {}", violation.as_str().unwrap_or_default()));
    }
    text
}
