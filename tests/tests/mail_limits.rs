//! Mails and addresses: how often one may be mailed, and what becomes of an enrolment whose address moved.

use face_login_acceptance::{
    admin::Admin, faces::Person, invent, launch::Launch, stack, visitor::Visitor,
};
use serde_json::json;

async fn sign_up(visitor: &Visitor, email: &str) -> Result<(), String> {
    let body = json!({"Username": invent::username(), "Password": invent::password(),
        "UserAttributes": [{"Name": "email", "Value": email}]});
    let answer = visitor.cognito.call("SignUp", body).await;
    answer.map(drop).map_err(|refusal| refusal.message)
}

#[tokio::test]
async fn an_address_is_mailed_three_sign_ups_an_hour_with_an_account_or_without() {
    let visitor = Visitor::of(stack::shared()).await;
    let known = visitor.join().await.email;
    let unknown = invent::email();
    let mut words = Vec::new();
    for (email, left) in [(&known, 2), (&unknown, 3)] {
        for _ in 0..left {
            sign_up(&visitor, email).await.expect("within the limit");
        }
        let refused = sign_up(&visitor, email).await.expect_err("one too many");
        let other = email.to_uppercase().replace("EXAMPLE.COM", "example.com");
        let spelled = sign_up(&visitor, &other).await;
        assert_eq!(spelled, Err(refused.clone()), "another spelling");
        let mails = visitor.local.mails(email).await;
        assert_eq!(mails.len(), 3, "{email}");
        words.push(refused);
    }
    assert_eq!(words[0], words[1]);
    assert!(words[0].starts_with("PreSignUp failed"), "{}", words[0]);
}

/// With `ForceAliasCreation` a confirmed code takes the address from its owner: nobody signs in with the old face, under either user.
#[tokio::test]
async fn an_address_that_moved_leaves_no_enrolment_behind() {
    let (stack, visitor) = Visitor::alone().await;
    let owner = visitor.join().await;
    let tokens = visitor
        .enrol(&owner, &Person::Ada.document(), &Person::Ada.selfie())
        .await;
    let taker = visitor.sign_up_as(&owner.email).await;
    let code = visitor.local.code(&owner.email, "SignUp", 2).await;
    let confirm =
        json!({"Username": taker.username, "ConfirmationCode": code, "ForceAliasCreation": true});
    visitor
        .cognito
        .call("ConfirmSignUp", confirm)
        .await
        .expect("the alias moves");

    let rows = Admin::new(stack.ready()).rows_of(&owner.sub).await;
    let statuses: Vec<_> = rows.iter().filter_map(|row| row.get("status")).collect();
    assert_eq!(statuses, ["RETIRED"], "{rows:?}");
    for name in [&owner.email, &owner.username] {
        let round = visitor.begin_sign_in(name).await;
        let shown = visitor.show(round, &Person::Ada.selfie()).await;
        let round = shown.expect("a selfie is judged").round();
        assert_eq!(round.reason(), "NOT_RECOGNISED", "{name}");
    }
    let refreshed = visitor.cognito.refresh(tokens.refresh()).await;
    let refusal = refreshed.expect_err("the enrolment is retired");
    assert!(
        refusal.message.starts_with("PreTokenGeneration failed"),
        "{refusal:?}"
    );
    // The faces are left for the sweeper, but are no rivals of whoever has the address now.
    visitor
        .enrol(&taker, &Person::Ada.document(), &Person::Ada.selfie())
        .await;
    visitor.sign_in(&taker.email, &Person::Ada.selfie()).await;
}

/// Somebody uploads another person's photo and stops there: that person still signs in.
#[tokio::test]
async fn an_unfinished_enrolment_with_my_face_locks_me_out_of_nothing() {
    let stack = stack::Stack::start(&Launch::default());
    let visitor = Visitor::of(stack.ready()).await;
    let me = visitor.enrolled(Person::Bea).await;
    let other = visitor.join().await;
    let round = visitor.begin_enrolment(&other).await;
    let round = visitor
        .show(round, &Person::Bea.document())
        .await
        .expect("the document is taken")
        .round();
    assert_eq!(round.challenge(), "SELFIE");
    assert_eq!(
        Admin::new(stack.ready()).faces_in_collections().await.len(),
        2
    );
    visitor.sign_in(&me.email, &Person::Bea.selfie()).await;
}
