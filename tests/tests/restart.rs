//! State survives: ended by SIGTERM or by `kill -9`, the stack goes on where it was.

use face_login_acceptance::{
    admin::Admin,
    faces::Person,
    http::Http,
    jwt::{self, Use},
    launch::Launch,
    ready::Ready,
    stack::{Signal, Stack},
    visitor::Visitor,
};
use tempfile::TempDir;

#[tokio::test]
async fn sigterm_loses_nothing() {
    goes_on_after(Signal::Terminate).await;
}

#[tokio::test]
async fn kill_9_loses_nothing() {
    goes_on_after(Signal::Kill).await;
}

async fn goes_on_after(signal: Signal) {
    let folder = TempDir::with_prefix("face-login-template-").expect("a temporary folder");
    let mut stack = Stack::start(&Launch::default().quick_queue(folder.path()));
    let visitor = Visitor::of(stack.ready()).await;
    let enrolled = visitor.join().await;
    let tokens = visitor
        .enrol(&enrolled, &Person::Ada.document(), &Person::Ada.selfie())
        .await;
    let pending = visitor.join().await;
    let round = visitor.begin_enrolment(&pending).await;
    assert!(
        visitor
            .upload(&round, &Person::Bea.document())
            .await
            .status
            .is_success()
    );
    let before = stack.ready().clone();

    stack.restart(signal);

    assert_same_addresses(&before, stack.ready());
    let visitor = Visitor::of(stack.ready()).await;
    let refreshed = visitor
        .cognito
        .refresh(tokens.refresh())
        .await
        .expect("an old refresh token works");
    jwt::verify(stack.ready(), &Http::default(), &refreshed.id, Use::Id).await;
    jwt::verify(stack.ready(), &Http::default(), &tokens.id, Use::Id).await;

    let answered = visitor
        .cognito
        .answer(&round, round.challenge_id())
        .await
        .expect("an old session goes on");
    let selfie = finished(&visitor, answered).await;
    visitor
        .show(selfie, &Person::Bea.selfie())
        .await
        .expect("the pending enrolment completes")
        .tokens();
    visitor
        .sign_in(&enrolled.email, &Person::Ada.selfie())
        .await;
    let admin = Admin::new(stack.ready());
    assert_eq!(
        admin.faces_in_collections().await,
        admin.faces_in_rows().await
    );
    assert_eq!(admin.faces_in_rows().await.len(), 2);
}

/// Waits as long as the enrolment is pending; gives the selfie's round.
async fn finished(
    visitor: &Visitor,
    step: face_login_acceptance::challenge::Step,
) -> face_login_acceptance::challenge::Round {
    let mut round = step.round();
    let waiting = tokio::time::timeout(Visitor::INDEXING, async {
        while round.state() == "PENDING" {
            face_login_acceptance::wait::pause(round.retry_after()).await;
            round = visitor
                .cognito
                .answer(&round, round.challenge_id())
                .await
                .expect("still pending")
                .round();
        }
    });
    waiting.await.expect("the indexer finishes");
    round.must_be("SELFIE", "UPLOAD");
    round
}

fn assert_same_addresses(before: &Ready, after: &Ready) {
    let addresses = |ready: &Ready| {
        [
            &ready.page,
            &ready.issuer,
            &ready.jwks,
            &ready.cognito,
            &ready.s3,
            &ready.dynamodb,
        ]
        .map(String::clone)
    };
    assert_eq!(addresses(before), addresses(after));
    assert_eq!(
        (&before.user_pool_id, &before.client_id),
        (&after.user_pool_id, &after.client_id)
    );
    assert_eq!(before.stack, after.stack, "physical names");
    assert_ne!(before.pid, after.pid);
}
