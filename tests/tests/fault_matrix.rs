//! Every AWS call of every journey meets every fault, one at a time: nobody gets in wrongly, no attempt is lost, no face
//! is left without its row, and the person can go on.
#![expect(clippy::print_stdout, reason = "the size of each matrix is told")]

use face_login_acceptance::matrix::{self, Journey, Summary};
use tokio::task::LocalSet;

async fn meets_every_fault(journey: Journey) {
    let meeting = Box::pin(matrix::run(journey));
    no_harm(&LocalSet::new().run_until(meeting).await);
}

fn no_harm(summary: &Summary) {
    println!("{summary}");
    assert!(summary.broken.is_empty(), "{summary}");
}

#[tokio::test]
async fn an_enrolment_meets_every_fault() {
    meets_every_fault(Journey::Enrol).await;
}

#[tokio::test]
async fn a_sign_in_meets_every_fault() {
    meets_every_fault(Journey::SignIn).await;
}

#[tokio::test]
async fn a_stranger_meets_every_fault_and_never_gets_in() {
    meets_every_fault(Journey::Stranger).await;
}

#[tokio::test]
async fn a_new_photo_meets_every_fault() {
    meets_every_fault(Journey::Update).await;
}

#[tokio::test]
async fn the_replacement_of_a_face_meets_every_fault() {
    meets_every_fault(Journey::Replace).await;
}

#[tokio::test]
async fn a_withdrawal_meets_every_fault() {
    meets_every_fault(Journey::Withdraw).await;
}

#[tokio::test]
async fn the_custom_resources_meet_every_fault() {
    let meeting = Box::pin(matrix::run_beginnings());
    no_harm(&LocalSet::new().run_until(meeting).await);
}
