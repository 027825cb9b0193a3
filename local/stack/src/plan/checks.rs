//! What fits together only if all of it is seen: programs, events, mappings, the pool.

use std::path::Path;

use face_login_local_gateway::Verdict;
use face_login_local_template::Problem;

use super::{Plan, Planner};
use crate::queue::Queue;
use crate::resource_policy::{self, Access};
use crate::s3::Bucket;

impl Planner<'_> {
    pub(super) fn check_programs(&self, plan: &Plan, binaries: &Path) {
        for planned in &plan.functions {
            let program = binaries.join(&planned.function.binary);
            if !program.is_file() {
                let place = format!(
                    "Resources.{}.Metadata.BuildProperties.Binary",
                    planned.function.logical_id
                );
                let text = format!(
                    "there is no program {}; `cargo xtask up` builds it",
                    program.display()
                );
                self.sink.borrow_mut().push(Problem::new(place, text));
            }
        }
    }

    /// S3 refuses a notification whose queue does not let it send.
    pub(super) fn check_events(&self, plan: &Plan) {
        for bucket in &plan.buckets {
            for notification in &bucket.notifications {
                let place = || format!("bucket {}: NotificationConfiguration", bucket.name);
                let problem = match plan
                    .queues
                    .iter()
                    .find(|queue| queue.arn == notification.queue_arn)
                {
                    None => Problem::new(
                        place(),
                        format!("`{}` is no queue of this template", notification.queue_arn),
                    ),
                    Some(queue) if !may_send(queue, bucket, &self.facts.pseudo.account_id) => {
                        Problem::new(
                            place(),
                            format!(
                                "the policy of the queue {} does not let this bucket send (s3.amazonaws.com, sqs:SendMessage)",
                                queue.name
                            ),
                        )
                    }
                    Some(_) => continue,
                };
                self.sink.borrow_mut().push(problem);
            }
        }
    }

    /// Lambda refuses a mapping whose role can't read the queue, or whose queue shows a message again while the function still works on it.
    pub(super) fn check_feeds(&self, plan: &Plan) {
        for feed in &plan.feeds {
            let refuse = |text: String| {
                self.sink.borrow_mut().push(Problem::new(
                    format!("event source mapping to {}", feed.function),
                    text,
                ));
            };
            let role = plan
                .policies
                .get(&feed.function)
                .cloned()
                .unwrap_or_default();
            for action in [
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
            ] {
                if role.judge(action, &feed.queue.arn) != Verdict::Allowed {
                    refuse(format!(
                        "the function's role does not allow {action} on {}",
                        feed.queue.arn
                    ));
                }
            }
            let timeout = plan
                .functions
                .iter()
                .find(|planned| planned.function.logical_id == feed.function)
                .map(|planned| planned.function.timeout);
            if let Some(timeout) = timeout.filter(|timeout| feed.queue.visibility < *timeout) {
                refuse(format!(
                    "Queue visibility timeout: {} seconds is less than Function timeout: {} seconds",
                    feed.queue.visibility.as_secs(),
                    timeout.as_secs()
                ));
            }
        }
    }
}

/// Whether the queue's policy lets S3 send for this bucket.
pub(crate) fn may_send(queue: &Queue, bucket: &Bucket, account: &str) -> bool {
    let source = bucket.arn("");
    let access = Access {
        service: Some("s3.amazonaws.com"),
        action: "sqs:SendMessage",
        resource: &queue.arn,
        source_arn: Some(&source),
        source_account: Some(account),
    };
    resource_policy::judge(&queue.policy, access) == resource_policy::Verdict::Allowed
}
