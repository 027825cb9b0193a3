//! What the documents leave open and only AWS can answer (`docs/testing-on-aws.md`). Each test asserts what the local stack
//! assumes: green there says nothing new, red against a sandbox account is the answer.

use face_login_acceptance::{
    challenge::Step, cognito::Refusal, faces, invent, srp::Exchange, stack, upload::Form,
    visitor::Visitor,
};
use serde_json::json;

async fn visitor() -> Visitor {
    Visitor::of(stack::shared()).await
}

fn assert_refusal(refusal: &Refusal, kind: &str, message: &str) {
    assert_eq!(
        (
            refusal.status,
            refusal.kind.as_str(),
            refusal.message.as_str()
        ),
        (400, kind, message)
    );
}

#[tokio::test]
async fn an_unknown_name_is_echoed_as_the_same_version_3_uuid() {
    let visitor = visitor().await;
    let email = invent::email();
    let mut echoed = Vec::new();
    for _ in 0..2 {
        let round = visitor
            .cognito
            .start(&email)
            .await
            .expect("anybody may start")
            .round();
        echoed.push(round.parameter("USERNAME").to_owned());
    }
    assert_eq!(echoed[0], echoed[1], "asked twice");
    assert_eq!(echoed[0].len(), 36, "{}", echoed[0]);
    assert_eq!(echoed[0].chars().nth(14), Some('3'), "{}", echoed[0]);
}

#[tokio::test]
async fn srp_with_an_unknown_name_looks_like_srp_with_a_known_one() {
    let visitor = visitor().await;
    let account = visitor.join().await;
    let mut shapes = Vec::new();
    for name in [
        account.email.as_str(),
        account.username.as_str(),
        &invent::email(),
        &invent::username(),
    ] {
        let round = visitor
            .cognito
            .start_srp(name, &Exchange::begin())
            .await
            .expect("anybody may start")
            .round();
        let keys: Vec<String> = round.parameters.keys().cloned().collect();
        shapes.push((
            round.name.clone(),
            keys,
            round.parameter("USER_ID_FOR_SRP").len(),
            round.parameter("SALT").is_empty(),
        ));
    }
    assert!(
        shapes.windows(2).all(|pair| pair[0] == pair[1]),
        "{shapes:?}"
    );
}

#[tokio::test]
async fn a_wrong_password_is_refused_in_one_sentence_for_everybody() {
    let visitor = visitor().await;
    let account = visitor.join().await;
    for name in [account.email.as_str(), &invent::email()] {
        let refused = visitor
            .cognito
            .start_with_password(name, &invent::password(), json!({}))
            .await;
        let refusal = refused.map(|_| ()).expect_err("a wrong password");
        assert_refusal(
            &refusal,
            "NotAuthorizedException",
            "Incorrect username or password.",
        );
    }
}

#[tokio::test]
async fn a_session_belongs_to_its_user() {
    let visitor = visitor().await;
    let (one, other) = (visitor.join().await, visitor.join().await);
    let round = visitor
        .cognito
        .start(&one.email)
        .await
        .expect("anybody may start")
        .round();
    let body = json!({
        "ChallengeName": "CUSTOM_CHALLENGE", "Session": round.session,
        "ChallengeResponses": {"USERNAME": other.username, "ANSWER": round.challenge_id()},
    });
    let refusal = visitor
        .cognito
        .call("RespondToAuthChallenge", body)
        .await
        .expect_err("another user's session");
    assert_refusal(
        &refusal,
        "NotAuthorizedException",
        "Invalid session for the user.",
    );
}

#[tokio::test]
async fn a_session_is_good_for_one_answer() {
    let visitor = visitor().await;
    let account = visitor.join().await;
    let round = visitor
        .cognito
        .start(&account.email)
        .await
        .expect("anybody may start")
        .round();
    let first = visitor
        .cognito
        .answer(&round, round.challenge_id())
        .await
        .expect("a round without a photo");
    assert!(matches!(first, Step::Round(_)));
    let refusal = visitor
        .cognito
        .answer(&round, round.challenge_id())
        .await
        .map(|_| ())
        .expect_err("used");
    assert_eq!(
        refusal.kind, "NotAuthorizedException",
        "{}",
        refusal.message
    );
}

#[tokio::test]
async fn an_unknown_client_is_named() {
    let visitor = visitor().await;
    let body = json!({"ClientId": "00000000000000000000000000", "AuthFlow": "CUSTOM_AUTH", "AuthParameters": {"USERNAME": invent::email()}});
    let refusal = visitor
        .cognito
        .call_as_is("InitiateAuth", &body)
        .await
        .expect_err("no such client");
    assert_refusal(
        &refusal,
        "ResourceNotFoundException",
        "User pool client 00000000000000000000000000 does not exist.",
    );
}

#[tokio::test]
async fn a_flow_that_the_client_does_not_allow_is_refused() {
    let visitor = visitor().await;
    let parameters = json!({"USERNAME": invent::email(), "PASSWORD": invent::password()});
    let body = json!({"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters});
    let refusal = visitor
        .cognito
        .call("InitiateAuth", body)
        .await
        .expect_err("not allowed");
    assert_refusal(
        &refusal,
        "InvalidParameterException",
        "USER_PASSWORD_AUTH flow not enabled for this client",
    );
}

#[tokio::test]
async fn a_form_with_a_field_too_many_is_refused() {
    let visitor = visitor().await;
    let account = visitor.join().await;
    let round = visitor.begin_sign_in(&account.email).await;
    let mut form = Form::of(&round).expect("an upload is invited");
    form.fields
        .insert("x-amz-meta-more".to_owned(), "1".to_owned());
    let reply = form
        .send(&visitor.http, visitor.ready.origin(), &faces::nobody())
        .await;
    assert_eq!(reply.status, 403, "{}", reply.text());
    let text = reply.text();
    assert!(
        text.contains("AccessDenied") && text.contains("Extra input fields: x-amz-meta-more"),
        "{text}"
    );
}
