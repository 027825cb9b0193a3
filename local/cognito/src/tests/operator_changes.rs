//! What an operator changes about a user's attributes.

use serde_json::{Value, json};

use super::{
    operator::{attribute, stage, user},
    stage::{EMAIL, Reply, Stage, USERNAME},
};
use crate::MailPurpose;

async fn change(stage: &Stage, attributes: &[(&str, &str)]) -> Reply {
    let attributes = attributes
        .iter()
        .map(|(name, value)| json!({"Name": name, "Value": value}));
    let body = json!({"Username": USERNAME, "UserAttributes": attributes.collect::<Value>()});
    stage.admin("AdminUpdateUserAttributes", body).await
}

#[tokio::test]
async fn addresses_count_at_once_only_where_the_operator_vouches() {
    let stage = stage();
    stage.jane().await;
    let other = "other@example.com";
    change(&stage, &[("email", other)]).await.ok();
    let mail = stage.mails().pop().unwrap();
    assert_eq!(
        (mail.purpose, mail.to.as_str()),
        (MailPurpose::UpdateUserAttribute, other)
    );
    assert_eq!(
        attribute(&user(&stage).await, "email").as_deref(),
        Some(EMAIL),
        "the code has to come back first"
    );

    let mails = stage.mails().len();
    change(
        &stage,
        &[
            ("email", other),
            ("email_verified", "true"),
            ("name", "Jane"),
        ],
    )
    .await
    .ok();
    let jane = user(&stage).await;
    assert_eq!(attribute(&jane, "email").as_deref(), Some(other));
    assert_eq!(attribute(&jane, "email_verified").as_deref(), Some("true"));
    assert_eq!(attribute(&jane, "name").as_deref(), Some("Jane"));
    assert_eq!(stage.mails().len(), mails);
    let found = stage
        .admin("AdminGetUser", json!({"Username": other}))
        .await
        .ok();
    assert_eq!(found["Username"], USERNAME);
    let gone = stage
        .admin("AdminGetUser", json!({"Username": EMAIL}))
        .await;
    assert_eq!(gone.error().0, "UserNotFoundException");

    change(&stage, &[("email_verified", "false")]).await.ok();
    let gone = stage
        .admin("AdminGetUser", json!({"Username": other}))
        .await;
    assert_eq!(
        gone.error().0,
        "UserNotFoundException",
        "an address that nobody vouches for leads nowhere"
    );

    stage.sign_up("owner", EMAIL).await.ok();
    stage.confirm("owner").await.ok();
    let taken = change(&stage, &[("email", EMAIL), ("email_verified", "true")]).await;
    taken.refused(
        "AliasExistsException",
        "An account with the email already exists.",
    );
    assert_eq!(
        attribute(&user(&stage).await, "email").as_deref(),
        Some(other)
    );
}

#[tokio::test]
async fn attributes_are_deleted_unless_required() {
    let stage = stage();
    stage.jane().await;
    change(&stage, &[("name", "Jane"), ("gender", "f")])
        .await
        .ok();
    let delete = |names: Value| {
        let body = json!({"Username": USERNAME, "UserAttributeNames": names});
        stage.admin("AdminDeleteUserAttributes", body)
    };
    delete(json!(["name"])).await.ok();
    let jane = user(&stage).await;
    assert_eq!(
        (
            attribute(&jane, "name"),
            attribute(&jane, "gender").as_deref()
        ),
        (None, Some("f"))
    );
    change(&stage, &[("gender", "")]).await.ok();
    assert_eq!(attribute(&user(&stage).await, "gender"), None);
    assert_eq!(
        delete(json!(["email"])).await.error().0,
        "InvalidParameterException"
    );
    let unknown = change(&stage, &[("email_verified", "maybe")]).await;
    assert_eq!(unknown.error().0, "InvalidParameterException");
}
