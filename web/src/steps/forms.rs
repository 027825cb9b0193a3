//! What people type and follow, and how Cognito's mail operations end.

use super::{
    Account, Activity, Aside, Consent, Errand, Link, Notice, Page, Plan, Proof, RESEND_AFTER,
    Recovery, Screen,
};
use crate::{
    account::Username,
    entered::{Email, MailCode},
    failure::Failure,
    moment::Moment,
    pending::Pending,
    secret::Secret,
};

impl Page {
    pub(super) fn followed(&mut self, link: Link, now: Moment) -> Vec<Plan> {
        match link {
            Link::SignIn => self.go_back(now),
            Link::SignUp => self.turn_to(Screen::SignUp),
            Link::CannotSignIn => self.turn_to(Screen::Recover(Recovery::NoFace)),
            Link::StartOver => self.start_over(now),
            Link::Resend => self.resend(now),
            Link::TryAgain => self.try_again(),
            Link::SignOut => self.sign_out(),
            Link::Replace => self.show(Screen::Errand(Errand::Replace), None),
            Link::Update => self.show(Screen::Errand(Errand::Update), None),
            Link::Forget => self.show(Screen::Errand(Errand::Forget), None),
            Link::ForgetNow => self.run_errand(Errand::Forget),
            Link::Keep => self.keep_photo(),
            Link::Return => self.session.clone().map(Plan::Return).into_iter().collect(),
        }
    }

    pub(super) fn turn_to(&mut self, screen: Screen) -> Vec<Plan> {
        self.leave();
        self.show(screen, None)
    }

    /// With a password in hand the mail code need not be asked for again; otherwise the form comes back, filled in.
    fn start_over(&mut self, now: Moment) -> Vec<Plan> {
        let Some(proof) = self.proof.take() else {
            return self.go_back(now);
        };
        let (errand, session) = (self.errand, self.session.take());
        self.leave();
        (self.errand, self.session) = (errand, session);
        self.screen = Screen::Loading;
        self.begin(proof)
    }

    fn try_again(&mut self) -> Vec<Plan> {
        match self.unfinished.clone() {
            Some(plan) if self.activity == Activity::Idle => self.work(plan),
            _ => Vec::new(),
        }
    }

    fn resend(&mut self, now: Moment) -> Vec<Plan> {
        if now < self.resend_at {
            return Vec::new();
        }
        let plan = match (self.screen, &self.account, &self.email) {
            (Screen::Code, Some(account), _) => Plan::Resend {
                username: account.username.clone(),
            },
            (Screen::RecoverCode, _, Some(email)) => Plan::SendReset {
                email: email.clone(),
            },
            _ => return Vec::new(),
        };
        self.work(plan)
    }

    pub(super) fn sign_in_asked(&mut self, typed: &str) -> Vec<Plan> {
        match self.read_email(typed) {
            Some(email) => self.begin(Proof::Face {
                name: email.as_str().to_owned(),
            }),
            None => self.say(Notice::BadEmail),
        }
    }

    pub(super) fn sign_up_asked(&mut self, typed: &str, consent: Consent) -> Vec<Plan> {
        match (self.read_email(typed), consent) {
            (None, _) => self.say(Notice::BadEmail),
            (_, Consent::NotGiven) => self.say(Notice::ConsentMissing),
            (Some(email), Consent::Given) => self.work(Plan::SignUp { email }),
        }
    }

    pub(super) fn recovery_asked(&mut self, typed: &str) -> Vec<Plan> {
        match self.read_email(typed) {
            Some(email) => self.work(Plan::SendReset { email }),
            None => self.say(Notice::BadEmail),
        }
    }

    fn read_email(&mut self, typed: &str) -> Option<Email> {
        let email = Email::parse(typed)?;
        self.email = Some(email.clone());
        Some(email)
    }

    pub(super) fn code_given(&mut self, typed: &str) -> Vec<Plan> {
        let Some(code) = MailCode::parse(typed) else {
            return self.say(Notice::BadCode);
        };
        match (self.screen, &self.account, &self.email) {
            (Screen::Code, Some(account), _) => {
                let username = account.username.clone();
                self.work(Plan::Confirm { username, code })
            }
            (Screen::RecoverCode, _, Some(email)) => {
                let email = email.clone();
                self.work(Plan::SetPassword { email, code })
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn signed_up(
        &mut self,
        outcome: Result<(Username, Secret), Failure>,
        now: Moment,
    ) -> Vec<Plan> {
        match (outcome, self.email.clone()) {
            (Ok((username, password)), Some(email)) => {
                self.account = Some(Account {
                    username: username.clone(),
                    password: Some(password),
                    consent: Consent::Given,
                });
                self.unfinished = None;
                self.resend_at = now.after(RESEND_AFTER);
                self.show(Screen::Code, None);
                vec![Plan::Remember(Pending::Confirm { email, username })]
            }
            (Ok(_), None) => self.turn_to(Screen::SignUp),
            (Err(failure), _) => self.say(Notice::Failure(failure)),
        }
    }

    pub(super) fn confirmed(&mut self, outcome: Result<(), Failure>) -> Vec<Plan> {
        match outcome {
            Ok(()) | Err(Failure::AlreadyConfirmed) => self.mailbox_proven(),
            Err(Failure::AddressTaken) => {
                self.leave();
                self.show(Screen::SignIn, Some(Notice::Failure(Failure::AddressTaken)));
                vec![Plan::Forget]
            }
            Err(failure) => self.say(Notice::Failure(failure)),
        }
    }

    /// The code was right. Without the password (the tab was closed in between) only a second code leads on.
    fn mailbox_proven(&mut self) -> Vec<Plan> {
        let (Some(account), Some(email)) = (self.account.clone(), self.email.clone()) else {
            return self.turn_to(Screen::SignIn);
        };
        let mut plans = vec![Plan::Remember(Pending::Finish {
            email: email.clone(),
        })];
        match account.password {
            Some(password) => plans.extend(self.begin(Proof::Mailbox {
                name: account.username.as_str().to_owned(),
                password,
                aside: Aside::consent(account.consent),
            })),
            None => plans.extend(self.work(Plan::SendReset { email })),
        }
        plans
    }

    pub(super) fn code_sent(&mut self, outcome: Result<(), Failure>, now: Moment) -> Vec<Plan> {
        if outcome.is_ok() {
            self.resend_at = now.after(RESEND_AFTER);
        }
        let (before, email) = (self.screen, self.email.clone());
        match (outcome, email) {
            (Err(failure), _) => self.say(Notice::Failure(failure)),
            (Ok(()), Some(email))
                if matches!(before, Screen::Recover(_) | Screen::RecoverCode)
                    || self.second_code_asked() =>
            {
                self.unfinished = None;
                let notice = match before {
                    Screen::Code => Some(Notice::SecondCode),
                    Screen::RecoverCode => Some(Notice::CodeSent),
                    _ => None,
                };
                self.show(Screen::RecoverCode, notice);
                vec![Plan::Remember(Pending::Reset { email })]
            }
            (Ok(()), _) => self.say(Notice::CodeSent),
        }
    }

    fn second_code_asked(&self) -> bool {
        matches!(self.unfinished, Some(Plan::SendReset { .. }))
    }

    pub(super) fn password_set(&mut self, outcome: Result<Secret, Failure>) -> Vec<Plan> {
        match (outcome, self.email.clone()) {
            (Ok(password), Some(email)) => {
                let mut plans = vec![Plan::Remember(Pending::Finish {
                    email: email.clone(),
                })];
                plans.extend(self.begin(Proof::Mailbox {
                    name: email.as_str().to_owned(),
                    password,
                    aside: Aside::NONE,
                }));
                plans
            }
            (Ok(_), None) => self.turn_to(Screen::Recover(Recovery::NoFace)),
            (Err(failure), _) => self.say(Notice::Failure(failure)),
        }
    }

    pub(super) fn begin(&mut self, proof: Proof) -> Vec<Plan> {
        self.proof = Some(proof.clone());
        self.round = None;
        self.work(Plan::Begin(proof))
    }
}
