//! Every error that a client can get, with the type and the words of Amazon Cognito.

use http::StatusCode;

use crate::{config::ConfigError, store::StoreError, triggers::Trigger};

/// Why an operation was refused. The display text is the message on the wire.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("{0} is not supported by the local stack")]
    UnsupportedOperation(String),
    #[error("{0}")]
    Serialization(&'static str),
    #[error("{} validation error{} detected: {}", .0.len(), if .0.len() == 1 { "" } else { "s" }, .0.join("; "))]
    Validation(Vec<String>),
    #[error("parameter {0} is not supported by the local stack")]
    UnsupportedParameter(String),
    #[error("Invalid SRP_A")]
    InvalidSrpA,
    #[error("Missing required parameter {0}")]
    MissingParameter(&'static str),

    #[error("User pool client {0} does not exist.")]
    UnknownClient(String),
    #[error("User pool {0} does not exist.")]
    UnknownPool(String),
    #[error("REFRESH_TOKEN_AUTH should always be allowed.")]
    RefreshAlwaysAllowed,
    #[error("{0}")]
    Configuration(ConfigError),
    #[error("{0} is not available in the tier of the user pool.")]
    NotInTier(&'static str),
    #[error("Unable to verify secret hash for client {0}")]
    SecretHash(String),
    #[error("Initiate Auth method not supported")]
    AdminFlow,
    #[error("{0} is not enabled for the client.")]
    SrpFlowNotEnabled(&'static str),
    #[error("{0} flow not enabled for this client")]
    FlowNotEnabled(String),
    #[error("Custom auth lambda trigger is not configured for the user pool.")]
    TriggersNotConfigured,

    #[error("Incorrect username or password.")]
    WrongCredentials,
    #[error("Password attempts exceeded")]
    PasswordAttemptsExceeded,
    #[error("Invalid session for the user.")]
    InvalidSession,
    #[error("Invalid session for the user, session can only be used once.")]
    UsedSession,
    #[error("Invalid session for the user, session is expired.")]
    ExpiredSession,
    #[error("User is disabled.")]
    Disabled,
    #[error("Password reset required for the user")]
    ResetRequired,
    #[error("Temporary password has expired and must be reset by an administrator.")]
    TemporaryPasswordExpired,
    #[error("Cannot modify an already provided {0}")]
    AlreadyProvided(String),
    #[error("Invalid attributes given, {0} is missing")]
    AttributeMissing(String),
    #[error("User is not confirmed.")]
    NotConfirmed,
    #[error("User does not exist.")]
    UnknownUser,
    #[error("Username/client id combination not found.")]
    UnknownUserOfClient,

    #[error("{0} failed with error {1}.")]
    TriggerFailed(Trigger, String),
    #[error("{0} invocation failed due to error AccessDeniedException.")]
    TriggerDenied(Trigger),
    #[error("{0} invocation failed due to error Socket timeout while invoking Lambda function.")]
    TriggerTimedOut(Trigger),
    #[error("Unrecognizable lambda output")]
    UnusableOutput,
    #[error("Invalid lambda function output : Invalid JSON")]
    OutputNotJson,

    #[error("Invalid Refresh Token")]
    InvalidRefreshToken,
    #[error("Refresh Token has expired")]
    ExpiredRefreshToken,
    #[error("Refresh Token has been revoked")]
    RevokedRefreshToken,
    #[error("Refresh Token has been reused")]
    ReusedRefreshToken,
    #[error("Invalid Access Token")]
    InvalidAccessToken,
    #[error("Access Token has expired")]
    ExpiredAccessToken,
    #[error("Access Token has been revoked")]
    RevokedAccessToken,
    #[error("Access Token does not have required scopes")]
    MissingScope,
    #[error("Unsupported token type")]
    UnsupportedTokenType,
    #[error("Token revocation is not enabled for this client")]
    RevocationDisabled,
    #[error("Client is not authorized to revoke this token")]
    ForeignToken,

    #[error("SignUp is not permitted for this user pool")]
    SignUpNotPermitted,
    #[error("User already exists")]
    UsernameExists,
    #[error("An account with the email already exists.")]
    AliasExists,
    #[error("Username cannot be of email format, since user pool is configured for email alias.")]
    UsernameIsEmail,
    #[error("Invalid email address format.")]
    InvalidEmail,
    #[error("A client attempted to write unauthorized attribute")]
    UnauthorizedAttribute,
    #[error("Attributes did not conform to the schema: {0}: {1}\n")]
    Schema(String, &'static str),
    #[error("user.{0}: Attribute cannot be updated.\n")]
    Immutable(String),
    #[error("The user has no {0} that could be verified")]
    NothingToVerify(String),
    #[error("Cannot auto verify an email that the user does not have")]
    NoEmailToVerify,
    #[error("Password did not conform with policy: {0}")]
    WeakPassword(&'static str),
    #[error("User cannot be confirmed. Current status is {0}")]
    CannotBeConfirmed(&'static str),
    #[error("User is already confirmed.")]
    AlreadyConfirmed,
    #[error("Invalid verification code provided, please try again.")]
    CodeMismatch,
    #[error("Invalid code provided, please request a code again.")]
    CodeExpired,
    #[error("Attempt limit exceeded, please try after some time.")]
    LimitExceeded,
    #[error(
        "Cannot reset password for the user as there is no registered/verified email or phone_number"
    )]
    NothingVerified,
    #[error("Contact administrator to reset password.")]
    RecoveryByAdminOnly,

    #[error("User password cannot be reset in the current state.")]
    CannotBeReset,
    #[error("User account already exists")]
    AccountExists,
    #[error("Resend not possible. {0} status is not FORCE_CHANGE_PASSWORD")]
    ResendNotPossible(String),

    #[error("Error while parsing filter.")]
    FilterSyntax,
    #[error("Invalid search attribute: {0}")]
    NotSearchable(String),
    #[error("Input fails to satisfy the constraints.")]
    AttributeNotSetByAll,
    #[error("Invalid pagination token.")]
    PaginationToken,

    #[error("Something went wrong")]
    Internal(#[from] StoreError),
}

impl Refusal {
    /// Name of the exception, as `__type` and `x-amzn-errortype` carry it.
    pub(crate) fn error_type(&self) -> &'static str {
        match self {
            Self::UnsupportedOperation(_) => "UnknownOperationException",
            Self::Serialization(_) => "SerializationException",
            Self::Validation(_)
            | Self::UnsupportedParameter(_)
            | Self::InvalidSrpA
            | Self::MissingParameter(_)
            | Self::AdminFlow
            | Self::SrpFlowNotEnabled(_)
            | Self::FlowNotEnabled(_)
            | Self::TriggersNotConfigured
            | Self::RefreshAlwaysAllowed
            | Self::Configuration(_)
            | Self::UsernameIsEmail
            | Self::InvalidEmail
            | Self::Schema(..)
            | Self::Immutable(_)
            | Self::NothingToVerify(_)
            | Self::NoEmailToVerify
            | Self::AlreadyConfirmed
            | Self::AttributeMissing(_)
            | Self::FilterSyntax
            | Self::NotSearchable(_)
            | Self::AttributeNotSetByAll
            | Self::PaginationToken
            | Self::NothingVerified => "InvalidParameterException",
            Self::UnknownClient(_) | Self::UnknownPool(_) => "ResourceNotFoundException",
            Self::SecretHash(_)
            | Self::WrongCredentials
            | Self::PasswordAttemptsExceeded
            | Self::InvalidSession
            | Self::UsedSession
            | Self::ExpiredSession
            | Self::Disabled
            | Self::InvalidRefreshToken
            | Self::ExpiredRefreshToken
            | Self::RevokedRefreshToken
            | Self::InvalidAccessToken
            | Self::ExpiredAccessToken
            | Self::RevokedAccessToken
            | Self::MissingScope
            | Self::TemporaryPasswordExpired
            | Self::AlreadyProvided(_)
            | Self::CannotBeReset
            | Self::SignUpNotPermitted
            | Self::UnauthorizedAttribute
            | Self::CannotBeConfirmed(_)
            | Self::RecoveryByAdminOnly => "NotAuthorizedException",
            Self::NotInTier(_) => "FeatureUnavailableInTierException",
            Self::ResetRequired => "PasswordResetRequiredException",
            Self::ResendNotPossible(_) => "UnsupportedUserStateException",
            Self::NotConfirmed => "UserNotConfirmedException",
            Self::UnknownUser | Self::UnknownUserOfClient => "UserNotFoundException",
            Self::TriggerFailed(..) => "UserLambdaValidationException",
            Self::TriggerDenied(_) | Self::TriggerTimedOut(_) => "UnexpectedLambdaException",
            Self::UnusableOutput | Self::OutputNotJson => "InvalidLambdaResponseException",
            Self::ReusedRefreshToken => "RefreshTokenReuseException",
            Self::UnsupportedTokenType => "UnsupportedTokenTypeException",
            Self::RevocationDisabled => "UnsupportedOperationException",
            Self::ForeignToken => "UnauthorizedException",
            Self::UsernameExists | Self::AccountExists => "UsernameExistsException",
            Self::AliasExists => "AliasExistsException",
            Self::WeakPassword(_) => "InvalidPasswordException",
            Self::CodeMismatch => "CodeMismatchException",
            Self::CodeExpired => "ExpiredCodeException",
            Self::LimitExceeded => "LimitExceededException",
            Self::Internal(_) => "InternalErrorException",
        }
    }

    /// 500 for our own failures, 400 for the client's.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

#[cfg(test)]
mod tests;
