//! The figures as a page: plots of what matters drawn as SVG, and a table of everything. It loads nothing from anywhere.

use std::fmt::Write as _;

use super::{Known, MINUTES, Name, Series};
use crate::net::escaped;

const WIDTH: i64 = 720;
const HEIGHT: i64 = 120;

/// The plots: a title, and the metrics in it, over all functions.
const PLOTS: [(&str, &[&str]); 6] = [
    (
        "Sessions",
        &["SessionsBegun", "SessionsApproved", "SessionsDenied"],
    ),
    (
        "Selfies and documents",
        &[
            "SignInsApproved",
            "SignInsRefused",
            "EnrolmentsApproved",
            "EnrolmentsRefused",
        ],
    ),
    ("Faces", &["FacesSearched", "FacesIndexed", "FacesDeleted"]),
    (
        "Lockouts, doubts, doubles",
        &["Lockouts", "Ambiguous", "Duplicates"],
    ),
    (
        "Milliseconds a call",
        &["RekognitionTime", "DynamoDbTime", "S3Time"],
    ),
    ("Milliseconds a run", &["RunTime", "OwnTime"]),
];
const COLOURS: [&str; 4] = ["#0b6", "#05c", "#c30", "#850"];

pub(super) fn written(known: &Known, now: i64) -> String {
    let mut body = String::new();
    for (title, metrics) in PLOTS {
        plot(&mut body, known, (title, metrics), now);
    }
    likeness(&mut body, known);
    table(&mut body, known);
    for (function, problem) in &known.broken {
        let _ = write!(
            body,
            "<p class=\"broken\">{function}: a line that CloudWatch would drop: {}</p>",
            escaped(problem)
        );
    }
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"10\"><title>Figures of the local stack</title>\
         <style>body{{font:1rem/1.5 system-ui;max-width:48rem;margin:2rem auto;padding:0 1rem}}svg{{width:100%;border:1px solid #bbb}}table{{border-collapse:collapse;width:100%}}\
         td,th{{border-bottom:1px solid #ddd;padding:.1rem .4rem;text-align:left}}td+td+td,th+th+th{{text-align:right}}.broken{{color:#c30}}</style>\
         </head><body><h1>Figures of the local stack</h1><p>The last {MINUTES} minutes, and below all since the data began. For Prometheus: <a href=\"/_local/metrics/prometheus\">/_local/metrics/prometheus</a>.</p>{body}</body></html>"
    )
}

/// One line a metric: the sum of each minute, or for times the mean.
fn plot(body: &mut String, known: &Known, (title, metrics): (&str, &[&str]), now: i64) {
    let first = now - MINUTES + 1;
    let lines: Vec<(&str, Vec<f64>)> = metrics
        .iter()
        .map(|metric| {
            (
                *metric,
                (first..=now)
                    .map(|minute| value(known, metric, minute))
                    .collect(),
            )
        })
        .collect();
    let top = lines
        .iter()
        .flat_map(|(_, values)| values)
        .copied()
        .fold(0.0, f64::max);
    let _ = write!(
        body,
        "<h2>{title}</h2><svg viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-label=\"{title}, at most {top:.1} a minute\">",
        HEIGHT + 20
    );
    for ((metric, values), (at, colour)) in lines.iter().zip(COLOURS.iter().enumerate()) {
        let mut points = String::new();
        for (minute, value) in (0_i64..).zip(values) {
            let share = if top > 0.0 { value / top } else { 0.0 };
            #[expect(clippy::cast_precision_loss, reason = "some hundred pixels")]
            let (x, y) = (
                minute as f64 * WIDTH as f64 / MINUTES as f64,
                HEIGHT as f64 * (1.0 - share),
            );
            let _ = write!(points, "{x:.1},{y:.1} ");
        }
        let _ = write!(
            body,
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\" points=\"{points}\"/><text x=\"{}\" y=\"{}\" font-size=\"12\" fill=\"{colour}\">{metric}</text>",
            at * 170 + 4,
            HEIGHT + 15
        );
    }
    let _ = write!(
        body,
        "<text x=\"4\" y=\"12\" font-size=\"12\">{top:.1}</text></svg>"
    );
}

fn value(known: &Known, metric: &str, minute: i64) -> f64 {
    let all = known
        .series
        .iter()
        .filter(|(name, _)| name.metric == metric);
    let (mut sum, mut count, mut is_time) = (0.0, 0, false);
    for (_, series) in all {
        let (more, times) = series.minutes.get(&minute).copied().unwrap_or_default();
        (sum, count, is_time) = (sum + more, count + times, series.is_time());
    }
    #[expect(clippy::cast_precision_loss, reason = "a mean of milliseconds")]
    let mean = sum / (count.max(1) as f64);
    if is_time { mean } else { sum }
}

/// How alike faces were, as bars.
fn likeness(body: &mut String, known: &Known) {
    let bands: Vec<(&str, f64)> = known
        .series
        .iter()
        .filter_map(|(name, series)| Some((name.metric.strip_prefix("Likeness.")?, series.sum)))
        .collect();
    let top = bands.iter().map(|(_, sum)| *sum).fold(1.0, f64::max);
    body.push_str("<h2>Likeness of selfies, in per cent</h2><table>");
    for (band, sum) in bands {
        let _ = write!(
            body,
            "<tr><td>{}</td><td><svg viewBox=\"0 0 300 10\" style=\"border:0;height:10px\"><rect width=\"{:.0}\" height=\"10\" fill=\"#05c\"/></svg></td><td>{sum}</td></tr>",
            escaped(band),
            300.0 * sum / top
        );
    }
    body.push_str("</table>");
}

fn table(body: &mut String, known: &Known) {
    body.push_str("<h2>Everything</h2><table><tr><th>metric</th><th>function</th><th>sum</th><th>count</th><th>median</th><th>p99</th></tr>");
    for (Name { metric, function }, series) in &known.series {
        let quantile = |share| quantile(series, share);
        let _ = write!(
            body,
            "<tr><td>{}</td><td>{}</td><td>{:.0}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(metric),
            escaped(function),
            series.sum,
            series.count,
            quantile(0.5),
            quantile(0.99)
        );
    }
    body.push_str("</table>");
}

fn quantile(series: &Series, share: f64) -> String {
    if series.is_time() {
        format!("{:.1} ms", series.quantile(share))
    } else {
        String::new()
    }
}
