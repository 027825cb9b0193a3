//! Codes and the mails that carry them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    names::{NameKey, masked},
    refusal::Refusal,
    service::Service,
    settings::{Mail, MailPurpose},
    store::{CodePurpose, LimitedCall, MailedCode, User},
    triggers::{CustomMessage, Events, Trigger},
    wire::StringMap,
};

/// Where the code goes in a mail's text.
const PLACEHOLDER: &str = "{####}";

/// Where the user's name goes in an invitation.
pub(crate) const NAME_PLACEHOLDER: &str = "{username}";

/// A mail's text, with the placeholder of the code.
struct Message {
    subject: String,
    body: String,
}

const SIGN_UP_CODE: Duration = Duration::from_hours(24);
const RESET_CODE: Duration = Duration::from_hours(1);
const ATTRIBUTE_CODE: Duration = Duration::from_hours(24);

impl Service {
    /// Makes a code, keeps it and mails it. Returns `CodeDeliveryDetails`. Of an operation's metadata `CustomMessage` hears.
    pub(super) async fn mail_code(
        &self,
        events: &Events<'_>,
        user: &User,
        email: &str,
        purpose: MailPurpose,
        metadata: Option<&StringMap>,
    ) -> Result<Value, Refusal> {
        let message = self.message(events, user, purpose, metadata).await?;
        let (kept_as, validity) = match purpose {
            // An invitation has a password instead of a code, see `invite`.
            MailPurpose::AdminCreateUser => return Err(Refusal::NothingVerified),
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
        (self.send_mail)(Mail {
            to: email.to_owned(),
            subject: message.subject,
            body: message.body.replace(PLACEHOLDER, &code),
            code,
            purpose,
            at: self.system_time(),
        });
        Ok(delivery(&masked(email)))
    }

    /// The function's words, if it has any with a place for the code in them; the pool's otherwise.
    async fn message(
        &self,
        events: &Events<'_>,
        user: &User,
        purpose: MailPurpose,
        metadata: Option<&StringMap>,
    ) -> Result<Message, Refusal> {
        let texts = match purpose {
            MailPurpose::AdminCreateUser => &self.pool.invitation,
            MailPurpose::ForgotPassword
            | MailPurpose::SignUp
            | MailPurpose::ResendCode
            | MailPurpose::UpdateUserAttribute
            | MailPurpose::VerifyUserAttribute => &self.pool.messages,
        };
        let usual = Message {
            subject: texts.subject.clone(),
            body: match purpose {
                MailPurpose::ForgotPassword => format!("Your password reset code is {PLACEHOLDER}"),
                MailPurpose::AdminCreateUser
                | MailPurpose::SignUp
                | MailPurpose::ResendCode
                | MailPurpose::UpdateUserAttribute
                | MailPurpose::VerifyUserAttribute => texts.body.clone(),
            },
        };
        let Some(arn) = &self.pool.triggers.custom_message else {
            return Ok(usual);
        };
        let event = events.custom_message(purpose, user, metadata);
        let response = self.functions.call(Trigger::CustomMessage, arn, event);
        let custom = CustomMessage::read(&response.await?)?;
        let invites = purpose == MailPurpose::AdminCreateUser;
        let complete = |body: &String| {
            body.contains(PLACEHOLDER) && (!invites || body.contains(NAME_PLACEHOLDER))
        };
        Ok(match custom.body.filter(complete) {
            Some(body) => Message {
                subject: custom.subject.unwrap_or(usual.subject),
                body,
            },
            None => usual,
        })
    }

    /// Mails name and temporary password.
    pub(super) async fn invite(
        &self,
        user: &User,
        password: &str,
        metadata: Option<&StringMap>,
    ) -> Result<(), Refusal> {
        let purpose = MailPurpose::AdminCreateUser;
        let to = user.email().ok_or(Refusal::NoEmailToVerify)?.to_owned();
        let message = self
            .message(&self.admin_events(), user, purpose, metadata)
            .await?;
        (self.send_mail)(Mail {
            to,
            subject: message.subject,
            body: message
                .body
                .replace(NAME_PLACEHOLDER, &user.name)
                .replace(PLACEHOLDER, password),
            code: password.to_owned(),
            purpose,
            at: self.system_time(),
        });
        Ok(())
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
