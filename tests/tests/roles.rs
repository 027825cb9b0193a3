//! Signatures and roles: what AWS would refuse is refused here, and a slip in the template is noticed.

use bytes::Bytes;
use face_login_acceptance::{
    clock,
    faces::Person,
    http::{Http, Reply},
    launch::Launch,
    sigv4::Signed,
    stack::{self, NotStarted, Stack},
    template::Template,
    upload::Form,
    visitor::Visitor,
};
use http::{Method, Request};
use serde_json::json;
use tempfile::TempDir;
use time::Duration;

async fn send(signed: &Signed) -> Reply {
    Http::default().send(signed.request()).await
}

#[track_caller]
fn assert_error(reply: &Reply, kinds: &[&str]) {
    let text = reply.text();
    assert!(
        (400..500).contains(&reply.status.as_u16()),
        "{} {text}",
        reply.status
    );
    assert!(
        kinds.iter().any(|kind| text.contains(kind)),
        "none of {kinds:?} in {text}"
    );
}

#[tokio::test]
async fn signed_requests_are_checked_in_every_part() {
    let right = Signed::query(stack::shared(), clock::now());
    let reply = send(&right).await;
    assert_eq!(reply.status, 200, "the right signature: {}", reply.text());

    let wrong_secret = Signed {
        secret: format!("{}x", right.secret),
        ..right.clone()
    };
    assert_error(&send(&wrong_secret).await, &["InvalidSignatureException"]);
    let unknown_key = Signed {
        key_id: "AKIAAAAAAAAAAAAAAAAA".to_owned(),
        ..right.clone()
    };
    assert_error(&send(&unknown_key).await, &["UnrecognizedClientException"]);
    for stale in [
        Signed {
            at: right.at - Duration::minutes(16),
            ..right.clone()
        },
        Signed {
            at: right.at + Duration::minutes(16),
            ..right.clone()
        },
    ] {
        assert_error(
            &send(&stale).await,
            &["InvalidSignatureException", "RequestTimeTooSkewed"],
        );
    }
    let elsewhere = Signed {
        region: "eu-west-1".to_owned(),
        ..right.clone()
    };
    assert_error(&send(&elsewhere).await, &["InvalidSignatureException"]);
}

#[tokio::test]
async fn an_altered_body_and_a_missing_signature_are_refused() {
    let right = Signed::query(stack::shared(), clock::now());
    let http = Http::default();
    let altered = right
        .request()
        .map(|body| Bytes::from(String::from_utf8_lossy(&body).replace("nobody", "someone")));
    assert_error(&http.send(altered).await, &["InvalidSignatureException"]);
    let mut unsigned = right.request();
    unsigned.headers_mut().remove("authorization");
    assert_error(
        &http.send(unsigned).await,
        &["MissingAuthenticationToken", "AccessDenied"],
    );
}

/// The form's signer is a function with a temporary key: all parts of its signature count.
#[tokio::test]
async fn upload_forms_are_checked_in_every_part() {
    let visitor = Visitor::of(stack::shared()).await;
    let form = Form::of(&visitor.begin_sign_in("somebody@example.com").await).unwrap();
    let other = Form::of(&visitor.begin_sign_in("somebody@example.com").await).unwrap();
    let photo = Person::Ada.selfie();
    for (name, broken) in [
        (
            "no session token",
            form.clone().without("x-amz-security-token"),
        ),
        (
            "another signature",
            form.clone()
                .with("x-amz-signature", &other.fields["x-amz-signature"]),
        ),
        (
            "another policy",
            form.clone().with("policy", &other.fields["policy"]),
        ),
        (
            "another key",
            form.clone().with("key", "selfies/AAAAAAAAAAAAAAAAAAAAAA"),
        ),
        (
            "another prefix",
            form.clone().with("key", "documents/AAAAAAAAAAAAAAAAAAAAAA"),
        ),
        (
            "another date",
            form.clone().with("x-amz-date", "20200101T000000Z"),
        ),
    ] {
        let reply = broken
            .send(&visitor.http, visitor.ready.origin(), &photo)
            .await;
        assert!(
            [400, 403].contains(&reply.status.as_u16()),
            "{name}: {} {}",
            reply.status,
            reply.text()
        );
    }
    let mut extra = form.clone();
    extra
        .fields
        .insert("acl".to_owned(), "public-read".to_owned());
    assert_eq!(
        extra
            .send(&visitor.http, visitor.ready.origin(), &photo)
            .await
            .status,
        403,
        "a field that the policy does not name"
    );
    let reply = form
        .send(&visitor.http, visitor.ready.origin(), &photo)
        .await;
    assert!(
        reply.status.is_success(),
        "the form as it was: {}",
        reply.text()
    );
}

/// Starts a stack with an edited copy of the template; `Err` is a start that was refused.
fn with(template: &Template) -> Result<(Stack, TempDir), NotStarted> {
    let folder = TempDir::with_prefix("face-login-template-").expect("a temporary folder");
    let path = template.write(folder.path());
    Stack::try_start(&Launch::default().template(&path)).map(|stack| (stack, folder))
}

/// Whether a newcomer can enrol: what the template as it is allows.
async fn enrolment(stack: &Stack) -> Result<(), String> {
    let visitor = Visitor::of(stack.ready()).await;
    let account = visitor.join().await;
    let started = visitor
        .cognito
        .start_with_password(&account.username, &account.password, visitor.consent())
        .await;
    let round = started.map_err(|refusal| format!("{refusal:?}"))?.round();
    if round.challenge() != "ENROL_DOCUMENT" {
        return Err(round.summary());
    }
    let reply = visitor.upload(&round, &Person::Ada.document()).await;
    if !reply.status.is_success() {
        return Err(reply.text());
    }
    let answered = visitor.cognito.answer(&round, round.challenge_id()).await;
    let round = answered.map_err(|refusal| format!("{refusal:?}"))?.round();
    let settled = ["PENDING", "UPLOAD"].contains(&round.state()) && round.reason().is_empty();
    if settled {
        Ok(())
    } else {
        Err(round.summary())
    }
}

#[tokio::test]
async fn a_missing_permission_stops_the_flow_that_needs_it() {
    let template = Template::default().edit(
        "CreateFunction",
        "Action: s3:PutObject",
        "Action: s3:GetObject",
    );
    let (stack, _folder) = with(&template).expect("the template is well formed");
    let refused = enrolment(&stack)
        .await
        .expect_err("an upload that its signer may not make");
    assert!(refused.contains("AccessDenied"), "{refused}");
}

#[tokio::test]
async fn a_function_without_its_permission_is_an_outage_never_a_pass() {
    let template =
        Template::default().edit("VerifyFunction", "rekognition:SearchFacesByImage, ", "");
    let (stack, _folder) = with(&template).expect("the template is well formed");
    let visitor = Visitor::of(stack.ready()).await;
    let round = visitor.begin_sign_in("somebody@example.com").await;
    let answered = visitor.show_once(&round, &Person::Ada.selfie()).await;
    let reason = answered.map(|step| step.round().reason().to_owned());
    assert!(
        !matches!(reason.as_deref(), Ok("NOT_RECOGNISED")),
        "nobody was searched for, so nobody was judged: {reason:?}"
    );
    let calls = visitor.local.calls().await;
    let denied = calls.iter().any(|call| {
        call.operation() == "SearchFacesByImage"
            && call.0["verdict"].as_str().unwrap().starts_with("denied")
    });
    assert!(denied, "the role's refusal is in the call log");
}

#[tokio::test]
async fn a_missing_variable_is_named_by_the_function() {
    let template = Template::default().edit(
        "CreateFunction",
        "          SELFIES_BUCKET:",
        "          SELFIES_BUCKETS:",
    );
    match with(&template) {
        Err(refused) => assert!(
            refused.printed.contains("SELFIES_BUCKET"),
            "{}",
            refused.printed
        ),
        Ok((stack, _folder)) => {
            let visitor = Visitor::of(stack.ready()).await;
            visitor
                .cognito
                .start("somebody@example.com")
                .await
                .map(|step| format!("{step:?}"))
                .expect_err("Create can't start");
            let log = stack.function_log("CreateFunction");
            assert!(log.contains("SELFIES_BUCKET"), "{log}");
        }
    }
}

#[tokio::test]
async fn a_missing_trigger_and_a_missing_invoke_permission_are_seen() {
    let template = Template::default().edit(
        "UserPool",
        "        DefineAuthChallenge: !GetAtt DefineFunction.Arn\n",
        "",
    );
    let template = template.edit(
        "PostConfirmationPermission",
        "Principal: cognito-idp.amazonaws.com",
        "Principal: s3.amazonaws.com",
    );
    let (stack, _folder) = with(&template).expect("the template is well formed");
    let visitor = Visitor::of(stack.ready()).await;
    let refusal = visitor
        .cognito
        .start("somebody@example.com")
        .await
        .map(|step| format!("{step:?}"))
        .expect_err("no trigger decides");
    assert!(
        refusal
            .message
            .contains("Custom auth lambda trigger is not configured"),
        "{refusal:?}"
    );

    let account = visitor.sign_up().await;
    let code = visitor.local.code(&account.email, "SignUp", 1).await;
    let body = json!({"Username": account.username, "ConfirmationCode": code});
    let refusal = visitor
        .cognito
        .call("ConfirmSignUp", body)
        .await
        .expect_err("Cognito may not call the trigger");
    assert_eq!(refusal.kind, "UnexpectedLambdaException", "{refusal:?}");
}

async fn preflight(visitor: &Visitor, address: &str) -> Reply {
    let request = Request::builder()
        .method(Method::OPTIONS)
        .uri(address)
        .header("origin", visitor.ready.origin())
        .header("access-control-request-method", "POST");
    visitor
        .http
        .send(request.body(Bytes::new()).expect("a preflight"))
        .await
}

#[tokio::test]
async fn another_cors_origin_keeps_the_page_out() {
    let shared = Visitor::of(stack::shared()).await;
    let form = Form::of(&shared.begin_sign_in("somebody@example.com").await).unwrap();
    let reply = preflight(&shared, &form.url).await;
    assert_eq!(
        (
            reply.status.as_u16(),
            reply.header("access-control-allow-origin")
        ),
        (200, shared.ready.origin()),
        "{}",
        reply.text()
    );

    // It stands there twice, with apps and without.
    let elsewhere = [
        "HasOrigin, !Ref PageOrigin",
        "HasOrigin, \"https://elsewhere.example\"",
    ];
    let edited = Template::default()
        .edit("SelfiesBucket", elsewhere[0], elsewhere[1])
        .edit("SelfiesBucket", elsewhere[0], elsewhere[1]);
    let (stack, _folder) = with(&edited).expect("the template is well formed");
    let visitor = Visitor::of(stack.ready()).await;
    let form = Form::of(&visitor.begin_sign_in("somebody@example.com").await).unwrap();
    let reply = preflight(&visitor, &form.url).await;
    assert_eq!(
        (
            reply.status.as_u16(),
            reply.header("access-control-allow-origin")
        ),
        (403, ""),
        "{}",
        reply.text()
    );
}

/// With a second of time, a Create whose tables take two seconds to answer is killed.
#[tokio::test]
async fn a_shorter_timeout_kills_the_function() {
    let edited = Template::default().edit(
        "CreateFunction",
        "      Environment:",
        "      Timeout: 1\n      Environment:",
    );
    let (stack, _folder) = with(&edited).expect("the template is well formed");
    let visitor = Visitor::of(stack.ready()).await;
    visitor.begin_sign_in("somebody@example.com").await;
    visitor.local.fault(json!({"service": "dynamodb", "operation": "*", "kind": "delay", "delayMs": 2000, "skip": 0, "times": 50})).await;
    let refusal = visitor
        .cognito
        .start("somebody@example.com")
        .await
        .map(|step| format!("{step:?}"))
        .expect_err("Create is killed");
    assert!(refusal.kind.contains("Lambda"), "{refusal:?}");
}
