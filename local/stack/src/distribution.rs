//! `AWS::CloudFront::Distribution` before a bucket of the template: what the page's listener does with an address.

use face_login_local_template::Resolved;

use crate::identity::{ACCOUNT, PARTITION, REGION};
use crate::properties::{Fields, Sink};

/// S3's answer about what is not there, to whoever may not list.
const MISSING: &str = "403";

/// Which object answers for which address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Distribution {
    /// By which the bucket's policy knows it.
    pub(crate) arn: String,
    /// Host name of the bucket.
    pub(crate) origin: String,
    /// Key of the object at `/`.
    pub(crate) root: String,
    /// Key of the object that answers, with 200, for all that is missing.
    pub(crate) instead: Option<String>,
}

impl Distribution {
    /// `id` is the physical one.
    pub(crate) fn read(resource: &Resolved, id: &str, sink: &Sink) -> Option<Self> {
        let config = Fields::of(resource, sink)?
            .known(&["DistributionConfig", "Tags"])
            .inner("DistributionConfig")?;
        config
            .known(&[
                "Aliases",
                "Comment",
                "CustomErrorResponses",
                "DefaultCacheBehavior",
                "DefaultRootObject",
                "Enabled",
                "HttpVersion",
                "IPV6Enabled",
                "Origins",
                "PriceClass",
                "ViewerCertificate",
            ])
            .only("Enabled", "true");
        let origins = config.list("Origins");
        let [origin] = origins.as_slice() else {
            config.refuse("Origins", "the local stack serves one origin");
            return None;
        };
        origin.known(&[
            "Id",
            "DomainName",
            "OriginAccessControlId",
            "S3OriginConfig",
        ]);
        Some(Self {
            arn: format!("arn:{PARTITION}:cloudfront::{ACCOUNT}:distribution/{id}"),
            origin: origin.required("DomainName"),
            root: config.text("DefaultRootObject").unwrap_or_default(),
            instead: instead(&config),
        })
    }

    /// Whether it stands before the bucket of this name.
    pub(crate) fn is_before(&self, bucket: &str) -> bool {
        self.origin == format!("{bucket}.s3.{REGION}.amazonaws.com")
    }

    /// The key that a path asks for.
    pub(crate) fn key<'path>(&'path self, path: &'path str) -> &'path str {
        match path.strip_prefix('/').unwrap_or(path) {
            "" => &self.root,
            key => key,
        }
    }
}

fn instead(config: &Fields<'_>) -> Option<String> {
    let rules = config.list("CustomErrorResponses");
    let pages: Vec<String> = rules
        .iter()
        .map(|rule| {
            rule.known(&[
                "ErrorCode",
                "ResponseCode",
                "ResponsePagePath",
                "ErrorCachingMinTTL",
            ]);
            if rule.required("ErrorCode") != MISSING {
                rule.refuse("ErrorCode", "the local stack serves 403 only");
            }
            if rule.required("ResponseCode") != "200" {
                rule.refuse("ResponseCode", "the local stack serves 200 only");
            }
            let path = rule.required("ResponsePagePath");
            path.strip_prefix('/').unwrap_or(&path).to_owned()
        })
        .collect();
    pages.into_iter().next_back()
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use serde_json::{Value, json};

    use super::*;

    fn read(config: &Value) -> (Option<Distribution>, Vec<String>) {
        let resource = Resolved {
            logical_id: "D".to_owned(),
            resource_type: "AWS::CloudFront::Distribution".to_owned(),
            line: 1,
            binary: None,
            properties: json!({ "DistributionConfig": config }),
        };
        let sink = RefCell::default();
        let read = Distribution::read(&resource, "E1", &sink);
        let told = sink.into_inner();
        (read, told.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_distribution_knows_its_bucket_and_its_pages() {
        let origin = json!({"Id": "a", "DomainName": format!("pages.s3.{REGION}.amazonaws.com")});
        let (read, told) = read(
            &json!({"Enabled": true, "DefaultRootObject": "index.html", "Origins": [origin],
            "CustomErrorResponses": [{"ErrorCode": 403, "ResponseCode": 200, "ResponsePagePath": "/index.html"}]}),
        );
        assert_eq!(told, Vec::<String>::new());
        let read = read.unwrap();
        assert!(read.is_before("pages") && !read.is_before("age") && !read.is_before("other"));
        assert_eq!(
            (read.key("/"), read.key("/a/b.js")),
            ("index.html", "a/b.js")
        );
        assert_eq!(read.instead.as_deref(), Some("index.html"));
    }

    #[test]
    fn what_is_not_served_is_refused_by_name() {
        let origin = json!({"Id": "a", "DomainName": "b"});
        for (config, want) in [
            (json!({"Enabled": false, "Origins": [origin]}), "Enabled"),
            (json!({"Origins": []}), "one origin"),
            (
                json!({"Origins": [origin], "CacheBehaviors": []}),
                "CacheBehaviors",
            ),
            (
                json!({"Origins": [{"Id": "a", "DomainName": "b", "CustomOriginConfig": {}}]}),
                "CustomOriginConfig",
            ),
            (
                json!({"Origins": [origin], "CustomErrorResponses": [{"ErrorCode": 404, "ResponseCode": 200, "ResponsePagePath": "/"}]}),
                "ErrorCode",
            ),
        ] {
            let (_, told) = read(&config);
            assert!(
                told.iter().any(|told| told.contains(want)),
                "{config}: {told:?}"
            );
        }
    }
}
