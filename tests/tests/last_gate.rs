//! The last gate: whatever led Cognito to tokens, without a pass of the face there are none.

use aws_sdk_cognitoidentityprovider as sdk;
use aws_sdk_cognitoidentityprovider::types::{
    ExplicitAuthFlowsType, PreventUserExistenceErrorTypes,
};
use face_login_acceptance::{
    admin::{self, Admin},
    cognito::Refusal,
    faces::Person,
    jwt::{self, Use},
    launch::Launch,
    template::Template,
    visitor::Visitor,
};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The gate's words, as Cognito hands them on.
#[track_caller]
fn assert_closed(refusal: &Refusal) {
    assert_eq!(refusal.kind, "UserLambdaValidationException", "{refusal:?}");
    assert!(
        refusal.message.starts_with("PreTokenGeneration failed"),
        "{refusal:?}"
    );
}

/// The right face, up to the answer that should bring tokens.
async fn refused(visitor: &Visitor, name: &str, person: Person) -> Refusal {
    let round = visitor.begin_sign_in(name).await;
    visitor
        .show(round, &person.selfie())
        .await
        .map(|step| format!("{step:?}"))
        .expect_err("the last gate is shut")
}

#[tokio::test]
async fn tokens_say_how_the_sign_in_was_proven() {
    let (stack, visitor) = Visitor::with(&Launch::default()).await;
    let account = visitor.join().await;
    let first = visitor
        .enrol(&account, &Person::Ada.document(), &Person::Ada.selfie())
        .await;
    let first = jwt::verify(&visitor.ready, &visitor.http, &first.id, Use::Id).await;
    assert_eq!(first["face_login_method"], "mail+face");

    let tokens = visitor.sign_in(&account.email, &Person::Ada.selfie()).await;
    let id = jwt::verify(&visitor.ready, &visitor.http, &tokens.id, Use::Id).await;
    assert_eq!(id["face_login_method"], "face");
    let rows = Admin::new(stack.ready()).rows_of(&account.sub).await;
    let profile = rows.iter().find(|row| row["sk"] == "PROFILE").unwrap();
    assert_eq!(
        id["face_login_enrolment"],
        profile["activeEnrolment"].as_str()
    );
    let at: i64 = id["face_login_at"].as_str().unwrap().parse().unwrap();
    let signed_in = id["auth_time"].as_i64().unwrap();
    assert!(
        (0..=60).contains(&(signed_in - at)),
        "passed at {at}, signed in at {signed_in}"
    );

    let again = visitor.cognito.refresh(tokens.refresh()).await.unwrap();
    let again = jwt::verify(&visitor.ready, &visitor.http, &again.id, Use::Id).await;
    assert_eq!(again["face_login_method"], "face");
    assert_eq!(again["face_login_enrolment"], id["face_login_enrolment"]);
    assert_eq!(
        again.get("face_login_at").unwrap_or(&Value::Null),
        &Value::Null,
        "nobody knows from which sign-in a refresh token is"
    );
}

/// Every pass is spent by the tokens that it gave, so that none waits for another flow of the same client.
#[tokio::test]
async fn a_pass_is_spent_with_its_tokens() {
    let (stack, visitor) = Visitor::with(&Launch::default()).await;
    let account = visitor.enrolled(Person::Bea).await;
    visitor.sign_in(&account.email, &Person::Bea.selfie()).await;
    let rows = Admin::new(stack.ready()).rows("ChallengesTable").await;
    let passes = rows
        .iter()
        .find(|row| row["pk"] == format!("OK#{}", account.sub))
        .expect("a pass was recorded");
    assert!(
        passes.keys().all(|name| !name.starts_with("pass-")),
        "{:?}",
        passes.keys()
    );
}

/// The gate is held up for longer than a pass lives.
#[tokio::test]
async fn an_old_pass_opens_nothing() {
    let (_stack, visitor) = Visitor::with(&Launch::default().set("PassSeconds", "1")).await;
    let late = json!({"service": "lambda", "operation": "pre-token", "kind": "delay", "delayMs": 1500, "skip": 0, "times": 100});
    visitor.local.fault(late).await;
    let account = visitor.join().await;
    let round = visitor.begin_enrolment(&account).await;
    let round = visitor
        .show(round, &Person::Cora.document())
        .await
        .expect("the document is taken")
        .round();
    let answered = visitor.show(round, &Person::Cora.selfie()).await;
    assert_closed(
        &answered
            .map(|step| format!("{step:?}"))
            .expect_err("the pass is too old"),
    );
    assert_closed(&refused(&visitor, &account.email, Person::Cora).await);
    assert!(2 <= visitor.local.hits().await, "it was held up");
}

/// A client that the template did not make gets no tokens, even for the right face.
#[tokio::test]
async fn a_client_that_is_not_the_templates_gets_no_tokens() {
    let folder = TempDir::with_prefix("face-login-template-").expect("a temporary folder");
    let edited = Template::default().edit(
        "TokenClient",
        "ClientId: !Ref UserPoolClient",
        "ClientId: anotherclient",
    );
    let launch = Launch::default().template(&edited.write(folder.path()));
    let (_stack, visitor) = Visitor::with(&launch).await;
    let account = visitor.join().await;
    let round = visitor.begin_enrolment(&account).await;
    let round = visitor
        .show(round, &Person::Dora.document())
        .await
        .expect("the document is taken")
        .round();
    let answered = visitor.show(round, &Person::Dora.selfie()).await;
    assert_closed(
        &answered
            .map(|step| format!("{step:?}"))
            .expect_err("not our client"),
    );
    assert_closed(&refused(&visitor, &account.email, Person::Dora).await);
}

/// Somebody adds a client by hand: the face is proven, but the client is not the template's. It does not get at passes of the other one either.
#[tokio::test]
async fn a_second_client_made_by_mistake_opens_nothing() {
    let (stack, visitor) = Visitor::with(&Launch::default()).await;
    let account = visitor.enrolled(Person::Cora).await;
    let config = admin::sdk_config(stack.ready());
    let config = config
        .to_builder()
        .endpoint_url(&stack.ready().cognito)
        .build();
    let made = sdk::Client::new(&config)
        .create_user_pool_client()
        .user_pool_id(&stack.ready().user_pool_id)
        .client_name("by-mistake")
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowCustomAuth)
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowRefreshTokenAuth)
        .send()
        .await
        .expect("the operator may add a client");
    let mut ready = stack.ready().clone();
    ready.client_id = made
        .user_pool_client()
        .and_then(|client| client.client_id())
        .expect("a client has an id")
        .to_owned();
    let second = Visitor::of(&ready).await;
    assert_closed(&refused(&second, &account.email, Person::Cora).await);
    visitor
        .sign_in(&account.email, &Person::Cora.selfie())
        .await;
}

/// Somebody lets the page's own client sign in by password too, and an attacker knows one: right after its owner signed in, all that Cognito
/// asks for is there, but the owner's pass is spent.
#[tokio::test]
async fn password_flows_switched_on_by_mistake_open_nothing() {
    let (stack, visitor) = Visitor::with(&Launch::default()).await;
    let account = visitor.enrolled(Person::Dora).await;
    let config = admin::sdk_config(stack.ready());
    let config = config
        .to_builder()
        .endpoint_url(&stack.ready().cognito)
        .build();
    let ready = stack.ready();
    let pool = sdk::Client::new(&config);
    let update = pool
        .update_user_pool_client()
        .user_pool_id(&ready.user_pool_id)
        .client_id(&ready.client_id)
        .prevent_user_existence_errors(PreventUserExistenceErrorTypes::Enabled)
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowCustomAuth)
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowUserPasswordAuth)
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowRefreshTokenAuth);
    update
        .send()
        .await
        .expect("the operator may change the client");
    visitor
        .sign_in(&account.email, &Person::Dora.selfie())
        .await;
    let parameters = json!({"USERNAME": account.username, "PASSWORD": account.password});
    let answered = visitor
        .cognito
        .call(
            "InitiateAuth",
            json!({"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}),
        )
        .await;
    assert_closed(
        &answered
            .map(|answer| answer["ChallengeName"].clone())
            .expect_err("a password is no face"),
    );
}

/// The client's note is the stack's: gone from the table, the gate is shut for everybody.
#[tokio::test]
async fn a_gate_that_knows_no_client_lets_nobody_through() {
    let (stack, visitor) = Visitor::with(&Launch::default()).await;
    let account = visitor.enrolled(Person::Eve).await;
    let tokens = visitor.sign_in(&account.email, &Person::Eve.selfie()).await;
    let client = format!("CLIENT#{}", stack.ready().client_id);
    Admin::new(stack.ready())
        .remove_challenge_row(&client)
        .await;
    assert_closed(&refused(&visitor, &account.email, Person::Eve).await);
    assert_closed(
        &visitor
            .cognito
            .refresh(tokens.refresh())
            .await
            .expect_err("a refresh asks the gate too"),
    );
}

/// An enrolment that is there no more ends what signs in with its refresh tokens.
#[tokio::test]
async fn a_refresh_token_dies_with_its_enrolment() {
    let (stack, visitor) = Visitor::with(&Launch::default()).await;
    let account = visitor.enrolled(Person::Ada).await;
    let tokens = visitor.sign_in(&account.email, &Person::Ada.selfie()).await;
    visitor.cognito.refresh(tokens.refresh()).await.unwrap();
    Admin::new(stack.ready()).forget_active(&account.sub).await;
    for refreshed in [
        visitor.cognito.refresh(tokens.refresh()).await,
        visitor
            .cognito
            .tokens_from_refresh_token(tokens.refresh())
            .await,
    ] {
        assert_closed(&refreshed.expect_err("nothing is enrolled"));
    }
}

/// An outage of the tables is no tokens, and the person tries again.
#[tokio::test]
async fn an_outage_at_the_gate_gives_no_tokens() {
    let (_stack, visitor) = Visitor::with(&Launch::default()).await;
    let account = visitor.enrolled(Person::Bea).await;
    visitor
        .local
        .fault(json!({"service": "dynamodb", "operation": "GetItem", "caller": "PreTokenFunction", "kind": "error500",
            "skip": 0, "times": 8}))
        .await;
    assert_closed(&refused(&visitor, &account.email, Person::Bea).await);
    visitor.local.clear_faults().await;
    visitor.sign_in(&account.email, &Person::Bea.selfie()).await;
}
