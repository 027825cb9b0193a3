//! Who gets nothing: strangers, bad pictures, old or foreign challenges, people without an enrolment.

use face_login_acceptance::{
    challenge::{Round, Step},
    cognito::{Answer, Refusal},
    faces::{self, Person},
    invent,
    launch::Launch,
    stack,
    upload::Form,
    visitor::Visitor,
    wait,
};

/// The answer must be another selfie round that gives this reason.
#[track_caller]
fn assert_refused(answer: Answer<Step>, reason: &str) -> Round {
    let round = answer.expect("a wrong photo is no error").round();
    assert_eq!(
        (round.challenge(), round.reason()),
        ("SELFIE", reason),
        "{}",
        round.summary()
    );
    round
}

#[track_caller]
fn assert_denied(answer: Answer<Step>) {
    let Refusal {
        status,
        kind,
        message,
    } = answer.map(|step| format!("{step:?}")).expect_err("denied");
    assert_eq!(
        (status, kind.as_str(), message.as_str()),
        (
            400,
            "NotAuthorizedException",
            "Incorrect username or password."
        )
    );
}

#[tokio::test]
async fn a_stranger_is_not_recognised_and_out_after_three_tries() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.enrolled(Person::Ada).await;
    let round = visitor.begin_sign_in(&account.email).await;
    assert_eq!(round.parameter("attemptsLeft"), "3");
    let round = assert_refused(
        visitor.show(round, &Person::Bea.selfie()).await,
        "NOT_RECOGNISED",
    );
    assert_eq!(round.parameter("attemptsLeft"), "2");
    let round = assert_refused(
        visitor.show(round, &Person::Cora.selfie()).await,
        "NOT_RECOGNISED",
    );
    assert_eq!(round.parameter("attemptsLeft"), "1");
    assert_denied(visitor.show(round, &Person::Bea.selfie()).await);
    visitor.sign_in(&account.email, &Person::Ada.selfie()).await;
}

/// Two enrolled people in one collection: each face opens its own account only.
#[tokio::test]
async fn another_enrolled_face_is_a_stranger_too() {
    let (_stack, visitor) = Visitor::alone().await;
    let cora = visitor.enrolled(Person::Cora).await;
    visitor.enrolled(Person::Dora).await;
    let round = visitor.begin_sign_in(&cora.email).await;
    let round = assert_refused(
        visitor.show(round, &Person::Dora.selfie()).await,
        "NOT_RECOGNISED",
    );
    visitor
        .show(round, &Person::Cora.selfie())
        .await
        .unwrap()
        .tokens();
}

#[tokio::test]
async fn unusable_pictures_say_why_and_cost_no_attempt_of_the_account() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.enrolled(Person::Eve).await;
    let round = visitor.begin_sign_in(&account.email).await;
    let round = assert_refused(visitor.show(round, &faces::nobody()).await, "NO_FACE");
    assert_refused(
        visitor.show(round, &faces::two_people()).await,
        "SEVERAL_FACES",
    );
    let round = visitor.begin_sign_in(&account.email).await;
    let round = assert_refused(
        visitor.show(round, b"no picture at all").await,
        "PHOTO_INVALID",
    );
    let round = assert_refused(
        visitor.cognito.answer(&round, round.challenge_id()).await,
        "PHOTO_MISSING",
    );
    visitor
        .show(round, &Person::Eve.selfie())
        .await
        .unwrap()
        .tokens();
}

#[tokio::test]
async fn a_photo_sent_for_an_earlier_challenge_is_not_looked_at() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.enrolled(Person::Ada).await;
    let earlier = visitor.begin_sign_in(&account.email).await;
    assert!(
        visitor
            .upload(&earlier, &Person::Ada.selfie())
            .await
            .status
            .is_success()
    );
    let later = visitor.begin_sign_in(&account.email).await;
    let answer = visitor.cognito.answer(&later, earlier.challenge_id()).await;
    let next = answer.expect("a wrong answer is no error").round();
    assert_eq!(
        next.challenge(),
        "SELFIE",
        "another challenge's id is no answer: {}",
        next.summary()
    );
    assert_refused(
        visitor.cognito.answer(&next, next.challenge_id()).await,
        "PHOTO_MISSING",
    );
}

#[tokio::test]
async fn a_used_challenge_and_a_used_photo_open_nothing() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.enrolled(Person::Bea).await;
    let used = visitor.begin_sign_in(&account.email).await;
    let photo = Person::Bea.selfie();
    visitor.show(used.clone(), &photo).await.unwrap().tokens();

    let refusal = visitor
        .cognito
        .answer(&used, used.challenge_id())
        .await
        .expect_err("a session answers once");
    assert_eq!(
        refusal.kind, "NotAuthorizedException",
        "{}",
        refusal.message
    );
    let round = visitor.begin_sign_in(&account.email).await;
    let next = visitor
        .cognito
        .answer(&round, used.challenge_id())
        .await
        .expect("a wrong answer is no error")
        .round();
    assert_eq!(next.challenge(), "SELFIE");
    assert_refused(visitor.show(next, &photo).await, "PHOTO_REUSED");
}

/// The victim's own photo lies at the victim's challenge; a session of the attacker's own can't point to it.
#[tokio::test]
async fn another_persons_upload_is_out_of_reach() {
    let (_stack, visitor) = Visitor::alone().await;
    let victim = visitor.enrolled(Person::Cora).await;
    let theirs = visitor.begin_sign_in(&victim.email).await;
    let mine = visitor.begin_sign_in(&victim.email).await;
    let (victims, own) = (Form::of(&theirs).unwrap(), Form::of(&mine).unwrap());
    assert!(
        victims
            .send(
                &visitor.http,
                visitor.ready.origin(),
                &Person::Cora.selfie()
            )
            .await
            .status
            .is_success()
    );

    let stolen = own.clone().with("key", &victims.fields["key"]);
    let reply = stolen
        .send(
            &visitor.http,
            visitor.ready.origin(),
            &Person::Dora.selfie(),
        )
        .await;
    assert_eq!(
        reply.status,
        403,
        "a form is good for its own key only: {}",
        reply.text()
    );
    let next = visitor
        .cognito
        .answer(&mine, theirs.challenge_id())
        .await
        .expect("a wrong answer is no error")
        .round();
    assert_eq!(next.challenge(), "SELFIE", "{}", next.summary());
    visitor
        .cognito
        .answer(&theirs, theirs.challenge_id())
        .await
        .expect("the victim's own session")
        .tokens();
}

#[tokio::test]
async fn uploads_are_bounded_in_size() {
    let visitor = Visitor::of(stack::shared()).await;
    let round = visitor.begin_sign_in("nobody-at-all@example.com").await;
    let largest: usize = round.parameter("uploadMaxBytes").parse().unwrap();
    let reply = visitor.upload(&round, &vec![0; largest + 1]).await;
    assert_eq!(reply.status, 400);
    assert!(reply.text().contains("EntityTooLarge"), "{}", reply.text());
}

#[tokio::test]
async fn unknown_unconfirmed_and_unenrolled_people_get_nothing() {
    let visitor = Visitor::of(stack::shared()).await;
    let unconfirmed = visitor.sign_up().await;
    let (unenrolled, another) = (visitor.join().await, visitor.join().await);
    let unknown = invent::email();
    let names = [
        &unknown,
        &unconfirmed.email,
        &unenrolled.email,
        &another.username,
    ];
    for name in names {
        let round = visitor.begin_sign_in(name).await;
        let round = assert_refused(
            visitor.show(round, &Person::Dora.selfie()).await,
            "NOT_RECOGNISED",
        );
        let round = assert_refused(
            visitor.show(round, &Person::Dora.selfie()).await,
            "NOT_RECOGNISED",
        );
        assert_denied(visitor.show(round, &Person::Dora.selfie()).await);
    }
}

#[tokio::test]
async fn what_comes_late_is_expired() {
    let (_stack, visitor) = Visitor::with(&Launch::default().set("SelfieSeconds", "5")).await;
    let in_time = visitor.begin_sign_in("somebody@example.com").await;
    let late = visitor.begin_sign_in("somebody@example.com").await;
    assert!(
        visitor
            .upload(&in_time, &Person::Ada.selfie())
            .await
            .status
            .is_success()
    );
    wait::pause(std::time::Duration::from_secs(6)).await;
    let reply = visitor.upload(&late, &Person::Ada.selfie()).await;
    assert_eq!(reply.status, 403, "the form has expired: {}", reply.text());
    assert_refused(
        visitor
            .cognito
            .answer(&in_time, in_time.challenge_id())
            .await,
        "EXPIRED",
    );
}
