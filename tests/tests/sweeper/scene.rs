//! A stack whose sweeper takes hardly any time to be sure.

use std::time::Duration;

use face_login_acceptance::{
    admin::{Admin, Row},
    challenge::Step,
    faces::Person,
    invent,
    launch::Launch,
    stack::Stack,
    visitor::{Account, Visitor},
    visitors::Visitors,
    wait,
};
use serde_json::Value;

pub(super) const RULE: &str = "SweepSchedule";
/// Longest that repeated runs may take on a busy machine.
pub(super) const SWEEPING: Duration = Duration::from_mins(2);
/// Long ago, in milliseconds since 1970: in 2001.
pub(super) const LONG_AGO: u64 = 1_000_000_000_000;

/// A stack whose sweeper takes hardly any time to be sure, with its people and its owner.
pub(super) struct Scene {
    pub(super) stack: Stack,
    pub(super) visitor: Visitor,
    pub(super) admin: Admin,
    pub(super) pool: Visitors,
}

impl Scene {
    pub(super) async fn hasty() -> Self {
        let hasty = Launch::default().set("SweepGraceSeconds", "1");
        Self::of(&hasty.set("PhotoRetentionDays", "30")).await
    }

    pub(super) async fn of(launch: &Launch) -> Self {
        let (stack, visitor) = Visitor::with(launch).await;
        Self {
            admin: Admin::new(stack.ready()),
            pool: Visitors::of(stack.ready()),
            visitor,
            stack,
        }
    }

    pub(super) async fn enrolled(&self, person: Person) -> Account {
        let account = self.visitor.enrolled(person).await;
        // The indexer keeps a copy some time after the face is in, and none if it is interrupted: here it is always there.
        let active = &self.profile(&account).await["activeEnrolment"];
        let key = format!("kept/{}/{active}", account.sub);
        self.admin
            .put_photo("DocumentsBucket", &key, &person.document())
            .await;
        account
    }

    /// One run that reaches everything; gives its counts.
    pub(super) async fn sweep(&self) -> Value {
        let (status, report) = self.visitor.local.call_rule(RULE).await;
        assert_eq!(status, 200, "the sweeper failed: {}", self.log());
        report
    }

    /// Runs until `is_done`; what is young in one run is old enough in a later one.
    pub(super) async fn sweep_until(
        &self,
        what: &str,
        mut is_done: impl AsyncFnMut(&Value) -> bool,
    ) {
        wait::until(what, SWEEPING, async || {
            let report = self.sweep().await;
            is_done(&report).await.then_some(())
        })
        .await;
    }

    pub(super) fn log(&self) -> String {
        self.stack.function_log("SweeperFunction")
    }

    /// Everything of a user in tables, collections and buckets, counted.
    pub(super) async fn traces(&self, account: &Account) -> usize {
        let sub = &account.sub;
        let rows = self.admin.rows_of(sub).await.len();
        let addresses = self.admin.owners_of_addresses().await;
        let photos = self.admin.photos().await;
        let of_user = |key: &&String| key.contains(sub.as_str());
        rows + addresses.iter().filter(|owner| *owner == sub).count()
            + photos.iter().filter(of_user).count()
    }

    /// Keys of the photos that are kept.
    pub(super) async fn kept(&self) -> Vec<String> {
        let mut photos = self.admin.photos().await;
        photos.retain(|key| key.starts_with("kept/"));
        photos
    }

    pub(super) async fn profile(&self, account: &Account) -> Row {
        let rows = self.admin.rows_of(&account.sub).await;
        let profile = rows.into_iter().find(|row| row["sk"] == "PROFILE");
        profile.expect("somebody who enrolled has a profile")
    }

    pub(super) async fn collection(&self) -> String {
        let mut all = self.admin.collections().await;
        all.pop().expect("the stack has a collection")
    }

    /// The label of a user and an enrolment that don't exist.
    pub(super) fn nobodys_label() -> String {
        let sub = invent::username().replacen("-3", "-4", 1);
        format!("{sub}:{}", "A".repeat(22))
    }

    /// The selfie of this person does not sign in.
    pub(super) async fn misses(&self, account: &Account, person: Person) {
        let round = self.visitor.begin_sign_in(&account.email).await;
        let shown = self.visitor.show(round, &person.selfie()).await;
        match shown.expect("an answer") {
            Step::Round(round) => assert_eq!(round.reason(), "NOT_RECOGNISED"),
            Step::Tokens(_) => panic!("{person:?} signs in"),
        }
    }
}
