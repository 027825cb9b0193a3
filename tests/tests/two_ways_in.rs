//! Two lockouts: nobody who fails with nothing but a face closes the way by mail, and the plain way that is off is opened by mail.

use std::time::Duration;

use face_login_acceptance::{
    challenge::Round,
    faces::Person,
    launch::Launch,
    visitor::{Account, Visitor},
};
use serde_json::json;

/// The round of somebody who proved the mailbox, or only the password.
async fn with_password(visitor: &Visitor, account: &Account) -> Round {
    let started = visitor
        .cognito
        .start_with_password(&account.username, &account.password, json!({}))
        .await;
    started.expect("the password is right").round()
}

async fn plain(visitor: &Visitor, account: &Account) -> Round {
    let started = visitor.cognito.start(&account.email).await;
    started.expect("anybody may start").round()
}

/// The failures count for thirty days, of which some minutes may have passed.
fn assert_a_month(wait: Duration) {
    let days = Duration::from_hours(24) * 29..=Duration::from_hours(24) * 30;
    assert!(days.contains(&wait), "{wait:?}");
}

/// A stranger fails until the plain way is shut.
async fn shut(visitor: &Visitor, account: &Account) {
    loop {
        let round = plain(visitor, account).await;
        if round.state() == "LOCKED" {
            return;
        }
        visitor.show(round, &Person::Bea.selfie()).await.ok();
    }
}

#[tokio::test]
async fn failing_the_plain_way_never_closes_the_way_by_mail() {
    let launch = Launch::default()
        .set("LockoutFailures", "2")
        .set("LockoutFirstSeconds", "3600")
        .set("LockoutLongestSeconds", "3600")
        .set("ChallengeLimit", "12");
    let (_stack, visitor) = Visitor::with(&launch).await;
    let account = visitor.enrolled(Person::Ada).await;
    shut(&visitor, &account).await;
    for _ in 0..12 {
        assert_eq!(plain(&visitor, &account).await.state(), "LOCKED");
    }
    let account = visitor.reset_password(&account).await;
    let round = with_password(&visitor, &account).await;
    round.must_be("SELFIE", "UPLOAD");
    visitor
        .show(round, &Person::Ada.selfie())
        .await
        .expect("the selfie is judged")
        .tokens();
    assert_eq!(
        plain(&visitor, &account).await.state(),
        "LOCKED",
        "a success resets nothing that others see"
    );
}

#[tokio::test]
async fn the_password_alone_is_no_way_by_mail() {
    let launch = Launch::default()
        .set("LockoutFailures", "2")
        .set("LockoutFirstSeconds", "3600")
        .set("LockoutLongestSeconds", "3600");
    let (_stack, visitor) = Visitor::with(&launch).await;
    let account = visitor.enrolled(Person::Cora).await;
    shut(&visitor, &account).await;
    let round = with_password(&visitor, &account).await;
    assert_eq!(round.state(), "LOCKED", "the first ticket is spent");
}

#[tokio::test]
async fn the_plain_way_that_is_off_comes_back_with_one_pass_by_mail() {
    let launch = Launch::default()
        .set("LockoutOffFailures", "2")
        .set("LockoutFailures", "10")
        .set("ChallengeLimit", "1000");
    let (_stack, visitor) = Visitor::with(&launch).await;
    let account = visitor.enrolled(Person::Dora).await;
    shut(&visitor, &account).await;
    let off = plain(&visitor, &account).await;
    assert_eq!((off.state(), off.reason()), ("LOCKED", "LOCKED"));
    assert_a_month(off.retry_after());

    let account = visitor.reset_password(&account).await;
    let round = with_password(&visitor, &account).await;
    visitor
        .show(round, &Person::Dora.selfie())
        .await
        .expect("the selfie is judged")
        .tokens();
    visitor
        .sign_in(&account.email, &Person::Dora.selfie())
        .await;
}

/// Somebody who isn't there is shut out alike, for as long.
#[tokio::test]
async fn an_unknown_name_is_off_alike() {
    let launch = Launch::default()
        .set("LockoutOffFailures", "2")
        .set("LockoutFailures", "10")
        .set("ChallengeLimit", "1000");
    let (_stack, visitor) = Visitor::with(&launch).await;
    let nobody = Account {
        email: "nobody-0123456789@example.com".to_owned(),
        username: String::new(),
        password: String::new(),
        sub: String::new(),
    };
    shut(&visitor, &nobody).await;
    let off = plain(&visitor, &nobody).await;
    assert_a_month(off.retry_after());
}
