//! Somebody with the mailbox claims an account: its owner hears of it by mail, where the operator named a sender.

use face_login_acceptance::{
    admin::Admin,
    claim::{claim, claiming},
    faces::Person,
    launch::Launch,
    stack::Stack,
    template::Template,
    visitor::{Account, Visitor},
};
use serde_json::{Value, json};
use tempfile::TempDir;

const SENDER: &str = "face-login@shop.example";

async fn enrolled(launch: &Launch) -> (Stack, Visitor, Account) {
    let (stack, visitor) = Visitor::with(launch).await;
    let account = visitor.enrolled(Person::Ada).await;
    let account = visitor.reset_password(&account).await;
    (stack, visitor, account)
}

fn with_sender() -> Launch {
    Launch::default().set("SenderAddress", SENDER)
}

async fn notices(visitor: &Visitor, account: &Account) -> Vec<Value> {
    let mut mails = visitor.local.mails(&account.email).await;
    mails.retain(|mail| mail["purpose"] == "Claim");
    mails
}

async fn sendings(visitor: &Visitor) -> Vec<Value> {
    let calls = visitor.local.calls().await;
    let sendings = calls.into_iter().filter(|call| call.service() == "ses");
    sendings.map(|call| call.0).collect()
}

/// The claim waits, the old face still opens the account, and ends it.
async fn the_owner_is_still_in_charge(visitor: &Visitor, account: &Account) {
    let admin = Admin::new(&visitor.ready);
    assert_eq!(admin.claims_of(&account.sub).await, 1, "the claim waits");
    visitor.sign_in(&account.email, &Person::Ada.selfie()).await;
    assert_eq!(admin.claims_of(&account.sub).await, 0, "it is cancelled");
}

#[tokio::test]
async fn a_claim_is_told_to_the_mailbox_once() {
    // A domain is verified at SES more often than a single address.
    let launch = with_sender().set("SenderDomain", "shop.example");
    let (_stack, visitor, account) = enrolled(&launch).await;
    assert!(
        notices(&visitor, &account).await.is_empty(),
        "nothing is claimed yet"
    );
    claim(&visitor, &account, Person::Bea).await;
    let told = notices(&visitor, &account).await;
    let [mail] = &told[..] else {
        panic!("{} mails: {:?}", told.len(), sendings(&visitor).await)
    };
    let body = mail["body"].as_str().expect("a text");
    assert!(body.contains("new face") && body.contains(" UTC"), "{body}");
    for secret in [&account.username, &account.sub, &account.password] {
        assert!(!body.contains(secret.as_str()), "{body}");
    }
    assert_eq!(sendings(&visitor).await.len(), 1);
    the_owner_is_still_in_charge(&visitor, &account).await;
    assert_eq!(notices(&visitor, &account).await.len(), 1);
}

#[tokio::test]
async fn without_a_sender_no_mail_is_tried() {
    let (_stack, visitor, account) = enrolled(&Launch::default()).await;
    claim(&visitor, &account, Person::Bea).await;
    assert!(notices(&visitor, &account).await.is_empty());
    assert!(sendings(&visitor).await.is_empty());
}

#[tokio::test]
async fn a_mail_that_cannot_be_sent_changes_nothing_for_anybody() {
    let (_stack, visitor, mut account) = enrolled(&with_sender()).await;
    for (kind, tries) in [("error500", 2), ("reset", 1), ("delay", 1)] {
        let fault = json!({"service": "ses", "operation": "SendEmail", "kind": kind, "times": 9, "delayMs": 20_000});
        visitor.local.fault(fault).await;
        claim(&visitor, &account, Person::Bea).await;
        assert_eq!(visitor.local.hits().await, tries, "{kind}");
        visitor.local.clear_faults().await;
        the_owner_is_still_in_charge(&visitor, &account).await;
        account = visitor.reset_password(&account).await;
    }
}

#[tokio::test]
async fn a_function_that_may_not_send_lets_the_claim_go_on() {
    let folder = TempDir::new().expect("a temporary folder");
    let template = Template::default().edit(
        "VerifyGivesNotice",
        "ses:FromAddress: !Ref SenderAddress",
        "ses:FromAddress: other@shop.example",
    );
    let launch = with_sender().template(&template.write(folder.path()));
    let (_stack, visitor, account) = enrolled(&launch).await;
    claim(&visitor, &account, Person::Bea).await;
    let tried = sendings(&visitor).await;
    let [call] = &tried[..] else {
        panic!("{} calls", tried.len())
    };
    let verdict = call["verdict"].as_str().expect("a verdict");
    assert!(verdict.starts_with("denied:ses:SendEmail"), "{verdict}");
    assert!(notices(&visitor, &account).await.is_empty());
    the_owner_is_still_in_charge(&visitor, &account).await;
}

#[tokio::test]
async fn a_run_that_dies_while_it_sends_loses_no_claim() {
    let (_stack, visitor, account) = enrolled(&with_sender()).await;
    let round = claiming(&visitor, &account, Person::Bea).await;
    let fault =
        json!({"service": "ses", "operation": "SendEmail", "kind": "crash-after", "times": 9});
    visitor.local.fault(fault).await;
    let answer = visitor.show_once(&round, &Person::Bea.selfie()).await;
    let refusal = answer.expect_err("the run is dead");
    assert_eq!(refusal.kind, "UserLambdaValidationException");
    // Whether Cognito asks again or not: the claim was stored before, and nobody sends a second mail for it.
    assert_eq!(visitor.local.hits().await, 1);
    assert_eq!(notices(&visitor, &account).await.len(), 1);
    visitor.local.clear_faults().await;
    the_owner_is_still_in_charge(&visitor, &account).await;
}
