//! What people do, as far as faults can break it.

use std::time::Duration;

use serde_json::{Value, json};

use super::{album::Who, drive::End, scene::Scene};
use crate::{invent, visitor::Account, wait};

/// How often somebody begins an enrolment again before anything was broken.
const TRIES: usize = 4;

/// What people do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Journey {
    /// Sign-up, mail code, document, selfie.
    Enrol,
    /// A selfie.
    SignIn,
    /// A selfie of somebody else.
    Stranger,
    /// The new photo of a signed-in person: from its upload on.
    Update,
    /// The selfie with which a new face, claimed by mail, replaces the old one.
    Replace,
    /// The selfie with which a person is forgotten.
    Withdraw,
}

/// Who acts, and how far they got.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    pub(super) account: Account,
    /// Whose face opens the account.
    pub(super) face: Who,
}

impl Journey {
    /// Whether what is left can be the start of the same journey again.
    pub(super) const fn leaves_the_enrolment(self) -> bool {
        matches!(self, Self::SignIn | Self::Stranger | Self::Update)
    }
}

impl Scene {
    /// Everything before the part that faults may break: somebody enrolled, except where that is the journey.
    pub(super) async fn enrolled(&self) -> Actor {
        let account = self.visitor.join().await;
        let actor = Actor {
            account,
            face: Who::Ada,
        };
        let mut end = self.enrol_again(&actor).await;
        for _ in 0..TRIES {
            // A busy machine may be too slow for a function's time: people try again.
            if matches!(end, End::Tokens) {
                break;
            }
            wait::pause(Duration::from_secs(1)).await;
            end = self.enrol_again(&actor).await;
        }
        assert!(
            matches!(end, End::Tokens),
            "an enrolment without faults ends with {end}"
        );
        actor
    }

    /// One attempt at the journey; `arm` is called where faults begin to count.
    pub(super) async fn attempt(
        &self,
        journey: Journey,
        actor: &mut Actor,
        arm: impl AsyncFnOnce(),
    ) -> End {
        let none = json!({});
        match journey {
            Journey::Enrol => {
                arm().await;
                self.enrol(actor).await
            }
            Journey::SignIn => {
                arm().await;
                self.sign_in(actor, actor.face, &none).await
            }
            Journey::Stranger => {
                arm().await;
                self.sign_in(actor, Who::Bea, &none).await
            }
            Journey::Update => {
                let update = self.visitor.wish("UPDATE_PHOTO");
                let round = self.visitor.begin_sign_in(&actor.account.email).await;
                match self.show(&round, actor.face, &update).await {
                    Ok(step) => {
                        arm().await;
                        self.drive(step, actor.face, &none).await
                    }
                    Err(refusal) => refusal.into(),
                }
            }
            Journey::Replace => {
                self.claim(actor).await;
                arm().await;
                self.sign_in(actor, Who::Bea, &none).await
            }
            Journey::Withdraw => {
                arm().await;
                self.sign_in(actor, actor.face, &json!({"intent": "WITHDRAW"}))
                    .await
            }
        }
    }

    pub(super) async fn sign_in(&self, actor: &Actor, who: Who, intent: &Value) -> End {
        match self.visitor.cognito.start(&actor.account.email).await {
            Ok(step) => self.drive(step, who, intent).await,
            Err(refusal) => refusal.into(),
        }
    }

    /// From nothing to an enrolment. A person whose sign-up or code is refused tries that again once the outage is over.
    async fn enrol(&self, actor: &mut Actor) -> End {
        let pool = &self.visitor.cognito;
        let mut account = Account {
            email: invent::email(),
            username: invent::username(),
            password: invent::password(),
            sub: String::new(),
        };
        let attributes = json!([{"Name": "email", "Value": account.email}]);
        let body = json!({"Username": account.username, "Password": account.password, "UserAttributes": attributes});
        let answer = match pool.call("SignUp", body.clone()).await {
            Ok(answer) => answer,
            Err(refusal) => {
                self.end_all_faults().await;
                match pool.call("SignUp", body).await {
                    Ok(answer) => answer,
                    Err(again) => {
                        return End::Refused(format!("sign-up after {refusal:?}: {again:?}"));
                    }
                }
            }
        };
        answer["UserSub"]
            .as_str()
            .unwrap_or_default()
            .clone_into(&mut account.sub);
        actor.account = account.clone();
        let code = self.visitor.local.code(&account.email, "SignUp", 1).await;
        let body = json!({"Username": account.username, "ConfirmationCode": code});
        if pool.call("ConfirmSignUp", body).await.is_err() {
            // Confirmed, but told otherwise, and perhaps without a ticket: a mail brings another.
            self.end_all_faults().await;
            actor.account = self.visitor.reset_password(&actor.account).await;
        }
        self.enrol_again(actor).await
    }

    /// An enrolment by somebody who is confirmed.
    pub(super) async fn enrol_again(&self, actor: &Actor) -> End {
        let Account {
            username, password, ..
        } = &actor.account;
        let consent = self.visitor.consent();
        match self
            .visitor
            .cognito
            .start_with_password(username, password, consent)
            .await
        {
            Ok(step) => self.drive(step, actor.face, &json!({})).await,
            Err(refusal) => refusal.into(),
        }
    }

    /// Claims the account for Bea: her face waits for no time at all (`RecoveryHoldHours` is 0).
    async fn claim(&self, actor: &mut Actor) {
        actor.account = self.visitor.reset_password(&actor.account).await;
        let Account {
            username, password, ..
        } = &actor.account;
        let metadata = self.visitor.wish("REPLACE_FACE");
        let mut last = None;
        for _ in 0..TRIES {
            let pool = &self.visitor.cognito;
            let started = pool.start_with_password(username, password, metadata.clone());
            let end = match started.await {
                Ok(step) => self.drive(step, Who::Bea, &json!({})).await,
                Err(refusal) => refusal.into(),
            };
            match end {
                End::Round(round) if round.state() == "HELD" => return,
                other => last = Some(other),
            }
            wait::pause(Duration::from_secs(1)).await;
        }
        let last = last.map(|end| end.to_string());
        panic!("a claim without faults ends with {last:?}");
    }
}
