//! A person with a client of their own: sign-up, enrolment and sign-in, step by step or whole.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    challenge::{Round, Step, Tokens},
    cognito::{Answer, Cognito},
    faces::Person,
    http::{Http, Reply},
    invent,
    launch::Launch,
    local::Local,
    ready::Ready,
    stack::{self, Stack},
    upload::Form,
    visitors::Visitors,
    wait,
};

/// What a person knows after signing up.
#[derive(Clone, Debug)]
pub struct Account {
    /// Mail address, the only name that people type.
    pub email: String,
    /// The name that the page made.
    pub username: String,
    /// The password that the page made.
    pub password: String,
    /// The pool's id of the user.
    pub sub: String,
}

/// A person in front of a running stack.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The stack.
    pub ready: Ready,
    /// HTTP.
    pub http: Http,
    /// The pool.
    pub cognito: Cognito,
    /// Inbox, faults, calls.
    pub local: Local,
    consent: String,
}

impl Visitor {
    /// A visitor of this stack who agrees to the consent text that its page configuration names.
    pub async fn of(ready: &Ready) -> Self {
        let http = Http::default();
        let consent = match &ready.consent_version {
            Some(version) => version.clone(),
            None => consent_of_page(ready, &http).await,
        };
        Self {
            cognito: Cognito::new(ready, &http),
            local: Local::new(ready, &http),
            ready: ready.clone(),
            consent,
            http,
        }
    }

    /// A visitor of a stack of the test's own: for tests that enrol. The same face under two accounts makes each a rival of
    /// the other, and neither is let in, so no two tests may enrol one person in one stack.
    ///
    /// Against a stack elsewhere the tests take turns instead.
    pub async fn alone() -> (Stack, Self) {
        let stack = if stack::is_elsewhere() {
            Stack::in_turn().await
        } else {
            Stack::start(&Launch::default())
        };
        let visitor = Self::of(stack.ready()).await;
        (stack, visitor)
    }

    /// A visitor of a stack of the test's own, started this way.
    pub async fn with(launch: &Launch) -> (Stack, Self) {
        let stack = Stack::start(launch);
        let visitor = Self::of(stack.ready()).await;
        (stack, visitor)
    }

    /// Client metadata that says yes to the consent text.
    pub fn consent(&self) -> Value {
        json!({"consent": self.consent})
    }

    /// The same, with something that is asked for.
    pub fn wish(&self, intent: &str) -> Value {
        json!({"consent": self.consent, "intent": intent})
    }

    /// Signs up with a new mail address; the mail is not confirmed yet.
    pub async fn sign_up(&self) -> Account {
        let email = if self.ready.is_local() {
            invent::email()
        } else {
            invent::deliverable_email()
        };
        self.sign_up_as(&email).await
    }

    /// Signs up with this mail address.
    pub async fn sign_up_as(&self, email: &str) -> Account {
        let (username, password) = (invent::username(), invent::password());
        let attributes = json!([{"Name": "email", "Value": email}]);
        let body =
            json!({"Username": username, "Password": password, "UserAttributes": attributes});
        let answer = self.cognito.call("SignUp", body).await.expect("sign-up");
        assert_eq!(
            answer["UserConfirmed"], false,
            "nobody is confirmed before the mail code"
        );
        let sub = answer["UserSub"]
            .as_str()
            .expect("sign-up gives the sub")
            .to_owned();
        Account {
            email: email.to_owned(),
            username,
            password,
            sub,
        }
    }

    /// Types the code of the sign-up mail. Where nobody can read mails, the stack's owner confirms: that calls
    /// `PostConfirmation` too.
    pub async fn confirm(&self, account: &Account) {
        if !self.ready.has_inbox() {
            return Visitors::of(&self.ready).confirm(account).await;
        }
        let code = self.local.code(&account.email, "SignUp", 1).await;
        let body = json!({"Username": account.username, "ConfirmationCode": code});
        self.cognito
            .call("ConfirmSignUp", body)
            .await
            .expect("the code of the mail confirms");
    }

    /// Signs up and confirms.
    pub async fn join(&self) -> Account {
        let account = self.sign_up().await;
        self.confirm(&account).await;
        account
    }

    /// Uploads `photo` where the round invites it.
    pub async fn upload(&self, round: &Round, photo: &[u8]) -> Reply {
        let form =
            Form::of(round).unwrap_or_else(|| panic!("no upload is invited: {}", round.summary()));
        form.send(&self.http, self.ready.origin(), photo).await
    }

    /// Uploads `photo`, answers the round, and waits as long as the server asks for (`PENDING`).
    /// A judgement that an outage prevented (`BUSY`: the machine is loaded) is asked for again.
    pub async fn show(&self, round: Round, photo: &[u8]) -> Answer<Step> {
        let kind = round.challenge().to_owned();
        let showing = async {
            let mut step = self.show_once(&round, photo).await?;
            loop {
                match step {
                    Step::Round(next) if next.challenge() == kind && next.state() == "PENDING" => {
                        wait::pause(next.retry_after()).await;
                        step = self.cognito.answer(&next, next.challenge_id()).await?;
                    }
                    Step::Round(next) if next.challenge() == kind && next.reason() == "BUSY" => {
                        wait::pause(next.retry_after()).await;
                        step = self.show_once(&next, photo).await?;
                    }
                    other => return Ok(other),
                }
            }
        };
        let shown = tokio::time::timeout(Self::JUDGING, showing).await;
        shown.unwrap_or_else(|_| panic!("{kind} still pending or busy after {:?}", Self::JUDGING))
    }

    /// Uploads `photo` and answers the round, once.
    pub async fn show_once(&self, round: &Round, photo: &[u8]) -> Answer<Step> {
        let reply = self.upload(round, photo).await;
        assert!(
            reply.status.is_success(),
            "upload: {} {}",
            reply.status,
            reply.text()
        );
        self.cognito.answer(round, round.challenge_id()).await
    }

    /// Name, password and consent: the round that asks for the document photo.
    pub async fn begin_enrolment(&self, account: &Account) -> Round {
        let started = self
            .cognito
            .start_with_password(&account.username, &account.password, self.consent())
            .await;
        let round = started.expect("the right password goes on").round();
        round.must_be("ENROL_DOCUMENT", "UPLOAD");
        round
    }

    /// The whole enrolment.
    pub async fn enrol(&self, account: &Account, document: &[u8], selfie: &[u8]) -> Tokens {
        let round = self.begin_enrolment(account).await;
        let round = self
            .show(round, document)
            .await
            .expect("the document is taken")
            .round();
        round.must_be("SELFIE", "UPLOAD");
        self.show(round, selfie)
            .await
            .expect("the selfie is judged")
            .tokens()
    }

    /// Somebody new whose face this is.
    pub async fn enrolled(&self, person: Person) -> Account {
        let account = self.join().await;
        self.enrol(&account, &person.document(), &person.selfie())
            .await;
        account
    }

    /// Sets a new password with a code by mail, which brings a ticket, as whoever reads the account's mailbox can.
    pub async fn reset_password(&self, account: &Account) -> Account {
        const PURPOSE: &str = "ForgotPassword";
        let email = &account.email;
        let mails = self.local.mails(email).await;
        let earlier = mails.iter().filter(|mail| mail["purpose"] == PURPOSE);
        let count = earlier.count() + 1;
        let ask = self.cognito.call(PURPOSE, json!({"Username": email}));
        ask.await.expect("anybody may ask for a code");
        let code = self.local.code(email, PURPOSE, count).await;
        let password = invent::password();
        let body = json!({"Username": email, "ConfirmationCode": code, "Password": password});
        let confirmed = self.cognito.call("ConfirmForgotPassword", body).await;
        confirmed.expect("the code of the mail is right");
        Account {
            password,
            ..account.clone()
        }
    }

    /// The round that asks for a selfie of the person with this name.
    pub async fn begin_sign_in(&self, name: &str) -> Round {
        let round = self
            .cognito
            .start(name)
            .await
            .expect("anybody may start")
            .round();
        round.must_be("SELFIE", "UPLOAD");
        round
    }

    /// The whole sign-in.
    pub async fn sign_in(&self, name: &str, selfie: &[u8]) -> Tokens {
        let round = self.begin_sign_in(name).await;
        self.show(round, selfie)
            .await
            .expect("the selfie is judged")
            .tokens()
    }

    /// Longest that one photo may be pending or busy: a redelivery and the indexer on a busy machine.
    pub const JUDGING: Duration = Duration::from_secs(90);

    /// Longest that the queue and the indexer may take on a busy machine.
    pub const INDEXING: Duration = Duration::from_mins(1);
}

/// The version of the consent text that the page's configuration names.
async fn consent_of_page(ready: &Ready, http: &Http) -> String {
    let config = http.get(&format!("{}config.json", ready.page)).await.json();
    let version = config["consentVersion"].as_str();
    version
        .expect("config.json names the consent's version")
        .to_owned()
}
