//! Telling who is a user: from sign-in, sign-up, resent codes and reset codes, locked or not.

use std::collections::BTreeMap;

use face_login_acceptance::{
    attack::{fail_until, patient, victim},
    cognito::Refusal,
    faces::Person,
    invent,
    observe::{counted, lengths, settled, shape},
    visitor::Visitor,
};
use serde_json::{Value, json};

/// What an operation looks like from outside, and what it cost inside.
#[derive(Debug, PartialEq)]
struct Observed {
    answer: Result<Value, (u16, String, String)>,
    calls: BTreeMap<String, usize>,
}

async fn observe(visitor: &Visitor, operation: &str, body: Value) -> Observed {
    let before = visitor.local.calls().await.len();
    let answered = visitor.cognito.call(operation, body).await;
    let words = |refusal: Refusal| (refusal.status, refusal.kind, refusal.message);
    Observed {
        answer: answered.map(|answer| lengths(&answer)).map_err(words),
        calls: counted(&visitor.local.calls_since(before).await),
    }
}

/// Somebody enrolled, somebody who only confirmed, somebody who did not, and nobody; addresses of one length.
struct People {
    enrolled: String,
    unenrolled: String,
    unconfirmed: String,
    unknown: String,
}

impl People {
    async fn beside(visitor: &Visitor, enrolled: String) -> Self {
        let people = Self {
            enrolled,
            unenrolled: visitor.join().await.email,
            unconfirmed: visitor.sign_up().await.email,
            unknown: invent::email(),
        };
        settled(visitor).await;
        people
    }

    fn others(&self) -> [(&'static str, &str); 3] {
        [
            ("unenrolled", &self.unenrolled),
            ("unconfirmed", &self.unconfirmed),
            ("unknown", &self.unknown),
        ]
    }
}

/// Fails with a stranger's face until there are `failures` of all names together, then starts once more.
async fn locked(visitor: &Visitor, name: &str, failures: u64) -> Observed {
    fail_until(visitor, name, failures).await;
    let start = async || {
        let started = visitor.cognito.start(name).await;
        started.expect("anybody may start").round()
    };
    assert_eq!(start().await.state(), "LOCKED");
    let before = visitor.local.calls().await.len();
    let round = start().await;
    let shape = json!([
        shape(&round),
        round.reason(),
        round.parameter("attemptsLeft")
    ]);
    let answered = visitor.cognito.answer(&round, round.challenge_id()).await;
    let refusal = answered
        .map(|step| format!("{step:?}"))
        .expect_err("a locked round ends");
    Observed {
        answer: Ok(json!([
            shape,
            refusal.kind,
            refusal.message,
            refusal.status
        ])),
        calls: counted(&visitor.local.calls_since(before).await),
    }
}

#[tokio::test]
async fn locked_people_look_alike_known_or_not() {
    let launch = patient()
        .set("LockoutFailures", "2")
        .set("LockoutFirstSeconds", "3600")
        .set("LockoutLongestSeconds", "3600");
    let (_stack, visitor, account) = victim(&launch, Person::Ada).await;
    let people = People::beside(&visitor, account.email).await;
    let wanted = locked(&visitor, &people.enrolled, 2).await;
    for ((who, name), failures) in people.others().into_iter().zip([4, 6, 8]) {
        assert_eq!(locked(&visitor, name, failures).await, wanted, "{who}");
    }
}

/// A sign-up with any address is taken alike, and a mail is all that follows.
#[tokio::test]
async fn signing_up_tells_nobody_whose_an_address_is() {
    let (_stack, visitor, account) = victim(&patient(), Person::Bea).await;
    let people = People::beside(&visitor, account.email).await;
    let sign_up = async |email: &str| {
        let attributes = json!([{"Name": "email", "Value": email}]);
        let body = json!({"Username": invent::username(), "Password": invent::password(),
            "UserAttributes": attributes});
        observe(&visitor, "SignUp", body).await
    };
    let wanted = sign_up(&people.enrolled).await;
    assert!(wanted.answer.is_ok(), "{wanted:?}");
    assert!(!wanted.calls.is_empty(), "the trigger counts");
    for (who, name) in people.others() {
        assert_eq!(sign_up(name).await, wanted, "{who}");
    }
}

/// A reset code is promised to everybody in the same words, and a guessed one is refused in the same words.
#[tokio::test]
async fn reset_codes_tell_nobody_who_is_known() {
    let (_stack, visitor, account) = victim(&patient(), Person::Cora).await;
    let people = People::beside(&visitor, account.email).await;
    let ask =
        async |email: &str| observe(&visitor, "ForgotPassword", json!({"Username": email})).await;
    let wanted = ask(&people.enrolled).await;
    assert!(wanted.answer.is_ok(), "{wanted:?}");
    for (who, name) in people.others() {
        assert_eq!(ask(name).await, wanted, "{who}");
    }
    assert!(visitor.local.mails(&people.unknown).await.is_empty());
}

/// Cognito says of a confirmed address that it is confirmed (see "What is left"): it says no more than that, and nothing of a face.
#[tokio::test]
async fn resent_codes_tell_nobody_who_is_enrolled() {
    let (_stack, visitor, account) = victim(&patient(), Person::Dora).await;
    let people = People::beside(&visitor, account.email).await;
    let ask = async |email: &str| {
        observe(
            &visitor,
            "ResendConfirmationCode",
            json!({"Username": email}),
        )
        .await
    };
    assert_eq!(
        ask(&people.enrolled).await,
        ask(&people.unenrolled).await,
        "enrolled or not"
    );
    assert_eq!(
        ask(&people.unconfirmed).await,
        ask(&people.unknown).await,
        "unconfirmed or unknown"
    );
}
