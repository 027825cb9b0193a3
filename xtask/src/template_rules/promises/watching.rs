//! What operators watch by, and what stands before the pool: alarms and who hears of them, the dashboard, logs, the limit of requests.

use serde_json::{Value, json};

use super::{Id, Promise, Type, parameter, promise};

/// An alarm with what most of them have, unless it says otherwise.
fn alarm(own: Value) -> Value {
    let mut all = json!({"AlarmActions": [parameter("AlarmTopic")], "Period": 300, "EvaluationPeriods": 1, "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold", "TreatMissingData": "notBreaching"});
    if let (Value::Object(all), Value::Object(own)) = (&mut all, own) {
        all.extend(own);
    }
    all
}

fn of_verify(metric: &str, description: &str, threshold: u32) -> Value {
    json!({"AlarmDescription": description, "Namespace": "FaceLogin", "MetricName": metric,
        "Dimensions": [{"Name": "Function", "Value": parameter("VerifyFunction")}], "Statistic": "Sum", "Threshold": threshold})
}

/// An alarm on a sum over functions in five minutes.
fn summed(description: &str, threshold: u32, metrics: &Value) -> Value {
    json!({"AlarmDescription": description, "AlarmActions": [parameter("AlarmTopic")], "Metrics": metrics, "EvaluationPeriods": 1, "Threshold": threshold,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold", "TreatMissingData": "notBreaching"})
}

/// The sum of one of Lambda's own metrics over functions.
fn sum_of(metric: &str, functions: &[&str]) -> Value {
    let all =
        json!({"Id": "all", "Label": metric, "Expression": "SUM(METRICS())", "ReturnData": true});
    let one = |(at, function): (usize, &&str)| {
        json!({"Id": format!("m{at}"), "ReturnData": false, "MetricStat": {"Stat": "Sum", "Period": 300, "Metric": {
            "Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": [{"Name": "FunctionName", "Value": parameter(&format!("{function}Function"))}]}}})
    };
    std::iter::once(all)
        .chain(functions.iter().enumerate().map(one))
        .collect()
}

pub(super) fn promises() -> Vec<Promise> {
    let all = [logs_and_limit(), alarms(), alarms_of_several(), hearing()];
    all.into_iter().flatten().collect()
}

/// Logs, and the limit of requests to the pool.
fn logs_and_limit() -> Vec<Promise> {
    let limit = "the pool's quota is everybody's";
    vec![
        promise(
            Type("AWS::Logs::LogGroup"),
            "RetentionInDays",
            parameter("LogRetentionDays"),
            "Lambda's own groups keep everything for ever",
        ),
        promise(
            Type("AWS::Logs::LogGroup"),
            "/DeletionPolicy",
            json!("Delete"),
            "who deletes the stack leaves no logs behind",
        ),
        promise(
            Type("AWS::Logs::LogGroup"),
            "/UpdateReplacePolicy",
            json!("Delete"),
            "who deletes the stack leaves no logs behind",
        ),
        promise(
            Id("RequestLimit"),
            "/Properties",
            json!({
            "Description": "Refuses an address that asks the user pool too often", "Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "VisibilityConfig": counted("pool"),
            "Rules": [{"Name": "requests-per-address", "Priority": 0, "Action": {"Block": {}}, "VisibilityConfig": counted("requests-per-address"),
                "Statement": {"RateBasedStatement": {"AggregateKeyType": "IP", "EvaluationWindowSec": 300, "Limit": parameter("RequestsPerFiveMinutes")}}}]}),
            limit,
        ),
        promise(
            Id("RequestLimit"),
            "/Condition",
            json!("LimitsRequests"),
            limit,
        ),
        promise(
            Id("RequestLimitOfPool"),
            "/Properties",
            json!({"ResourceArn": {"Fn::GetAtt": ["UserPool", "Arn"]}, "WebACLArn": {"Fn::GetAtt": ["RequestLimit", "Arn"]}}),
            limit,
        ),
        promise(
            Id("RequestLimitOfPool"),
            "/Condition",
            json!("LimitsRequests"),
            limit,
        ),
    ]
}

/// Alarms on one metric.
fn alarms() -> Vec<Promise> {
    vec![
        promise(
            Id("AmbiguousFacesAlarm"),
            "/Properties",
            alarm(of_verify(
                "Ambiguous",
                "A selfie was like the faces of two users, and was refused",
                1,
            )),
            "two users with one face are rare, and one of them may be a thief",
        ),
        promise(
            Id("SweeperAlarm"),
            "/Properties",
            alarm(json!({
            "AlarmDescription": "The sweeper failed in each of six hours", "Namespace": "AWS/Lambda", "MetricName": "Errors",
            "Dimensions": [{"Name": "FunctionName", "Value": parameter("SweeperFunction")}], "Statistic": "Sum", "Period": 3600, "EvaluationPeriods": 6})),
            "a day is promised, and a quarter of it may be an outage",
        ),
        promise(
            Id("DeadLettersAlarm"),
            "/Properties",
            alarm(json!({
            "AlarmDescription": "An enrolment photo could not be indexed in five tries", "Namespace": "AWS/SQS", "MetricName": "ApproximateNumberOfMessagesVisible",
            "Dimensions": [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["IndexDeadLetterQueue", "QueueName"]}}], "Statistic": "Maximum"})),
            "one is enough",
        ),
        promise(
            Id("SlowVerifyAlarm"),
            "/Properties",
            alarm(json!({
            "AlarmDescription": "One in a hundred judgements took three and a half seconds or longer, for a quarter of an hour", "Namespace": "AWS/Lambda", "MetricName": "Duration",
            "Dimensions": [{"Name": "FunctionName", "Value": {"Ref": "VerifyFunction"}}], "ExtendedStatistic": "p99", "EvaluationPeriods": 3, "Threshold": 3500})),
            "Cognito waits for five seconds",
        ),
        promise(
            Id("UnjudgedAlarm"),
            "/Properties",
            alarm(of_verify(
                "AnswersUnjudged",
                "Ten answers in five minutes could not be judged",
                10,
            )),
            "one is a broken connection, ten are an outage",
        ),
        promise(
            Id("ClaimMailsAlarm"),
            "/Properties",
            alarm(of_verify(
                "ClaimMailsFailed",
                "The mail about a claimed account could not be sent",
                1,
            )),
            "the owner of that account knows nothing",
        ),
        promise(
            Id("ForeignDoorAlarm"),
            "/Properties",
            alarm(json!({
            "AlarmDescription": "Tokens were asked for by a client that is not the template's", "Namespace": "FaceLogin", "MetricName": "TokensRefused.ForeignClient",
            "Dimensions": [{"Name": "Function", "Value": {"Ref": "PreTokenFunction"}}], "Statistic": "Sum"})),
            "nobody should come that way",
        ),
    ]
}

/// Alarms on more than one metric, and what all alarms have in common.
fn alarms_of_several() -> Vec<Promise> {
    vec![
        promise(
            Type("AWS::CloudWatch::Alarm"),
            "AlarmActions",
            json!([{"Ref": "AlarmTopic"}]),
            "an alarm that nobody hears is none",
        ),
        promise(
            Type("AWS::CloudWatch::Alarm"),
            "TreatMissingData",
            json!("notBreaching"),
            "no news is good news",
        ),
        promise(
            Id("RefusedSignInsAlarm"),
            "/Properties",
            json!({
            "AlarmDescription": "More selfies are refused than is usual at this time", "AlarmActions": [parameter("AlarmTopic")],
            "Metrics": [
                {"Id": "refused", "ReturnData": true, "MetricStat": {"Stat": "Sum", "Period": 900, "Metric": {"Namespace": "FaceLogin", "MetricName": "SignInsRefused", "Dimensions": [{"Name": "Function", "Value": parameter("VerifyFunction")}]}}},
                {"Id": "usual", "Label": "usual", "Expression": "ANOMALY_DETECTION_BAND(refused, 3)", "ReturnData": true}],
            "ThresholdMetricId": "usual", "EvaluationPeriods": 3, "DatapointsToAlarm": 2, "ComparisonOperator": "GreaterThanUpperThreshold", "TreatMissingData": "notBreaching"}),
            "a number of one's own would be wrong for everybody else",
        ),
        promise(
            Id("FunctionErrorsAlarm"),
            "/Properties",
            summed(
                "Functions failed, five times in five minutes",
                5,
                &sum_of(
                    "Errors",
                    &[
                        "PostConfirmation",
                        "Define",
                        "Create",
                        "Verify",
                        "PreToken",
                        "Indexer",
                    ],
                ),
            ),
            "all but the one that refuses by an error; one is a broken connection",
        ),
        promise(
            Id("ThrottlesAlarm"),
            "/Properties",
            summed(
                "Lambda refused to run a function, for want of concurrency",
                1,
                &sum_of(
                    "Throttles",
                    &[
                        "PreSignUp",
                        "PostConfirmation",
                        "Define",
                        "Create",
                        "Verify",
                        "PreToken",
                        "Indexer",
                        "Sweeper",
                    ],
                ),
            ),
            "a throttled trigger is a sign-in that failed",
        ),
    ]
}

/// Who hears of an alarm, and where they look.
fn hearing() -> Vec<Promise> {
    vec![
        promise(
            Id("AlarmTopicPolicy"),
            "/Properties",
            json!({"Topics": [parameter("AlarmTopic")], "PolicyDocument": {"Version": "2012-10-17", "Statement": [{
            "Sid": "AlarmsOfThisAccount", "Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Action": "sns:Publish", "Resource": parameter("AlarmTopic"),
            "Condition": {"StringEquals": {"aws:SourceAccount": parameter("AWS::AccountId")}}}]}}),
            "alarms of this account, and nobody else's",
        ),
        promise(
            Id("AlarmTopic"),
            "DisplayName",
            json!("Face Login"),
            "who is mailed sees from whom",
        ),
        promise(
            Id("AlarmMail"),
            "/Properties",
            json!({"TopicArn": parameter("AlarmTopic"), "Protocol": "email", "Endpoint": parameter("AlarmAddress")}),
            "who is named is mailed",
        ),
        promise(
            Id("AlarmMail"),
            "/Condition",
            json!("MailsAlarms"),
            "an empty address can't be subscribed",
        ),
        promise(
            Id("Dashboard"),
            "DashboardName",
            json!({"Fn::Sub": "${AWS::StackName}-face-login"}),
            "docs/operations.md names it so",
        ),
    ]
}

/// What AWS WAF counts of it. Samples would hold addresses of people.
fn counted(what: &str) -> Value {
    json!({"SampledRequestsEnabled": false, "CloudWatchMetricsEnabled": true, "MetricName": {"Fn::Sub": format!("${{AWS::StackName}}-{what}")}})
}
