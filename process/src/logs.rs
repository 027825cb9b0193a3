//! What the functions log, and how much of it.
//!
//! The runtime and the SDK write whole events, requests and answers from `DEBUG` on, and with them names, answers, rows and similarities.
//! An operator who asks for `TRACE` to find a fault asks for our facts, not for those. So others are never heard below `INFO`; see
//! `docs/security.md`, "Logs".

use std::str::FromStr as _;

use lambda_runtime::tracing::subscriber::{
    Layer, Registry,
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt as _,
    registry,
    util::SubscriberInitExt as _,
};

/// What the targets of our own crates begin with.
const OURS: &str = "face_login";
/// The most that anybody else may say.
const OTHERS: LevelFilter = LevelFilter::INFO;

/// Starts logging to standard output as Lambda's settings of the function say: `AWS_LAMBDA_LOG_LEVEL` (`INFO` if it is absent or no level) and
/// `AWS_LAMBDA_LOG_FORMAT`. `RUST_LOG` is not looked at: it could let others speak.
pub(crate) fn start(lookup: impl Fn(&str) -> Option<String>) {
    let json =
        lookup("AWS_LAMBDA_LOG_FORMAT").is_some_and(|word| word.eq_ignore_ascii_case("json"));
    let lines = fmt::layer().with_target(false).without_time();
    let lines: Box<dyn Layer<Registry> + Send + Sync> = if json {
        lines.json().boxed()
    } else {
        lines.boxed()
    };
    let heard = heard(lookup("AWS_LAMBDA_LOG_LEVEL").as_deref());
    registry().with(lines.with_filter(heard)).init();
}

/// Who is heard at which level of Lambda's.
fn heard(level: Option<&str>) -> Targets {
    let level = match level {
        // Lambda's word for what is no level here.
        Some("FATAL") => LevelFilter::ERROR,
        level => level
            .and_then(|word| LevelFilter::from_str(word).ok())
            .unwrap_or(LevelFilter::INFO),
    };
    Targets::new()
        .with_default(level.min(OTHERS))
        .with_target(OURS, level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::Level;

    #[test]
    fn others_are_never_heard_below_info() {
        for (level, ours, others) in [
            (None, Level::INFO, Level::INFO),
            (Some("LOUD"), Level::INFO, Level::INFO),
            (Some("TRACE"), Level::TRACE, Level::INFO),
            (Some("DEBUG"), Level::DEBUG, Level::INFO),
            (Some("INFO"), Level::INFO, Level::INFO),
            (Some("WARN"), Level::WARN, Level::WARN),
            (Some("FATAL"), Level::ERROR, Level::ERROR),
        ] {
            let heard = heard(level);
            for told in [
                Level::TRACE,
                Level::DEBUG,
                Level::INFO,
                Level::WARN,
                Level::ERROR,
            ] {
                for (target, most) in [
                    ("face_login_triggers::verify", ours),
                    ("face_login_indexer", ours),
                    ("lambda_runtime::requests", others),
                    ("aws_smithy_runtime::client::orchestrator", others),
                    ("hyper::proto::h1", others),
                    ("log", others),
                ] {
                    assert_eq!(
                        heard.would_enable(target, &told),
                        told <= most,
                        "{level:?} {target} {told}"
                    );
                }
            }
        }
    }
}
