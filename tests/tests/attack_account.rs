//! Attacks on the account: tokens of one that ended, addresses that move, and codes from the mailbox.

use std::time::Duration;

use face_login_acceptance::{
    admin::Admin,
    attack::{self, assert_no_tokens, assert_refused, operator, patient, reason, victim},
    challenge::Tokens,
    faces::Person,
    invent,
    visitor::{Account, Visitor},
};
use serde_json::json;

/// Both ways of asking, and whether the access token still says who one is.
async fn assert_ended(visitor: &Visitor, case: &str, tokens: &Tokens) {
    let kinds = [
        "NotAuthorizedException",
        "UserNotFoundException",
        "UserLambdaValidationException",
    ];
    let refreshed = visitor.cognito.refresh(tokens.refresh()).await;
    assert_refused(case, refreshed, &kinds);
    let refreshed = visitor
        .cognito
        .tokens_from_refresh_token(tokens.refresh())
        .await;
    assert_refused(case, refreshed, &kinds);
}

#[tokio::test]
async fn refresh_tokens_end_with_whatever_ends_the_sign_in() {
    let (_stack, visitor, account) = victim(&patient(), Person::Ada).await;
    let sign_in = async || visitor.sign_in(&account.email, &Person::Ada.selfie()).await;
    let (pool, id) = (operator(&visitor.ready), &visitor.ready.user_pool_id);

    let tokens = sign_in().await;
    visitor
        .cognito
        .revoke(tokens.refresh())
        .await
        .expect("one's own");
    assert_ended(&visitor, "revoked", &tokens).await;
    assert!(
        visitor.cognito.user(&tokens.access).await.is_err(),
        "what came from it ends too"
    );

    let (one, other) = (sign_in().await, sign_in().await);
    let body = json!({"AccessToken": one.access});
    visitor
        .cognito
        .call_as_is("GlobalSignOut", &body)
        .await
        .expect("one's own");
    assert_ended(&visitor, "signed out everywhere", &other).await;

    let tokens = sign_in().await;
    let disable = pool
        .admin_disable_user()
        .user_pool_id(id)
        .username(&account.username);
    disable.send().await.expect("the operator may");
    assert_ended(&visitor, "disabled", &tokens).await;
    let started = visitor.cognito.start(&account.email).await;
    match started {
        Ok(step) => assert_no_tokens(
            "disabled",
            &visitor.show(step.round(), &Person::Ada.selfie()).await,
        ),
        Err(refusal) => assert_eq!(refusal.kind, "NotAuthorizedException", "{refusal:?}"),
    }
    let enable = pool
        .admin_enable_user()
        .user_pool_id(id)
        .username(&account.username);
    enable.send().await.expect("the operator may");

    let tokens = sign_in().await;
    let body = json!({"AccessToken": tokens.access});
    visitor
        .cognito
        .call_as_is("DeleteUser", &body)
        .await
        .expect("one's own");
    assert_ended(&visitor, "deleted", &tokens).await;
    let round = visitor.begin_sign_in(&account.email).await;
    assert_eq!(
        reason("deleted", visitor.show(round, &Person::Ada.selfie()).await),
        "NOT_RECOGNISED"
    );
}

/// An address belongs to whoever reads its mails: typing it takes nothing, with whatever name and however often.
#[tokio::test]
async fn signing_up_with_somebodys_address_takes_nothing() {
    let (_stack, visitor, account) = victim(&patient(), Person::Bea).await;
    let taker = visitor.sign_up_as(&account.email).await;
    for force in [false, true] {
        let guess = json!({"Username": taker.username, "ConfirmationCode": "000000", "ForceAliasCreation": force});
        let guessed = visitor.cognito.call("ConfirmSignUp", guess).await;
        assert_refused(
            "a guessed code",
            guessed,
            &["CodeMismatchException", "ExpiredCodeException"],
        );
    }
    // The code of the mail itself, without the force that moves the alias.
    let code = visitor.local.code(&account.email, "SignUp", 2).await;
    let body = json!({"Username": taker.username, "ConfirmationCode": code});
    let confirmed = visitor.cognito.call("ConfirmSignUp", body).await;
    assert_refused(
        "an address that has an owner",
        confirmed,
        &["AliasExistsException"],
    );
    let started =
        visitor
            .cognito
            .start_with_password(&taker.username, &taker.password, visitor.consent());
    match started.await {
        Ok(step) => assert_eq!(
            step.round().challenge(),
            "SELFIE",
            "no document for the unconfirmed"
        ),
        Err(refusal) => assert_eq!(refusal.kind, "UserNotConfirmedException", "{refusal:?}"),
    }
    visitor.sign_in(&account.email, &Person::Bea.selfie()).await;
}

/// The thief of an access token has it for minutes. With it the address can be changed and the mailbox way be gone: what comes of
/// that waits, opens nothing meanwhile, and ends when the owner signs in.
#[tokio::test]
async fn an_address_changed_with_a_stolen_token_brings_no_face() {
    let (_stack, visitor, account) = victim(&patient(), Person::Cora).await;
    let stolen = visitor
        .sign_in(&account.email, &Person::Cora.selfie())
        .await
        .access;
    let thiefs = invent::email();
    let attributes = json!([{"Name": "email", "Value": thiefs}]);
    let body = json!({"AccessToken": stolen, "UserAttributes": attributes});
    visitor
        .cognito
        .call_as_is("UpdateUserAttributes", &body)
        .await
        .expect("a live token");
    visitor
        .sign_in(&account.email, &Person::Cora.selfie())
        .await;
    let code = visitor.local.code(&thiefs, "UpdateUserAttribute", 1).await;
    let body = json!({"AccessToken": stolen, "AttributeName": "email", "Code": code});
    visitor
        .cognito
        .call_as_is("VerifyUserAttribute", &body)
        .await
        .expect("the thief reads that mail");

    let thief = Account {
        email: thiefs,
        ..account.clone()
    };
    let thief = visitor.reset_password(&thief).await;
    assert_claim_waits(&visitor, &thief, Person::Dora).await;
    let round = visitor.begin_sign_in(&thief.email).await;
    assert_eq!(
        reason(
            "the thief",
            visitor.show(round, &Person::Dora.selfie()).await
        ),
        "NOT_RECOGNISED"
    );
    // The owner's address is nobody's by now; under the user's name the face ends what was held.
    visitor
        .sign_in(&account.username, &Person::Cora.selfie())
        .await;
    assert_nothing_held(&visitor, &account).await;
}

/// Whoever reads the mailbox, and nothing else, gets to a selfie, or to a new face that waits for a day.
#[tokio::test]
async fn a_mail_code_alone_opens_no_enrolled_account() {
    let (_stack, visitor, account) = victim(&patient(), Person::Dora).await;
    let reader = visitor.reset_password(&account).await;
    for metadata in [json!({}), visitor.consent(), visitor.wish("SIGN_IN")] {
        let started = visitor.cognito.start_with_password(
            &reader.username,
            &reader.password,
            metadata.clone(),
        );
        let Ok(step) = started.await else { continue };
        let round = step.round();
        assert_eq!(
            round.challenge(),
            "SELFIE",
            "{metadata}: {}",
            round.summary()
        );
        let told = reason("a reader", visitor.show(round, &Person::Eve.selfie()).await);
        assert_eq!(told, "NOT_RECOGNISED");
    }
    assert_claim_waits(&visitor, &reader, Person::Eve).await;
    let round = visitor.begin_sign_in(&account.email).await;
    assert_eq!(
        reason("held", visitor.show(round, &Person::Eve.selfie()).await),
        "NOT_RECOGNISED"
    );
    visitor
        .sign_in(&account.email, &Person::Dora.selfie())
        .await;
    assert_nothing_held(&visitor, &account).await;
}

/// A claim goes all its way: no round of it gives tokens, and its end is a day away.
async fn assert_claim_waits(visitor: &Visitor, account: &Account, person: Person) {
    let started = visitor.cognito.start_with_password(
        &account.username,
        &account.password,
        visitor.wish("REPLACE_FACE"),
    );
    let round = started.await.expect("the password is right").round();
    round.must_be("ENROL_DOCUMENT", "UPLOAD");
    let round = attack::refused("document", visitor.show(round, &person.document()).await);
    assert_eq!(round.challenge(), "SELFIE", "{}", round.summary());
    let round = attack::refused("claim", visitor.show(round, &person.selfie()).await);
    assert_eq!(round.state(), "HELD", "{}", round.summary());
    assert!(
        Duration::from_hours(23) < round.retry_after(),
        "{:?}",
        round.retry_after()
    );
    let answered = visitor.cognito.answer(&round, round.challenge_id()).await;
    assert_refused("after the claim", answered, &["NotAuthorizedException"]);
}

async fn assert_nothing_held(visitor: &Visitor, account: &Account) {
    let held = Admin::new(&visitor.ready).claims_of(&account.sub).await;
    assert_eq!(held, 0, "the owner's sign-in ends the claim");
}
