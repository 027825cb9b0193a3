//! `AWS::Lambda::Permission`: which part of AWS may call which function, and for which resource.

use face_login_local_template::Resolved;

use crate::properties::{Fields, Sink};
use crate::resource_policy::wildcard;

/// A statement of a function's policy.
#[derive(Clone, Debug)]
pub(crate) struct Permission {
    /// Name or ARN of the function.
    pub(crate) function: String,
    principal: String,
    source_arn: Option<String>,
    source_account: Option<String>,
}

/// A call by a part of AWS.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller<'call> {
    /// `cognito-idp.amazonaws.com`
    pub(crate) service: &'call str,
    pub(crate) source_arn: &'call str,
    pub(crate) source_account: &'call str,
}

impl Permission {
    pub(crate) fn read(resource: &Resolved, sink: &Sink) -> Option<Self> {
        let fields = Fields::of(resource, sink)?;
        fields
            .known(&[
                "Action",
                "FunctionName",
                "Principal",
                "SourceArn",
                "SourceAccount",
            ])
            .only("Action", "lambda:InvokeFunction");
        Some(Self {
            function: fields.required("FunctionName"),
            principal: fields.required("Principal"),
            source_arn: fields.text("SourceArn"),
            source_account: fields.text("SourceAccount"),
        })
    }

    /// Whether it lets `caller` call the function with this name and ARN.
    pub(crate) fn admits(&self, name: &str, arn: &str, caller: Caller<'_>) -> bool {
        names(&self.function, name, arn)
            && self.principal == caller.service
            && self
                .source_arn
                .as_ref()
                .is_none_or(|pattern| wildcard(pattern, caller.source_arn))
            && self
                .source_account
                .as_ref()
                .is_none_or(|account| account == caller.source_account)
    }
}

/// Whether `given` names the function: by name, ARN, or account and name.
pub(crate) fn names(given: &str, name: &str, arn: &str) -> bool {
    given == name
        || given == arn
        || (given.len() > name.len()
            && given.contains(":function:")
            && arn.ends_with(&format!(":{given}")))
}

#[cfg(test)]
mod tests {
    use super::{Caller, Permission};

    #[test]
    fn every_part_of_a_permission_counts() {
        let permission = Permission {
            function: "f".to_owned(),
            principal: "cognito-idp.amazonaws.com".to_owned(),
            source_arn: Some("arn:aws:cognito-idp:us-east-1:1:userpool/p".to_owned()),
            source_account: Some("1".to_owned()),
        };
        let caller = Caller {
            service: "cognito-idp.amazonaws.com",
            source_arn: "arn:aws:cognito-idp:us-east-1:1:userpool/p",
            source_account: "1",
        };
        let arn = "arn:aws:lambda:us-east-1:1:function:f";
        assert!(permission.admits("f", arn, caller));
        assert!(!permission.admits("g", "arn:aws:lambda:us-east-1:1:function:g", caller));
        assert!(!permission.admits(
            "f",
            arn,
            Caller {
                service: "s3.amazonaws.com",
                ..caller
            }
        ));
        assert!(!permission.admits(
            "f",
            arn,
            Caller {
                source_arn: "arn:aws:cognito-idp:us-east-1:1:userpool/q",
                ..caller
            }
        ));
        assert!(!permission.admits(
            "f",
            arn,
            Caller {
                source_account: "2",
                ..caller
            }
        ));
        let by_arn = Permission {
            function: arn.to_owned(),
            ..permission
        };
        assert!(by_arn.admits("f", arn, caller));
    }
}
