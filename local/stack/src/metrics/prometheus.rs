//! The figures as text for Prometheus (exposition format 0.0.4): counts as counters, times as summaries in seconds.

use std::fmt::Write as _;

use super::{Known, Name, Series};

const QUANTILES: [f64; 3] = [0.5, 0.9, 0.99];

pub(super) fn written(known: &Known) -> String {
    let mut text = String::new();
    let mut last = String::new();
    for (Name { metric, function }, series) in &known.series {
        let name = snake(metric);
        if last != *metric {
            let kind = if series.is_time() {
                "summary"
            } else {
                "counter"
            };
            let _ = writeln!(text, "# TYPE {}{} {kind}", name, suffix(series));
            last.clone_from(metric);
        }
        let label = format!("function=\"{function}\"");
        if series.is_time() {
            for share in QUANTILES {
                let value = series.quantile(share) / 1000.0;
                let _ = writeln!(
                    text,
                    "{name}_seconds{{{label},quantile=\"{share}\"}} {value}"
                );
            }
            let _ = writeln!(
                text,
                "{name}_seconds_sum{{{label}}} {}",
                series.sum / 1000.0
            );
            let _ = writeln!(text, "{name}_seconds_count{{{label}}} {}", series.count);
        } else {
            let _ = writeln!(text, "{name}_total{{{label}}} {}", series.sum);
        }
    }
    let _ = writeln!(
        text,
        "# TYPE face_login_local_broken_lines gauge\nface_login_local_broken_lines {}",
        known.broken.len()
    );
    text
}

fn suffix(series: &Series) -> &'static str {
    if series.is_time() {
        "_seconds"
    } else {
        "_total"
    }
}

/// `face_login_sign_ins_refused_no_face` of `SignInsRefused.NO_FACE`.
fn snake(metric: &str) -> String {
    let mut name = "face_login".to_owned();
    let mut before = '.';
    for letter in metric.chars() {
        let starts = letter.is_ascii_uppercase() && before.is_ascii_lowercase()
            || before == '.'
            || before == '_';
        if starts && !name.ends_with('_') {
            name.push('_');
        }
        if letter.is_ascii_alphanumeric() {
            name.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    name
}
