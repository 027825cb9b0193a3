//! Signed in: keeping, renewing and ending the session.

use std::time::Duration;

use super::{Activity, Notice, Page, Plan, Recovery, Screen};
use crate::{
    account::Username, failure::Failure, moment::Moment, pending::Pending, session::Session,
};

/// After a failed renewal that may pass.
const RETRY: Duration = Duration::from_secs(20);

impl Page {
    /// What an earlier visit left decides where this one starts. Kept tokens are renewed at once, which shows whether the session still stands.
    pub(super) fn opened(
        &mut self,
        kept: Option<Session>,
        pending: Option<Pending>,
        now: Moment,
    ) -> Vec<Plan> {
        if let Some(session) = kept {
            self.session = Some(session.clone());
            if now < session.renew_at() {
                self.show(Screen::SignedIn, None);
            } else {
                self.activity = Activity::Working;
            }
            return vec![Plan::Renew {
                session,
                not_before: now,
            }];
        }
        match pending {
            Some(Pending::Confirm { email, username }) => self.wait_for_code(email, username),
            Some(Pending::Reset { email }) => {
                self.email = Some(email);
                self.show(Screen::RecoverCode, None)
            }
            Some(Pending::Finish { email }) => {
                self.email = Some(email);
                self.show(Screen::Recover(Recovery::Unfinished), None)
            }
            None => self.show(Screen::SignIn, None),
        }
    }

    fn wait_for_code(&mut self, email: crate::entered::Email, username: Username) -> Vec<Plan> {
        self.email = Some(email);
        self.account = Some(super::Account {
            username,
            password: None,
            consent: super::Consent::NotGiven,
        });
        self.show(Screen::Code, None)
    }

    pub(super) fn granted(&mut self, session: Session, now: Moment) -> Vec<Plan> {
        let notice = self.errands_outcome();
        let came_to_sign_in = self.session.is_none();
        self.leave();
        self.session = Some(session.clone());
        self.show(Screen::SignedIn, notice);
        let mut plans = vec![
            Plan::Keep(session.clone()),
            Plan::Forget,
            renew(session.clone(), now),
        ];
        // Whoever was signed in before decides: an app that sends people here again and again would send them in circles.
        if came_to_sign_in {
            plans.push(Plan::Return(session));
        }
        plans
    }

    pub(super) fn renewed(&mut self, outcome: Result<Session, Failure>, now: Moment) -> Vec<Plan> {
        let Some(old) = self.session.clone() else {
            return Vec::new();
        };
        let waiting = matches!(self.screen, Screen::SignedIn | Screen::Loading);
        match outcome {
            Ok(session) => {
                self.session = Some(session.clone());
                if waiting {
                    let notice = self.notice.take().filter(|notice| !notice.is_alert());
                    self.show(Screen::SignedIn, notice);
                }
                vec![Plan::Keep(session.clone()), renew(session, now)]
            }
            Err(failure) if failure.may_pass() => {
                if waiting {
                    self.say(Notice::Failure(failure));
                }
                vec![Plan::Renew {
                    session: old,
                    not_before: now.after(RETRY),
                }]
            }
            // What was begun goes on: it proves the face anew.
            Err(_) if !waiting => {
                self.session = None;
                vec![Plan::Drop(old)]
            }
            Err(_) => {
                self.email = crate::entered::Email::parse(&old.login).or(self.email.take());
                self.leave();
                self.show(Screen::SignIn, Some(Notice::SessionEnded));
                vec![Plan::Drop(old)]
            }
        }
    }

    pub(super) fn sign_out(&mut self) -> Vec<Plan> {
        let Some(session) = self.session.take() else {
            return Vec::new();
        };
        self.email = crate::entered::Email::parse(&session.login).or(self.email.take());
        self.leave();
        self.show(Screen::SignIn, Some(Notice::SignedOut));
        vec![Plan::Drop(session.clone()), Plan::Revoke(session)]
    }

    pub(super) fn revoked(&mut self, outcome: Result<(), Failure>) -> Vec<Plan> {
        if outcome.is_err() && self.notice == Some(Notice::SignedOut) {
            self.notice = Some(Notice::SignedOutHere);
        }
        Vec::new()
    }

    pub(super) fn signed_out_elsewhere(&mut self) -> Vec<Plan> {
        if self.session.is_some() {
            self.leave();
            self.show(Screen::SignIn, Some(Notice::SignedOut));
        }
        Vec::new()
    }
}

/// A session that came just now is never renewed in the same breath, even where its tokens live for less than the lead.
fn renew(session: Session, now: Moment) -> Plan {
    let not_before = session.renew_at().max(now.after(RETRY));
    Plan::Renew {
        session,
        not_before,
    }
}
