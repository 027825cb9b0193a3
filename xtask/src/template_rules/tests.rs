use serde_json::json;

use super::*;

/// What the general rules and those about relations find nothing wrong with.
fn sound() -> Value {
    let tls = json!([{
        "Sid": "TlsOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": [{"Fn::GetAtt": ["PhotosBucket", "Arn"]}, {"Fn::Sub": "${PhotosBucket.Arn}/*"}],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }]);
    let send = json!([{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": {"Fn::GetAtt": ["Q", "Arn"]},
        "Condition": {"ArnEquals": {"aws:SourceArn": "a"}, "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}}]);
    json!({
        "Parameters": {
            "QueueVisibilitySeconds": {"Type": "Number", "Default": 180, "MinValue": 1, "MaxValue": 2, "Description": "d"},
            "PageOrigin": {"Type": "String", "AllowedPattern": "x", "Description": "d"},
        },
        "Metadata": {"AWS::CloudFormation::Interface": {
            "ParameterGroups": [{"Parameters": ["QueueVisibilitySeconds"]}, {"Parameters": ["PageOrigin"]}],
            "ParameterLabels": {"QueueVisibilitySeconds": {"default": "l"}, "PageOrigin": {"default": "l"}}}},
        "Outputs": {"PageUrl": {}, "UserPoolId": {}, "UserPoolClientId": {}, "CollectionPrefix": {}, "EnrolmentsTableName": {},
            "ChallengesTableName": {}, "SelfiesBucketName": {}, "DocumentsBucketName": {}, "DeadLetterQueueUrl": {}},
        "Resources": {
            "Pool": {"Type": "AWS::Cognito::UserPool", "Properties": {"LambdaConfig": {
                "PreSignUp": {"Fn::GetAtt": ["F", "Arn"]}}}},
            "FLogs": {"Type": "AWS::Logs::LogGroup"},
            "GLogs": {"Type": "AWS::Logs::LogGroup"},
            "F": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": 5, "LoggingConfig": {"LogGroup": {"Ref": "FLogs"}}, "Environment": {"Variables": {
                "PAGE_ORIGIN": {"Ref": "PageOrigin"}, "PHOTOS_BUCKET": {"Fn::Sub": "photos"}, "COLLECTION_PREFIX": "p",
                "PEPPER": {"Fn::Sub": "{{resolve:secretsmanager:${Pepper}:SecretString}}"}}}}},
            "G": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": 60, "LoggingConfig": {"LogGroup": {"Ref": "GLogs"}}}},
            "M": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"FunctionName": {"Ref": "G"}}},
            "P": {"Type": "AWS::Lambda::Permission", "Properties": {"Action": "lambda:InvokeFunction", "FunctionName": {"Ref": "F"},
                "Principal": "cognito-idp.amazonaws.com", "SourceArn": "a", "SourceAccount": "b"}},
            "Pepper": {"Type": "AWS::SecretsManager::Secret"},
            "Collections": {"Type": "Custom::FaceCollections", "Properties": {"Prefix": "p"}},
            "PhotosBucket": {"Type": "AWS::S3::Bucket", "Properties": {
                "BucketName": {"Fn::Sub": "photos"},
                "PublicAccessBlockConfiguration":
                    {"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true},
                "NotificationConfiguration": {"QueueConfigurations": [{"Event": "s3:ObjectCreated:*"}]}}},
            "B": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": "PhotosBucket"},
                "PolicyDocument": {"Version": "2012-10-17", "Statement": tls}}},
            "S": {"Type": "AWS::SQS::QueuePolicy", "Properties": {"PolicyDocument": {"Version": "2012-10-17", "Statement": send}}},
            "R": {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": {"Version": "2012-10-17", "Statement": [
                {"Action": ["s3:GetObject"], "Resource": "arn"}, {"Action": "rekognition:DetectFaces", "Resource": "*"}]}}]}},
        },
    })
}

fn told(template: &Value) -> String {
    let mut problems = Problems::default();
    general(template, &mut problems);
    wiring::check(template, &mut problems);
    problems.told()
}

#[test]
fn a_sound_template_passes() {
    assert_eq!(told(&sound()), "");
}

#[test]
fn every_rule_finds_its_mistake() {
    assert_found(&[
        ("F/Properties/Timeout", json!(6), "not 5 s"),
        ("F/Properties/Timeout", json!(2), "not 5 s"),
        (
            "P/Properties/FunctionName/Ref",
            json!("G"),
            "Cognito may not call F",
        ),
        ("P/Properties/SourceArn", Value::Null, "no SourceArn"),
        (
            "P/Properties/SourceAccount",
            Value::Null,
            "no SourceAccount",
        ),
        (
            "PhotosBucket/Properties/PublicAccessBlockConfiguration/BlockPublicAcls",
            json!(false),
            "BlockPublicAcls",
        ),
        (
            "PhotosBucket/Properties/NotificationConfiguration/QueueConfigurations/0/Event",
            json!("s3:Created"),
            "notifies on",
        ),
        (
            "R/Properties/Policies/0/PolicyDocument/Statement/0/Action/0",
            json!("s3:*"),
            "name each action",
        ),
        (
            "R/Properties/Policies/0/PolicyDocument/Statement/0/Resource",
            json!("*"),
            "on all resources",
        ),
    ]);
}

#[test]
fn every_relation_that_is_broken_is_found() {
    assert_found(&[
        (
            "F/Properties/Environment/Variables/PAGE_ORIGIN",
            json!("https://a"),
            "PAGE_ORIGIN has to carry PageOrigin",
        ),
        (
            "F/Properties/Environment/Variables/PHOTOS_BUCKET",
            json!({"Fn::Sub": "others"}),
            "PHOTOS_BUCKET has to carry PhotosBucket",
        ),
        (
            "F/Properties/Environment/Variables/PEPPER",
            json!("secret"),
            "PEPPER has to carry Pepper",
        ),
        (
            "F/Properties/Environment/Variables/COLLECTION_PREFIX",
            json!("q"),
            "COLLECTION_PREFIX has to be the Prefix",
        ),
        (
            "Pool/Properties/LambdaConfig/PreSignUp/Fn::GetAtt/0",
            json!("G"),
            "P lets Cognito call a function that no trigger",
        ),
        (
            "P/Properties/Action",
            json!("lambda:*"),
            "has to allow lambda:InvokeFunction",
        ),
        (
            "PhotosBucket/Properties/BucketName",
            Value::Null,
            "has no BucketName",
        ),
        (
            "B/Properties/Bucket/Ref",
            json!("Other"),
            "denies everything",
        ),
        (
            "B/Properties/PolicyDocument/Statement/0/Resource/1",
            json!("x"),
            "denies everything",
        ),
        (
            "B/Properties/PolicyDocument/Statement/0/Condition",
            json!({}),
            "denies everything",
        ),
        (
            "B/Properties/PolicyDocument/Statement",
            json!([{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": {"Fn::Sub": "${PhotosBucket.Arn}/*"}}]),
            "PhotosBucket lets somebody in",
        ),
        (
            "B/Properties/PolicyDocument/Version",
            Value::Null,
            "B: a policy has to say Version",
        ),
        (
            "R/Properties/Policies/0/PolicyDocument/Version",
            json!("2008-10-17"),
            "R: a policy has to say Version",
        ),
        (
            "S/Properties/PolicyDocument/Statement/0/Action",
            json!("sqs:*"),
            "let one bucket",
        ),
        (
            "S/Properties/PolicyDocument/Statement/0/Resource",
            json!("*"),
            "let one bucket",
        ),
        (
            "S/Properties/PolicyDocument/Statement/0/Condition/ArnEquals",
            json!({}),
            "let one bucket",
        ),
        (
            "S/Properties/PolicyDocument/Statement/0/Condition/StringEquals",
            json!({}),
            "let one bucket",
        ),
        ("G/Properties/Timeout", json!(61), "fit 3 times"),
        ("G/Properties/Timeout", json!(30), "at least 45 s"),
        (
            "G/Properties/LoggingConfig/LogGroup/Ref",
            json!("FLogs"),
            "G has to log into GLogs",
        ),
        (
            "GLogs/Type",
            json!("AWS::S3::Bucket"),
            "G has to log into GLogs",
        ),
    ]);
}

/// Each row: a place among the resources, what to write there, and the sentence that has to be told.
#[track_caller]
fn assert_found(rows: &[(&str, Value, &str)]) {
    for (pointer, value, want) in rows {
        let mut template = sound();
        *template["Resources"]
            .pointer_mut(&format!("/{pointer}"))
            .unwrap() = value.clone();
        let text = told(&template);
        assert!(text.contains(want), "{pointer}: {text}");
    }
}

#[test]
fn what_is_missing_elsewhere_is_found() {
    for (pointer, want) in [
        (
            "/Parameters/QueueVisibilitySeconds/MaxValue",
            "QueueVisibilitySeconds takes anything",
        ),
        (
            "/Parameters/PageOrigin/AllowedPattern",
            "PageOrigin takes anything",
        ),
        ("/Outputs/UserPoolId", "the output UserPoolId is missing"),
        (
            "/Metadata/AWS::CloudFormation::Interface/ParameterGroups/1",
            "parameter PageOrigin needs",
        ),
        (
            "/Metadata/AWS::CloudFormation::Interface/ParameterLabels/PageOrigin",
            "parameter PageOrigin needs",
        ),
        (
            "/Parameters/PageOrigin/Description",
            "parameter PageOrigin needs",
        ),
    ] {
        let mut template = sound();
        *template.pointer_mut(pointer).unwrap() = Value::Null;
        let text = told(&template);
        assert!(text.contains(want), "{pointer}: {text}");
    }
}

#[test]
fn grants_and_the_golden_list_agree() {
    let golden = |grants: &[&str]| grants.iter().map(|&grant| grant.to_owned()).collect();
    let mut template = sound();
    template["Resources"]["R"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"] =
        json!([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn"}]);
    for (listed, want) in [
        (&["R s3:GetObject arn"][..], ""),
        (&[], "R s3:GetObject arn is granted and not in"),
        (
            &["R s3:GetObject arn", "R s3:PutObject arn"],
            "R s3:PutObject arn is in tests/golden/actions.txt and not granted",
        ),
    ] {
        // SAM calls the role of a function `<function>Role`; here it has no such end.
        let mut problems = Problems::default();
        grants_are_golden(&template, &golden(listed), &mut problems);
        let text = problems.told();
        assert!(
            text.contains(want) && text.is_empty() == want.is_empty(),
            "{listed:?}: {text}"
        );
    }
}
