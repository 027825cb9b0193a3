//! Codes and the mails that carry them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    names::{NameKey, masked},
    refusal::Refusal,
    service::Service,
    settings::{Mail, MailPurpose},
    store::{CodePurpose, LimitedCall, MailedCode, User},
};

const SIGN_UP_CODE: Duration = Duration::from_hours(24);
const RESET_CODE: Duration = Duration::from_hours(1);
const ATTRIBUTE_CODE: Duration = Duration::from_hours(24);

impl Service {
    /// Makes a code, keeps it and mails it. Returns `CodeDeliveryDetails`.
    pub(super) fn mail_code(
        &self,
        user: &User,
        email: &str,
        purpose: MailPurpose,
    ) -> Result<Value, Refusal> {
        let (kept_as, validity) = match purpose {
            MailPurpose::SignUp | MailPurpose::ResendCode => (CodePurpose::SignUp, SIGN_UP_CODE),
            MailPurpose::ForgotPassword => (CodePurpose::Reset, RESET_CODE),
            MailPurpose::UpdateUserAttribute | MailPurpose::VerifyUserAttribute => {
                (CodePurpose::Attribute, ATTRIBUTE_CODE)
            }
        };
        let code = self.randomness.code();
        self.store.transact(|tx| {
            let mailed = MailedCode::new(code.clone(), self.now().plus(validity), email);
            mailed.put(tx, &user.key, kept_as).map_err(Refusal::from)
        })?;
        let body = match purpose {
            MailPurpose::ForgotPassword => format!("Your password reset code is {code}"),
            MailPurpose::SignUp
            | MailPurpose::ResendCode
            | MailPurpose::UpdateUserAttribute
            | MailPurpose::VerifyUserAttribute => self.pool.messages.body.replace("{####}", &code),
        };
        (self.send_mail)(Mail {
            to: email.to_owned(),
            subject: self.pool.messages.subject.clone(),
            body,
            code,
            purpose,
            at: self.system_time(),
        });
        Ok(delivery(&masked(email)))
    }

    /// The details of a mail that nobody gets.
    pub(super) fn simulated_delivery(&self, given: &str, name: &NameKey) -> Value {
        delivery(&self.simulation.destination(given, name))
    }

    /// Counts a call against the quota of the name, which need not be anybody's.
    pub(super) fn limit(&self, call: LimitedCall, name: &NameKey) -> Result<(), Refusal> {
        let admitted = self
            .store
            .transact(|tx| call.admit(tx, name, self.now()).map_err(Refusal::from))?;
        if admitted {
            Ok(())
        } else {
            Err(Refusal::LimitExceeded)
        }
    }
}

fn delivery(destination: &str) -> Value {
    json!({"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": destination})
}
