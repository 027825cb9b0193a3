//! Five failures lock, each further one for longer, and parallel guesses do not get past the limit. Challenges are not what
//! runs out here: on a busy machine one selfie may take several.

use std::time::Duration;

use face_login_acceptance::{
    admin::Admin,
    challenge::{Round, Step},
    faces::Person,
    launch::Launch,
    visitor::Visitor,
    wait,
};

/// Shows a stranger's face until this many failures are on the account.
async fn fail(visitor: &Visitor, name: &str, times: u8) {
    let mut round = visitor.begin_sign_in(name).await;
    for failure in 1..=times {
        match visitor.show(round, &Person::Bea.selfie()).await {
            Ok(step) => round = step.round(),
            Err(_) if failure < times => round = visitor.begin_sign_in(name).await,
            Err(_) => return,
        }
    }
}

async fn locked(visitor: &Visitor, name: &str) -> Round {
    let round = visitor
        .cognito
        .start(name)
        .await
        .expect("anybody may start")
        .round();
    round.must_be("SELFIE", "LOCKED");
    round
}

#[tokio::test]
async fn five_failures_lock_and_each_further_one_for_longer() {
    let (_stack, visitor) = Visitor::with(
        &Launch::default()
            .set("LockoutFirstSeconds", "15")
            .set("ChallengeLimit", "1000"),
    )
    .await;
    let account = visitor.enrolled(Person::Ada).await;
    fail(&visitor, &account.email, 4).await;
    visitor.begin_sign_in(&account.email).await;
    fail(&visitor, &account.email, 1).await;

    let first = locked(&visitor, &account.email).await;
    assert!(
        Duration::ZERO < first.retry_after() && first.retry_after() <= Duration::from_secs(15),
        "{:?}",
        first.retry_after()
    );
    let answered = visitor.cognito.answer(&first, first.challenge_id()).await;
    assert!(
        !matches!(answered, Ok(Step::Tokens(_))),
        "a locked round gives nothing"
    );

    wait::pause(first.retry_after() + Duration::from_millis(1100)).await;
    fail(&visitor, &account.email, 1).await;
    let second = locked(&visitor, &account.email).await;
    assert!(
        Duration::from_secs(15) < second.retry_after(),
        "the wait grows: {:?}",
        second.retry_after()
    );

    wait::pause(second.retry_after() + Duration::from_millis(1100)).await;
    visitor.sign_in(&account.email, &Person::Ada.selfie()).await;
}

#[tokio::test]
async fn parallel_guesses_do_not_pass_the_limit() {
    let (stack, visitor) = Visitor::with(
        &Launch::default()
            .set("LockoutFirstSeconds", "3600")
            .set("LockoutFailures", "2")
            .set("ChallengeLimit", "1000"),
    )
    .await;
    let account = visitor.enrolled(Person::Ada).await;
    let mut rounds = Vec::new();
    for _ in 0..6 {
        let round = visitor.begin_sign_in(&account.email).await;
        assert!(
            visitor
                .upload(&round, &Person::Bea.selfie())
                .await
                .status
                .is_success()
        );
        rounds.push(round);
    }
    let guesses: Vec<_> = rounds
        .into_iter()
        .map(|round| {
            let visitor = visitor.clone();
            tokio::spawn(async move { visitor.cognito.answer(&round, round.challenge_id()).await })
        })
        .collect();
    let mut judged = 0;
    for guess in guesses {
        match guess.await.unwrap() {
            Ok(Step::Tokens(_)) => panic!("a stranger got tokens"),
            Ok(Step::Round(round)) if round.reason() == "NOT_RECOGNISED" => judged += 1,
            Ok(Step::Round(_)) | Err(_) => {}
        }
    }
    assert!(judged <= 2, "{judged} guesses were judged, the limit is 2");
    let failures = Admin::new(stack.ready()).failures().await;
    assert!(
        failures <= 2,
        "{failures} failures on the account, the limit is 2"
    );
    while Admin::new(stack.ready()).failures().await < 2 {
        let round = visitor.begin_sign_in(&account.email).await;
        visitor.show(round, &Person::Cora.selfie()).await.ok();
    }
    locked(&visitor, &account.email).await;
}
