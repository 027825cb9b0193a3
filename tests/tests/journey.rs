//! The way in: sign-up, mail code, enrolment, tokens, sign-in, refresh, sign-out; by plain HTTP (`clients` goes it with libraries).

use face_login_acceptance::{
    faces::Person,
    invent,
    jwt::{self, Use},
    stack,
    visitor::Visitor,
};
use serde_json::json;

#[tokio::test]
async fn a_newcomer_enrols_and_gets_tokens_that_verify() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.join().await;
    let tokens = visitor
        .enrol(&account, &Person::Ada.document(), &Person::Ada.selfie())
        .await;

    let id = jwt::verify(&visitor.ready, &visitor.http, &tokens.id, Use::Id).await;
    assert_eq!(id["sub"], account.sub.as_str());
    assert_eq!(id["email"], account.email.as_str());
    assert_eq!(id["email_verified"], true);
    assert_eq!(id["cognito:username"], account.username.as_str());
    let access = jwt::verify(&visitor.ready, &visitor.http, &tokens.access, Use::Access).await;
    assert_eq!(access["sub"], account.sub.as_str());
    assert_eq!(access["username"], account.username.as_str());
    assert_eq!(access["scope"], "aws.cognito.signin.user.admin");
    assert_eq!(
        id["origin_jti"], access["origin_jti"],
        "both come from one sign-in"
    );
    assert_ne!(id["jti"], access["jti"]);
    let lifetime = id["exp"].as_i64().unwrap() - id["iat"].as_i64().unwrap();
    assert_eq!(
        u64::try_from(lifetime).unwrap(),
        tokens.expires_in.as_secs()
    );
}

#[tokio::test]
async fn the_enrolled_face_signs_in_refreshes_and_signs_out() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.enrolled(Person::Bea).await;
    let tokens = visitor.sign_in(&account.email, &Person::Bea.selfie()).await;
    let first = jwt::verify(&visitor.ready, &visitor.http, &tokens.id, Use::Id).await;
    assert_eq!(first["sub"], account.sub.as_str());

    let user = visitor.cognito.user(&tokens.access).await.unwrap();
    assert_eq!(user["Username"], account.username.as_str());

    let by_flow = visitor.cognito.refresh(tokens.refresh()).await.unwrap();
    let by_operation = visitor
        .cognito
        .tokens_from_refresh_token(tokens.refresh())
        .await
        .unwrap();
    for refreshed in [&by_flow, &by_operation] {
        let claims = jwt::verify(&visitor.ready, &visitor.http, &refreshed.id, Use::Id).await;
        assert_eq!(
            claims["auth_time"], first["auth_time"],
            "a refresh is no new sign-in"
        );
        assert_eq!(claims["origin_jti"], first["origin_jti"]);
        assert_ne!(claims["jti"], first["jti"]);
        jwt::verify(
            &visitor.ready,
            &visitor.http,
            &refreshed.access,
            Use::Access,
        )
        .await;
    }

    visitor.cognito.revoke(tokens.refresh()).await.unwrap();
    for refused in [
        visitor.cognito.refresh(tokens.refresh()).await.map(|_| ()),
        visitor
            .cognito
            .tokens_from_refresh_token(tokens.refresh())
            .await
            .map(|_| ()),
        visitor.cognito.user(&tokens.access).await.map(|_| ()),
    ] {
        let refusal = refused.expect_err("revoked");
        assert_eq!(
            (refusal.status, refusal.kind.as_str()),
            (400, "NotAuthorizedException"),
            "{}",
            refusal.message
        );
    }
}

#[tokio::test]
async fn a_forgotten_password_opens_the_mailbox_way() {
    let (_stack, visitor) = Visitor::alone().await;
    let mut account = visitor.join().await;
    account = visitor.reset_password(&account).await;
    let round = visitor.begin_enrolment(&account).await;
    let round = visitor
        .show(round, &Person::Dora.document())
        .await
        .unwrap()
        .round();
    visitor
        .show(round, &Person::Dora.selfie())
        .await
        .unwrap()
        .tokens();

    account = visitor.reset_password(&account).await;
    let again = visitor
        .cognito
        .start_with_password(&account.username, &account.password, visitor.consent())
        .await;
    let round = again.unwrap().round();
    assert_eq!(
        (round.challenge(), round.state()),
        ("SELFIE", "UPLOAD"),
        "a mail code does not replace an enrolled face"
    );
    visitor
        .show(round, &Person::Dora.selfie())
        .await
        .unwrap()
        .tokens();
}

#[tokio::test]
async fn a_wrong_mail_code_confirms_nothing_and_a_new_one_can_be_sent() {
    let visitor = Visitor::of(stack::shared()).await;
    let account = visitor.sign_up().await;
    let code = visitor.local.code(&account.email, "SignUp", 1).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let body = json!({"Username": account.username, "ConfirmationCode": wrong});
    let refusal = visitor
        .cognito
        .call("ConfirmSignUp", body)
        .await
        .unwrap_err();
    assert_eq!(refusal.kind, "CodeMismatchException");
    let refusal = visitor
        .cognito
        .start_with_password(&account.username, &account.password, json!({}))
        .await
        .unwrap_err();
    assert_eq!(refusal.kind, "UserNotConfirmedException");

    visitor
        .cognito
        .call(
            "ResendConfirmationCode",
            json!({"Username": account.username}),
        )
        .await
        .unwrap();
    let code = visitor.local.code(&account.email, "ResendCode", 1).await;
    let body = json!({"Username": account.username, "ConfirmationCode": code});
    visitor.cognito.call("ConfirmSignUp", body).await.unwrap();
    visitor.begin_enrolment(&account).await;
}

#[tokio::test]
async fn only_user_names_made_like_the_pages_are_admitted() {
    let visitor = Visitor::of(stack::shared()).await;
    let attributes = json!([{"Name": "email", "Value": invent::email()}]);
    for username in [invent::uuid_of_version(4), "mallory".to_owned()] {
        let body = json!({"Username": username, "Password": invent::password(), "UserAttributes": attributes});
        let refusal = visitor.cognito.call("SignUp", body).await.unwrap_err();
        assert_eq!(refusal.kind, "UserLambdaValidationException", "{username}");
    }
}

#[tokio::test]
async fn the_pool_publishes_where_its_keys_are() {
    let visitor = Visitor::of(stack::shared()).await;
    let configuration = visitor
        .http
        .get(&format!(
            "{}/.well-known/openid-configuration",
            visitor.ready.issuer
        ))
        .await
        .json();
    assert_eq!(configuration["issuer"], visitor.ready.issuer.as_str());
    assert_eq!(configuration["jwks_uri"], visitor.ready.jwks.as_str());
}
