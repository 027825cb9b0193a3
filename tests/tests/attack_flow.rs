//! Attacks on the flow: Cognito's other doors, words that a client may claim, and rounds that nobody asked for.

use aws_sdk_cognitoidentityprovider::types::{
    ExplicitAuthFlowsType, PreventUserExistenceErrorTypes,
};
use face_login_acceptance::{
    admin::{Admin, Row},
    attack::{self, assert_no_tokens, assert_refused, operator, patient, victim},
    challenge::{Round, Step},
    cognito::Refusal,
    faces::Person,
    invent,
    ready::Ready,
    srp::Exchange,
    visitor::Visitor,
};
use serde_json::{Value, json};

/// What Cognito says to whatever is not possible with this client.
const CLOSED: [&str; 3] = [
    "InvalidParameterException",
    "NotAuthorizedException",
    "InvalidUserPoolConfigurationException",
];

/// Whatever names and passwords are known: the client takes custom authentication and refresh tokens, nothing else.
#[tokio::test]
async fn other_flows_are_closed_even_to_who_knows_the_password() {
    let (_stack, visitor, account) = victim(&patient(), Person::Ada).await;
    let exchange = Exchange::begin();
    let name = &account.username;
    for (flow, parameters) in [
        (
            "USER_PASSWORD_AUTH",
            json!({"USERNAME": name, "PASSWORD": account.password}),
        ),
        (
            "USER_SRP_AUTH",
            json!({"USERNAME": name, "SRP_A": exchange.srp_a()}),
        ),
        ("USER_AUTH", json!({"USERNAME": name})),
        (
            "USER_AUTH",
            json!({"USERNAME": name, "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": account.password}),
        ),
        (
            "ADMIN_USER_PASSWORD_AUTH",
            json!({"USERNAME": name, "PASSWORD": account.password}),
        ),
        (
            "ADMIN_NO_SRP_AUTH",
            json!({"USERNAME": name, "PASSWORD": account.password}),
        ),
        (
            "REFRESH_TOKEN_AUTH",
            json!({"REFRESH_TOKEN": account.password}),
        ),
    ] {
        let body = json!({"AuthFlow": flow, "AuthParameters": parameters});
        let answered = visitor.cognito.call("InitiateAuth", body).await;
        assert_refused(flow, answered, &CLOSED);
    }
    let body = json!({"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "UserPoolId": visitor.ready.user_pool_id,
        "AuthParameters": {"USERNAME": name, "PASSWORD": account.password}});
    let unsigned = visitor.cognito.call("AdminInitiateAuth", body).await;
    assert!(
        unsigned.is_err(),
        "an administrator's way without a signature"
    );
}

/// A round is answered as what it is: the password's proof, a new password or a code are no answers to a selfie, nor is anything
/// an answer to a password that was not asked for.
#[tokio::test]
async fn a_round_cannot_be_answered_as_another_one() {
    let (_stack, visitor, account) = victim(&patient(), Person::Bea).await;
    let claim = json!({"USERNAME": account.username, "PASSWORD_CLAIM_SECRET_BLOCK": "AAAA",
        "PASSWORD_CLAIM_SIGNATURE": "AAAA", "TIMESTAMP": "Sat Nov 21 10:00:00 UTC 2026"});
    let new = json!({"USERNAME": account.username, "NEW_PASSWORD": invent::password()});
    let code =
        json!({"USERNAME": account.username, "SMS_MFA_CODE": "123456", "EMAIL_OTP_CODE": "123456"});
    let srp = json!({"USERNAME": account.username, "SRP_A": Exchange::begin().srp_a()});
    let choice =
        json!({"USERNAME": account.username, "ANSWER": "PASSWORD", "PASSWORD": account.password});
    for (name, responses) in [
        ("PASSWORD_VERIFIER", &claim),
        ("NEW_PASSWORD_REQUIRED", &new),
        ("SMS_MFA", &code),
        ("EMAIL_OTP", &code),
        ("SELECT_CHALLENGE", &choice),
        ("PASSWORD", &choice),
        ("PASSWORD_SRP", &srp),
        ("DEVICE_SRP_AUTH", &srp),
        ("SRP_A", &srp),
        ("ADMIN_NO_SRP_AUTH", &choice),
    ] {
        for with_password in [false, true] {
            let round = if with_password {
                let exchange = Exchange::begin();
                let begun = visitor.cognito.start_srp(&account.username, &exchange);
                begun.await.expect("a name and a number").round()
            } else {
                visitor.begin_sign_in(&account.email).await
            };
            if with_password && name == "PASSWORD_VERIFIER" {
                continue;
            }
            let body = json!({"ChallengeName": name, "Session": round.session, "ChallengeResponses": responses});
            let answered = visitor.cognito.call("RespondToAuthChallenge", body).await;
            assert!(answered.is_err(), "{name}, after SRP_A: {with_password}");
        }
    }
    // SRP_A beside the name of another way, and the custom answer in the password's place.
    let parameters = json!({"USERNAME": account.email, "CHALLENGE_NAME": "CUSTOM_CHALLENGE", "SRP_A": Exchange::begin().srp_a()});
    let body = json!({"AuthFlow": "CUSTOM_AUTH", "AuthParameters": parameters});
    if let Ok(answer) = visitor.cognito.call("InitiateAuth", body).await {
        let Step::Round(round) = Step::read(&answer) else {
            panic!("tokens for a number");
        };
        assert_eq!((round.challenge(), round.state()), ("SELFIE", "UPLOAD"));
    }
    let begun = visitor
        .cognito
        .start_srp(&account.username, &Exchange::begin())
        .await;
    let round = Round {
        name: "CUSTOM_CHALLENGE".to_owned(),
        ..begun.expect("a number").round()
    };
    let skipped = visitor
        .cognito
        .answer(&round, "AAAAAAAAAAAAAAAAAAAAAA")
        .await;
    assert_refused("the password is skipped", skipped, &CLOSED);
}

/// What is stored of the victim besides consents and times of sign-in.
async fn stored(visitor: &Visitor, sub: &str) -> Vec<Row> {
    let mut rows = Admin::new(&visitor.ready).rows_of(sub).await;
    rows.sort();
    rows
}

/// Wishes and consent are words of whoever types them.
#[tokio::test]
async fn words_of_strangers_change_nothing() {
    let (_stack, visitor, account) = victim(&patient(), Person::Cora).await;
    let before = stored(&visitor, &account.sub).await;
    let intents = [
        "REPLACE_FACE",
        "UPDATE_PHOTO",
        "WITHDRAW",
        "KEEP_PHOTO",
        "SIGN_IN",
        "../",
        "{}",
    ];
    for intent in intents {
        let round = visitor.begin_sign_in(&account.email).await;
        let uploaded = visitor.upload(&round, &Person::Dora.selfie()).await;
        assert!(uploaded.status.is_success());
        let wished = visitor.wish(intent);
        let answered = visitor
            .cognito
            .answer_with(&round, round.challenge_id(), wished.clone())
            .await;
        assert_no_tokens(intent, &answered);
        if let Ok(Step::Round(next)) = answered {
            assert_eq!(next.challenge(), "SELFIE", "{intent}: {}", next.summary());
            let again = visitor
                .cognito
                .answer_with(&next, next.challenge_id(), wished.clone())
                .await;
            assert_no_tokens(intent, &again);
        }
        // The password of the victim's browser is no face and no ticket.
        let started =
            visitor
                .cognito
                .start_with_password(&account.username, &account.password, wished);
        match started.await {
            Ok(Step::Tokens(_)) => panic!("{intent}: tokens for a password"),
            Ok(Step::Round(round)) => assert!(
                round.challenge() == "SELFIE" || round.state() == "LOCKED",
                "{intent}: {}",
                round.summary()
            ),
            Err(Refusal { kind, .. }) => assert_eq!(kind, "NotAuthorizedException", "{intent}"),
        }
    }
    assert_eq!(
        stored(&visitor, &account.sub).await,
        before,
        "nothing of the victim's changed"
    );
    visitor
        .sign_in(&account.email, &Person::Cora.selfie())
        .await;
}

/// Adds a flow to the page's own client, as an operator may by mistake.
async fn switch_on(ready: &Ready, flow: ExplicitAuthFlowsType) {
    let client = operator(ready);
    let update = client
        .update_user_pool_client()
        .user_pool_id(&ready.user_pool_id)
        .client_id(&ready.client_id)
        .prevent_user_existence_errors(PreventUserExistenceErrorTypes::Enabled)
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowCustomAuth)
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowRefreshTokenAuth)
        .explicit_auth_flows(flow);
    update
        .send()
        .await
        .expect("the operator may change the client");
}

/// `USER_AUTH` switched on by mistake lets a password stand for everything. The last gate does not.
#[tokio::test]
async fn user_auth_switched_on_by_mistake_opens_nothing() {
    let (_stack, visitor, account) = victim(&patient(), Person::Dora).await;
    switch_on(&visitor.ready, ExplicitAuthFlowsType::AllowUserAuth).await;
    let parameters = json!({"USERNAME": account.username, "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": account.password});
    let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters});
    visitor
        .sign_in(&account.email, &Person::Dora.selfie())
        .await;
    let answered = visitor.cognito.call("InitiateAuth", body).await;
    assert_held(answered);
}

#[track_caller]
fn assert_held(answered: Result<Value, Refusal>) {
    let refusal = assert_refused(
        "the last gate",
        answered,
        &["UserLambdaValidationException"],
    );
    assert!(
        refusal.message.starts_with("PreTokenGeneration failed"),
        "{refusal:?}"
    );
}

/// An administrator gives an enrolled user a temporary password, and somebody else reads it: a new password is no face.
#[tokio::test]
async fn a_temporary_password_opens_nothing() {
    let (_stack, visitor, account) = victim(&patient(), Person::Eve).await;
    let temporary = invent::password();
    let pool = operator(&visitor.ready);
    let set = pool
        .admin_set_user_password()
        .user_pool_id(&visitor.ready.user_pool_id)
        .username(&account.username)
        .password(&temporary)
        .permanent(false);
    set.send().await.expect("the operator may");
    // Whoever must choose a new password is as good as unknown to the face way.
    let round = visitor.begin_sign_in(&account.email).await;
    let told = attack::reason("plain", visitor.show(round, &Person::Eve.selfie()).await);
    assert_eq!(told, "NOT_RECOGNISED");
    let started =
        visitor
            .cognito
            .start_with_password(&account.username, &temporary, visitor.consent());
    let round = match started.await {
        Ok(Step::Round(round)) => round,
        Ok(Step::Tokens(_)) => panic!("tokens for a temporary password"),
        Err(refusal) => panic!("{refusal:?}"),
    };
    assert_eq!(round.name, "NEW_PASSWORD_REQUIRED");
    let responses = json!({"USERNAME": account.username, "NEW_PASSWORD": invent::password()});
    let body = json!({"ChallengeName": round.name, "Session": round.session, "ChallengeResponses": responses});
    let answered = visitor.cognito.call("RespondToAuthChallenge", body).await;
    assert_held(answered);
}

/// Nobody comes into the pool around the page's sign-up; where the trigger that says so is missing, the last gate holds.
#[tokio::test]
async fn users_made_by_an_administrator_get_no_tokens() {
    let folder = tempfile::TempDir::with_prefix("face-login-template-").expect("a folder");
    let template = face_login_acceptance::template::Template::default().edit(
        "UserPool",
        "        PreSignUp: !GetAtt PreSignUpFunction.Arn\n",
        "",
    );
    let launch = patient().template(&template.write(folder.path()));
    let (_stack, visitor, _) = victim(&launch, Person::Ada).await;
    let (name, temporary) = (invent::uuid_of_version(4), invent::password());
    let pool = operator(&visitor.ready);
    let email = aws_sdk_cognitoidentityprovider::types::AttributeType::builder();
    let verified = email
        .clone()
        .name("email_verified")
        .value("true")
        .build()
        .expect("a name");
    let email = email
        .name("email")
        .value(invent::email())
        .build()
        .expect("a name");
    let made = pool
        .admin_create_user()
        .user_pool_id(&visitor.ready.user_pool_id)
        .username(&name)
        .temporary_password(&temporary)
        .user_attributes(email)
        .user_attributes(verified);
    made.send()
        .await
        .expect("without the trigger nobody objects");
    switch_on(&visitor.ready, ExplicitAuthFlowsType::AllowUserPasswordAuth).await;
    let parameters = json!({"USERNAME": name, "PASSWORD": temporary});
    let body = json!({"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters});
    let asked = visitor
        .cognito
        .call("InitiateAuth", body)
        .await
        .expect("a password");
    assert_eq!(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let chosen = invent::password();
    let body = json!({"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": asked["Session"],
        "ChallengeResponses": {"USERNAME": name, "NEW_PASSWORD": chosen}});
    assert_held(visitor.cognito.call("RespondToAuthChallenge", body).await);
    // By now confirmed, with a verified address and a password of the attacker's choice: and without a ticket.
    let started = visitor
        .cognito
        .start_with_password(&name, &chosen, visitor.consent());
    let round = started.await.expect("the password is right").round();
    assert_eq!(round.challenge(), "SELFIE", "{}", round.summary());
    let told = attack::reason("made", visitor.show(round, &Person::Ada.selfie()).await);
    assert_eq!(told, "NOT_RECOGNISED");
}
