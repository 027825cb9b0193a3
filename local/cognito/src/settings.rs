//! What the stack gives to the service and gets back from it.

use std::{fmt, future::Future, pin::Pin, sync::Arc, time::SystemTime};

use serde_json::Value;

/// Source of the present time.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// Runs one Lambda function once. The five-second limit and the repetitions are the service's own.
pub type Invoke = Arc<
    dyn Fn(TriggerInvocation) -> Pin<Box<dyn Future<Output = Result<Value, TriggerError>> + Send>>
        + Send
        + Sync,
>;

/// Takes a mail that Amazon Cognito would send.
pub type SendMail = Arc<dyn Fn(Mail) + Send + Sync>;

/// Identity of the one pool, generated once by the stack and kept.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Region that events name, such as `us-east-1`.
    pub region: String,
    /// Account that owns the pool, twelve digits.
    pub account_id: String,
    /// `<region>_<alphanumerics>`; what follows the underscore is the SRP pool name.
    pub pool_id: String,
    /// Base address without a slash at the end; the issuer is `{endpoint}/{pool_id}`.
    pub endpoint: String,
}

impl Settings {
    /// The `iss` claim of every token.
    pub fn issuer(&self) -> String {
        format!("{}/{}", self.endpoint, self.pool_id)
    }

    /// Name that clients and server mix into the SRP hashes.
    pub(crate) fn srp_pool_name(&self) -> &str {
        self.pool_id
            .split_once('_')
            .map_or(self.pool_id.as_str(), |(_, name)| name)
    }
}

/// One call of a trigger.
#[derive(Clone)]
pub struct TriggerInvocation {
    /// Function as the pool's `LambdaConfig` names it.
    pub function_arn: String,
    /// The event.
    pub payload: Value,
}

impl fmt::Debug for TriggerInvocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TriggerInvocation")
            .field("function_arn", &self.function_arn)
            .finish_non_exhaustive()
    }
}

/// Why a trigger gave no event back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TriggerError {
    /// The function's policy doesn't let this pool call it.
    AccessDenied,
    /// No answer in the function's own time.
    TimedOut,
    /// The process ended while it worked.
    Crashed,
    /// The function answered with an error.
    FunctionError {
        /// `errorMessage` of the Lambda.
        message: String,
    },
    /// The answer was not JSON.
    InvalidOutput,
}

/// A mail with a code.
#[derive(Clone)]
pub struct Mail {
    /// Address of the recipient.
    pub to: String,
    /// Subject line.
    pub subject: String,
    /// Text with the code in it.
    pub body: String,
    /// The six digits alone, or the temporary password.
    pub code: String,
    /// Which operation sent it.
    pub purpose: MailPurpose,
    /// When it was sent.
    pub at: SystemTime,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("purpose", &self.purpose)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// What a mailed code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailPurpose {
    /// Name and temporary password of a user that an administrator made.
    AdminCreateUser,
    /// First code of a sign-up.
    SignUp,
    /// The sign-up's code asked for again.
    ResendCode,
    /// A new password.
    ForgotPassword,
    /// A signed-in user gave another address.
    UpdateUserAttribute,
    /// A signed-in user asked for the code again.
    VerifyUserAttribute,
}

impl MailPurpose {
    /// Suffix of Cognito's `CustomMessage_*` sources.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AdminCreateUser => "AdminCreateUser",
            Self::SignUp => "SignUp",
            Self::ResendCode => "ResendCode",
            Self::ForgotPassword => "ForgotPassword",
            Self::UpdateUserAttribute => "UpdateUserAttribute",
            Self::VerifyUserAttribute => "VerifyUserAttribute",
        }
    }
}
