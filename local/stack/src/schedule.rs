//! `AWS::Events::Rule` with a rate: a function that is called again and again, by the stack's clock, or now where somebody asks.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use face_login_local_gateway::Clock;
use face_login_local_template::Resolved;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::sync::watch;

use crate::functions::{Functions, Scheduled};
use crate::identity::{ACCOUNT, REGION};
use crate::properties::{Fields, Sink};

/// How often the clock is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// A rule as the template has it.
pub(crate) struct Rule {
    pub(crate) every: Duration,
    /// ARNs of functions.
    pub(crate) targets: Vec<String>,
}

/// A function that a rule calls.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    /// Of the rule.
    pub(crate) logical_id: String,
    /// Of the rule.
    pub(crate) arn: String,
    pub(crate) every: Duration,
    /// Logical id.
    pub(crate) function: String,
}

impl Rule {
    pub(crate) fn read(resource: &Resolved, sink: &Sink) -> Option<Self> {
        let fields = Fields::of(resource, sink)?;
        fields
            .known(&[
                "Name",
                "Description",
                "ScheduleExpression",
                "State",
                "Targets",
            ])
            .only("State", "ENABLED");
        let every = rate(&fields.required("ScheduleExpression"));
        if every.is_none() {
            fields.refuse(
                "ScheduleExpression",
                "the local stack serves rate(N minutes), hours or days, with N above 1, or rate(1 minute), hour or day",
            );
        }
        let targets = fields.list("Targets");
        if targets.is_empty() {
            fields.refuse("Targets", "a rule without a target does nothing");
        }
        let targets = targets.iter().map(|target| {
            target.known(&["Id", "Arn"]);
            target.required("Id");
            target.required("Arn")
        });
        Some(Self {
            targets: targets.collect(),
            every: every?,
        })
    }
}

/// `EventBridge` refuses a unit whose number does not fit the count.
fn rate(text: &str) -> Option<Duration> {
    let inside = text.strip_prefix("rate(")?.strip_suffix(')')?;
    let (count, unit) = inside.split_once(' ')?;
    let count: u64 = count.parse().ok().filter(|count| 0 < *count)?;
    let singular = match unit.strip_suffix('s') {
        Some(singular) if 1 < count => singular,
        None if count == 1 => unit,
        _ => return None,
    };
    let minutes = match singular {
        "minute" => 1,
        "hour" => 60,
        "day" => 24 * 60,
        _ => return None,
    };
    Some(Duration::from_secs(count.checked_mul(minutes * 60)?))
}

impl Schedule {
    /// Calls the function whenever its time has come, until `stop` changes. The first time is one period from now; what came due while the
    /// stack was down is not made up for.
    pub(crate) async fn run(
        self,
        functions: Arc<Functions>,
        clock: Clock,
        mut stop: watch::Receiver<()>,
    ) {
        let mut due = clock() + self.every;
        let mut look = tokio::time::interval(LOOK);
        loop {
            tokio::select! {
                _ = stop.changed() => return,
                _ = look.tick() => {}
            }
            let now = clock();
            if due <= now {
                due = now + self.every;
                // What went wrong is logged; the next time comes anyway.
                let _ = self.call(&functions, now).await;
            }
        }
    }

    /// Calls the function once.
    pub(crate) async fn call(&self, functions: &Functions, now: SystemTime) -> Scheduled {
        let event = event(&self.arn, now);
        functions.scheduled(&self.function, &self.arn, event).await
    }
}

/// `EventBridge`'s event of a schedule.
fn event(rule_arn: &str, now: SystemTime) -> Value {
    let whole = OffsetDateTime::from(now).replace_nanosecond(0);
    let time = whole.ok().and_then(|time| time.format(&Rfc3339).ok());
    json!({
        "version": "0",
        "id": crate::random::uuid(),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": time,
        "region": REGION,
        "resources": [rule_arn],
        "detail": {},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_says_how_often() {
        let minutes = |count: u64| Some(Duration::from_secs(count * 60));
        for (text, want) in [
            ("rate(5 minutes)", minutes(5)),
            ("rate(1 minute)", minutes(1)),
            ("rate(1 hour)", minutes(60)),
            ("rate(2 days)", minutes(2 * 24 * 60)),
            ("rate(1 minutes)", None),
            ("rate(2 hour)", None),
            ("rate(0 minutes)", None),
            ("rate(5 weeks)", None),
            ("cron(0 12 * * ? *)", None),
        ] {
            assert_eq!(rate(text), want, "{text}");
        }
    }

    #[test]
    fn the_event_is_one_of_a_schedule() {
        let event = event("arn:aws:events:us-east-1:1:rule/r", SystemTime::UNIX_EPOCH);
        assert_eq!(event["time"], "1970-01-01T00:00:00Z");
        assert_eq!(event["detail-type"], "Scheduled Event");
        assert_eq!(event["resources"][0], "arn:aws:events:us-east-1:1:rule/r");
    }
}
