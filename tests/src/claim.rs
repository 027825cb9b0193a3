//! The way to a new face for an old account: after a mail code, a claim.
use crate::{
    challenge::Round,
    faces::Person,
    visitor::{Account, Visitor},
};

/// Claims the account for `person`: the round that says until when the face waits.
pub async fn claim(visitor: &Visitor, account: &Account, person: Person) -> Round {
    let round = claiming(visitor, account, person).await;
    let round = visitor
        .show(round, &person.selfie())
        .await
        .expect("an answer")
        .round();
    assert_eq!(
        (round.state(), round.reason()),
        ("HELD", "HELD"),
        "{}",
        round.summary()
    );
    round
}

/// Goes on to the round in which the selfie of `person` claims the account.
pub async fn claiming(visitor: &Visitor, account: &Account, person: Person) -> Round {
    let (name, password) = (&account.username, &account.password);
    let started = visitor
        .cognito
        .start_with_password(name, password, visitor.wish("REPLACE_FACE"));
    let round = started.await.expect("an answer").round();
    round.must_be("ENROL_DOCUMENT", "UPLOAD");
    let round = visitor
        .show(round, &person.document())
        .await
        .expect("an answer")
        .round();
    assert_eq!(round.challenge(), "SELFIE", "{}", round.summary());
    round
}
