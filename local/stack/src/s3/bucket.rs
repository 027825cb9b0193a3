//! `AWS::S3::Bucket` and `AWS::S3::BucketPolicy` as the template has them.

use face_login_local_template::Resolved;

use crate::properties::{Fields, Sink};
use crate::resource_policy::{self, Effect, Statement};

/// Who serves the page.
pub(crate) const CLOUDFRONT: &str = "cloudfront.amazonaws.com";

/// A bucket with everything that changes how it behaves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    pub(crate) cors: Vec<CorsRule>,
    pub(crate) notifications: Vec<Notification>,
    pub(crate) expirations: Vec<Expiration>,
    pub(crate) policy: Vec<Statement>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct CorsRule {
    pub(crate) origins: Vec<String>,
    pub(crate) methods: Vec<String>,
    pub(crate) headers: Vec<String>,
    pub(crate) exposed: Vec<String>,
    /// Seconds.
    pub(crate) max_age: Option<u64>,
}

/// Where events of new objects go.
#[derive(Clone, Debug)]
pub(crate) struct Notification {
    /// `configurationId` of the events.
    pub(crate) id: String,
    /// `s3:ObjectCreated:*`
    pub(crate) event: String,
    pub(crate) queue_arn: String,
    pub(crate) prefix: String,
    pub(crate) suffix: String,
}

/// Objects under `prefix` go away after some days.
#[derive(Clone, Debug)]
pub(crate) struct Expiration {
    pub(crate) prefix: String,
    pub(crate) days: u64,
}

impl Bucket {
    pub(crate) fn arn(&self, key: &str) -> String {
        let separator = if key.is_empty() { "" } else { "/" };
        format!("arn:aws:s3:::{}{separator}{key}", self.name)
    }

    /// `name` is the physical name.
    pub(crate) fn read(resource: &Resolved, name: &str, sink: &Sink) -> Self {
        let Some(fields) = Fields::of(resource, sink) else {
            return Self::default();
        };
        fields.known(&[
            "BucketName",
            "BucketEncryption",
            "PublicAccessBlockConfiguration",
            "OwnershipControls",
            "CorsConfiguration",
            "LifecycleConfiguration",
            "NotificationConfiguration",
            "Tags",
        ]);
        if !is_valid_name(name) {
            fields.refuse(
                "BucketName",
                format!(
                    "`{name}` is no bucket name: 3 to 63 lower-case letters, digits and hyphens"
                ),
            );
        }
        Self {
            name: name.to_owned(),
            cors: cors(&fields),
            notifications: notifications(&fields),
            expirations: expirations(&fields),
            policy: Vec::new(),
        }
    }
}

/// Statements of an `AWS::S3::BucketPolicy` and the bucket they are for.
pub(crate) fn read_policy(resource: &Resolved, sink: &Sink) -> Option<(String, Vec<Statement>)> {
    let fields = Fields::of(resource, sink)?;
    fields.known(&["Bucket", "PolicyDocument"]);
    let statements = resource_policy::read(&fields);
    if statements
        .iter()
        .any(|statement| statement.effect == Effect::Allow && !statement.is_for(CLOUDFRONT))
    {
        fields.refuse(
            "PolicyDocument",
            "the local stack serves Deny statements of bucket policies, and Allow for CloudFront only",
        );
    }
    Some((fields.required("Bucket"), statements))
}

fn is_valid_name(name: &str) -> bool {
    (3..=63).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn cors(bucket: &Fields<'_>) -> Vec<CorsRule> {
    let Some(configuration) = bucket.inner("CorsConfiguration") else {
        return Vec::new();
    };
    let rules = configuration.known(&["CorsRules"]).list("CorsRules");
    rules
        .iter()
        .map(|rule| {
            rule.known(&[
                "Id",
                "AllowedOrigins",
                "AllowedMethods",
                "AllowedHeaders",
                "ExposedHeaders",
                "MaxAge",
            ]);
            let methods = rule.texts("AllowedMethods");
            if methods.is_empty()
                || methods.iter().any(|method| {
                    !["GET", "PUT", "POST", "DELETE", "HEAD"].contains(&method.as_str())
                })
            {
                rule.refuse(
                    "AllowedMethods",
                    "has to list GET, PUT, POST, DELETE or HEAD",
                );
            }
            if rule.texts("AllowedOrigins").is_empty() {
                rule.refuse("AllowedOrigins", "has to list an origin");
            }
            CorsRule {
                origins: rule.texts("AllowedOrigins"),
                methods,
                headers: rule.texts("AllowedHeaders"),
                exposed: rule.texts("ExposedHeaders"),
                max_age: rule.number("MaxAge", 0..=u64::from(u32::MAX)),
            }
        })
        .collect()
}

fn notifications(bucket: &Fields<'_>) -> Vec<Notification> {
    let Some(configuration) = bucket.inner("NotificationConfiguration") else {
        return Vec::new();
    };
    let queues = configuration
        .known(&["QueueConfigurations"])
        .list("QueueConfigurations");
    queues
        .iter()
        .enumerate()
        .map(|(index, queue)| {
            queue.known(&["Event", "Queue", "Filter"]);
            let event = queue.required("Event");
            let served = [
                "s3:ObjectCreated:*",
                "s3:ObjectCreated:Put",
                "s3:ObjectCreated:Post",
                "s3:ObjectCreated:Copy",
            ];
            if !served.contains(&event.as_str()) {
                queue.refuse(
                    "Event",
                    format!("the local stack sends {} only", served.join(", ")),
                );
            }
            let mut notification = Notification {
                id: format!("queue-{index}"),
                event,
                queue_arn: queue.required("Queue"),
                prefix: String::new(),
                suffix: String::new(),
            };
            filter(queue, &mut notification);
            notification
        })
        .collect()
}

fn filter(queue: &Fields<'_>, notification: &mut Notification) {
    let Some(filter) = queue.inner("Filter") else {
        return;
    };
    let Some(key) = filter.known(&["S3Key"]).inner("S3Key") else {
        return;
    };
    for rule in key.known(&["Rules"]).list("Rules") {
        rule.known(&["Name", "Value"]);
        match rule.required("Name").to_lowercase().as_str() {
            "prefix" => notification.prefix = rule.required("Value"),
            "suffix" => notification.suffix = rule.required("Value"),
            _ => rule.refuse("Name", "has to be prefix or suffix"),
        }
    }
}

fn expirations(bucket: &Fields<'_>) -> Vec<Expiration> {
    let Some(configuration) = bucket.inner("LifecycleConfiguration") else {
        return Vec::new();
    };
    let rules = configuration.known(&["Rules"]).list("Rules");
    let enabled = rules.iter().filter(|rule| {
        rule.known(&["Id", "Prefix", "Status", "ExpirationInDays"]);
        rule.required("Status") == "Enabled"
    });
    enabled
        .filter_map(|rule| {
            Some(Expiration {
                prefix: rule.text("Prefix").unwrap_or_default(),
                days: rule.number("ExpirationInDays", 1..=36_500)?,
            })
        })
        .collect()
}
