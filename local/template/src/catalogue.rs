//! Which resource types the local stack serves, which it knows to have no effect here; every other one is refused by name.

/// What the local stack does with a type of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// Behaves as on AWS.
    Served,
    /// Has no effect on one machine; its properties are not looked at.
    Inert,
    /// Not known: a template that holds it is refused.
    Unknown,
}

/// The one table of resource types.
pub fn support(resource_type: &str) -> Support {
    match resource_type {
        "AWS::CloudFront::Distribution"
        | "AWS::Cognito::UserPool"
        | "AWS::Cognito::UserPoolClient"
        | "AWS::DynamoDB::Table"
        | "AWS::Events::Rule"
        | "AWS::IAM::Policy"
        | "AWS::Lambda::EventSourceMapping"
        | "AWS::Lambda::Permission"
        | "AWS::S3::Bucket"
        | "AWS::S3::BucketPolicy"
        | "AWS::SecretsManager::Secret"
        | "AWS::Serverless::Function"
        | "AWS::SQS::Queue"
        | "AWS::SQS::QueuePolicy"
        | "AWS::CloudFormation::CustomResource" => Support::Served,
        "AWS::CloudFront::CachePolicy"
        | "AWS::CloudFront::CloudFrontOriginAccessIdentity"
        | "AWS::CloudFront::OriginAccessControl"
        | "AWS::CloudFront::ResponseHeadersPolicy"
        | "AWS::CloudWatch::Alarm"
        | "AWS::CloudWatch::CompositeAlarm"
        | "AWS::CloudWatch::Dashboard"
        | "AWS::KMS::Alias"
        | "AWS::KMS::Key"
        | "AWS::Logs::LogGroup"
        | "AWS::Logs::MetricFilter"
        | "AWS::SNS::Subscription"
        | "AWS::SNS::Topic"
        | "AWS::SNS::TopicPolicy"
        | "AWS::WAFv2::WebACL"
        | "AWS::WAFv2::WebACLAssociation" => Support::Inert,
        custom if custom.starts_with("Custom::") => Support::Served,
        _ => Support::Unknown,
    }
}

/// Whether a type is served by one of the stack's own functions.
pub fn is_custom(resource_type: &str) -> bool {
    resource_type.starts_with("Custom::") || resource_type == "AWS::CloudFormation::CustomResource"
}
